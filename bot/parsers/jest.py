"""jest, from the output of its default, verbose and summary reporters.

`test` is the describe blocks and the title; a test file that could not be loaded has none. The place is the
test file and the line in it, also where the error was thrown elsewhere.
"""

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._jest_broken import read_broken
from bot.parsers._jest_failures import failures_of
from bot.parsers._jest_runs import Run, read_runs
from bot.parsers._js_death import death
from bot.parsers._js_views import View, merge, views

TOOL = "jest"
ANCHORS: tuple[str, ...] = (
    "Test Suites: ",
    "FAIL ",
    "PASS ",
    "Jest: ",
    "No tests found, exiting with code 1",
    "process.exit called with",
    "● Validation Error",
)
KEEP: tuple[str, ...] = (
    r"^(?:##\[group\]|::group::)? {0,2}(?:PASS|FAIL) .*\.[cm]?[jt]sx?\b",
    r"^(?:##\[group\]|::group::)Errors thrown in ",
    r"^Test Suites: ",
    r"^Tests: +\d",
    r"^Snapshots: ",
    r"^Ran all test suites",
    r"^Summary of all failing tests",
    r"^[^ ].*[\]:] (?:Test Suites: |Tests: +\d|Ran all test suites| ?PASS )",
)
TROUBLE: tuple[str, ...] = (
    r"^ ?FAIL .*\.[cm]?[jt]sx?\b",
    r"^  ● [^C ]",
    r"^● Validation Error",
    r"Jest: Got error running global",
    r"^Jest: .* coverage threshold .* not met",
    r"^No tests found, exiting with code 1",
    r"^  ●  process\.exit called with",
    r"^[^ ].*[\]:]  ?(?:FAIL |  ● )",
    r"LOGGING RETRY ERRORS",
    r"^FATAL ERROR: ",
    r"^(?:\S+: line \d+: +\d+ )?(?:Killed|Aborted|Segmentation fault|Bus error)\b",
)
_MARKS = ("FAIL ", "PASS ", "Test Suites: ", "Tests: ")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    return merge(TOOL, [view.place(_read(view)) for view in views(log, _MARKS)])


def _read(view: View) -> Findings:
    runs = read_runs(view.lines)
    failures = [failure for run in runs for failure in failures_of(run)]
    failures += [one for one in read_broken(view.lines) if not _inside_passed(runs, one)]
    for run in runs:
        failures += _killed(view, run, failures)
    return Findings(
        TOOL,
        tuple(failures),
        tuple(_totals(run, failures) for run in runs if run.ended),
        tuple((run.first, run.last) for run in runs),
        any(not run.ended for run in runs),
    )


def _inside_passed(runs: list[Run], failure: Failure) -> bool:
    """Whether a test printed it, or one of several workers did that jest replaced.

    A threshold is said before the sum; a process that really ended sums nothing up.
    """
    around = [run for run in runs if run.ended and run.first <= failure.log_line <= run.last]
    if failure.kind is FailureKind.LINT:
        return False
    return any(run.passed or failure.kind is FailureKind.CRASH for run in around)


def _killed(view: View, run: Run, failures: list[Failure]) -> list[Failure]:
    """Tell how a run ended that did not sum up, unless jest itself said so."""
    if run.ended or any(f.kind is FailureKind.CRASH and f.log_line >= run.first for f in failures):
        return []
    at = death(view.lines, run.last)
    if at < 0:
        return []
    message = view.lines[at].strip()[:1000]
    return [Failure(TOOL, FailureKind.CRASH, Status.ABORTED, "", message, at + 1, (at + 1, at + 1))]


def _totals(run: Run, failures: list[Failure]) -> Totals:
    counts = run.counts
    names = {failure.test.replace(" > ", " ") for failure in failures if failure.extent[1] <= run.last}
    retried = {name.replace(" › ", " ") for name in run.retried}
    return Totals(
        TOOL,
        "",
        passed=counts.get("passed", 0),
        failed=counts.get("failed", 0),
        skipped=counts.get("skipped", 0) + counts.get("pending", 0),
        pending=counts.get("todo", 0),
        flaked=len(retried - names),
        total=counts.get("total", 0),
    )
