"""What Playwright's fixtures cannot show: quotations, runs without an end, hostile text."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import parse_all, playwright

RUNS = Path(__file__).parents[2] / "fixtures" / "playwright" / "runs"


def lines_of(name: str) -> tuple[str, ...]:
    return clean((RUNS / f"{name}.log").read_bytes()).lines


def parse_text(*lines: str) -> Findings:
    return playwright.parse(clean("\n".join(lines).encode()))


def test_a_passing_test_may_print_a_failure_and_counts() -> None:
    lines = (
        "Running 1 test using 1 worker",
        "  1) a.spec.ts:1:1 › fake ────",
        "",
        "    Error: fake",
        "  1 failed",
    )
    findings = parse_text(*lines, "    a.spec.ts:1:1 › fake ────", "", "  1 passed (1.2s)")
    assert findings.failures == ()
    assert findings.totals[0].passed == 1


def test_an_error_that_a_passing_test_prints_is_none() -> None:
    error = ("Error: no such file", "", "   at helper.ts:3", "", "  2 |", "> 3 | read()", "    | ^")
    assert parse_text("Running 1 test using 1 worker", *error, "", "  1 passed (1.2s)").failures == ()


def test_a_run_that_was_killed_is_unfinished_and_names_what_failed_until_then() -> None:
    lines = lines_of("several-list")
    end = next(at for at, line in enumerate(lines) if "too slow" in line) + 1
    findings = playwright.parse(Log(lines=lines[:end], size=0, complete=False))
    assert findings.unfinished
    assert [failure.test for failure in findings.failures] == [
        "cart > counts items",
        "cart > discounts > applies 10% > 5%",
        "cart > with a step",
        "too slow",
    ]


def test_a_retry_that_passed_is_no_failure_of_an_unfinished_run() -> None:
    lines = lines_of("flaky-list")[:5]
    assert playwright.parse(Log(lines=lines, size=0, complete=False)).failures == ()


def test_a_worker_that_died_is_a_crash() -> None:
    head = "a.spec.ts:3:1 › pays ────────"
    findings = parse_text(
        "Running 1 test using 1 worker",
        f"  1) {head}",
        "",
        "    Error: worker process exited unexpectedly (code=null, signal='SIGKILL')",
        "",
        "  1 failed",
        f"    {head}",
    )
    assert [failure.kind for failure in findings.failures] == [FailureKind.CRASH]


def test_two_projects_failures_are_two() -> None:
    found = parse_all(clean((RUNS / "projects-list.log").read_bytes()))
    suites = [(failure.suite, failure.test) for one in found for failure in one.failures]
    assert len(set(suites)) == len(suites) == 4


PIECES = st.sampled_from(
    [line for name in ("several-line", "setup-dot", "load-list") for line in lines_of(name)]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in playwright.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
