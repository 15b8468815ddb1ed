"""The message and the place of a GoogleTest failure, out of the lines between a test's start and its end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._workspace import relative

Lines = Sequence[tuple[int, str]]

# `file.cpp:12: Failure`, on Windows `file.cpp(12): error: Value of: ...`; `unknown file` for exceptions.
_PLACE = re.compile(
    r"(?P<file>unknown file|(?:[A-Za-z]:[\\/])?[^\s:()]{1,1000}(?: [^\s:()]{1,200}){0,3}?)"
    r"(?::(?P<line>\d{1,9})|\((?P<other>\d{1,9})\))?: (?:Failure|error)(?:: ?(?P<rest>.{0,4000}))?$"
)
_END = ": Failure"
_CHECKOUTS = ("/home/runner/work/", "/__w/", "/Users/runner/work/", "/github/workspace/")
_TRACE = "Google Test trace:"
_JOINED = ("Value of:", "Death test:")
_LONGEST = 300
_MOST_JOINED = 8


@dataclass(frozen=True, slots=True)
class Words:
    """What one failed check says, and where."""

    message: str
    detail: str
    number: int
    file: str = ""
    line: int = 0


def read_checks(lines: Lines) -> list[Words]:
    """Give every failed check of a test, in the order in which they were printed."""
    places = [(at, place) for at, (_, text) in enumerate(lines) if (place := _place(text))]
    ends = [*(at for at, _ in places[1:]), len(lines)]
    return [_words(lines, at, end, place) for (at, place), end in zip(places, ends, strict=False)]


def _place(text: str) -> re.Match[str] | None:
    if _END not in text[-10:] and "): error: " not in text and not text.startswith("unknown file: "):
        return None
    starts = [at for checkout in _CHECKOUTS if (at := text.find(checkout)) > 0]
    return _PLACE.match(text, min(starts, default=0))


def _words(lines: Lines, at: int, end: int, place: re.Match[str]) -> Words:
    rest = (place["rest"] or "").strip()
    body = [text for _, text in lines[at + 1 : end]]
    while body and not body[0].strip():
        # Google Mock leaves a line empty before what it has to say.
        at += 1
        body = body[1:]
    if rest:
        body.insert(0, rest)
    file = "" if place["file"] == "unknown file" else relative(place["file"])
    line = int(place["line"] or place["other"] or 0) if file else 0
    if body[:1] == ["Failed"] and len(body) > 1 and body[1].strip() and body[1] != _TRACE:
        body = body[1:]
    message, used = _message(body)
    number = lines[at][0] if rest or at + 1 >= end else lines[at + 1][0]
    return Words(message or "Failure", "\n".join(body[used:]).strip("\n"), number, file, line)


def _message(body: Sequence[str]) -> tuple[str, int]:
    """Put the first sentence on one line: what it announces stands, indented, on the lines below."""
    if not body:
        return "", 0
    first = body[0].strip()
    if not first.endswith(":") and not first.startswith(_JOINED):
        return first[:_LONGEST], 1
    used = 1
    parts = [first]
    for text in body[1 : 1 + _MOST_JOINED]:
        if not text.startswith(("  ", "Expected: ")):
            break
        parts.append(text.strip())
        used += 1
    return " ".join(parts)[:_LONGEST], used
