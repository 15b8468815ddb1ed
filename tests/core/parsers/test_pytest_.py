"""pytest's logs, read as a maintainer would: which tests failed, why, and where."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Failure, FailureKind, Findings
from bot.model.log import Log
from bot.parsers import pytest_

RUNS = Path(__file__).parents[2] / "fixtures" / "pytest" / "runs"
NAMES = sorted(path.stem for path in RUNS.glob("*.json"))


@dataclass(frozen=True)
class Expected:
    """One failure as the run's own reports have it; the message may be a beginning."""

    test: str
    kind: str
    status: str
    file: str
    line: int
    message: str

    def says(self, failure: Failure) -> bool:
        """Whether the parser found exactly this."""
        same = (failure.test, failure.kind, failure.status, failure.file, failure.line)
        return same == (
            self.test,
            self.kind,
            self.status,
            self.file,
            self.line,
        ) and failure.message.startswith(self.message)


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


def parse(name: str) -> Findings:
    return pytest_.parse(log_of(name))


def parse_text(*lines: str) -> Findings:
    return pytest_.parse(clean("\n".join(lines).encode()))


def failure_of(name: str, test: str) -> Failure:
    return next(failure for failure in parse(name).failures if failure.test == test)


@pytest.mark.parametrize("name", NAMES)
def test_every_failure_of_a_run_is_found_and_nothing_else(name: str) -> None:
    expected = [Expected(**row) for row in json.loads((RUNS / f"{name}.json").read_text())["failures"]]
    rest = list(parse(name).failures)
    missing = []
    for row in expected:
        found = next((failure for failure in rest if row.says(failure)), None)
        if found:
            rest.remove(found)
        else:
            missing.append(row)
    assert (missing, rest) == ([], [])


@pytest.mark.parametrize("name", NAMES)
def test_the_totals_of_a_run_are_the_runners_own(name: str) -> None:
    expected = json.loads((RUNS / f"{name}.json").read_text())
    findings = parse(name)
    keys = ("passed", "failed", "errors", "skipped", "flaked", "total")
    assert [{key: getattr(totals, key) for key in keys} for totals in findings.totals] == expected["totals"]
    assert findings.unfinished is expected["unfinished"]


@pytest.mark.parametrize("name", NAMES)
def test_a_failure_lies_inside_its_extent_and_its_line_shows_its_message(name: str) -> None:
    log = log_of(name)
    for failure in pytest_.parse(log).failures:
        assert failure.extent[0] <= failure.log_line <= failure.extent[1]
        first = failure.message.split(maxsplit=3)[:2]
        assert all(word in log.line(failure.log_line) for word in first) or "DocTest" in failure.message
        assert failure.detail != failure.message


@pytest.mark.parametrize("name", NAMES)
def test_every_run_has_a_word_that_makes_the_parser_be_asked(name: str) -> None:
    text = "\n".join(log_of(name).lines)
    assert any(anchor in text for anchor in pytest_.ANCHORS)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("passing")])
def test_a_passing_run_has_no_failure_whatever_its_tests_print(name: str) -> None:
    findings = parse(name)
    assert findings.failures == ()
    assert not findings.unfinished


def test_the_message_is_whole_where_the_summary_cuts_it() -> None:
    failure = failure_of("several-v8", "tests/test_cart.py::test_long_message")
    assert failure.message.endswith("terminal, end")


def test_the_rest_of_an_assertion_is_its_detail() -> None:
    failure = failure_of("several-v9", "tests/test_cart.py::TestLoad::test_lines")
    assert failure.message == "AssertionError: the lines of the receipt differ"
    assert failure.detail.splitlines()[0] == "assert 'one\\ntwo\\nthree\\n' == 'one\\n2\\nthree\\n'"
    assert failure.detail.splitlines()[-3:] == ["  - 2", "  + two", "    three"]


def test_the_last_exception_of_a_chain_is_the_message() -> None:
    failure = failure_of("several-v6", "tests/test_cart.py::test_chain")
    assert failure.message == "RuntimeError: payment gateway refused the charge"
    assert (failure.file, failure.line) == ("shop/cart.py", 35)


