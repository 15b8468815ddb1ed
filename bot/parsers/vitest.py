"""vitest, from the report that its default, verbose, dot and basic reporters end with.

`test` is the containers and the title; an error of a whole file has none. The place is the test file and the
line in it, also where the error was thrown elsewhere. Its TAP reporters are read as TAP.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._js_death import death
from bot.parsers._js_stack import frames
from bot.parsers._js_views import View, merge, views
from bot.parsers._vitest_failures import failures_of
from bot.parsers._vitest_runs import Run, read_runs

TOOL = "vitest"
ANCHORS: tuple[str, ...] = (
    " RUN  v",
    "Test Files  ",
    "No test files found, exiting",
    "⎯ Startup Error ⎯",
    "DEV  v",
)
KEEP: tuple[str, ...] = (
    r"^ ?(?:RUN|DEV)  v\d",
    r"^ *Test Files  ",
    r"^ *Tests  \d",
    r"^ *(?:Type )?Errors  ",
    r"^ *(?:Start at|Duration)  ",
    r"^ ✓ .*\(retry x\d",
    r"^⎯+ ",
    r"[\]:]  ?(?:RUN  v|Test Files  |     Tests  )",
)
TROUBLE: tuple[str, ...] = (
    r"^⎯+ (?:Failed|Unhandled|Uncaught|Startup|Typecheck|Source)",
    r"^⎯+\[\d+/\d+\]⎯+$",
    r"^ FAIL  ",
    r"^ +× ",
    r"^No test files found, exiting with code 1",
    r"^ERROR: Coverage for ",
    r"[\]:]  ?(?:⎯|FAIL  )",
    r"^FATAL ERROR: ",
    r"^(?:\S+: line \d+: +\d+ )?(?:Killed|Aborted|Segmentation fault|Bus error)\b",
)
_MARKS = ("RUN  v", "Test Files  ")
_NONE = re.compile(r"(?:Error: )?(?P<message>No test files found, exiting with code 1)$")
_COVERAGE = re.compile(
    r"(?P<message>ERROR: (?:Coverage for .{1,80} does not meet .{0,300}threshold|Uncovered .{1,80} exceed).*)"
)
_STARTUP = re.compile(r"⎯{2,300} Startup Error ⎯{2,300}$")
_LONGEST = 1000
_BELOW = 60


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    return merge(TOOL, [view.place(_read(view)) for view in views(log, _MARKS)])


def _read(view: View) -> Findings:
    runs = read_runs(view.lines)
    failures = [failure for run in runs for failure in failures_of(run)]
    failures += _broken(view.lines, runs)
    for run in runs:
        failures += _killed(view, run)
    kinds = {FailureKind.COLLECTION, FailureKind.SETUP}
    stopped = [one for one in failures if one.kind in kinds and not one.test and not one.rerun]
    return Findings(
        TOOL,
        tuple(failures),
        tuple(_totals(run, failures) for run in runs if run.ended),
        tuple((run.first, run.last) for run in runs),
        any(not run.ended for run in runs) and not stopped,
    )


def _broken(lines: tuple[str, ...], runs: list[Run]) -> list[Failure]:
    """Give what went wrong outside the tests: no files, a configuration that cannot be read, thresholds."""
    found: list[Failure] = []
    for number, text in enumerate(lines, 1):
        head = text[:_LONGEST]
        if head.endswith("exiting with code 1") and (none := _NONE.match(head)) and not _fails(runs, number):
            found.append(_said(FailureKind.COLLECTION, Status.ERROR, none["message"], number))
        elif head.startswith("ERROR: ") and (coverage := _COVERAGE.match(head)):
            found.append(_said(FailureKind.LINT, Status.FAILED, coverage["message"], number))
        elif "Startup Error" in head and _STARTUP.match(head) and not any(r.first < number for r in runs):
            found += _startup(lines, number)
    return found


def _fails(runs: list[Run], number: int) -> bool:
    """Whether the run that this line belongs to says why it found nothing."""
    around = [run for run in runs if run.first <= number]
    return bool(around and around[-1].blocks)


def _said(kind: FailureKind, status: Status, message: str, number: int) -> Failure:
    return Failure(TOOL, kind, status, "", message, number, (number, number))


def _startup(lines: tuple[str, ...], number: int) -> list[Failure]:
    """Read what kept vitest from starting."""
    below = range(number + 1, min(len(lines), number + _BELOW) + 1)
    at = next((one for one in below if lines[one - 1].strip()), 0)
    if not at:
        return []
    last = at
    while last < len(lines) and last < at + _BELOW and lines[last].strip():
        last += 1
    own = frames(lines[at - 1 : last])
    file, line = (own[0].file, own[0].line) if own else ("", 0)
    kind, status, message = FailureKind.SETUP, Status.ERROR, lines[at - 1].strip()[:_LONGEST]
    detail = "\n".join(lines[at:last])
    return [Failure(TOOL, kind, status, "", message, at, (number, last), detail, file, line)]


def _killed(view: View, run: Run) -> list[Failure]:
    """Tell how a run ended that did not sum up, unless its report already does."""
    at = -1 if run.ended or run.blocks else death(view.lines, run.last)
    if at < 0:
        return []
    message = view.lines[at].strip()[:_LONGEST]
    return [Failure(TOOL, FailureKind.CRASH, Status.ABORTED, "", message, at + 1, (at + 1, at + 1))]


def _totals(run: Run, failures: list[Failure]) -> Totals:
    counts = run.counts
    failed = {f"{one.file} > {one.test}" for one in failures} | {one.test for one in failures}
    return Totals(
        TOOL,
        "",
        passed=counts.get("passed", 0) + counts.get("expected fail", 0),
        failed=counts.get("failed", 0),
        errors=run.errors,
        skipped=counts.get("skipped", 0),
        pending=counts.get("todo", 0),
        flaked=len(run.retried - failed),
        total=run.total,
    )
