"""Runs of unittest that never summed up: killed, crashed, interrupted, or unable to begin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.model.failure import Failure, FailureKind, Status
from bot.model.log import Log
from bot.parsers._python_trace import HEAD, Frame, choose_place, is_foreign, read_trace
from bot.parsers._unittest_names import HOOKS, identify, is_broken, module_file, rerun
from bot.parsers._unittest_runs import Run, is_open, name_of, outcome_of

_TOOL = "unittest"
_FATAL = re.compile(
    r"(?:.{0,800}? \.\.\. )?(Fatal Python error: .{1,300}|Timeout \(\d+:\d\d:\d\d(?:\.\d+)?\)!)$"
)
_THREAD_FRAME = re.compile(r'  File "([^"\n]{1,1000})", line (\d{1,9}) in (.{1,300})$')
_MAIN = re.compile(r'  File "[^"\n]{0,900}/unittest/main\.py", line \d{1,9}, in (\w{1,100})$')
_LOADS = ("parseArgs", "createTests", "_do_discovery")
_USAGE = re.compile(r"(?:python\S{0,20} -m unittest|python -m unittest): error: (.{1,500})$")
_KILLED = re.compile(
    r"(?:^|[\s:])(Killed|Segmentation fault|Aborted|Bus error|Illegal instruction|Terminated)\b"
    r"|[Ee]xit(?:ed with)? (?:code|status) ?(13[24579]|-(?:6|9|11))\b"
    r"|returned non-zero exit status 13[24579]\b"
)
_TIMED_OUT = re.compile(r"has timed out after \d|exit code 124\b|\boperation was canceled")
_NEAR = 80
_UNPICKLABLE = "Unfortunately, tracebacks cannot be pickled"


@dataclass(slots=True)
class Crashes:
    """What was found, where such runs stand, and whether one was cut off."""

    failures: list[Failure]
    claims: list[tuple[int, int]]
    unfinished: bool = False


def find_crashes(log: Log, runs: Sequence[Run]) -> Crashes:
    """Find runs without a summary."""
    unpicklable = _unpicklable(log)
    crashes = Crashes(_fatal(log) + _broken_main(log) + _wrong_use(log) + unpicklable, [])
    crashes.unfinished = bool(unpicklable)
    for first, last in _gaps(log, runs):
        names = [n for n in range(first, last + 1) if name_of(log.line(n))]
        shown = [n for n in names if " ... " in log.line(n)]
        if not shown:
            continue
        crashes.unfinished = True
        end = next((n for n in range(shown[-1], last + 1) if log.line(n).startswith("##[")), shown[-1])
        crashes.claims.append((names[0], max(shown[-1], end - 1)))
        crashes.failures += _told(log, shown)
        crashes.failures += _killed(log, shown[-1], last, crashes.failures)
    return crashes


def _gaps(log: Log, runs: Sequence[Run]) -> list[tuple[int, int]]:
    """Give what lies between the runs; steps end what was begun in them."""
    cuts = sorted({section.first for section in log.sections})
    gaps: list[tuple[int, int]] = []
    first = 1
    for run in [*runs, None]:
        last = run.first - 1 if run else len(log.lines)
        inside = [cut for cut in cuts if first < cut <= last]
        ends = [cut - 1 for cut in inside]
        # A run closes the progress above it, however its beginning was found.
        pieces = list(zip([first, *inside], [*ends, last], strict=True))
        gaps += pieces[:-1] if run else pieces
        first = run.last + 1 if run else last
    return gaps


def _told(log: Log, shown: Sequence[int]) -> list[Failure]:
    """Report what `-v` said before the run was cut off."""
    failures = []
    for number in shown:
        outcome = outcome_of(log.line(number))
        if outcome in {"FAIL", "ERROR", "unexpected success"}:
            name = name_of(log.line(number))
            kind = FailureKind.COLLECTION if is_broken(name) else FailureKind.TEST
            status = Status.ERROR if outcome == "ERROR" else Status.FAILED
            failures.append(_failure(kind, status, identify(name), outcome, number, (number, number)))
    return failures


def _killed(log: Log, number: int, last: int, known: Sequence[Failure]) -> list[Failure]:
    """Blame the test that was running for the signal or the limit that ended the run."""
    if not is_open(log.line(number)):
        return []
    if any(failure.kind in {FailureKind.CRASH, FailureKind.TIMEOUT} for failure in known):
        return []
    test = identify(name_of(log.line(number)))
    for at in range(number, min(last, number + _NEAR) + 1):
        text = log.line(at)
        killed, late = _KILLED.search(text), _TIMED_OUT.search(text)
        if killed or late:
            kind = FailureKind.CRASH if killed else FailureKind.TIMEOUT
            status = Status.ABORTED if killed else Status.TIMEDOUT
            message = text.partition(" ... ")[2].strip() if at == number else text.strip()
            return [_failure(kind, status, test, message or text.strip(), at, (number, at))]
    return []


def _fatal(log: Log) -> list[Failure]:
    """Read what faulthandler wrote: the fault, and the calls with the newest first."""
    failures = []
    for number, text in enumerate(log.lines, 1):
        found = _FATAL.match(text) if "Fatal Python error: " in text or text.endswith(")!") else None
        if not found:
            continue
        end = number
        frames: list[Frame] = []
        for at in range(number + 1, min(number + _NEAR, len(log.lines)) + 1):
            call = _THREAD_FRAME.match(log.line(at))
            if call:
                frames.insert(0, Frame(call[1], int(call[2]), call[3]))
                end = at
        if not any("/unittest/" in frame.path for frame in frames):
            continue
        name = next(
            (name_of(log.line(n)) for n in (number, number - 1) if n > 0 and name_of(log.line(n))), ""
        )
        test = identify(name) if name else ""
        late = found[1].startswith("Timeout")
        kind = FailureKind.TIMEOUT if late else FailureKind.CRASH
        status = Status.TIMEDOUT if late else Status.ABORTED
        failure = _failure(kind, status, test, found[1], number, (number, end), frames)
        failures.append(failure)
    return failures


def _broken_main(log: Log) -> list[Failure]:
    """Read the traceback of unittest's own program: nothing could be loaded, or the run was interrupted."""
    failures = []
    seen = 0
    for number, text in enumerate(log.lines, 1):
        found = _MAIN.match(text) if "/unittest/main.py" in text else None
        if not found or number <= seen:
            continue
        start = next((n for n in range(number, max(0, number - 30), -1) if log.line(n).endswith(HEAD)), 0)
        if not start:
            continue
        body = [(n, log.line(n)) for n in range(start, min(start + 200, len(log.lines)) + 1)]
        body[0] = (start, HEAD)
        story = read_trace(body)
        if not story.message:
            continue
        seen = story.number
        loads = any(frame.name in _LOADS for frame in story.frames) or found[1] in _LOADS
        loads = loads or any(call in t for _, t in body[: story.number - start] for call in _LOADS)
        failures.append(_ended(log, start, story.message, story.number, story.frames, loads=loads))
    return failures


