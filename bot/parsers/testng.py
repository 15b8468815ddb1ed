"""TestNG's own console, 6 and 7: what `-verbose 2` lists, and each suite's counts.

`test` is `package.Class > method(parameters)`; 6 prints no class, which the calls then tell. A configuration
method that failed is `setup`. Without the list, one failure says how many there were.
"""

import re
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._jvm_stack import THROWN, is_frame, own_frame, read_trace, source_path

TOOL = "testng"
ANCHORS: tuple[str, ...] = ("Total tests run: ",)
KEEP: tuple[str, ...] = (r"^Total tests run: [0-9]+", r"^Configuration Failures: [0-9]+", r"^={40,}$")
TROUBLE: tuple[str, ...] = (
    r"^FAILED( CONFIGURATION)?: ",
    r"^Total tests run: [0-9]+, (Passes: [0-9]+, )?Failures: [1-9]",
    r"^Configuration Failures: [1-9]",
)

_TOTAL = re.compile(
    r"Total tests run: (?P<total>\d{1,9}), (?:Passes: (?P<passes>\d{1,9}), )?"
    r"Failures: (?P<failures>\d{1,9}), Skips: (?P<skips>\d{1,9})(?:, Retries: \d{1,9})?$"
)
_CONFIGURATION = re.compile(r"Configuration Failures: (?P<failures>\d{1,9}), Skips: \d{1,9}$")
_RESULT = re.compile(
    r"(?P<state>PASSED|FAILED|SKIPPED|RETRIED)(?P<setup> CONFIGURATION)?: (?:@\w{1,40} )?"
    r"(?P<name>\S.{0,3000})$"
)
_RULE = re.compile(r"={40,80}$")
_NAME = re.compile(r"(?P<owner>(?:[\w$]{1,200}\.){0,30}[\w$]{1,200})\.(?P<method>[\w$]{1,300}(?:\(.*)?)$")
_TIMEOUT = re.compile(r"ThreadTimeoutException|didn't finish within the time-out")
_LONGEST = 3000
_LONGEST_MESSAGE = 40


@dataclass(slots=True)
class _Result:
    """One failed test or configuration method with what it threw."""

    name: str
    setup: bool
    line: int
    last: int
    body: list[str]


@dataclass(slots=True)
class _Suite:
    """What one suite printed, from its first result to its counts."""

    failed: list[_Result] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    retried: set[str] = field(default_factory=set)
    first: int = 0


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    totals: list[Totals] = []
    claims: list[tuple[int, int]] = []
    suite = _Suite()
    number = 1
    while number <= len(log.lines):
        line = log.line(number)
        if found := _RESULT.match(line):
            suite.first = suite.first or number
            number = _take(log, number, found, suite)
        elif (found := _TOTAL.match(line)) and number > 2 and _RULE.match(log.line(number - 2)):  # noqa: PLR2004
            name = log.line(number - 1).strip()
            broken, last = _broken(log, number)
            bad = int(found["failures"]) + broken
            told = _counted(suite.failed, int(found["failures"]), broken)
            failures += [_failure(one, name) for one in told]
            if bad and not told:
                failures.append(_unlisted(found[0], name, number, last))
            totals.append(_totals(found, name, broken, len(suite.retried & suite.passed)))
            claims.append((suite.first or number - 2, last))
            number, suite = last, _Suite()
        number += 1
    return Findings(TOOL, tuple(failures), tuple(totals), tuple(claims))


def _counted(failed: list[_Result], failures: int, broken: int) -> list[_Result]:
    """Keep as many results as were counted, the last: TestNG lists them behind what the tests printed."""
    left = {False: failures, True: broken}
    kept: list[_Result] = []
    for result in reversed(failed):
        if left[result.setup] > 0:
            left[result.setup] -= 1
            kept.append(result)
    return kept[::-1]


def _take(log: Log, number: int, found: re.Match[str], suite: _Suite) -> int:
    """Take one result; returns its last line."""
    if found["state"] == "PASSED":
        suite.passed.add(found["name"])
    elif found["state"] == "RETRIED":
        suite.retried.add(found["name"])
    body, last = _body(log, number)
    if found["state"] == "FAILED" and body and THROWN.match(body[0]):
        suite.failed.append(_Result(found["name"], bool(found["setup"]), number, last, body))
        return last
    return number


def _body(log: Log, number: int) -> tuple[list[str], int]:
    """Collect type, message and calls: up to the blank line behind the calls, or the next result."""
    body: list[str] = []
    last = number
    called = False
    for at in range(number + 1, min(len(log.lines), number + _LONGEST) + 1):
        line = log.line(at)
        if _RESULT.match(line) or _RULE.match(line) or (called and not line.strip()):
            break
        called = called or is_frame(line)
        if not called and len(body) >= _LONGEST_MESSAGE:
            break
        body.append(line)
        last = at if line.strip() else last
    return body, last


def _broken(log: Log, number: int) -> tuple[int, int]:
    """Count configuration methods that failed, in the line below the counts; returns the last line, too."""
    below = log.line(number + 1) if number < len(log.lines) else ""
    found = _CONFIGURATION.match(below)
    return (int(found["failures"]), number + 1) if found else (0, number)


def _totals(found: re.Match[str], suite: str, broken: int, flaked: int) -> Totals:
    total, failures, skips = int(found["total"]), int(found["failures"]), int(found["skips"])
    passed = int(found["passes"]) if found["passes"] else max(0, total - failures - skips)
    return Totals(
        TOOL, suite, passed=passed, failed=failures, errors=broken, skipped=skips, flaked=flaked, total=total
    )


def _unlisted(text: str, suite: str, number: int, last: int) -> Failure:
    return Failure(
        TOOL, FailureKind.EXIT, Status.FAILED, "", text, number, (number, max(number, last)), suite=suite
    )


def _failure(result: _Result, suite: str) -> Failure:
    trace = read_trace(result.body)
    named = _NAME.match(result.name)
    owner, method = (named["owner"], named["method"]) if named else ("", result.name)
    bare = method.partition("(")[0]
    if not owner:
        owner = next((frame.owner for frame in trace.frames if frame.method == bare), "")
    frame = own_frame(trace.frames, owner)
    kind = FailureKind.TIMEOUT if _TIMEOUT.search(trace.message) else FailureKind.TEST
    return Failure(
        tool=TOOL,
        kind=FailureKind.SETUP if result.setup else kind,
        status=Status.FAILED,
        test=f"{owner} > {method}" if owner else method,
        message=trace.message,
        detail=trace.detail,
        file=source_path(frame.owner, frame.file) if frame else "",
        line=frame.line if frame else 0,
        log_line=result.line,
        extent=(result.line, result.last),
        suite=suite,
    )
