"""Runs of minitest and test-unit in a log: where each begins and ends, its blocks and its counts."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.model.log import Log
from bot.parsers._minitest_blocks import (
    HEAD,
    NAME,
    PROGRESS,
    SPEC,
    STATUS,
    UNIT,
    UNIT_HOOK,
    Block,
    read_block,
)

_START = re.compile(
    r"Run options: -|Loaded suite |Started with run options|# Running tests with run options |# Running:$"
    r"|Running \d{1,9} tests in (?:parallel|a single process)"
)
_FINISHED = re.compile(r"Finished (?:tests )?in \d{1,9}\.\d{1,12}(?:s\b| seconds\.$)")
_COUNTS = re.compile(
    r"(?P<total>\d{1,9}) (?:runs|tests), (?P<assertions>\d{1,9}) assertions, (?P<failed>\d{1,9}) failures, "
    r"(?P<errors>\d{1,9}) errors(?:, (?P<skipped>\d{1,9}) skips)?"
    r"(?:, (?P<pending>\d{1,9}) pendings(?:, (?P<omitted>\d{1,9}) omissions)?.{0,60})?$"
)
_VERBOSE = re.compile(r"(?P<name>\S.{0,500}#test_.{0,500}) = \d{1,9}\.\d{1,3} s = (?P<word>[FE])$")
RERUN = re.compile(r"(?:bin/rails test|rails test|bin/test|bundle exec rails test) (\S{1,500}:\d{1,7})$")
_BAR = re.compile(r"={70,90}$")
# Old reporters do not know the class of a newer minitest's test.
_ANONYMOUS = "Minitest::Result#"
_TAIL = ("You have skipped tests. Run with", "Failed tests:")


@dataclass(slots=True)
class Run:
    """One process's output.

    Attributes:
        counts: the summary's numbers by name; empty when the log ends before it.
        unit: test-unit wrote it.
        verbose: tests that failed, named while they ran.
        reruns: Rails' commands by the first line of the block before them.
    """

    first: int
    last: int
    blocks: list[Block] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    unit: bool = False
    finished: bool = False
    verbose: list[Block] = field(default_factory=list)
    reruns: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Reader:
    lines: Sequence[str]
    runs: list[Run] = field(default_factory=list)
    run: Run | None = None
    group: str = ""


def read_runs(log: Log) -> list[Run]:
    """Give the runs of a log; blocks outside of a run, or in one that counts no failure, are quotations."""
    reader = _Reader(log.lines)
    starts = [section.first for section in log.sections]
    step = at = 0
    while at < len(log.lines):
        now = bisect_right(starts, at + 1) if starts else 0
        if now != step:
            step = now
            _close(reader)
        at = _take(reader, at)
    _close(reader)
    return reader.runs


def _close(reader: _Reader) -> None:
    run, reader.run, reader.group = reader.run, None, ""
    if run is None or (
        not run.counts and not (run.blocks or run.finished or run.verbose or run.last > run.first)
    ):
        return
    if run.counts and not run.counts["failed"] + run.counts["errors"]:
        run.blocks = []
    reader.runs.append(run)


def _take(reader: _Reader, at: int) -> int:
    """Take the line at this index, and give the index of the next."""
    text = reader.lines[at]
    if _START.match(text):
        if reader.run is None or reader.run.finished:
            _close(reader)
            reader.run = Run(at + 1, at + 1)
        reader.run.last = at + 1
        return at + 1
    if _FINISHED.match(text):
        reader.run = reader.run or Run(at + 1, at + 1)
        reader.run.finished, reader.run.last = True, at + 1
    elif reader.run is not None:
        return _take_inside(reader, reader.run, at, text)
    return at + 1


def _take_inside(reader: _Reader, run: Run, at: int, text: str) -> int:
    counts = _COUNTS.match(text) if run.finished else None
    if counts:
        run.counts = {name: int(number or 0) for name, number in counts.groupdict().items()}
        run.unit = "pending" in counts.groupdict() and counts["pending"] is not None
        at = _take_tail(reader.lines, at, run)
        _close(reader)
        return at + 1
    for take in _TAKERS:
        block = take(reader, at, text)
        if block:
            _keep(run, block)
            run.last = max(run.last, block.last)
            return max(block.last, at + 1)
    if (found := RERUN.match(text)) and run.blocks:
        run.reruns.setdefault(run.blocks[-1].first, text.strip())
        run.last = at + 1
    elif found := _VERBOSE.match(text):
        word = "error" if found["word"] == "E" else "failed"
        run.verbose.append(Block(word, found["name"], at + 1, at + 1, number=at + 1))
        run.last = at + 1
    elif text and not text[0].isspace() and len(text) < 300:  # noqa: PLR2004 - a longer line names no class
        reader.group = text.strip()
    return at + 1


def _take_tail(lines: Sequence[str], at: int, run: Run) -> int:
    """Take what may stand below the summary, and give the index of its last line."""
    deferred: list[str] = []
    for below in range(at + 1, len(lines)):
        text = lines[below]
        found = RERUN.match(text)
        if text.strip() and not found and not text.startswith(_TAIL):
            break
        if found:
            deferred.append(text.strip())
        if text.strip():
            at = below
    run.last = at + 1
    # Rails lists them in the order in which they failed.
    for block, command in zip(run.blocks, deferred, strict=False):
        run.reruns.setdefault(block.first, command)
    return at


def _keep(run: Run, block: Block) -> None:
    """Keep a block; a test that failed and whose teardown failed, too, is one failure."""
    if not run.blocks or run.blocks[-1].name != block.name or block.name.startswith(_ANONYMOUS):
        run.blocks += [block] if block.word else []
        return
    first = run.blocks[-1]
    place = first if first.file else block
    run.blocks[-1] = replace(first, last=block.last, file=place.file, line=place.line)


def _headed(reader: _Reader, at: int, text: str) -> Block | None:
    """Take `  1) Failure:` with the test's name below."""
    head = HEAD.match(text)
    name = NAME.match(reader.lines[at + 1]) if head and at + 1 < len(reader.lines) else None
    if head is None or name is None:
        return None
    end = at + 2
    while end < len(reader.lines) and not _ends(reader.lines, end):
        end += 1
    block = read_block(reader.lines, (at, at + 2, end), head["word"], name["name"], name["at"] or "")
    return replace(block, word="") if head["word"] == "Skipped" else block