def test_what_a_test_printed_belongs_to_its_extent_and_not_to_its_message() -> None:
    log = log_of("several-v9")
    failure = failure_of("several-v9", "tests/test_cart.py::test_total")
    assert failure.message == "assert 3 == 4"
    assert log.line(failure.extent[1]).startswith("WARNING  shop:test_cart.py:18")


def test_a_missing_module_is_named_with_the_line_that_imports_it() -> None:
    failure = failure_of("collection", "tests/test_module.py")
    assert failure.kind is FailureKind.COLLECTION
    assert failure.message == "ModuleNotFoundError: No module named 'audit_client_api'"
    assert (failure.file, failure.line) == ("tests/test_module.py", 3)
    assert failure.rerun == "pytest tests/test_module.py"


def test_the_command_that_runs_one_test_survives_a_shell() -> None:
    assert failure_of("short", "tests/test_cart.py::test_names[a - b]").rerun == (
        "pytest 'tests/test_cart.py::test_names[a - b]'"
    )
    assert (
        failure_of("short", "tests/test_cart.py::test_total").rerun == "pytest tests/test_cart.py::test_total"
    )


def test_a_file_is_relative_to_the_repository_also_where_the_suite_lives_deeper() -> None:
    failure = failure_of("monorepo", "tests/test_api.py::test_status")
    assert failure.file == "api/tests/test_api.py"
    assert failure.suite == "api"
    assert parse("monorepo").totals[0].suite == "api"


@pytest.mark.parametrize("name", ["xdist", "short", "several-coloured-v9", "quoted-runner", "holmesgpt-api"])
def test_a_session_claims_its_lines_from_the_opening_to_the_closing_one(name: str) -> None:
    log = log_of(name)
    ((first, last),) = pytest_.parse(log).claims
    assert "test session starts" in log.line(first)
    assert " passed" in log.line(last)
    assert " in " in log.line(last)


def test_a_quiet_session_claims_its_progress_too() -> None:
    assert parse("passing-quiet").claims == ((1, 2),)


def test_four_steps_of_a_job_keep_their_totals_apart() -> None:
    findings = parse("github-four-sessions")
    assert [totals.total for totals in findings.totals] == [7, 28, 28]
    assert findings.unfinished
    assert Counter(failure.kind for failure in findings.failures)[FailureKind.CRASH] == 1


def test_a_session_that_is_cut_off_is_unfinished() -> None:
    lines = log_of("several-coloured").lines
    whole = {failure.test for failure in parse("several-coloured").failures}
    for end in range(10, len(lines) - 1, 7):
        findings = pytest_.parse(Log(lines=lines[:end], size=0, complete=False))
        assert findings.unfinished
        assert {failure.test for failure in findings.failures} <= whole


def test_a_log_that_lost_its_beginning_still_gives_its_failures() -> None:
    lines = log_of("several-v8").lines
    first = next(at for at, text in enumerate(lines) if "= FAILURES =" in text)
    findings = pytest_.parse(Log(lines=lines[first:], size=0))
    assert len(findings.failures) == 22
    assert findings.totals[0].failed == 18


def test_no_test_ran_is_a_failure_only_where_the_job_says_so() -> None:
    assert parse("no-tests").failures == ()
    (failure,) = parse("github-no-tests").failures
    assert failure.message.startswith("7 deselected in ")


def test_the_interrupt_that_collection_errors_cause_is_no_failure_of_its_own() -> None:
    assert all("Interrupted" not in failure.message for failure in parse("collection").failures)


def test_a_quoted_session_in_another_ones_failure_counts_nothing() -> None:
    findings = parse("quoted-runner")
    assert [failure.test for failure in findings.failures] == [
        "tests/test_quote.py::test_runner_wrong",
        "tests/test_quote.py::test_last",
    ]
    assert len(findings.totals) == 1


def test_a_diff_that_holds_a_session_is_no_session() -> None:
    findings = parse_text(
        "E     - ============================= test session starts ==============================",
        "E     + ============================== 1 failed in 0.02s ===============================",
    )
    assert findings == Findings("pytest")


@pytest.mark.parametrize(
    "line",
    [
        "Tests:       1 failed, 2 passed, 3 total",
        "test result: FAILED. 1 passed; 1 failed; 0 ignored; finished in 0.00s",
        "  1 passed (2.3s)",
        "12 passing (34ms)",
        "5 problems (3 errors) in 3.21s",
        "3 passed, 1 failed in 2 suites",
    ],
)
def test_the_closing_line_of_another_runner_is_no_session(line: str) -> None:
    assert parse_text(line) == Findings("pytest")


