"""What jest says when it could not run, or was broken off: configuration, set-up, thresholds, crashes."""

import re

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._js_stack import frames

TOOL = "jest"
_LONGEST = 1000
_BELOW = 60
_FORMS: tuple[tuple[re.Pattern[str], FailureKind, Status], ...] = (
    (
        re.compile(r"(?:Error: )?(?P<message>Jest: Got error running global(?:Setup|Teardown) - .+)$"),
        FailureKind.SETUP,
        Status.ERROR,
    ),
    (
        re.compile(r"(?P<message>Jest: .{1,300} coverage threshold .{1,200} not met: .{1,100})$"),
        FailureKind.LINT,
        Status.FAILED,
    ),
    (
        re.compile(r"(?P<message>No tests found, exiting with code 1)\b"),
        FailureKind.COLLECTION,
        Status.ERROR,
    ),
    (
        re.compile(r" {2}● {2}(?P<message>process\.exit called with \"[1-9]\d{0,4}\")$"),
        FailureKind.CRASH,
        Status.ABORTED,
    ),
)
_INVALID = re.compile(r"● (?:Validation Error|Multiple configurations found):?")
_WORDS = ("globalSetup", "globalTeardown", "coverage threshold", "No tests found", "process.exit called")


def read_broken(lines: tuple[str, ...]) -> list[Failure]:
    """Give what went wrong outside the test files."""
    found: list[Failure] = []
    for number, text in enumerate(lines, 1):
        if text.startswith("● ") and _INVALID.match(text):
            found.append(_invalid(lines, number))
        elif any(word in text for word in _WORDS):
            found += _told(lines, number, text[:_LONGEST])
    return found


def _told(lines: tuple[str, ...], number: int, text: str) -> list[Failure]:
    for form, kind, status in _FORMS:
        if found := form.match(text):
            last = _end(lines, number)
            own = frames(lines[number:last]) if kind is not FailureKind.LINT else []
            file, line = (own[0].file, own[0].line) if own else ("", 0)
            detail = "\n".join(lines[number:last]).strip("\n")
            message, extent = found["message"].strip(), (number, last)
            return [Failure(TOOL, kind, status, "", message, number, extent, detail, file, line)]
    return []


def _end(lines: tuple[str, ...], number: int) -> int:
    """Give the last line of an indented text below a line."""
    last = number
    for at in range(number + 1, min(len(lines), number + _BELOW) + 1):
        text = lines[at - 1]
        if text.strip():
            if not text.startswith("  "):
                break
            last = at
    return last


def _invalid(lines: tuple[str, ...], number: int) -> Failure:
    """Read `● Validation Error:`, whose text stands indented below it."""
    last = _end(lines, number)
    body = [(at, lines[at - 1].strip()) for at in range(number + 1, last + 1) if lines[at - 1].strip()]
    at, message = body[0] if body else (number, lines[number - 1].removeprefix("● "))
    detail = "\n".join(text for _, text in body[1:])
    return Failure(TOOL, FailureKind.SETUP, Status.ERROR, "", message, at, (number, last), detail)
