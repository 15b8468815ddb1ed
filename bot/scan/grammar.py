"""What a pattern may say: RE2's syntax over one line, within limits of length and cost."""

import functools
from collections.abc import Iterator
from typing import Protocol

import re2

from bot.model.signature import Pattern

# More are refused: up to this many, their number hardly matters to the scan (docs/benchmarks.md).
MAX_PATTERNS = 5_000
# No line that explains a failure needs a longer description.
MAX_LENGTH = 1_000
# Memory of one compiled expression, in bytes.
MAX_MEMORY = 8 * 1024 * 1024
# RE2's own measure of cost. Hand-written expressions stay under a thousand.
MAX_PROGRAM = 20_000
# What an expression must not say: it is searched in single lines, where these have no or another meaning.
ANCHORS = ("\\A", "\\z", "\\C")


class Found(Protocol):
    """A place where an expression matches."""

    def start(self) -> int:
        """Where it begins."""

    def end(self) -> int:
        """Where it ends."""


class Expression(Protocol):
    """A compiled expression."""

    programsize: int

    def search(self, text: str | bytes, pos: int = 0) -> Found | None:
        """The first place where it matches."""

    def finditer(self, text: str | bytes) -> Iterator[Found]:
        """Every place where it matches."""


def problem(pattern: Pattern) -> str:
    """Why a pattern is refused; empty when it is not."""
    text = pattern.text
    if not text.strip():
        return "it is empty"
    if len(text) > MAX_LENGTH:
        return f"it has {len(text)} characters, at most {MAX_LENGTH} are taken"
    if "\n" in text or "\r" in text:
        return "it holds a line break, but it is searched in single lines"
    if not pattern.is_regex:
        return ""
    return _flag_problem(text) or _regex_problem(text)


def _flag_problem(text: str) -> str:
    """Anchors of a whole text and flags of several lines: not in a single line."""
    plain = text.replace("\\\\", "")
    if any(anchor in plain for anchor in ANCHORS):
        return "\\A, \\z and \\C are not supported: use ^ and $"
    for part in plain.split("(?")[1:]:
        flags = part[:5].partition(")")[0].partition(":")[0]
        if flags.strip("imsU-") == "" and set(flags) & {"m", "s"}:
            return "the flags m and s have no meaning here: a pattern is searched in single lines"
    return ""


def _regex_problem(text: str) -> str:
    """What RE2 says of an expression."""
    try:
        expression = compile_expression(text)
    except re2.error as error:
        told = error.args[0] if error.args else ""
        return f"RE2 does not take it: {told.decode(errors='replace') if isinstance(told, bytes) else told}"
    if expression.programsize > MAX_PROGRAM:
        return "it is too costly: its repetitions multiply"
    if expression.search("") is not None:
        return "it matches an empty line, so it matches everything"
    return ""


@functools.lru_cache(maxsize=2 * MAX_PATTERNS)
def compile_expression(text: str | bytes) -> Expression:
    """Compile an expression, once: RE2's own wrapper keeps no more than the last 128.

    Raises:
        re2.error: RE2 does not take it.
    """
    expression: Expression = re2.compile(text, options())
    return expression


@functools.lru_cache(maxsize=1)
def options() -> object:
    """No captures, which are what makes RE2 slow on hostile text, and nothing printed."""
    chosen = re2.Options()
    chosen.max_mem = MAX_MEMORY
    chosen.never_capture = True
    chosen.log_errors = False
    return chosen
