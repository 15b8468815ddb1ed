"""ava: what its logs in the fixtures do not show."""

import pytest

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.parsers import ava

LIST = ("  ✔ is green", "  ✘ [fail]: is hot Error thrown in test", "  ─", "")
REPORT = (
    "  is hot",
    "",
    "  Error thrown in test:",
    "",
    "  Error: cold",
    "      at file:///home/runner/work/shop/shop/test/tea.js:4:2",
    "",
)
SUM = ("  ─", "", "  1 test failed")


def parse(*lines: str) -> Findings:
    return ava.parse(clean("\n".join(lines).encode()))


def test_the_command_names_the_file_and_the_title() -> None:
    (failure,) = parse(*LIST, *REPORT, *SUM).failures
    assert (failure.test, failure.message, failure.line) == ("is hot", "Error: cold", 4)
    assert failure.rerun == "npx ava test/tea.js --match='is hot'"


@pytest.mark.parametrize(
    "lines",
    [
        ("  ✔ built in 3s", "  ✖ 2 problems (2 errors, 0 warnings)"),
        ("  ✘ lint failed", "  ─", "", "  done"),
        ("  1 test failed",),
        ("  ✖ test/tea.js exited with a non-zero exit code: 1",),
    ],
)
def test_marks_of_others_are_no_run(lines: tuple[str, ...]) -> None:
    findings = parse(*lines)
    assert (findings.failures, findings.totals, findings.unfinished) == ((), (), False)


def test_a_run_that_was_killed_has_the_list() -> None:
    findings = parse("  ✘ [fail]: is hot cold", "  ✘ test/tea.js exited due to SIGKILL", "Killed")
    assert findings.unfinished
    assert [failure.kind for failure in findings.failures].count(FailureKind.CRASH) >= 1
