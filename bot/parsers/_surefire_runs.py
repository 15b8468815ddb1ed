"""Surefire's blocks and summaries put together: which tests failed for good, in every module of a log.

The summary is the truth: a block without its line there is a test that passed when it was run again, or text
that a test printed. A block counts alone only where a module never came to its summary.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._jvm_stack import outer
from bot.parsers._maven_goals import strip
from bot.parsers._surefire_blocks import CASE, CLASS, HEADER, RUNNING, TREE, Block, bare, read_block, simple
from bot.parsers._surefire_results import Entry, Summary, read_summary, starts


@dataclass(frozen=True, slots=True)
class Failed:
    """One test that failed for good: its block, its line in a summary, or both, and which summary."""

    block: Block | None
    entry: Entry | None
    summary: int = -1


@dataclass(slots=True)
class Runs:
    """What Surefire printed in a log.

    Attributes:
        headers: numbers of the lines `T E S T S`.
        summaries: one per module that came to its end.
        failed: what failed for good.
        running: classes that were begun and never reported, with their line.
        lines: numbers of all lines that are certainly Surefire's.
        owners: classes with their package, by their bare name.
    """

    headers: list[int] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    running: dict[str, int] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """How many modules began and have no summary."""
        return len(self.headers) - sum(1 for summary in self.summaries if summary.last)


def read_runs(log: Log) -> Runs:
    """Read a log from its first line to its last."""
    runs = Runs()
    blocks: list[Block] = []
    owner = ""
    testing = False
    number = 1
    while number <= len(log.lines):
        line = strip(log.line(number))
        if line.text.rstrip() == HEADER:
            runs.headers.append(number)
        elif starts(line):
            number = _sum_up(log, number, runs, blocks, testing=testing)
        elif line.text.startswith("--- "):
            testing = "surefire" in line.text or "failsafe" in line.text
        elif running := RUNNING.match(line.text):
            runs.running[running["owner"]] = number
            owner = running["owner"]
            runs.owners[simple(owner)] = owner
        elif tree := TREE.match(line.text):
            runs.owners[simple(tree["owner"])] = tree["owner"]
        elif found := CLASS.match(line.text):
            owner = found["owner"] or owner
            runs.running.pop(owner, None)
            runs.lines.append(number)
        elif line.text.endswith("!") and CASE.match(line.text) and (block := read_block(log, number, owner)):
            blocks.append(block)
            number = block.last
        number += 1
    if runs.open > 0:
        # Blocks left over belong to the module that was cut off.
        runs.failed += [Failed(block, None) for block in _once(blocks) if block.line > runs.headers[0]]
    return runs


def _sum_up(log: Log, number: int, runs: Runs, blocks: list[Block], *, testing: bool) -> int:
    """Read a summary and take its failures' blocks out of those that wait; returns its last line."""
    summary = read_summary(log, number)
    if not summary.last and not testing:
        return number
    runs.summaries.append(summary)
    runs.lines += [number, summary.last or number]
    mine: dict[int, Block] = {}
    # The surest first: a line that fits one block best must not lose it to one that only might.
    for fits in (_same_method, _same_call, _same_whole):
        for entry in summary.entries:
            if entry.line not in mine and (found := _matching(entry, blocks, fits)):
                mine[entry.line] = found[0]
                # Each line of a parameterized test has its own block; one that ran again has several.
                _drop(blocks, found if entry.runs or entry.flaky else found[:1])
    if summary.failed or not summary.last:
        at = len(runs.summaries) - 1
        lasting = [entry for entry in summary.entries if not entry.flaky]
        runs.failed += [Failed(mine.get(entry.line), entry, at) for entry in lasting]
        if runs.open <= 0:
            # More were counted than listed: what is left over is not text that a test printed.
            missing = max(0, summary.failed - len(lasting))
            runs.failed += [Failed(block, None, at) for block in _once(blocks)[:missing]]
    if runs.open <= 0:
        blocks.clear()
    return summary.last or number


def _once(blocks: list[Block]) -> list[Block]:
    """Give each test's first block: one that ran again has several."""
    seen: dict[tuple[str, str], Block] = {}
    for block in blocks:
        seen.setdefault((block.owner, block.method), block)
    return list(seen.values())


def _drop(blocks: list[Block], used: list[Block]) -> None:
    for block in used:
        # By identity: what two tests threw may be equal, and is long to compare.
        del blocks[next(at for at, one in enumerate(blocks) if one is block)]


def _matching(entry: Entry, blocks: list[Block], fits: Callable[[Block, Entry], bool]) -> list[Block]:
    """Find the blocks of a line in the summary, those whose calls it names first."""
    found: list[Block] = []
    every = bool(entry.runs) or entry.flaky
    for block in blocks:
        if _same_class(block.owner, entry) and fits(block, entry):
            if not every and (entry.at == 0 or _same_call(block, entry)):
                return [block]
            found.append(block)
    return sorted(found, key=lambda block: not _same_call(block, entry))


def _same_class(owner: str, entry: Entry) -> bool:
    """Whether a block's class is the entry's, which lacks the package and may be nested in it."""
    if not entry.owner:
        return entry.raw.startswith(f"{simple(owner)}.")
    if owner == entry.owner:
        return True
    shown = simple(entry.owner)
    return simple(owner) in {shown, outer(shown)} or simple(owner) == f"{entry.owner}.{entry.method}"


def _same_method(block: Block, entry: Entry) -> bool:
    if not block.method:
        return not entry.method
    if block.method == entry.method or block.bare == bare(entry.method):
        return True
    start = f"{simple(block.owner)}.{block.bare}"
    return bool(block.bare) and entry.raw.startswith(start) and not entry.raw[len(start) :][:1].isalnum()


def _same_call(block: Block, entry: Entry) -> bool:
    """Whether a block's calls name the source line that the summary does: a lambda's, or that of a set-up."""
    return entry.at in block.calls


def _same_whole(block: Block, entry: Entry) -> bool:
    """Whether the whole class failed: the summary names the method that set it up."""
    return not block.method and bool(entry.method)
