"""ScalaTest's standard output reporter, by its own runner and below sbt's `[info]`.

`test` is suite, scopes and the test, joined with ` > `. A suite that aborted could not be set up. What is
listed counts only where the run's own counts say that something failed, or where the log ends before them.
"""

import re
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._jvm_stack import own_frame, read_trace, source_path

TOOL = "scalatest"
ANCHORS: tuple[str, ...] = ("Tests: succeeded ", "Run starting. Expected test count is:", "*** FAILED ***")
KEEP: tuple[str, ...] = (
    r"^(\[info\] )?Tests: succeeded [0-9]+, failed [0-9]+",
    r"^(\[info\] )?Run (starting|completed)",
    r"^(\[info\] )?Suites: completed [0-9]+, aborted [0-9]+",
    r"^(\[info\] )?\w*(Spec|Suite|Test|Tests):$",
)
TROUBLE: tuple[str, ...] = (r"\*\*\* (FAILED|ABORTED) \*\*\*",)

_LEVEL = re.compile(r"\[(?:info|error|warn)\] ")
_SUITE = re.compile(r"(?P<name>[\w$.]{1,300}):$")
_SCOPE = re.compile(r"(?P<indent> {0,60})(?P<name>[^\s\-*].{0,500})$")
_BAD = re.compile(
    r"(?P<indent> {0,60})(?P<dash>- )?(?P<name>\S.{0,2000}?) \*\*\* (?P<word>FAILED|ABORTED) \*\*\*"
    r"(?: \(.{1,60}\))?$"
)
_COUNTS = re.compile(
    r"Tests: succeeded (?P<passed>\d{1,9}), failed (?P<failed>\d{1,9}), canceled (?P<canceled>\d{1,9}), "
    r"ignored (?P<ignored>\d{1,9}), pending (?P<pending>\d{1,9})$"
)
_SUITES = re.compile(r"Suites: completed \d{1,9}, aborted (?P<aborted>\d{1,9})$")
_PLACE = re.compile(r"(?P<text>.{0,3000}?) ?\((?P<file>[\w$.\-]{1,200}\.\w{1,6}):(?P<line>\d{1,9})\)$")
_START = "Run starting. Expected test count is:"
_LONGEST = 400


@dataclass(slots=True)
class _Run:
    """What was read since the last counts."""

    first: int = 0
    started: bool = False
    aborted: int = 0
    suite: str = ""
    scopes: list[tuple[int, str]] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    totals: list[Totals] = []
    claims: list[tuple[int, int]] = []
    run = _Run()
    for number in range(1, len(log.lines) + 1):
        text = _text(log, number)
        if text.startswith(_START):
            run.started, run.first = True, run.first or number
        elif suites := _SUITES.match(text):
            run.aborted = int(suites["aborted"])
        elif counts := _COUNTS.match(text):
            if int(counts["failed"]) or run.aborted:
                failures += run.failures.values()
            totals.append(_totals(counts, run.aborted))
            claims.append((run.first or number, number))
            run = _Run()
        else:
            _read(log, number, text, run)
    unfinished = run.started
    if unfinished:
        failures += run.failures.values()
        claims.append((run.first, max([run.first, *(one.extent[1] for one in run.failures.values())])))
    return Findings(TOOL, tuple(failures), tuple(totals), tuple(claims), unfinished)


def _text(log: Log, number: int) -> str:
    """Give a line without sbt's level."""
    line = log.line(number)
    found = _LEVEL.match(line) if line.startswith("[") else None
    return line[found.end() :] if found else line


def _read(log: Log, number: int, text: str, run: _Run) -> None:
    """Read a suite's name, a scope's, or a test that failed."""
    if bad := _BAD.match(text):
        failure = _failure(log, number, bad, run)
        if failure:
            run.first = run.first or number
            run.failures.setdefault(failure.test, failure)
    elif suite := _SUITE.match(text):
        run.suite, run.scopes = suite["name"], []
        run.first = run.first or number
    elif run.suite and (scope := _SCOPE.match(text)):
        indent = len(scope["indent"])
        run.scopes = [one for one in run.scopes if one[0] < indent]
        run.scopes.append((indent, scope["name"]))


def _failure(log: Log, number: int, bad: re.Match[str], run: _Run) -> Failure | None:
    """Read what a test threw; without anything below, a line only looks like a failed test."""
    indent = len(bad["indent"])
    body: list[str] = []
    last = number
    for at in range(number + 1, min(len(log.lines), number + _LONGEST) + 1):
        text = _text(log, at)
        if not text.startswith(" " * (indent + 2)) or text[indent + 2 :].startswith("- "):
            break
        body.append(text[indent + 2 :])
        last = at
    if not body:
        return None
    aborted = bad["word"] == "ABORTED"
    if not bad["dash"] and not aborted:
        return None
    scopes = [name for at, name in run.scopes if at <= indent and bad["dash"]]
    owner = bad["name"] if aborted and not bad["dash"] else run.suite
    parts = [owner] if owner == bad["name"] else [run.suite, *scopes, bad["name"]]
    return _as_failure(parts, owner, body, (number, last), aborted=aborted)


def _as_failure(
    parts: list[str], owner: str, body: list[str], extent: tuple[int, int], *, aborted: bool
) -> Failure:
    place = _PLACE.match(body[0])
    trace = read_trace([f"\t{line}" if line.startswith("at ") else line for line in body])
    frame = own_frame(trace.frames, owner)
    file, line = (place["file"], int(place["line"])) if place else ("", 0)
    if frame:
        file, line = source_path(frame.owner, frame.file), (line or frame.line)
    return Failure(
        tool=TOOL,
        kind=FailureKind.SETUP if aborted else FailureKind.TEST,
        status=Status.ABORTED if aborted else Status.FAILED,
        test=" > ".join(part for part in parts if part),
        message=(place["text"] if place else trace.message) or body[0].strip() or "failed without a message",
        detail=trace.detail,
        file=file,
        line=line,
        log_line=extent[0],
        extent=extent,
        suite=owner,
    )


def _totals(counts: re.Match[str], aborted: int) -> Totals:
    passed, failed, pending = int(counts["passed"]), int(counts["failed"]), int(counts["pending"])
    skipped = int(counts["canceled"]) + int(counts["ignored"])
    return Totals(
        TOOL,
        "",
        passed=passed,
        failed=failed,
        errors=aborted,
        skipped=skipped,
        pending=pending,
        total=passed + failed + skipped + pending,
    )
