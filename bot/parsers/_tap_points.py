"""The words shared by TAP and bats' pretty output: test points, streams, places, messages.

TAP: https://testanything.org/tap-version-14-specification.html; bats: https://bats-core.readthedocs.io.
"""

import re
from dataclasses import dataclass, field

from bot.parsers._js_stack import frames
from bot.parsers._workspace import relative

Line = tuple[int, str]

_BATS_PLACE = re.compile(r"in test file (.{1,1000}), line (\d{1,7})\)")
_BASH_PLACE = re.compile(r"(\S.{0,1000}\.(?:bats|bash|sh)): line (\d{1,7}): ")
_OTHER_PLACE = re.compile(
    r"(?:location|^\s{0,8}at): ['\"]?(?:[^'\"()]{1,300} \()?"
    r"([^\s'\"(][^'\"(]{0,800}?):(\d{1,7}):\d{1,7}['\")]?$"
    r"|\s{0,40}at (\S{1,1000}) line (\d{1,7})\.$"
)
_FILE_NAME = re.compile(r"\s{0,40}fileName: (.{1,1000})$")
_LINE_NUMBER = re.compile(r"\s{0,40}lineNumber: (\d{1,7})$")
_TOLD = re.compile(r"(?P<margin> {0,8})(?P<key>error|message|name): ?(?P<text>.*)$")
_OPEN_VALUES = {"|", "|-", ">", ">-", ""}
_KEYS = 4
# A command that failed may span lines; no longer one is shown.
_COMMAND_LINES = 20


@dataclass(slots=True)
class Point:
    """One test as a stream reports it; line numbers as in the log.

    Attributes:
        state: `passed`, `failed`, `skipped` (TODO included) or `timedout`.
        level: how deep it stands in subtests, 0 for the outermost.
        path: the names of the subtests around it.
        body: what is said about it, comment marks and margins taken off.
        last: the last line that belongs to it.
        parent: it only sums up subtests.
        plain: its body is the message itself, without keys.
        heading: the comment before it.
    """

    state: str
    number: int
    name: str
    line: int
    level: int = 0
    path: tuple[str, ...] = ()
    body: list[Line] = field(default_factory=list)
    last: int = 0
    parent: bool = False
    plain: bool = False
    heading: str = ""


@dataclass(slots=True)
class Stream:
    """One run: its points and what it announced or summed up.

    Attributes:
        bats: it was written by bats, not by another producer of TAP.
        plan: how many tests it announced or summed up; -1 when it never said.
        warning: bats' own word that tests are missing.
        ended: it said that nothing more is to come.
        summed: it counted its tests in comments at its end.
        closed: its step is over.
    """

    first: int
    last: int
    bats: bool = False
    plan: int = -1
    points: list[Point] = field(default_factory=list)
    warning: Line | None = None
    ended: bool = False
    summed: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What a failed point says: message, details, the message's line, and the place."""

    message: str
    detail: str
    line: int
    file: str
    at: int


def place(path: str) -> str:
    """Give a path relative to the repository, as far as the log allows it."""
    return relative(path.strip().replace("\\", "/"))


def is_bats_body(body: list[Line]) -> bool:
    """Whether only bats writes so: it names the place of a failure in words of its own."""
    return any("in test file " in text and _BATS_PLACE.search(text) for _, text in body)


def read_words(point: Point, *, bats: bool) -> Words:
    """Read what is said about a failed point."""
    file, at = _place_of(point.body)
    rest = [(line, text) for line, text in point.body if text.strip()]
    if bats:
        rest = _without_place(rest)
        count = _command_length(rest)
        message = " ".join(text.strip() for _, text in rest[:count])
    else:
        count, message = (1, rest[0][1].strip()) if point.plain and rest else _told(rest)
        rest = rest[count - 1 :] if message else rest
        count = 1 if message else 0
    line = rest[0][0] if rest and message else point.line
    detail = "\n".join(text for _, text in rest[count:])
    return Words(message or point.name or "not ok", detail, line, place(file), at)


def _place_of(body: list[Line]) -> tuple[str, int]:
    for pattern in (_BATS_PLACE, _BASH_PLACE, _OTHER_PLACE):
        for _, text in body:
            found = pattern.search(text)
            if found:
                groups = [group for group in found.groups() if group]
                return groups[0], int(groups[1])
    called = next(iter(frames(text for _, text in body)), None)
    if called:
        return called.file, called.line
    named = next((m[1] for _, text in body if (m := _FILE_NAME.match(text))), "")
    numbered = next((int(m[1]) for _, text in body if (m := _LINE_NUMBER.match(text))), 0)
    return (named, numbered) if named else ("", 0)


def _without_place(body: list[Line]) -> list[Line]:
    """Leave out `(from function ... in test file x.bats, line 12)`."""
    if not body or not body[0][1].lstrip().startswith(("(in test file ", "(from function ")):
        return body
    end = next((at for at, (_, text) in enumerate(body) if _BATS_PLACE.search(text)), len(body))
    return body[end + 1 :]


def _command_length(body: list[Line]) -> int:
    """Count the lines of "`command' failed", which holds the command as it stands in the file."""
    if not body or not body[0][1].lstrip().startswith("`"):
        return 1 if body else 0
    for at, (_, text) in enumerate(body[:_COMMAND_LINES]):
        if "' failed" in text:
            return at + 1
    return 1


def _told(body: list[Line]) -> tuple[int, str]:
    """Find a producer's own message: `error:`, `message:`, or a first line of comment."""
    for at, (_, text) in enumerate(body):
        found = _TOLD.match(text)
        if found is None or found["key"] == "name":
            continue
        value = found["text"].strip()
        if value in _OPEN_VALUES and at + 1 < len(body):
            inside = _inside(body, at + 1) if not value else None
            return inside or (at + 2, body[at + 1][1].strip())
        return at + 1, _scalar(value)
    plain = next((at for at, (_, text) in enumerate(body) if "Failed test" in text), -1)
    return (plain + 1, body[plain][1].strip()) if plain >= 0 else (0, "")


def _inside(body: list[Line], start: int) -> tuple[int, str] | None:
    """Read an error that is a mapping of its own, with its words in `message`."""
    for at, (_, text) in enumerate(body[start : start + _KEYS], start):
        found = _TOLD.match(text)
        if found is None or not found["margin"]:
            return None
        if found["key"] == "message":
            return at + 1, _scalar(found["text"].strip())
    return None


def _scalar(text: str) -> str:
    """Take the quotes off a value as YAML has them."""
    if text.startswith("'"):
        return text.removesuffix(",")[1:].removesuffix("'").replace("''", "'").strip()
    if text.startswith('"'):
        return text[1:].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\").strip()
    return text
