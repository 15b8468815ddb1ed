"""vitest: what its logs in the fixtures do not show."""

import pytest

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.parsers import vitest

RUN = (" RUN  v3.2.4 /home/runner/work/shop/shop", "")
RULE = "⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯"
SUM = (
    "",
    " Test Files  1 failed (1)",
    "      Tests  1 failed (1)",
    "   Start at  10:00:00",
    "   Duration  1s",
)
REPORT = ("⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯", "")


def parse(*lines: str) -> Findings:
    return vitest.parse(clean("\n".join(lines).encode()))


def block(head: str) -> tuple[str, ...]:
    return (head, "AssertionError: expected 1 to be 2", " ❯ src/tea.test.ts:4:2", "", RULE)


@pytest.mark.parametrize(
    ("head", "project"),
    [
        (" FAIL  src/tea.test.ts > tea > is hot", ""),
        (" FAIL  |unit| src/tea.test.ts > tea > is hot", "unit"),
        (" FAIL  |unit (chromium)| src/tea.test.ts > tea > is hot", "unit (chromium)"),
        (
            "\x1b[41m FAIL \x1b[49m \x1b[30m\x1b[46m unit \x1b[49m\x1b[39m src/tea.test.ts > tea > is hot",
            "unit",
        ),
    ],
)
def test_a_project_stands_before_the_file(head: str, project: str) -> None:
    (failure,) = parse(*RUN, *REPORT, *block(head), *SUM).failures
    told = (failure.test, failure.file, failure.line, failure.suite)
    assert told == ("tea > is hot", "src/tea.test.ts", 4, project)


def test_tests_that_one_error_hit_are_all_told() -> None:
    heads = (" FAIL  src/tea.test.ts > is hot", " FAIL  src/tea.test.ts > is green")
    found = parse(*RUN, *REPORT, heads[0], *block(heads[1]), *SUM).failures
    assert [failure.test for failure in found] == ["is hot", "is green"]
    assert len({failure.message for failure in found}) == 1


def test_what_a_passing_run_prints_is_no_failure() -> None:
    passed = (" Test Files  1 passed (1)", "      Tests  1 passed (1)", "   Duration  1s")
    head = " FAIL  src/tea.test.ts > tea > is hot"
    assert parse(*RUN, *REPORT, *block(head), *passed).failures == ()


def test_a_run_that_ends_before_its_report_has_the_list() -> None:
    lines = (
        " ❯ src/tea.test.ts (2 tests | 1 failed) 9ms",
        "   × tea > is hot 3ms",
        "     → expected 1 to be 2",
    )
    findings = parse(*RUN, *lines, "Killed")
    told = [(one.test, one.file, one.kind, one.message) for one in findings.failures]
    assert told == [
        ("tea > is hot", "src/tea.test.ts", FailureKind.TEST, "expected 1 to be 2"),
        ("", "", FailureKind.CRASH, "Killed"),
    ]
    assert findings.unfinished


def test_a_configuration_that_cannot_be_read_is_setup() -> None:
    lines = (
        "failed to load config from /home/runner/work/shop/shop/vitest.config.ts",
        "",
        "⎯⎯⎯⎯⎯⎯⎯ Startup Error ⎯⎯⎯⎯⎯⎯⎯⎯",
        "Error: Cannot find package 'vite-tsconfig-paths' imported from vitest.config.ts",
        "    at packageResolve (node:internal/modules/esm/resolve:839:9)",
    )
    (failure,) = parse(*lines).failures
    assert failure.kind is FailureKind.SETUP
    assert failure.message.startswith("Error: Cannot find package")


def test_a_threshold_of_coverage_is_lint() -> None:
    passed = (" Test Files  1 passed (1)", "      Tests  1 passed (1)", "   Duration  1s")
    line = "ERROR: Coverage for lines (57.14%) does not meet global threshold (90%)"
    (failure,) = parse(*RUN, *passed, "", line).failures
    assert (failure.kind, failure.message) == (FailureKind.LINT, line)


@pytest.mark.parametrize(
    "line", ["FAIL  Upload > failed", "⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯", "      Tests  1 failed (1)"]
)
def test_words_of_others_are_no_run(line: str) -> None:
    findings = parse(line, "AssertionError: no", RULE)
    assert (findings.failures, findings.totals, findings.unfinished) == ((), (), False)
