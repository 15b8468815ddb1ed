"""What ends a session before its tests can speak: crashes, time limits, wrong use, nothing to run.

Sources: pytest's exit codes, https://docs.pytest.org/en/stable/reference/exit-codes.html;
faulthandler, https://docs.python.org/3/library/faulthandler.html; pytest-timeout's thread method,
https://github.com/pytest-dev/pytest-timeout.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._pytest_names import read_announced, read_verbose
from bot.parsers._pytest_places import Roots
from bot.parsers._pytest_sessions import Session
from bot.parsers._pytest_trace import Frame, choose_place, read_story
from bot.parsers._pytest_view import View, read_rule

TOOL = "pytest"

_INTERNAL = "INTERNALERROR> "
_STACK_LINE = re.compile(r" {2}File \"([^\"]{1,1000})\", line (\d{1,7}),? in (.*)")
_SHELL = re.compile(
    r"line \d{1,7}: +\d{1,9} ((?:Killed|Segmentation fault|Aborted|Bus error|Illegal instruction)\b.*)"
)
_EXIT = re.compile(r"(?:[\w.]{1,100}\.)?(?:KeyboardInterrupt|Exit)(?:: |$)")
_PLACE = re.compile(r"(\S.{0,1000}):(\d{1,7}): KeyboardInterrupt")
_USAGE = re.compile(r"(?:ERROR: )?usage: .{0,200}\[file_or_dir\]")
_USAGE_ERROR = re.compile(r".{0,200}?: error: (.+)")
_NOT_FOUND = ("file or directory not found: ", "not found: ", "found no collectors for ")
_CONFTEST = re.compile(r"ImportError while loading conftest '(.{1,1000})'")
_NOTHING_RAN = re.compile(r"exit (?:code|status):? 5\b")
# How far from its own session a message about wrong arguments may stand, and a usage message's own length.
_NEAR = 6
# A broken conftest's traceback is no longer than this.
_CONFTEST_LINES = 240
# A stack of threads is no longer than this.
_STACK_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class _Found:
    """Something that ended a session: indices into the view's lines."""

    kind: FailureKind
    status: Status
    message: str
    index: int
    first: int
    last: int
    test: str = ""
    detail: str = ""
    frames: tuple[Frame, ...] = ()
    own_file: str = ""


def find_aborts(session: Session, roots: Roots) -> list[Failure]:
    """Give what ended this session early, or ended it without a word about a test."""
    lines = session.lines()
    found = _find_internal(session, lines)
    if not session.closed:
        found = found or _find_fatal(session, lines, roots) or _find_shell(session, lines)
    found = found or _find_interrupt(session, lines)
    return [_failure(session.view, found, roots)] if found else []


def _failure(view: View, found: _Found, roots: Roots) -> Failure:
    own = roots.place(found.own_file or found.test.partition("::")[0])
    file, line = choose_place(found.frames, roots, own if found.test or found.own_file else "")
    node = found.test
    return Failure(
        tool=TOOL,
        kind=found.kind,
        status=found.status,
        test=node,
        message=found.message,
        detail=found.detail,
        file=file,
        line=line,
        log_line=view.numbers[found.index],
        extent=(view.numbers[found.first], view.numbers[found.last]),
        rerun=roots.rerun(node) if node else "",
        suite=roots.inside,
    )


def _find_internal(session: Session, lines: list[tuple[int, str]]) -> _Found | None:
    inner = [line for line in lines if line[1].startswith(_INTERNAL)]
    return _read_internal(inner, session.last) if inner else None


def _read_internal(lines: list[tuple[int, str]], end: int) -> _Found:
    """Read pytest's own traceback; its message begins below the last call and may go on for lines."""
    inner = [(index, text[len(_INTERNAL) :]) for index, text in lines]
    calls = [(at, m) for at, (_, text) in enumerate(inner) if (m := _STACK_LINE.match(text))]
    below = inner[calls[-1][0] + 1 :] if calls else inner[-1:]
    index, message = next((line for line in below if line[1][:1].strip()), inner[-1])
    frames = tuple(Frame(call[1], int(call[2])) for _, call in calls)
    kind, status = FailureKind.CRASH, Status.ERROR
    return _Found(kind, status, message.strip(), index, inner[0][0], min(inner[-1][0], end), frames=frames)


