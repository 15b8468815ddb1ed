"""What Test::More writes of failed tests to the standard error, and the notes in which Perl programs die."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._workspace import relative

# `#   Failed test 'name'` with `#   at t/a.t line 3.` below, or in one line; the margin grows in subtests.
_FAILED = re.compile(
    r"(?P<margin> {0,40})# {1,3}Failed test(?P<name>(?: '.*'|(?= at ))?)"
    r"(?: at (?P<file>\S.{0,300}?) line (?P<line>\d{1,7})\.)?$"
)
_AT = re.compile(
    r" {0,40}# {1,3}(?:in (?P<in>\S{1,300}) )?at (?:line )?(?P<file>\S.{0,300}?) line (?P<line>\d{1,7})\.$"
)
_COMMENT = re.compile(r" {0,40}#(?P<text>.*)$")
_DIED = re.compile(
    r"(?P<told>\S.{0,2000}?) at (?P<file>\S{1,300}) line (?P<line>\d{1,7})(?:\.|(?P<more>, .{0,300}))$"
)
_BAILED = re.compile(r"Bailout called\. {1,3}Further testing stopped: {1,3}(?P<told>\S.*)$")
_LOOKS = re.compile(r" {0,40}# Looks like you(?:r test| planned| failed) ")
_ENDED = re.compile(r"# Looks like (?P<told>you planned .{1,200}|your test .{1,200})$")

# Test::More's second line, which is nothing without the first.
_SECOND = ("expected: ", "expected anything else", "doesn't match ", "matches ")


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one failed test, with 1-based log lines."""

    name: str
    level: int
    first: int
    last: int
    message: str
    number: int
    detail: str
    file: str
    line: int


def read_failed(lines: Sequence[str], at: int) -> Told | None:
    """Read what is said of the failed test whose note begins at this index, if one does."""
    found = _FAILED.match(lines[at])
    if found is None:
        return None
    name = (found["name"] or "").strip()
    name = name[1:-1] if name.startswith("'") else name
    file, line = found["file"] or "", int(found["line"] or 0)
    margin = found["margin"]
    told: list[tuple[int, str]] = []
    end = at + 1
    while (
        end < len(lines) and (comment := _COMMENT.match(lines[end])) and lines[end].startswith(f"{margin}#")
    ):
        if _LOOKS.match(lines[end]) or _FAILED.match(lines[end]):
            break
        place = _AT.match(lines[end]) if not file else None
        if place:
            file, line = place["file"], int(place["line"])
        else:
            told.append((end, comment["text"].strip()))
        end += 1
    message, number = _message(told, name, at)
    detail = "\n".join(text for _, text in told)
    return Told(name, len(margin) // 4, at + 1, end, message, number + 1, detail, relative(file), line)


def _message(told: Sequence[tuple[int, str]], name: str, at: int) -> tuple[str, int]:
    """Join what was got and what was expected; else the first words."""
    if not told:
        return f"Failed test '{name}'" if name else "Failed test", at
    words = " ".join(text for _, text in told[:2])
    pair = len(told) > 1 and told[1][1].startswith(_SECOND)
    return (words if pair else told[0][1]), told[0][0]


def read_death(lines: Sequence[str], first: int, last: int) -> tuple[int, str, str, int] | None:
    """Find why a program ended early among lines (0-based): number, words, file, line in it."""
    looks: tuple[int, str, str, int] | None = None
    for at in range(first, last):
        text = lines[at]
        if (died := _DIED.match(text)) and not text.startswith(("#", "[", "ok ", "not ok ")):
            return at + 1, died["told"] + (died["more"] or ""), relative(died["file"]), int(died["line"])
        if bailed := _BAILED.match(text):
            return at + 1, f"Bailed out: {bailed['told']}", "", 0
        if looks is None and (ended := _ENDED.match(text)):
            looks = at + 1, ended["told"], "", 0
    return looks
