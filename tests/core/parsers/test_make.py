"""make, CMake, ninja and doctest (C++): what no fixture shows."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import cmake, doctest_cpp, make, ninja

DOCTEST = (
    '[doctest] doctest version is "2.4.11"',
    '[doctest] run with "--help" for options',
    "=" * 79,
    "/home/runner/work/shop/shop/tests/till.cpp:11:",
    "TEST CASE:  sums",
    "",
    "/home/runner/work/shop/shop/tests/till.cpp:12: ERROR: CHECK( 1 == 2 ) is NOT correct!",
    "  values: CHECK( 1 == 2 )",
    "",
    "=" * 79,
    "[doctest] test cases: 1 | 0 passed | 1 failed | 0 skipped",
    "[doctest] assertions: 1 | 0 passed | 1 failed |",
    "[doctest] Status: FAILURE!",
)
CMAKE = (
    "CMake Error at /opt/cmake/share/cmake-3.28/Modules/FindPackageHandleStandardArgs.cmake:230 (message):",
    "  Could NOT find Tea (missing: TEA_LIBRARY)",
    "Call Stack (most recent call first):",
    "  /opt/cmake/share/cmake-3.28/Modules/FindTea.cmake:9 (find_package_handle_standard_args)",
    "  src/CMakeLists.txt:7 (find_package)",
    "",
)


def parse(parser: ModuleType, *lines: str) -> Findings:
    found = parser.parse(clean("\n".join(lines).encode()))
    assert isinstance(found, Findings)
    return found


def test_a_parent_repeats_its_childs_failure_and_another_child_has_its_own():
    lines = (
        "make[2]: *** [Makefile:9: deep] Error 1",
        "make[1]: *** [Makefile:5: sub] Error 2",
        "make: *** [Makefile:2: all] Error 2",
    )
    (failure,) = parse(make, *lines).failures
    assert (failure.kind, failure.message) == (FailureKind.EXIT, "deep: Error 1")


def test_a_failure_that_make_was_told_to_ignore_is_none():
    assert parse(make, "make: [Makefile:3: lint] Error 1 (ignored)").failures == ()
    assert parse(make, "make: *** Waiting for unfinished jobs....").failures == ()


def test_a_test_runner_that_died_speaks_for_itself():
    lines = ("[ RUN      ] Cart.Sums", "make: *** [Makefile:3: test] Segmentation fault (core dumped)")
    assert [one.kind for one in parse(make, *lines).failures] == [FailureKind.EXIT]
    assert [one.kind for one in parse(make, lines[1]).failures] == [FailureKind.CRASH]


def test_the_place_of_an_error_in_cmakes_own_module_is_the_projects():
    (failure,) = parse(cmake, *CMAKE).failures
    assert (failure.file, failure.line) == ("src/CMakeLists.txt", 7)
    assert failure.message == "Could NOT find Tea (missing: TEA_LIBRARY)"


def test_newer_ninjas_say_the_exit_code_too():
    lines = ("FAILED: [code=1] check ", "checking", "ninja: build stopped: subcommand failed.")
    (failure,) = parse(ninja, *lines).failures
    assert failure.message == "build stopped: subcommand failed: check"


def test_doctest_counts_only_with_its_status():
    assert [one.test for one in parse(doctest_cpp, *DOCTEST).failures] == ["sums"]
    cut = parse(doctest_cpp, *DOCTEST[:-1])
    assert cut.failures == ()
    assert cut.unfinished


PIECES = st.sampled_from((
    *DOCTEST, *CMAKE, "make: *** [a] Error 1", "Makefile:3: *** x.  Stop.", "FAILED: a", "ninja: error: x",
    "ninja: build stopped: subcommand failed.",
))  # fmt: skip


@pytest.mark.parametrize(
    "parser", [make, cmake, ninja, doctest_cpp], ids=["make", "cmake", "ninja", "doctest"]
)
@given(lines=st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parsers(parser: ModuleType, lines: list[str]) -> None:
    for failure in parser.parse(Log(tuple(lines), 0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
