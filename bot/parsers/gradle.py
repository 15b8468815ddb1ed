"""Gradle: tests as its test tasks report them, and why a build failed; compilers' errors are read elsewhere.

`test` is the name as printed, containers joined with ` > `. A test that failed in a task that did not fail,
or that passed below, was run again: it counts as flaked. A suite is the path of its task.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._gradle_builds import WRONG, Wrong, read_wrong
from bot.parsers._gradle_tests import Counts, Event, Tests, read_tests
from bot.parsers._javac_lines import read_diagnostics
from bot.parsers._jvm_stack import Frame, Trace, conventional_path, own_frame, read_trace, source_path

TOOL = "gradle"
ANCHORS: tuple[str, ...] = (
    "> Task :",
    "* What went wrong:",
    "BUILD FAILED in",
    "BUILD SUCCESSFUL",
    "BUILD FAILED",
    ":testClasses",
)
KEEP: tuple[str, ...] = (
    r"^[0-9]+ tests? completed",
    r"^BUILD (FAILED|SUCCESSFUL)",
    r"^> Task (:[\w.\-]+)+:\w*[tT]est\w*( FAILED)?$",
    r"^\* (What went wrong|Where|Try):",
    r"There were failing tests",
)
TROUBLE: tuple[str, ...] = (
    r"^\S.* > .* FAILED$",
    r"^(\w+\.)+\w+ FAILED$",
    r"^> Task :.* FAILED$",
    r"^\* What went wrong:$",
    r"^[0-9]+ tests? completed, [0-9]+ failed",
)

_SHORT = re.compile(r"(?P<type>[\w.$]{1,500}) at (?P<file>[\w$.\-]{1,200}\.\w{1,8}):(?P<line>\d{1,9})$")
_CLASS = re.compile(r"(?:[\w$]{1,200}\.){0,30}[\w$]{1,200}$")
_METHOD = re.compile(r"(?P<name>[\w$][^()\[\]{}]{0,300})(?:[\[({].*)?$")
_SETUP = {"classMethod", "initializationError", "executionError"}
_UNLOADABLE = re.compile(
    r"InvalidTestClassError|runners\.model\.InitializationError|NoClassDefFound|ClassNotFound"
)
_TIMEOUT = re.compile(
    r"TestTimedOutException|ThreadTimeoutException|TimeoutException: .{1,300} timed out after \d|"
    r"execution (?:timed out|exceeded timeout)"
)
_ANDROID = re.compile(r"test(?:\w{0,80})UnitTest$")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    tests = read_tests(log)
    wrong = read_wrong(log)
    ended = [
        number
        for number, line in enumerate(log.lines, 1)
        if line.startswith(("BUILD FAILED", "BUILD SUCCESSFUL"))
    ]
    if not wrong and not ended and not tests.tasks:
        return Findings(TOOL)
    lasting, flaked = _judge(log, tests, wrong)
    failures = [_failure(event) for event in lasting]
    failures += [_broken(one) for one in wrong if not _is_told(one, lasting, log)]
    claims = _claims(tests)
    totals = tuple(_totals(counts, flaked) for counts in tests.counts)
    failures.sort(key=lambda failure: failure.log_line)
    started = tests.tasks[0][0] if tests.tasks else 0
    return Findings(
        TOOL, tuple(failures), totals, claims, unfinished=bool(started) and not ended and not wrong
    )


def _judge(log: Log, tests: Tests, wrong: list[Wrong]) -> tuple[list[Event], list[Event]]:
    """Part tests that failed for good from those that passed when they were run again."""
    failed_tasks = tests.failed_tasks | {one.task for one in wrong}
    ignored = any("There were failing tests" in line for line in log.lines)
    over = any(line.startswith("BUILD SUCCESSFUL") for line in log.lines)
    lasting: dict[tuple[str, str, tuple[str, ...]], Event] = {}
    flaked: dict[tuple[str, str], Event] = {}
    for event in tests.events:
        again = tests.passed.get(event.name, 0) > event.line
        healthy = over and not wrong and not ignored and event.task not in failed_tasks
        if again or healthy:
            flaked.setdefault((event.task, event.name), event)
        else:
            # A test that failed in each of its runs is one failure.
            lasting.setdefault((event.task, event.name, event.body), event)
    return list(lasting.values()), list(flaked.values())


def _is_told(one: Wrong, lasting: list[Event], log: Log) -> bool:
    """Whether tests or compilers said more than that a task failed."""
    if one.tests:
        return bool(lasting)
    return one.compiler and bool(read_diagnostics(log))


def _claims(tests: Tests) -> tuple[tuple[int, int], ...]:
    """Give each test task's lines: from its first event to its counts."""
    claims: list[tuple[int, int]] = []
    for counts in tests.counts:
        after = claims[-1][1] if claims else 0
        mine = [event.line for event in tests.events if after < event.line < counts.line]
        if mine:
            claims.append((mine[0], counts.line))
    return tuple(claims)


