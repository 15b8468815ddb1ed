"""A log of any size becomes a `Log`: small ones whole, of large ones what somebody may have a use for."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from typing import Protocol

from bot.logs import marks as runner
from bot.logs.blocks import BLOCK, Block, blocks
from bot.logs.clean import clean
from bot.logs.foreign import SAMPLE, describe_foreign
from bot.logs.keep import Keeper, Kept, Weight
from bot.logs.plain import plain
from bot.logs.source import Source
from bot.model.log import Log
from bot.model.signature import PatternHit
from bot.parsers import LAST_RESORT, all_parsers

# Smaller logs are read to the last line: cleaning and parsing take some tenths of a second (docs/parsers.md).
WHOLE = 2 * 1024 * 1024
# Lines that one expression may mark, unless they are trouble: a run is summed up in fewer.
MOST_MARKED = 20_000
_CROWDED = "more goes wrong in this log than is read of one"


class Sweep(Protocol):
    """Goes through one log's blocks."""

    def sweep(self, texts: Iterable[bytes]) -> Iterator[Sequence[tuple[int, int]]]:
        """Lines (from 0) and numbers of the marks, or behind them the patterns, found in each block."""


class Search(Protocol):
    """Looks for `MARKS` and for the signatures' patterns in text of any size."""

    def sweeper(self) -> Sweep:
        """Begin with a log."""

    def find(self, lines: Sequence[str]) -> tuple[PatternHit, ...]:
        """Hits of the patterns in cleaned lines, numbered from 1."""


@dataclass(frozen=True, slots=True)
class Skimmed:
    """What is read of a log.

    Attributes:
        log: its lines, or those of them that were kept; every stretch that was left out is one empty line.
        numbers: the number in the file of each of these lines, ascending, counted from 1.
        lines: how many the file has.
        sums_lost: so many lines sum up something that totals would be wrong.
    """

    log: Log
    numbers: Sequence[int]
    lines: int
    sums_lost: bool = False


@cache
def _weighed() -> dict[str, Weight]:
    """Every expression that is looked for in large logs; the heaviest reason counts."""
    found = dict.fromkeys(runner.SUMMARY, Weight.SUMMARY)
    for parser in all_parsers():
        last = parser.TOOL == LAST_RESORT
        found |= dict.fromkeys(parser.KEEP, Weight.HINT if last else Weight.SUMMARY)
    for parser in all_parsers():
        last = parser.TOOL == LAST_RESORT
        found |= dict.fromkeys(parser.TROUBLE, Weight.HINT if last else Weight.TROUBLE)
    return found | dict.fromkeys(runner.TROUBLE, Weight.TROUBLE)


@cache
def line_counters() -> frozenset[str]:
    """Tools that count their totals line by line: wrong for large logs, of which not every line comes."""
    return frozenset(parser.TOOL for parser in all_parsers() if getattr(parser, "COUNTS_LINES", False))


def marks() -> tuple[str, ...]:
    """The expressions that a `Search` must mark, in the order of their numbers."""
    return tuple(_weighed())


def skim(source: Source, search: Search, *, whole: int = WHOLE, block: int = BLOCK) -> Skimmed:
    """Read a log once from beginning to end.

    Args:
        source: the log as it comes.
        search: looks for the marks and the patterns.
        whole: up to this many bytes every line is read.
        block: bytes that are looked at together.
    """
    pieces = iter(source)
    head, size = [], 0
    for piece in pieces:
        head.append(piece)
        size += len(piece)
        if size > whole:
            return _skim_large(source, _Counted(head, pieces), search, block)
    data = b"".join(head)
    gap = source.gap or describe_foreign(data[:SAMPLE])
    log = clean(data, complete=not gap, gap=gap)
    return Skimmed(log, range(1, len(log.lines) + 1), len(log.lines))


class _Counted:
    """Pieces of a log that are counted as they go by.

    Attributes:
        foreign: what it is instead of a log.
        size: bytes that have gone by.
    """

    def __init__(self, head: Sequence[bytes], pieces: Iterator[bytes]) -> None:
        self._pieces = chain(head, pieces)
        self.foreign = describe_foreign(b"".join(head)[:SAMPLE])
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size += len(piece)
            yield piece


@dataclass(slots=True)
class _Marked:
    """What marks weigh in one log; one that is everywhere says nothing after a while."""

    weights: list[Weight]
    counts: Counter[int] = field(default_factory=Counter)
    overrun: bool = False

    def weigh(self, found: Sequence[tuple[int, int]]) -> Iterator[tuple[int, Weight]]:
        """Give the marked lines of a block with their weights."""
        troubled = -1
        for line, number in found:
            weight = self.weights[number] if number < len(self.weights) else Weight.HINT
            if weight is Weight.TROUBLE:
                # Several marks of one line are one reason to keep it.
                if line == troubled:
                    continue
                troubled = line
            else:
                self.counts[number] += 1
                if self.counts[number] > MOST_MARKED:
                    self.overrun = self.overrun or weight is Weight.SUMMARY
                    continue
            yield line, weight


def _skim_large(source: Source, pieces: _Counted, search: Search, size: int) -> Skimmed:
    keeper, sweeper = Keeper(), search.sweeper()
    marked = _Marked(list(_weighed().values()))
    lines, coming = 0, deque[Block]()
    # The sweeper looks ahead; a block waits here for what is found in it.
    for found in sweeper.sweep(_texts(blocks(pieces, size), coming)):
        block = coming.popleft()
        keeper.take(block, marked.weigh(found))
        lines += block.lines
    kept = keeper.finish()
    text, numbers = _joined(kept)
    gap = source.gap or pieces.foreign or (_CROWDED if Weight.TROUBLE in kept.lost else "")
    log = replace(clean(text, complete=not gap, gap=gap), size=pieces.size)
    sums_lost = marked.overrun or Weight.SUMMARY in kept.lost
    return Skimmed(log, numbers, lines, sums_lost)


def _texts(source: Iterable[Block], coming: deque[Block]) -> Iterator[bytes]:
    for block in source:
        coming.append(block)
        yield plain(block.raw)


def _joined(kept: Kept) -> tuple[bytes, list[int]]:
    """The kept lines as one text, an empty line for every stretch between them, and their numbers."""
    pieces: list[bytes] = []
    numbers: list[int] = []
    expected = 1
    for number, line in kept.lines:
        if number != expected:
            pieces.append(b"")
            numbers.append(expected)
        pieces.append(line)
        numbers.append(number)
        expected = number + 1
    return b"\n".join([*pieces, b""]), numbers
