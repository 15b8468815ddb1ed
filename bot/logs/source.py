"""Where a log comes from: pieces of bytes, and what was missing of them when they ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

# Who reads a log holds a piece of it, not all of it, even where all of it is one line.
PIECE = 1024 * 1024


class Source(Protocol):
    """A log as it comes, to be gone through once."""

    def __iter__(self) -> Iterator[bytes]:
        """Pieces of any size, in their order."""

    @property
    def gap(self) -> str:
        """What is missing, for people, known at the end; empty when all of it came."""


@dataclass(frozen=True, slots=True)
class Given:
    """A log that is in memory already."""

    data: bytes
    gap: str = ""

    def __iter__(self) -> Iterator[bytes]:
        """Give it piece by piece."""
        for at in range(0, len(self.data), PIECE):
            yield self.data[at : at + PIECE]
