"""ctest: what no fixture shows."""

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers import ctest, parse_all

START = "Test project /home/runner/work/shop/shop/build"
FIRST = (
    START,
    "    Start 1: cart",
    "1/2 Test #1: cart .............................***Failed    0.02 sec",
    "    Start 2: till",
    "2/2 Test #2: till .............................   Passed    0.00 sec",
    "",
    "50% tests passed, 1 tests failed out of 2",
    "",
    "Total Test time (real) =   0.02 sec",
    "",
    "The following tests FAILED:",
    "\t  1 - cart (Failed)                     unit slow",
    "Errors while running CTest",
)
AGAIN = (
    START,
    "    Start 1: cart",
    "1/1 Test #1: cart .............................   Passed    0.02 sec",
    "",
    "100% tests passed, 0 tests failed out of 1",
)


def parse(*lines: str) -> Findings:
    return ctest.parse(clean("\n".join(lines).encode()))


def test_failed_tests_that_pass_when_they_are_run_again_alone_are_no_failures():
    assert [failure.test for failure in parse(*FIRST).failures] == ["cart"]
    assert parse(*FIRST, *AGAIN).failures == ()


def test_another_run_of_all_tests_takes_nothing_back():
    other = (AGAIN[0], *AGAIN[1:3], "    Start 2: till", FIRST[4], *AGAIN[3:])
    assert [failure.test for failure in parse(*FIRST, *other).failures] == ["cart"]


def test_what_a_failed_test_quotes_of_another_runner_is_no_failure_of_its_own():
    quoted = ("--- FAIL: TestCart (0.00s)", "    cart_test.go:3: no tea", "FAIL", "FAIL\tshop/cart\t0.01s")
    found = parse_all(clean("\n".join((*FIRST[:3], *quoted, *FIRST[3:])).encode()))
    assert [failure.test for one in found for failure in one.failures] == ["cart"]


def test_a_run_that_was_cut_off_is_unfinished():
    for end in range(2, 7):
        assert parse(*FIRST[:end]).unfinished
    assert not parse(*FIRST).unfinished


@given(st.lists(st.one_of(st.sampled_from(FIRST + AGAIN), st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = ctest.parse(Log(tuple(lines), 0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