def _internal_lines(view: View, index: int) -> list[tuple[int, str]]:
    """Give the traceback that begins here, up to the first line that is none of its own."""
    block: list[tuple[int, str]] = []
    for at in range(index, len(view.texts)):
        if not view.texts[at].startswith(_INTERNAL.rstrip()):
            break
        block.append((at, view.texts[at]))
    return block


def _find_fatal(session: Session, lines: list[tuple[int, str]], roots: Roots) -> _Found | None:
    """Find an interpreter's fatal error, or the stacks that pytest-timeout prints before it exits."""
    for at, (index, text) in enumerate(lines):
        fatal = text.find("Fatal Python error: ")
        dumped = "+ Timeout +" in text
        if fatal < 0 and not dumped:
            continue
        stack = lines[at + 1 : at + _STACK_LIMIT]
        frames, last = _main_stack(stack)
        # faulthandler prints the newest call first, pytest-timeout last.
        frames = frames[::-1] if fatal >= 0 else frames
        test = _pending(lines[: at + 1], text[:fatal] if fatal >= 0 else text.partition("+++")[0])
        test = test or _test_in(frames, roots)
        message = text[fatal:].strip() if fatal >= 0 else "Timeout"
        kind = FailureKind.CRASH if fatal >= 0 else FailureKind.TIMEOUT
        status = Status.ABORTED if fatal >= 0 else Status.TIMEDOUT
        end = max(last, index)
        return _Found(kind, status, message, index, index, min(end, session.last), test, frames=frames)
    return None


def _main_stack(stack: list[tuple[int, str]]) -> tuple[tuple[Frame, ...], int]:
    """Give the calls of the thread that runs the tests, and the index of the stack's last line."""
    frames: list[Frame] = []
    main, last = False, -1
    for index, text in stack:
        if text.startswith(("Current thread", "Thread 0x", "~~~")):
            main = text.startswith("Current thread") or "Stack of MainThread" in text
        found = _STACK_LINE.match(text) if text.startswith("  File ") else None
        if found and main:
            frames.append(Frame(found[1], int(found[2]), found[3]))
        if found or text.startswith(("Current thread", "Thread 0x", "~~~", "    ", "+++")):
            last = index
        elif text.strip():
            break
    return tuple(frames), last


def _test_in(frames: tuple[Frame, ...], roots: Roots) -> str:
    """Give the test that the stack runs in: the outermost call of a function named like a test."""
    for frame in frames:
        if frame.function.startswith("test"):
            return f"{roots.place(frame.path)}::{frame.function}"
    return ""


def _pending(lines: list[tuple[int, str]], here: str) -> str:
    """Give the test that `-v` announced and that had not ended: on this line, or on the last of its kind."""
    node = here.strip()
    if "::" in node and " " not in node.partition("::")[0]:
        return node
    done = set()
    for _, text in reversed(lines[:-1]):
        ended, outcome = read_verbose(text)
        if outcome:
            done.add(ended)
            if not text.startswith("["):
                return ""
        elif announced := read_announced(text):
            return "" if announced in done else announced
    return ""


def _find_shell(session: Session, lines: list[tuple[int, str]]) -> _Found | None:
    """Find the shell's word that pytest was killed."""
    for at, (index, text) in enumerate(lines):
        said = _SHELL.search(text) if ": line " in text else None
        if said:
            test = read_announced(text) or _pending(lines[: at + 1], "")
            kind, status = FailureKind.CRASH, Status.ABORTED
            return _Found(
                kind, status, " ".join(said[1].split()), index, index, min(index, session.last), test
            )
    return None


