"""One failed check of Catch2: its place, its expression and what it came to."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._ctest_views import View
from bot.parsers._workspace import relative

TOOL = "catch2"
_PLACE = re.compile(r"(?P<file>.{1,2000}?)(?::(?P<line>\d{1,9})|\((?P<other>\d{1,9})\)): (?:FAILED|failed):")
_CHECKOUT = "/home/runner/work/"
_SPECIAL = re.compile(r"([\\,\[*])")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Check:
    """What one failed check says, and where."""

    message: str
    detail: str
    number: int
    file: str = ""
    line: int = 0
    fatal: bool = False


def place_in(text: str) -> tuple[str, int]:
    """Read the file and line at the beginning of a failed check; what a test printed may stand before it."""
    found = _PLACE.match(text, max(0, text.find(_CHECKOUT)))
    return (relative(found["file"]), int(found["line"] or found["other"])) if found else ("", 0)


def check_of(lines: Sequence[tuple[int, str]]) -> Check:
    """Read the block that begins with `file:line: FAILED:`."""
    file, line = place_in(lines[0][1])
    body = [(number, text.strip()) for number, text in lines[1:] if text.strip()]
    if not body:
        return Check("FAILED", "", lines[0][0], file, line)
    if len(body) > 1 and body[0][1].startswith("{Unknown expression"):
        body = body[1:]
    number, first = body[0]
    rest = [text for _, text in body[1:]]
    fatal = any("fatal error condition" in text for _, text in body)
    if rest and first.endswith(("message:", "messages:", "condition:", "exception with message:")):
        first, rest = f"{first} {rest[0]}", rest[1:]
    elif rest and rest[0] == "with expansion:" and len(rest) > 1:
        first, rest = f"{first} with expansion: {rest[1]}", rest[2:]
    return Check(first[:_LONGEST], "\n".join(rest), number, file, line, fatal)


def rerun_of(view: View, name: str) -> str:
    """Give the command that runs one test case."""
    if not view.rerun or view.inside:
        return view.rerun
    return f"{view.rerun} {shlex.quote(_SPECIAL.sub(_escaped, name))}"


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}"
