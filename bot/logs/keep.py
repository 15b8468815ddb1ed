"""Of a large log the lines that somebody has a use for: the marked ones, and what stands around them."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import compress

from bot.logs.blocks import Block

# The beginning tells the machine, the end how it went.
HEAD = 200
# Blocks that wait for what a later one marks in them; at the end of the log they are its tail.
_WAIT = 2


class Weight(IntEnum):
    """How much a line matters; a heavier reason to keep it wins."""

    HINT = 1
    SUMMARY = 2
    TROUBLE = 3


# Bytes kept of each weight, the first half of them and the last: reading a megabyte takes 0.1 s.
LIMITS = {Weight.HINT: 1 << 20, Weight.SUMMARY: 1 << 20, Weight.TROUBLE: 4 << 20}
# Lines kept before and behind a marked one.
AROUND = {Weight.HINT: (3, 6), Weight.SUMMARY: (1, 2), Weight.TROUBLE: (120, 160)}


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept.

    Attributes:
        lines: number in the file and raw text, ascending.
        lost: weights of which more came than fits.
    """

    lines: list[tuple[int, bytes]]
    lost: frozenset[Weight]


@dataclass(slots=True)
class _Shelf:
    """Lines of one weight: the first half stays, of the rest the last ones."""

    limit: int
    first: list[tuple[int, bytes]] = field(default_factory=list)
    last: deque[tuple[int, bytes]] = field(default_factory=deque)
    size: int = 0
    lost: bool = False

    def add(self, number: int, line: bytes) -> None:
        self.size += len(line) + 1
        if self.size <= self.limit // 2:
            self.first.append((number, line))
            return
        self.last.append((number, line))
        while self.size > self.limit and self.last:
            self.size -= len(self.last.popleft()[1]) + 1
            self.lost = True


@dataclass(slots=True)
class _Waiting:
    """A block, and per weight the ranges of its lines (from 0, end exclusive) that are to be kept."""

    block: Block
    ranges: dict[Weight, list[tuple[int, int]]] = field(default_factory=dict)

    def mark(self, weight: Weight, start: int, end: int) -> None:
        """Note a range; one that touches the last is added to it."""
        known = self.ranges.setdefault(weight, [])
        if known and known[-1][0] <= start <= known[-1][1]:
            known[-1] = (known[-1][0], max(end, known[-1][1]))
        else:
            known.append((start, end))


class Keeper:
    """Takes a log's blocks in their order, with the lines that are marked in each."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._shelves = [_Shelf(limit) for limit in (0, *(LIMITS[weight] for weight in Weight))]
        self._further = dict.fromkeys(Weight, 0)

    def take(self, block: Block, marks: Iterable[tuple[int, Weight]]) -> None:
        """Take a block and the indexes (from 0, ascending) of its marked lines."""
        here = _Waiting(block)
        if block.first <= HEAD:
            here.mark(Weight.TROUBLE, 0, min(HEAD - block.first + 1, block.lines))
        for weight, further in self._further.items():
            if further:
                here.mark(weight, 0, min(further, block.lines))
                self._further[weight] = max(0, further - block.lines)
        for index, weight in marks:
            before, behind = AROUND[weight]
            here.mark(weight, max(0, index - before), min(index + behind + 1, block.lines))
            self._further[weight] = max(self._further[weight], index + behind + 1 - block.lines)
            if index < before:
                self._mark_before(weight, before - index)
        self._waiting.append(here)
        if len(self._waiting) > _WAIT:
            self._put_away(self._waiting.popleft())

    def finish(self) -> Kept:
        """End the log: its last blocks are kept as they are."""
        for last in self._waiting:
            last.mark(Weight.TROUBLE, 0, last.block.lines)
            self._put_away(last)
        self._waiting.clear()
        lines = [line for shelf in self._shelves for line in (*shelf.first, *shelf.last)]
        lost = frozenset(weight for weight in Weight if self._shelves[weight].lost)
        return Kept(sorted(lines), lost)

    def _mark_before(self, weight: Weight, wanted: int) -> None:
        """Mark lines at the end of the blocks that wait."""
        for earlier in reversed(self._waiting):
            count = earlier.block.lines
            earlier.mark(weight, max(0, count - wanted), count)
            wanted -= count
            if wanted <= 0:
                return

    def _put_away(self, waiting: _Waiting) -> None:
        """Store what is marked, each line once, under its heaviest weight."""
        if not waiting.ranges:
            return
        block = waiting.block
        weights = bytearray(block.lines)
        for weight in sorted(waiting.ranges):
            for start, end in waiting.ranges[weight]:
                weights[start:end] = bytes([weight]) * (end - start)
        for index, line in compress(enumerate(_split(block)), weights):
            self._shelves[weights[index]].add(block.first + index, line)


def _split(block: Block) -> Iterator[bytes]:
    lines = block.raw.split(b"\n")
    return iter(lines[: block.lines])
