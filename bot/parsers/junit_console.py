"""JUnit Platform's console launcher, with `--details` `tree`, `summary`, `none` or `testfeed`.

`test` is the path of display names without the engine's, joined with ` > `; `suite` is the class.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._junit_console_lines import Problem, Run, read_runs
from bot.parsers._jvm_stack import own_frame, read_trace, source_path

TOOL = "junit-console"
ANCHORS: tuple[str, ...] = ("Test run finished after ",)
KEEP: tuple[str, ...] = (
    r"^Test run finished after [0-9]+ ms",
    r"^\[ *[0-9]+ (tests|containers) (found|skipped|started|aborted|successful|failed) *\]$",
)
TROUBLE: tuple[str, ...] = (
    r"^Failures \([0-9]+\):$",
    r"^ {4}\w+Source \[.*className = ",
    r"^ {4}=> ",
    r" > .* :: FAILED$",
)

_ENGINE = re.compile(r"(?:JUnit (?:Jupiter|Vintage|Platform Suite)|[^:]{1,60}):")
_TIMEOUT = re.compile(r"TestTimedOutException|timed out after \d|execution exceeded timeout")
_UNLOADABLE = re.compile(r"InvalidTestClassError|runners\.model\.InitializationError|NoClassDefFoundError")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    bad = [run for run in runs if _is_bad(run)]
    failures = tuple(_failure(problem) for run in bad for problem in run.problems)
    failures += tuple(_unlisted(run) for run in bad if not run.problems)
    claims = tuple((run.first, run.last) for run in runs)
    return Findings(TOOL, failures, tuple(_totals(run) for run in runs), claims)


def _is_bad(run: Run) -> bool:
    return run.counts.get("tests failed", 0) + run.counts.get("containers failed", 0) > 0


def _totals(run: Run) -> Totals:
    counts = run.counts
    return Totals(
        TOOL,
        "",
        passed=counts.get("tests successful", 0),
        failed=counts.get("tests failed", 0),
        errors=counts.get("containers failed", 0),
        skipped=counts.get("tests skipped", 0) + counts.get("tests aborted", 0),
        total=counts.get("tests found", 0),
    )


def _unlisted(run: Run) -> Failure:
    """Say at least how many failed where the launcher was told to list them in another form."""
    counts = run.counts
    message = f"{counts.get('tests failed', 0)} tests failed"
    if not counts.get("tests failed"):
        message = f"{counts.get('containers failed', 0)} containers failed"
    kind, status = FailureKind.EXIT, Status.FAILED
    return Failure(TOOL, kind, status, "", message, run.last, (run.first, run.last))


def _failure(problem: Problem) -> Failure:
    trace = read_trace(problem.body)
    frame = own_frame(trace.frames, problem.owner)
    path = _ENGINE.sub("", problem.name, count=1)
    message = trace.message or "failed without a message"
    return Failure(
        tool=TOOL,
        kind=_kind(problem, message),
        status=Status.FAILED,
        test=" > ".join(_split(path)),
        message=message,
        detail=trace.detail,
        file=source_path(frame.owner, frame.file) if frame else "",
        line=frame.line if frame else 0,
        log_line=problem.line,
        extent=(problem.line, problem.last),
        suite=problem.owner,
    )


def _split(path: str) -> list[str]:
    """Part display names where the launcher joined them; a colon before a blank belongs to a name."""
    return [part for part in re.split(r":(?=\S)", path) if part]


def _kind(problem: Problem, message: str) -> FailureKind:
    if _UNLOADABLE.search(message) or not problem.owner:
        return FailureKind.COLLECTION
    if not problem.method:
        return FailureKind.SETUP
    return FailureKind.TIMEOUT if _TIMEOUT.search(message) else FailureKind.TEST
