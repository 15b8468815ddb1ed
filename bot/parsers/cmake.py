"""CMake: errors while configuring, generating, or running a script.

Format: https://github.com/Kitware/CMake/blob/master/Source/cmMessenger.cxx. Where CMake's own module reports
the error, the place is the project's line that called it.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._workspace import relative

TOOL = "cmake"
ANCHORS: tuple[str, ...] = ("CMake Error",)
KEEP: tuple[str, ...] = (r"^-- Configuring incomplete",)
TROUBLE: tuple[str, ...] = (r"^CMake Error",)

_HEAD = re.compile(
    r"CMake Error(?: \((?:dev|install)\))?(?: (?:at|in) (?P<file>[^:]{1,1000}?)(?::(?P<line>\d{1,7}))?"
    r"(?: \((?P<command>[\w.\-]{1,200})\))?)?:(?: (?P<text>\S.{0,3000}))?$"
)
_FRAME = re.compile(r"  (?P<file>\S[^:]{0,1000}):(?P<line>\d{1,7}) \((?P<command>[\w.\-:]{1,200})\)$")
_STACK = "Call Stack (most recent call first):"
_FOREIGN = re.compile(
    r"/(?:cmake(?:-\d[\d.]{0,10})?/Modules|_deps|vcpkg|\.conan2?)/|^/(?:usr|opt)/|/Modules/Find"
)
_LONGEST = 300
_MOST = 200
_MOST_PARTS = 6


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    seen: set[tuple[str, str, int]] = set()
    for number, line in enumerate(log.lines, 1):
        found = _HEAD.match(line) if line.startswith("CMake Error") else None
        if found is None:
            continue
        failure = _read(log, number, found)
        key = (failure.message, failure.file, failure.line)
        if key not in seen:
            seen.add(key)
            failures.append(failure)
    return Findings(TOOL, tuple(failures))


def _read(log: Log, number: int, found: re.Match[str]) -> Failure:
    body, frames, last = _body(log, number)
    if found["text"]:
        body.insert(0, found["text"])
    file, line = relative(found["file"] or ""), int(found["line"] or 0)
    if _FOREIGN.search(found["file"] or ""):
        own = [frame for frame in frames if not _FOREIGN.search(frame[0])]
        file, line = (relative(own[0][0]), own[0][1]) if own else ("", 0)
    message, used = _message(body)
    detail = "\n".join(body[used:]).strip("\n")
    return Failure(
        TOOL, FailureKind.BUILD, Status.ERROR, "", message or "CMake Error", number, (number, last), detail,
        file, line,
    )  # fmt: skip


def _body(log: Log, number: int) -> tuple[list[str], list[tuple[str, int]], int]:
    """Give the message's lines, the calls that led to it, and the number of the last line."""
    body: list[str] = []
    frames: list[tuple[str, int]] = []
    last, stack = number, False
    for at in range(number + 1, min(number + _MOST, len(log.lines)) + 1):
        text = log.line(at)
        if text.startswith(_STACK):
            stack = True
        elif stack and (frame := _FRAME.match(text)):
            frames.append((frame["file"], int(frame["line"])))
        elif (text and (stack or not text.startswith("  "))) or (not text and stack):
            break
        else:
            body.append(text[2:])
        if text.strip():
            last = at
    while body and not body[-1].strip():
        body.pop()
    return body, frames, last


def _message(body: list[str]) -> tuple[str, int]:
    """Join the first sentence's lines, which CMake breaks; a line set off may be in the middle of it."""
    parts: list[str] = []
    for used, text in enumerate(body):
        if (
            not text.strip()
            and parts
            and (parts[-1].endswith((".", ":", ")", "!")) or len(parts) > _MOST_PARTS)
        ):
            return " ".join(parts)[:_LONGEST], used
        if text.strip():
            parts.append(text.strip())
    return " ".join(parts)[:_LONGEST], len(body)