def _totals(counts: Counts, flaked: list[Event]) -> Totals:
    again = sum(event.task == counts.task for event in flaked)
    failed = max(0, counts.failed - again)
    return Totals(
        TOOL,
        counts.task,
        passed=max(0, counts.total - failed - counts.skipped),
        failed=failed,
        skipped=counts.skipped,
        flaked=again,
        total=counts.total,
    )


def _failure(event: Event) -> Failure:
    owner = event.parts[0]
    trace = read_trace(event.body)
    short = _SHORT.match(trace.message)
    frame = own_frame(trace.frames, owner)
    message = short["type"] if short else trace.message or "failed without a message"
    if short:
        frame = Frame(owner, "", short["file"], int(short["line"]))
    return Failure(
        tool=TOOL,
        kind=_kind(event, message, trace),
        status=Status.FAILED,
        test=event.name,
        message=message,
        detail=trace.detail,
        file=_file(event.task, owner, frame),
        line=frame.line if frame else 0,
        log_line=event.line,
        extent=(event.line, event.last),
        rerun=_rerun(event, owner),
        suite=event.task,
    )


def _kind(event: Event, message: str, trace: Trace) -> FailureKind:
    if event.parts[-1] in _SETUP:
        return FailureKind.COLLECTION if _UNLOADABLE.search(message) else FailureKind.SETUP
    if any(frame.owner.endswith("ConfigInvoker") for frame in trace.frames):
        return FailureKind.SETUP
    return FailureKind.TIMEOUT if _TIMEOUT.search(message) else FailureKind.TEST


def _file(task: str, owner: str, frame: Frame | None) -> str:
    """Give the source file in Gradle's own layout, where class and task are known."""
    if not frame:
        return ""
    where = frame.owner if "." in frame.owner else owner
    if not task or "." not in where or not _CLASS.match(where):
        return source_path(where, frame.file) if _CLASS.match(where) else frame.file
    *folders, name = task.strip(":").split(":")
    return conventional_path("/".join(folders), "test" if _ANDROID.match(name) else name, where, frame.file)


def _rerun(event: Event, owner: str) -> str:
    """Give the command that runs one test; where display names hide it, its class."""
    task = event.task or "test"
    if len(event.parts) == 1 or not _CLASS.match(owner):
        return ""
    method = _METHOD.match(event.parts[1])
    nested = len(event.parts) > 2 and "[" not in event.parts[-1] and "(" not in event.parts[1]  # noqa: PLR2004
    if nested or not method or event.parts[-1] in _SETUP:
        return f"gradle {task} --tests {shlex.quote(owner if not nested else f'{owner}*')}"
    star = "*" if "[" in event.parts[1] else ""
    single = f"{owner}.{method['name'].strip()}{star}"
    return f"gradle {task} --tests {shlex.quote(single)}"


def _broken(one: Wrong) -> Failure:
    plain = one.kind in {FailureKind.LINT, FailureKind.EXIT}
    return Failure(
        tool=TOOL,
        kind=one.kind,
        status=Status.ABORTED if one.kind is FailureKind.CRASH else Status.FAILED if plain else Status.ERROR,
        test="",
        message=one.message or WRONG,
        detail=one.detail,
        file=one.file,
        line=one.at,
        log_line=min(one.first + 1, one.last) if one.last > one.first else one.first,
        extent=(one.first, one.last),
        suite=one.task,
    )
