"""Which of many expressions may match in a block of text: asked once per block, answered by two engines.

Both are given the rewritten expressions of `bot.scan.rewrite` and UTF-8 text. What they name is a candidate;
RE2 has the last word on each line.
"""

from collections.abc import Sequence
from typing import Protocol

import re2

from bot.scan.grammar import compile_expression, options

# The filter's automata stay small in groups of this size (DEPENDENCIES 1.3).
SHARD = 250
# RE2's filter explodes on larger pieces of text.
FILTERED = 64 * 1024


class Candidates(Protocol):
    """Expressions, compiled together, known by their index in the list that was given."""

    def possible(self, text: bytes) -> Sequence[int]:
        """Indexes of those that may match somewhere in this text, ascending."""

    def places(self, text: bytes) -> Sequence[tuple[int, int]]:
        """Offset and index of every match, each offset inside of the line that it stands on, ascending."""


class _Filter(Protocol):
    """RE2's filter: many expressions, one pass."""

    def Add(self, pattern: str, options: object) -> int:  # noqa: N802 - RE2's own name
        """Take an expression, give its number."""

    def Compile(self) -> None:  # noqa: N802 - RE2's own name
        """Make it ready."""

    def Match(self, text: bytes) -> list[int] | None:  # noqa: N802 - RE2's own name
        """Numbers of the expressions that match the text."""


class FilterCandidates:
    """`Candidates` on RE2 alone."""

    def __init__(self, expressions: Sequence[str]) -> None:
        self._compiled = [compile_expression(_multiline(text)) for text in expressions]
        self._shards = [
            (at, _filter(expressions[at : at + SHARD])) for at in range(0, len(expressions), SHARD)
        ]

    def possible(self, text: bytes) -> Sequence[int]:
        """Ask the filters, piece by piece: their automata explode on large texts."""
        found: set[int] = set()
        for piece in _pieces(text):
            for first, several in self._shards:
                if several is None:
                    found.update(range(first, min(first + SHARD, len(self._compiled))))
                else:
                    found.update(first + index for index in several.Match(piece) or ())
        return sorted(found)

    def places(self, text: bytes) -> Sequence[tuple[int, int]]:
        """Search each candidate in the whole text."""
        return sorted(
            (match.end() - 1, index)
            for index in self.possible(text)
            for match in self._compiled[index].finditer(text)
            if match.end() > match.start()
        )


def _multiline(expression: str) -> bytes:
    return f"(?m:{expression})".encode()


def _filter(expressions: Sequence[str]) -> _Filter | None:
    """Put expressions into one filter; `None` where RE2 finds their automata too large."""
    several: _Filter = re2.Filter()
    try:
        for text in expressions:
            several.Add(f"(?m:{text})", options())
        several.Compile()
    except re2.error:
        return None
    return several


def _pieces(text: bytes) -> list[bytes]:
    """Cut at line feeds into pieces that the filter can take; a longer line stays whole."""
    found, at = [], 0
    while len(text) - at > FILTERED:
        end = text.rfind(b"\n", at, at + FILTERED) + 1 or text.find(b"\n", at) + 1 or len(text)
        found.append(text[at:end])
        at = end
    found.append(text[at:])
    return found
