"""The lines of a log as pytest printed them: prefixes of a wrapper taken off, rules read.

A "rule" is what pytest's `TerminalWriter.sep` writes: a title between two fills of one character,
as wide as the terminal: https://github.com/pytest-dev/pytest/blob/9.0.0/src/_pytest/_io/terminalwriter.py
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model.log import Log
from bot.parsers._pytest_redrawn import redraw

START = "test session starts"

# What Docker Compose (`api-1  | `) and BuildKit (`#12 3.456 `) put before a container's lines.
_WRAPPER = re.compile(r"(?P<key>[\w./-]{1,80} {1,80}\| )|(?P<step>#\d{1,5} )\d{1,7}\.\d{1,6} ")
# A rule may be shorter than the terminal by what the cleaning of its title took away.
_SLACK = 2


@dataclass(frozen=True, slots=True)
class View:
    """Lines to parse and the log's number of each.

    Attributes:
        texts: the lines without a wrapper's prefix.
        numbers: the log's line numbers, counted from 1; as long as `texts`.
        prefix: what was taken off, empty for the log itself.
    """

    texts: Sequence[str]
    numbers: Sequence[int]
    prefix: str = ""


def read_rule(text: str, char: str, width: int = 0) -> str:
    """Give the title of a rule drawn with `char`, or an empty text when it is none.

    `width` is the terminal's, 0 when unknown; a title that does not fit has one `char` on each side.
    """
    if not text.startswith(char):
        return ""
    line = text.rstrip()
    left = len(line) - len(line.lstrip(char))
    right = len(line) - len(line.rstrip(char))
    title = line[left + 1 : len(line) - right - 1]
    if not right or not title.strip("_ ") or line[left] != " " or line[-right - 1] != " ":
        return ""
    if width and not width - _SLACK <= len(line) <= width and (left > 1 or len(line) < width):
        return ""
    return title


def read_views(log: Log) -> Iterator[View]:
    """Give the log itself, and one view per wrapped stream in which a session starts."""
    yield View(redraw(log.lines), range(1, len(log.lines) + 1))
    keys: set[str] = set()
    for text in log.lines:
        if START in text and not text.startswith("="):
            wrapped = _WRAPPER.match(text)
            if wrapped and read_rule(text[wrapped.end() :], "=") == START:
                keys.add(wrapped["key"] or wrapped["step"])
    for key in sorted(keys):
        yield _unwrap(log, key)


def _unwrap(log: Log, key: str) -> View:
    texts: list[str] = []
    numbers: list[int] = []
    bare = key.rstrip()
    for number, text in enumerate(log.lines, start=1):
        if text.startswith(key) or text == bare:
            texts.append(text[len(key) :].partition(" ")[2] if key[0] == "#" else text[len(key) :])
            numbers.append(number)
    return View(texts, numbers, prefix=key)