@pytest.mark.parametrize(
    ("line", "passed"),
    [
        ("5 passed in 0.01s", 5),
        ("5 passed, 1 warning in 61.20s (0:01:01)", 5),
        ("================== 1 passed, 2 skipped in 90061.00s (1 day, 1:01:01) ==================", 1),
    ],
)
def test_a_closing_line_alone_gives_totals(line: str, passed: int) -> None:
    assert [totals.passed for totals in parse_text(line).totals] == [passed]


PIECES = st.sampled_from(
    [
        line
        for name in ("several-v9", "quoted-runner", "collection", "crash-xdist", "segfault")
        for line in log_of(name).lines
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = pytest_.parse(Log(lines=tuple(lines), size=0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message


QUIET = (
    "F                                                                        [100%]",
    "=================================== FAILURES ===================================",
    "_________________________________ test_refused _________________________________",
    "tests/unit/test_client.py:9: in test_refused",
    "    assert 1 == 2",
    "E   assert 1 == 2",
    "=============================== warnings summary ===============================",
    "tests/unit/test_client.py::test_refused",
    "  /home/runner/work/shop/shop/api/tests/unit/test_client.py:8: DeprecationWarning: soon",
    '    warnings.warn("soon", DeprecationWarning)',
    "",
    "-- Docs: https://docs.pytest.org/en/stable/how-to/capture-warnings.html",
    "=========================== short test summary info ============================",
    "FAILED tests/unit/test_client.py::test_refused - assert 1 == 2",
    "1 failed, 1 warning in 0.02s",
)
WITHOUT_A_PATH = QUIET[:6] + QUIET[-3:]


def placed(*lines: str) -> tuple[str, str]:
    (failure,) = parse_text(*lines).failures
    return failure.file, failure.rerun


IN_API = ("api/tests/unit/test_client.py", "pytest api/tests/unit/test_client.py::test_refused")
NOT_TOLD = ("tests/unit/test_client.py", "pytest tests/unit/test_client.py::test_refused")


def test_the_command_works_from_the_repositorys_root_where_the_suite_lives_deeper() -> None:
    failure = failure_of("monorepo", "tests/test_api.py::test_status")
    assert failure.rerun == "pytest api/tests/test_api.py::test_status"
    head = ("======= test session starts =======", "rootdir: /home/runner/work/shop/shop/api")
    end = ("FAILED api/tests/test_a.py::test_a - assert 0", "======= 1 failed in 0.02s =======")
    from_root = parse_text(*head, "===== short test summary info =====", *end).failures
    assert [failure.rerun for failure in from_root] == ["pytest api/tests/test_a.py::test_a"]


def test_a_quiet_run_shows_its_folder_in_absolute_paths() -> None:
    assert placed(*QUIET) == IN_API
    assert placed(*WITHOUT_A_PATH) == NOT_TOLD


def test_a_quiet_runs_folder_is_the_one_that_make_or_the_script_went_to() -> None:
    assert placed("cd api && python3 -m pytest tests/unit -q --tb=short", *WITHOUT_A_PATH) == IN_API
    entering = "make: Entering directory '/home/runner/work/shop/shop/api'"
    assert placed(entering, "pytest tests/unit -q", *WITHOUT_A_PATH) == IN_API
    leaving = "make: Leaving directory '/home/runner/work/shop/shop/api'"
    assert placed(entering, leaving, *WITHOUT_A_PATH) == NOT_TOLD
    script = ("##[group]Run cd api", "cd api", "pip install -e .", "pytest -q", "##[endgroup]")
    assert placed(*script, "Collecting pytest", *WITHOUT_A_PATH) == IN_API
    there_and_back = ("##[group]Run cd web", "cd web", "npm ci", "cd ../api", "pytest -q", "##[endgroup]")
    assert placed(*there_and_back, *WITHOUT_A_PATH) == NOT_TOLD


def test_a_wide_terminal_hides_no_outcome() -> None:
    passed = "tests/test_a.py::test_a PASSED" + " " * 260 + "[100%]"
    again = "tests/test_a.py::test_a RERUN" + " " * 261 + "[100%]"
    end = "=" * 120 + " 1 passed, 1 rerun in 0.02s " + "=" * 120
    start = "=" * 120 + " test session starts " + "=" * 120
    assert [totals.flaked for totals in parse_text(start, again, passed, end).totals] == [1]


def test_line_style_is_told_by_its_order_where_a_line_has_no_place() -> None:
    lines = (
        " FAILURES ".center(80, "="),
        "[XPASS(strict)] ",
        "/home/runner/work/shop/shop/tests/test_a.py:7: assert 1 == 2",
        " short test summary info ".center(80, "="),
        "FAILED tests/test_a.py::test_x - [XPASS(strict)] ",
        "FAILED tests/test_a.py::test_y - assert 1 == 2",
        "2 failed in 0.02s",
    )
    found = [(f.test, f.line, f.log_line) for f in parse_text(*lines).failures]
    assert found == [("tests/test_a.py::test_x", 0, 2), ("tests/test_a.py::test_y", 7, 3)]


def test_a_cut_log_names_the_file_that_the_progress_shows_and_no_librarys() -> None:
    lines = (
        " test session starts ".center(80, "="),
        "collected 90 items",
        "",
        "tests/test_a.py " + "." * 64,
        "....F...E.                                                               [ 88%]",
        "tests/test_b.py ...                                                      [100%]",
        "",
        " ERRORS ".center(80, "="),
        " ERROR at setup of test_db ".center(80, "_"),
        "",
        "../lib/python3.11/site-packages/pytest_asyncio/plugin.py:458: in setup",
        "    return super().setup()",
        "tests/conftest.py:4: in db",
        "    raise ConnectionRefusedError(111)",
        "E   ConnectionRefusedError: 111",
    )
    assert [f.test for f in parse_text(*lines).failures] == ["tests/test_a.py::test_db"]


def test_a_cut_log_without_progress_takes_the_test_file_among_the_calls() -> None:
    lines = (
        " test session starts ".center(80, "="),
        " FAILURES ".center(80, "="),
        " test_price ".center(80, "_"),
        "shop/cart.py:9: in price",
        "    return total / count",
        "tests/test_cart.py:3: in helper",
        "    price()",
        "E   ZeroDivisionError: division by zero",
    )
    assert [f.test for f in parse_text(*lines).failures] == ["tests/test_cart.py::test_price"]


def test_source_above_the_statement_that_failed_is_told_apart() -> None:
    log = clean(_LONG_STYLE.encode())
    (one,) = pytest_.parse(log).failures
    listed = [log.line(n) for low, high in one.listed for n in range(low, high + 1)]
    assert [line.strip() for line in listed if line.strip()] == [
        "def test_cart():",
        "# sometimes: the till did not answer within 5 s",
        "def pay(amount):",
        "if amount < 0:",
        'raise TimeoutError("the till did not answer within 5 s")',
    ]


def test_a_short_traceback_shows_only_what_ran() -> None:
    (one,) = parse_text(
        "=================================== FAILURES ===================================",
        "__________________________________ test_cart ___________________________________",
        "test_cart.py:3: in test_cart",
        '    raise TimeoutError("the till did not answer within 5 s")',
        "E   TimeoutError: the till did not answer within 5 s",
        "=========================== short test summary info ============================",
        "FAILED test_cart.py::test_cart - TimeoutError: the till did not answer within 5 s",
        "============================== 1 failed in 0.02s ===============================",
    ).failures
    assert one.listed == ()


# As pytest 9 prints it.
_LONG_STYLE = """\
=================================== FAILURES ===================================
__________________________________ test_cart ___________________________________

    def test_cart():
        # sometimes: the till did not answer within 5 s
>       pay(
            1,
        )

test_cart.py:3:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

amount = 1

    def pay(amount):
        if amount < 0:
            raise TimeoutError("the till did not answer within 5 s")
>       raise KeyError("tea")
E       KeyError: 'tea'

till.py:4: KeyError
----------------------------- Captured stdout call -----------------------------
    what the test wrote
>   and quoted
=========================== short test summary info ============================
FAILED test_cart.py::test_cart - KeyError: 'tea'
============================== 1 failed in 0.02s ===============================
"""
