"""Lines of mocha's reporters become runs: the epilogue that all share, and the failures it numbers."""

import re
from dataclasses import dataclass, field

Line = tuple[int, str]

_PASSING = re.compile(r" {2}(?P<count>\d{1,7}) passing(?: \([^()]{1,40}\))?$")
_OTHER = re.compile(r" {2}(?P<count>\d{1,7}) (?P<word>pending|failing)$")
_NUMBERED = re.compile(r" {2}(?P<number>\d{1,6})\) (?P<title>\S.*)$")
_IN_TREE = re.compile(r"\s{2,400}(?P<number>\d{1,6})\) \S")
_TICK = re.compile(r"\s{2,400}[✓✔√] \S")
_FRAME = re.compile(r"\s{4,40}at \S")
# What follows a run, and is none of its last failure's text.
_BEHIND = re.compile(
    r"(?:npm (?:error|ERR!)|error Command failed|\S{0,3}ELIFECYCLE|##\[|> \S|\$ \S|Process completed"
    r"|make(?:\[\d{1,4}\])?:"
    r"|-{5,}\||=+ Coverage|Done in |lerna |Lerna )"
)
# What ends before a run begins: its command, another runner's sum, a step.
_EDGE = re.compile(
    r"(?:> |\$ |\+ |##\[|::(?:end)?group|npm (?:error|ERR!)|Test Suites: |Tests: |Ran all test suites"
    r"|Done in |={3,}|-{3,}|\s{2,9}(?:Duration|Tests|Start at) {2}|ok\s|FAIL|PASS)"
)
_LONGEST = 2000
_TITLE_INDENT = 7
_MOST_BLANK = 8
_GAP = 2


@dataclass(slots=True)
class Block:
    """One numbered failure: the titles of its containers and its own, and what is told of it."""

    line: int
    last: int
    path: list[str] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One run of mocha; its first line is the first that is surely its own."""

    first: int
    last: int
    counts: dict[str, int] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


def read_runs(lines: tuple[str, ...], *, spaced: bool) -> list[Run]:
    """Give the runs of a view, their lines counted from 1.

    Args:
        lines: the view's lines.
        spaced: blank lines are as mocha printed them; it always prints one before its sum.
    """
    runs: list[Run] = []
    start = 1
    number = 1
    while number <= len(lines):
        run = _epilogue(lines, number) if " passing" in lines[number - 1][:20] else None
        if spaced and number > 1 and lines[number - 2].strip():
            run = None
        if run is not None and _fits(lines, start, number, run):
            run.first = _beginning(lines, start, number)
            runs.append(run)
            start = number = run.last + 1
        else:
            number += 1
    return runs


def _epilogue(lines: tuple[str, ...], number: int) -> Run | None:
    """Read `4 passing (8ms)`, `2 pending`, `10 failing`, and the failures below them."""
    passing = _PASSING.match(lines[number - 1][:_LONGEST])
    if passing is None:
        return None
    run = Run(number, number, {"passing": int(passing["count"])})
    at = number + 1
    while at <= len(lines) and (found := _OTHER.match(lines[at - 1][:_LONGEST])):
        run.counts[found["word"]], run.last = int(found["count"]), at
        at += 1
    if run.counts.get("failing"):
        _read_blocks(lines, run)
    return run


def _read_blocks(lines: tuple[str, ...], run: Run) -> None:
    """Read the failures in the order of their numbers; text that looks like another has the wrong one."""
    wanted = 1
    block: Block | None = None
    at = run.last + 1
    while at <= len(lines):
        text = lines[at - 1]
        found = _NUMBERED.match(text[:_LONGEST]) if text.startswith("  ") else None
        if found and int(found["number"]) == wanted <= run.counts["failing"]:
            block = Block(at, at)
            run.blocks.append(block)
            at = _read_titles(lines, block, found["title"])
            wanted += 1
            continue
        if block is None and text.strip() and at > run.last + _MOST_BLANK:
            break
        if block is not None:
            if wanted > run.counts["failing"] and _is_over(lines, block, at):
                break
            block.body.append((at, text))
            block.last = at if text.strip() else block.last
        at += 1
    run.last = max([run.last, *(block.last for block in run.blocks)])


def _read_titles(lines: tuple[str, ...], block: Block, title: str) -> int:
    """Read the titles, each two columns further in, the last with a colon; give the line behind them."""
    block.path.append(title)
    at = block.line + 1
    indent = _TITLE_INDENT
    while at <= len(lines):
        text = lines[at - 1][:_LONGEST]
        if text[:indent].strip() or not text[indent : indent + 1].strip():
            break
        block.path.append(text[indent:])
        block.last = at
        indent += 2
        at += 1
    block.path[-1] = block.path[-1].rstrip().removesuffix(":")
    return at


def _is_over(lines: tuple[str, ...], block: Block, at: int) -> bool:
    """Whether the last failure's text ends before this line."""
    text = lines[at - 1]
    if not text.strip():
        return False
    if _BEHIND.match(text[:100]) or _PASSING.match(text[:100]):
        return True
    # Below the stack nothing follows but an error that caused this one, or another's fields.
    if text.startswith("     "):
        return False
    return at - block.last > _GAP or any(_FRAME.match(told[:60]) for _, told in block.body)