def _ends(lines: Sequence[str], at: int) -> bool:
    """Whether the block above ends before this line."""
    text = lines[at]
    if HEAD.match(text):
        return at + 1 < len(lines) and bool(NAME.match(lines[at + 1]))
    return bool(_COUNTS.match(text) or RERUN.match(text) or _FINISHED.match(text) or text.startswith("##["))


def _barred(reader: _Reader, at: int, text: str) -> Block | None:
    """Take what test-unit writes between two bars."""
    if not _BAR.match(text) or at + 1 >= len(reader.lines):
        return None
    head = UNIT.match(reader.lines[at + 1]) or UNIT_HOOK.match(reader.lines[at + 1])
    if head is None:
        return None
    end = at + 2
    while (
        end < len(reader.lines) and not _BAR.match(reader.lines[end]) and not _COUNTS.match(reader.lines[end])
    ):
        end += 1
    block = replace(read_block(reader.lines, (at + 1, at + 2, end), head["word"], head["name"]), unit=True)
    told = head.groupdict().get("told")
    return replace(block, message=told, number=at + 2) if told else block


def _specified(reader: _Reader, at: int, text: str) -> Block | None:
    """Take `  test_name    FAIL (0.00s)` below its class."""
    head = SPEC.match(text) if text.startswith("  test_") else None
    if head is None:
        return None
    end = _indented(reader.lines, at + 1)
    name = f"{reader.group}#{head['name']}" if reader.group else head["name"]
    return read_block(reader.lines, (at, at + 1, end), head["word"], name)


def _progressed(reader: _Reader, at: int, text: str) -> Block | None:
    """Take `FAIL Class#test_name (0.1s)`, or `FAIL["test_name", "Class", 0.1]` of older ones."""
    status = (
        STATUS.match(text) if "#test_" in text and ("FAIL " in text[:8] or "ERROR " in text[:8]) else None
    )
    if status:
        end = _indented(reader.lines, at + 1)
        return read_block(reader.lines, (at, at + 1, end), status["word"], status["name"])
    head = PROGRESS.search(text) if '["test_' in text else None
    if head is None:
        return None
    end = _indented(reader.lines, at + 2)
    return read_block(reader.lines, (at, at + 2, end), head["word"], f"{head['class']}#{head['test']}")


def _indented(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and (lines[at].startswith("        ") or lines[at].startswith("Minitest::")):
        at += 1
    return at


_TAKERS: tuple[Callable[[_Reader, int, str], Block | None], ...] = (_headed, _barred, _specified, _progressed)
