"""RSpec's blocks: a failed example's number, name, message and backtrace, and errors outside of examples.

How RSpec lays them out: https://github.com/rspec/rspec/blob/main/rspec-core/lib/rspec/core/formatters/exception_presenter.rb
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.parsers._workspace import relative

ITEM = re.compile(r" {2}(\d{1,6})\) (\S.*)$")
OUTSIDE = re.compile(
    r"An error occurred (?:in an? `(?P<hook>(?:before|after|around)\([^)`]{1,80}\))` hook"
    r"|while loading (?P<file>\S.{0,500}?\.\w{1,12}))\.(?: - Did you mean\?)?$"
)
_FRAME = re.compile(r"\s{0,20}# (?P<file>\S.{0,400}?):(?P<line>\d{1,7})(?::in [`'].*)?$")
_SUB = re.compile(r"\s{2,20}\d{1,6}\.\d{1,6}\) (?=\S)")
_CLASS = re.compile(r"[A-Z]\w{0,80}(?:::[A-Z]\w{0,80}){0,12}:$")
_SYNTAX = re.compile(r"(?:SyntaxError: )?-{0,3} ?(?P<file>/?[^\s:]\S{0,400}?\.\w{1,9}):(?P<line>\d{1,7}):")
_CODE = "Failure/Error:"
_FOREIGN = (
    "/gems/",
    "/lib/ruby/",
    "/rubygems",
    "/vendor/bundle/",
    "/vendor_ruby/",
    "/usr/bin/",
    "<internal:",
)
_MOST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Words:
    """What a block says: the message and its line, the rest, and the place in the repository."""

    message: str
    number: int
    detail: str
    file: str
    line: int
    error: str


def read_words(block: Sequence[tuple[int, str]], own: str = "") -> Words:
    """Read a block's message and place.

    Args:
        block: the numbered lines below the heading; not empty.
        own: the file whose frame tells the place best, as RSpec prints it.
    """
    body = [(number, _SUB.sub("", text)) for number, text in block]
    message = _trim(list(_message_lines(body)))
    error = ""
    if len(message) > 1 and _CLASS.match(message[0][1].strip()):
        error = message[0][1].strip()[:-1]
    told = message[1 if error else 0 :]
    number, text, used = _first_sentence(told) if told else (block[0][0], error, 0)
    if error and told:
        text = f"{error}: {text}"
    detail = "\n".join(line.strip() for _, line in told[used:][:_MOST_DETAIL]).strip("\n")
    file, line = _place(body, own, text)
    return Words(text, number, detail, file, line, error)


def end_of_outside(lines: Sequence[str], start: int) -> int:
    """Find the index behind an error outside of examples that begins at index `start`."""
    at = start + 1
    traced = False
    while at < len(lines):
        frame = lines[at].startswith("# ") or lines[at] == "#"
        if OUTSIDE.match(lines[at]) or (traced and not frame):
            break
        traced = traced or frame
        at += 1
    return at


def _message_lines(body: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Give the lines between the code that failed and the backtrace."""
    coded = next((at for at, (_, text) in enumerate(body) if text.lstrip().startswith(_CODE)), -1)
    at = coded + 1
    if coded >= 0 and body[coded][1].strip() == _CODE:
        # The code takes several lines, up to an empty one.
        while at < len(body) and body[at][1].strip():
            at += 1
    for number, text in body[at:]:
        if _FRAME.match(text) or text.lstrip().startswith("# -----"):
            return
        yield number, text


def _trim(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    while lines and not lines[0][1].strip():
        lines = lines[1:]
    return lines


def _first_sentence(told: Sequence[tuple[int, str]]) -> tuple[int, str, int]:
    """Give the message's line and text, and how many lines it takes: `expected: 3` and `got: 2` are one."""
    lines = [(number, text.strip()) for number, text in told]
    at = next((at for at, (_, text) in enumerate(lines) if text), 0)
    number, text = lines[at]
    if text.startswith("expected: ") and at + 1 < len(lines) and lines[at + 1][1].startswith("got: "):
        return number, f"{text} {lines[at + 1][1]}", at + 2
    return number, text, at + 1


def _place(body: Sequence[tuple[int, str]], own: str, message: str) -> tuple[str, int]:
    """Give the frame in the example's own file, else the first in the repository, else the message's."""
    frames = [found for _, text in body if (found := _FRAME.match(text))]
    ours = [found for found in frames if not any(word in found["file"] for word in _FOREIGN)]
    best = next((f for f in ours if own and relative(f["file"]) == relative(own)), next(iter(ours), None))
    best = best or _SYNTAX.match(message)
    return (relative(best["file"]), int(best["line"])) if best else ("", 0)
