"""RE2 as the grammar of patterns, and the search for many of them in a log's lines.

A literal is looked for with Python's own search, an expression with RE2 alone; Python's `re` never runs a
pattern that came from a repository. `re2.Filter` picks out of 64 KiB blocks the expressions that may match
(DEPENDENCIES 1.3); the lines of such a block are then searched one by one.
"""

import functools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import re2

from bot.model.signature import Pattern, PatternHit
from bot.ports import PatternProblem

# More are refused: RE2 holds no more in one automaton at this memory (DEPENDENCIES 1.3).
MAX_PATTERNS = 1_000
# No line that explains a failure needs a longer description.
MAX_LENGTH = 1_000
# Memory of one compiled expression, in bytes.
MAX_MEMORY = 8 * 1024 * 1024
# RE2's own measure of cost. Hand-written expressions stay under a thousand.
MAX_PROGRAM = 20_000
# Of one pattern the first and the last half of these are kept: one that is everywhere explains nothing.
MAX_HITS = 10_000
# How much text is filtered at once, in characters.
BLOCK = 64 * 1024
# The filter's automata stay small in groups of this size.
SHARD = 250
# What an expression must not say: it is searched in single lines, where these have no or another meaning.
ANCHORS = ("\\A", "\\z", "\\C")


class _Expression(Protocol):
    """A compiled expression."""

    programsize: int

    def search(self, text: str) -> object | None:
        """The first place where it matches."""


class _Filter(Protocol):
    """RE2's filter: many expressions, one pass."""

    def Add(self, pattern: str, options: object) -> int:  # noqa: N802 - RE2's own name
        """Take an expression, give its number."""

    def Compile(self) -> None:  # noqa: N802 - RE2's own name
        """Make it ready."""

    def Match(self, text: str) -> list[int] | None:  # noqa: N802 - RE2's own name
        """Numbers of the expressions that match the text."""


class RegexEngine:
    """`bot.ports.PatternEngine` on RE2."""

    def problems(self, patterns: Sequence[Pattern]) -> tuple[PatternProblem, ...]:
        """Patterns that do not compile, match everything or cost too much, each once."""
        unique = tuple(dict.fromkeys(patterns))
        told = [(pattern, _problem(pattern)) for pattern in unique[:MAX_PATTERNS]]
        over = [
            (pattern, f"there are more than {MAX_PATTERNS} patterns") for pattern in unique[MAX_PATTERNS:]
        ]
        return tuple(PatternProblem(pattern, message) for pattern, message in (*told, *over) if message)

    def found(self, pattern: Pattern, text: str) -> bool:
        """Whether the pattern is found in one cleaned line; a pattern with a problem never is."""
        if not pattern.text:
            return False
        if not pattern.is_regex:
            return pattern.text in text
        try:
            return _compile(pattern.text).search(text) is not None
        except re2.error:
            return False

    def find(self, patterns: Sequence[Pattern], lines: Sequence[str]) -> tuple[PatternHit, ...]:
        """Find all patterns in all lines, numbered from 1, in the order of the lines.

        Patterns with a problem find nothing. Of a pattern with more than `MAX_HITS` hits the first and
        the last half are given.
        """
        return _prepare(tuple(patterns)).find(lines)


@dataclass(frozen=True, slots=True)
class _Shard:
    """Expressions that are filtered together; without a filter each is tried on every line."""

    patterns: tuple[Pattern, ...]
    compiled: tuple[_Expression, ...]
    filter: _Filter | None

    def candidates(self, block: str) -> Sequence[int]:
        """Which of them may match a line of this block."""
        if self.filter is None:
            return range(len(self.patterns))
        return sorted(self.filter.Match(block) or ())


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A set of patterns, compiled."""

    literals: tuple[Pattern, ...]
    shards: tuple[_Shard, ...]

    def find(self, lines: Sequence[str]) -> tuple[PatternHit, ...]:
        hits: dict[Pattern, list[int]] = {}
        for first, block, starts in _blocks(lines):
            for pattern in self.literals:
                if pattern.text in block:
                    _note(hits, pattern, [first + n for n in _literal_lines(pattern.text, block, starts)])
            for shard in self.shards:
                for index in shard.candidates(block):
                    search = shard.compiled[index].search
                    inside = range(first, first + len(starts))
                    _note(hits, shard.patterns[index], [n for n in inside if search(lines[n])])
        found = [(n, order, p) for order, (p, numbers) in enumerate(hits.items()) for n in numbers]
        return tuple(PatternHit(p, n + 1, lines[n]) for n, _, p in sorted(found, key=lambda one: one[:2]))


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, str, list[int]]]:
    """Lines joined to blocks: the index of the first line, the text, and where in it each line begins."""
    first, size = 0, 0
    for index, line in enumerate(lines):
        size += len(line) + 1
        if size >= BLOCK or index == len(lines) - 1:
            part = lines[first : index + 1]
            starts = [0, *accumulate(len(one) + 1 for one in part[:-1])]
            yield first, "\n".join(part), starts
            first, size = index + 1, 0


def _literal_lines(text: str, block: str, starts: list[int]) -> Iterator[int]:
    """Numbers of the block's lines that hold the text, each once."""
    at = block.find(text)
    while at >= 0:
        number = bisect_right(starts, at) - 1
        yield number
        if number + 1 == len(starts):
            return
        at = block.find(text, starts[number + 1])


def _note(hits: dict[Pattern, list[int]], pattern: Pattern, numbers: list[int]) -> None:
    """Add hits; over the limit the middle ones go."""
    known = hits.setdefault(pattern, [])
    known += numbers
    if len(known) > MAX_HITS:
        del known[MAX_HITS // 2 : len(known) - MAX_HITS // 2]


@functools.lru_cache(maxsize=8)
def _prepare(patterns: tuple[Pattern, ...]) -> _Prepared:
    """Compile what has no problem; the same configuration comes again with every log."""
    good = [pattern for pattern in dict.fromkeys(patterns[:MAX_PATTERNS]) if not _problem(pattern)]
    regexes = [pattern for pattern in good if pattern.is_regex]
    return _Prepared(
        literals=tuple(pattern for pattern in good if not pattern.is_regex),
        shards=tuple(_shard(regexes[at : at + SHARD]) for at in range(0, len(regexes), SHARD)),
    )


def _shard(patterns: list[Pattern]) -> _Shard:
    """Put expressions into one filter. `^` and `$` mean a line's ends, also inside of a block."""
    compiled = tuple(_compile(pattern.text) for pattern in patterns)
    several: _Filter | None = re2.Filter()
    try:
        if several is not None:
            for pattern in patterns:
                several.Add(f"(?m:{pattern.text})", _options())
            several.Compile()
    except re2.error:
        several = None
    return _Shard(tuple(patterns), compiled, several)


def _problem(pattern: Pattern) -> str:
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
        expression = _compile(text)
    except re2.error as error:
        told = error.args[0] if error.args else ""
        return f"RE2 does not take it: {told.decode(errors='replace') if isinstance(told, bytes) else told}"
    if expression.programsize > MAX_PROGRAM:
        return "it is too costly: its repetitions multiply"
    if expression.search("") is not None:
        return "it matches an empty line, so it matches everything"
    return ""


def _compile(text: str) -> _Expression:
    """Compile an expression; RE2's wrapper keeps the last 128 of them."""
    expression: _Expression = re2.compile(text, _options())
    return expression


@functools.lru_cache(maxsize=1)
def _options() -> object:
    """No captures, which are what makes RE2 slow on hostile text, and nothing printed."""
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.never_capture = True
    options.log_errors = False
    return options