def _find_interrupt(session: Session, lines: list[tuple[int, str]]) -> _Found | None:
    """Find `!!! KeyboardInterrupt !!!` and `!!! _pytest.outcomes.Exit: reason !!!`."""
    for at, (index, text) in enumerate(lines):
        title = read_rule(text, "!", session.width) if text.startswith("!") else ""
        if not title or not _EXIT.match(title):
            continue
        below = [line for line in lines[at + 1 : at + 1 + _NEAR] if line[0] < session.last]
        place = next((m for _, line in below if (m := _PLACE.match(line))), None)
        frames = (Frame(place[1], int(place[2])),) if place else ()
        last = below[-1][0] if below else index
        kind, status = FailureKind.CRASH, Status.INTERRUPTED
        return _Found(kind, status, title, index, index, last, frames=frames)
    return None


def find_wrong_use(view: View, sessions: list[Session], roots: Roots) -> list[Failure]:
    """Give what ended pytest before it collected anything (exit codes 3 and 4), outside every session."""
    found: list[_Found] = []
    firsts = [session.first for session in sessions]
    after = 0
    for index, text in enumerate(view.texts):
        if index < after:
            continue
        if text.startswith(_INTERNAL):
            block = _internal_lines(view, index)
            after = block[-1][0] + 1
            at = bisect_right(firsts, index)
            if not any(one.first <= index <= one.last for one in sessions[max(at - 1, 0) : at + 1]):
                found.append(_read_internal(block, block[-1][0]))
        elif text.startswith(("ERROR: ", "usage: ", "ImportError while loading")):
            at = bisect_right(firsts, index)
            around = sessions[max(at - 1, 0) : at + 1]
            inside = any(session.first <= index <= session.last for session in around)
            wrong = None if inside else _wrong_use(view, around, index)
            found += [wrong] if wrong else []
    return [_failure(view, wrong, roots) for wrong in found]


def _wrong_use(view: View, around: list[Session], index: int) -> _Found | None:
    text = view.texts[index]
    kind, status = FailureKind.COLLECTION, Status.ERROR
    conftest = _CONFTEST.match(text)
    if conftest:
        block = _until_blank(_below(view, index, _CONFTEST_LINES))
        story = read_story(block)
        at = story.index if story.message else index
        found = _Found(kind, status, story.message or text, at, index, block[-1][0] if block else index)
        return replace(found, detail=story.detail, frames=story.frames, own_file=conftest[1])
    if _USAGE.match(text):
        told = [(at, m[1]) for at, line in _below(view, index, _NEAR) if (m := _USAGE_ERROR.match(line))]
        return _Found(kind, status, told[0][1], told[0][0], index, told[0][0]) if told else None
    reason = text.removeprefix("ERROR: ")
    near = any(
        (session.headed or session.closed)
        and not session.counts
        and -_NEAR <= index - session.first <= session.last - session.first + _NEAR
        for session in around
    )
    if text.startswith("ERROR: ") and near and reason.startswith(_NOT_FOUND):
        return _Found(kind, status, reason, index, index, index)
    return None


def _below(view: View, index: int, count: int) -> list[tuple[int, str]]:
    return [(at, view.texts[at]) for at in range(index + 1, min(index + 1 + count, len(view.texts)))]


def _until_blank(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    end = next(
        (at for at, (_, text) in enumerate(lines) if not text.strip() or text.startswith("##[")), len(lines)
    )
    last = max((at for at, (_, text) in enumerate(lines[:end]) if text.startswith("E")), default=end - 1)
    return lines[: last + 1]


def find_nothing_ran(session: Session, roots: Roots) -> list[Failure]:
    """Give a session that ran no test where the log says that pytest left with exit code 5."""
    ran = {"passed", "failed", "error", "errors", "skipped", "xfailed", "xpassed"} & session.counts.keys()
    after = session.view.texts[session.last + 1 : session.last + 1 + _NEAR * 4]
    if ran or not session.closed or not any(_NOTHING_RAN.search(text) for text in after if "5" in text):
        return []
    message = session.view.texts[session.last].strip("= ")
    kind, status, last = FailureKind.COLLECTION, Status.ERROR, session.last
    return [_failure(session.view, _Found(kind, status, message, last, session.first, last), roots)]