def _fits(lines: tuple[str, ...], start: int, number: int, run: Run) -> bool:
    """Whether the sum is the run's own: the tree above it numbers the failures that it counts.

    A test that prints another run's output stands below titles without such numbers.
    """
    failing = run.counts.get("failing", 0)
    if failing and len(run.blocks) < failing and number + 400 < len(lines):
        return bool(run.blocks)
    above = lines[start - 1 : number - 1]
    ticks = _ticks(above)
    if ticks and ticks != run.counts["passing"] and _adds_up(lines[run.last :], ticks):
        return False
    marks = _marks(above)
    # The tree numbers on: where it is past the count, a test printed the sum.
    if failing and failing + 1 in marks:
        return False
    if not failing or not ticks:
        return True
    return failing in marks and not _goes_on(lines[run.last :], marks[-1])


def _ticks(lines: tuple[str, ...]) -> int:
    """Count the tests of a tree that passed."""
    return sum(bool(_TICK.match(text[:_LONGEST])) for text in lines)


def _adds_up(below: tuple[str, ...], ticks: int) -> bool:
    """Whether the tree goes on below a sum, to one that counts all of its ticks: a test printed the first."""
    for text in below:
        head = text[:_LONGEST]
        if passing := _PASSING.match(head):
            if int(passing["count"]) == ticks:
                return True
        elif _TICK.match(head):
            ticks += 1
    return False


def _marks(lines: tuple[str, ...]) -> list[int]:
    """Give the numbers that the tree of tests puts before those that failed."""
    found = (_IN_TREE.match(text[:_LONGEST]) for text in lines if ") " in text)
    return [int(mark["number"]) for mark in found if mark]


def _goes_on(below: tuple[str, ...], last: int) -> bool:
    """Whether the tree goes on below a sum with the next number; a run of its own begins with one."""
    ends = (at for at, text in enumerate(below) if _PASSING.match(text[:_LONGEST]))
    end = next(ends, 0)
    return last + 1 in _marks(below[:end])[:1]


def _beginning(lines: tuple[str, ...], start: int, number: int) -> int:
    """Give the first line of the tree of tests above a sum."""
    edges = (at for at in range(number - 1, start - 1, -1) if _EDGE.match(lines[at - 1][:_LONGEST]))
    start = next(edges, start - 1) + 1
    for at in range(start, number):
        text = lines[at - 1]
        if _TICK.match(text[:_LONGEST]) or _IN_TREE.match(text[:_LONGEST]):
            above = at - 1
            # The container's title stands right above its first test.
            while above >= start and above > at - 20 and lines[above - 1].startswith("  "):
                above -= 1
            return above + 1
    return number
