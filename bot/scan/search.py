"""Candidates confirmed line by line: RE2 and Python's own search have the last word."""

import time
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate

from bot.model.signature import Pattern, PatternHit
from bot.scan.candidates import Candidates
from bot.scan.grammar import compile_expression

# Of one pattern the first and the last half of these are kept: one that is everywhere explains nothing.
MAX_HITS = 10_000
# How much text is searched at once, in characters.
BLOCK = 64 * 1024
# Of a large log, a pattern's first hits are worth keeping what stands around them.
MOST_KEPT = 20
# Blocks in which a candidate was none, until a pattern is left to the end.
MOST_MISSED = 200
# Blocks that are scanned before they are needed.
AHEAD = 3
# Processor time for confirming one pattern in one log; a line takes a microsecond.
SECONDS = 5.0

Places = Sequence[tuple[int, int]]


class PatternSearch:
    """Patterns, their candidates and what each of them has cost."""

    def __init__(
        self,
        patterns: tuple[Pattern, ...],
        expressions: tuple[str, ...],
        candidates: Candidates,
        *,
        seconds: float = SECONDS,
    ) -> None:
        self.patterns = patterns
        self.candidates = candidates
        self._expressions = expressions
        self._seconds = seconds
        self._spent: defaultdict[int, float] = defaultdict(float)
        self._stopped: dict[Pattern, None] = {}

    def take_stopped(self) -> tuple[Pattern, ...]:
        """Patterns that were stopped; the next log begins with a fresh budget."""
        stopped = tuple(self._stopped)
        self._stopped.clear()
        self._spent.clear()
        return stopped

    def find(self, lines: Sequence[str]) -> tuple[PatternHit, ...]:
        """Find all patterns in all lines, numbered from 1, in the order of the lines."""
        hits: dict[Pattern, list[int]] = {}
        for first, block, starts in _blocks(lines):
            for index in self.candidates.possible(block.encode("utf-8", "replace")):
                pattern = self.patterns[index]
                if pattern in self._stopped:
                    continue
                began = time.process_time()
                _note(hits, pattern, [first + n for n in _numbers(pattern, block, starts, lines, first)])
                self._charge(index, began)
        found = [(n, order, p) for order, (p, numbers) in enumerate(hits.items()) for n in numbers]
        return tuple(PatternHit(p, n + 1, lines[n]) for n, _, p in sorted(found, key=lambda one: one[:2]))

    def first_line(self, index: int, text: bytes) -> int | None:
        """Index of the first line of raw text that a pattern is found in; `None` when it is in none."""
        pattern = self.patterns[index]
        if pattern in self._stopped:
            return None
        if not pattern.is_regex:
            at = text.find(pattern.text.encode("utf-8", "replace"))
            return text.count(b"\n", 0, at) if at >= 0 else None
        began = time.process_time()
        search = compile_expression(self._expressions[index].encode()).search
        found = next((n for n, line in enumerate(text.split(b"\n")) if search(line)), None)
        self._charge(index, began)
        return found

    def _charge(self, index: int, began: float) -> None:
        self._spent[index] += time.process_time() - began
        if self._spent[index] > self._seconds:
            self._stopped[self.patterns[index]] = None


class Sweeper:
    """Goes through the blocks of one log; what it names is worth keeping, not yet a hit."""

    def __init__(self, marks: Candidates, count: int, patterns: PatternSearch) -> None:
        self._marks = marks
        self._count = count
        self._patterns = patterns
        self._kept: Counter[int] = Counter()
        self._missed: Counter[int] = Counter()

    def sweep(self, texts: Iterable[bytes]) -> Iterator[list[tuple[int, int]]]:
        """Give, for each block, line (index from 0) and index of what was found there, ascending.

        Scanning lets go of Python's lock: blocks that follow are scanned while one is dealt with.

        Args:
            texts: the blocks in their order: whole lines of valid UTF-8 without colours.

        Yields:
            Every mark once per line; of a pattern, numbered behind the marks, the block's first line.
        """
        # Two threads, since each engine's memory for scanning serves one scan at a time.
        with ThreadPoolExecutor(1) as marking, ThreadPoolExecutor(1) as searching:
            ahead: deque[tuple[bytes, Future[Places], Future[Sequence[int]]]] = deque()
            for text in texts:
                marked = marking.submit(self._marks.places, text)
                ahead.append((text, marked, searching.submit(self._patterns.candidates.possible, text)))
                if len(ahead) > AHEAD:
                    yield self._settle(*ahead.popleft())
            while ahead:
                yield self._settle(*ahead.popleft())

    def _settle(
        self, text: bytes, marked: "Future[Places]", possible: "Future[Sequence[int]]"
    ) -> list[tuple[int, int]]:
        found = []
        at = line = 0
        for offset, index in marked.result():
            line += text.count(b"\n", at, offset)
            at = offset
            found.append((line, index))
        for index in possible.result():
            if self._kept[index] >= MOST_KEPT or self._missed[index] >= MOST_MISSED:
                continue
            first = self._patterns.first_line(index, text)
            if first is None:
                self._missed[index] += 1
            else:
                self._kept[index] += 1
                found.append((first, self._count + index))
        return sorted(set(found))


def _numbers(
    pattern: Pattern, block: str, starts: list[int], lines: Sequence[str], first: int
) -> Iterator[int]:
    """Indexes of the block's lines in which a pattern is found, each once."""
    if pattern.is_regex:
        search = compile_expression(pattern.text).search
        yield from (n for n in range(len(starts)) if search(lines[first + n]))
        return
    at = block.find(pattern.text)
    while at >= 0:
        number = bisect_right(starts, at) - 1
        yield number
        if number + 1 == len(starts):
            return
        at = block.find(pattern.text, starts[number + 1])


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


def _note(hits: dict[Pattern, list[int]], pattern: Pattern, numbers: list[int]) -> None:
    """Add hits; over the limit the middle ones go."""
    known = hits.setdefault(pattern, [])
    known += numbers
    if len(known) > MAX_HITS:
        del known[MAX_HITS // 2 : len(known) - MAX_HITS // 2]