def _ended(
    log: Log, start: int, message: str, number: int, frames: Sequence[Frame], *, loads: bool
) -> Failure:
    interrupted = message.startswith("KeyboardInterrupt")
    kind = FailureKind.COLLECTION if loads else FailureKind.CRASH
    status = Status.INTERRUPTED if interrupted else Status.ERROR
    name = "" if loads else name_of(log.line(start))
    return _failure(kind, status, identify(name) if name else "", message, number, (start, number), frames)


def _unpicklable(log: Log) -> list[Failure]:
    """Read what Django's `--parallel` says where `tblib` is missing; the run breaks at the first of them."""
    failures = []
    for number, text in enumerate(log.lines, 1):
        if not text.startswith(_UNPICKLABLE):
            continue
        above = range(number - 1, max(0, number - _NEAR), -1)
        start = next((n for n in above if log.line(n).endswith(") failed:")), 0)
        said = [n for n in range(start + 1, number) if log.line(n).strip()]
        if start and said:
            test = identify(log.line(start).removesuffix(" failed:"))
            detail = "\n".join(log.line(n).strip() for n in said[1:])
            name = test.partition(" ")[0]
            kind = FailureKind.SETUP if name in HOOKS else FailureKind.TEST
            message = log.line(said[0]).strip()
            failure = _failure(kind, Status.ERROR, test, message, said[0], (start, number))
            failures.append(replace(failure, detail=detail, rerun=rerun(test, "", "python manage.py test")))
    return failures


def _wrong_use(log: Log) -> list[Failure]:
    failures = []
    for number, text in enumerate(log.lines, 1):
        found = _USAGE.match(text) if "unittest: error: " in text else None
        if found:
            extent = (number, number)
            failures.append(_failure(FailureKind.SETUP, Status.ERROR, "", found[1], number, extent))
    return failures


def _failure(
    kind: FailureKind,
    status: Status,
    test: str,
    message: str,
    number: int,
    extent: tuple[int, int],
    frames: Sequence[Frame] = (),
) -> Failure:
    own = module_file(test) if test else ""
    inside = [frame for frame in frames if not is_foreign(frame.path)]
    file, line = choose_place(inside, own)
    return Failure(
        tool=_TOOL,
        kind=kind,
        status=status,
        test=test,
        message=message,
        log_line=number,
        extent=extent,
        file=file,
        line=line,
        rerun=rerun(test, file, "python -m unittest") if test else "",
    )
