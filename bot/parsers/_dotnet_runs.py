"""Runs of `dotnet test`: one per test assembly, with its blocks, its counts and what aborted it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._dotnet_blocks import (
    PLATFORM,
    TERMINAL,
    VSTEST,
    XUNIT,
    Block,
    read_platform,
    read_terminal,
    read_vstest,
    read_xunit,
)

_START = re.compile(r"Test run for (?P<path>\S.{0,500}?\.(?:dll|exe)) ?\((?P<framework>.{1,80})\)$")
_STARTED = "Starting test execution, please wait..."
_COUNTS = re.compile(
    r"(?:Failed|Passed|Skipped)! +- Failed: +(?P<failed>\d{1,9}), Passed: +(?P<passed>\d{1,9}), "
    r"Skipped: +(?P<skipped>\d{1,9}), Total: +(?P<total>\d{1,9}), Duration: .{1,40}? - "
    r"(?P<suite>\S.{0,300}?)(?: \(.{1,60}\))?$"
)
_OLD_TOTAL = re.compile(
    r"Total tests: (?P<total>\d{1,9}|Unknown)"
    r"(?:\. Passed: (?P<passed>\d{1,9})\. Failed: (?P<failed>\d{1,9})\. Skipped: (?P<skipped>\d{1,9})\.)?$"
)
_OLD_COUNT = re.compile(r" {1,8}(?P<word>Passed|Failed|Skipped): (?P<count>\d{1,9})$")
_SUMMARY = re.compile(
    r"Test summary: total: (?P<total>\d{1,9}), failed: (?P<failed>\d{1,9}), succeeded: (?P<passed>\d{1,9}), "
    r"skipped: (?P<skipped>\d{1,9}), duration: "
)
_PLATFORM_SUMMARY = re.compile(
    r"Test run summary: (?P<word>Passed!|Failed!|Zero tests ran|Aborted)"
    r"(?: - (?P<suite>\S.{0,500}?)(?: \(.{1,60}\))?)?$"
)
_PLATFORM_COUNT = re.compile(r"  (?P<word>total|failed|succeeded|skipped): (?P<count>\d{1,9})$")
_ABORTED = re.compile(r"The active test run was aborted\. Reason: (?P<why>.*)$")
_RUNNING = "The test running when the crash occurred:"
_HUNG = re.compile(r".{0,60}The specified inactivity time of (?P<time>.{1,60}) has elapsed")
_NAMES = {"succeeded": "passed"}
# An assembly without tests, or with none that the filter chose, is not summed up.
_NOTHING = ("No test is available in ", "No test matches the given testcase filter")


@dataclass(slots=True)
class Run:
    """One assembly's tests, or all of them where only one sum is printed."""

    first: int
    last: int
    suite: str = ""
    blocks: list[Block] = field(default_factory=list)
    timeouts: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)
    xunit: list[Block] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    aborted: tuple[int, str] | None = None
    hung: tuple[int, str] | None = None
    running: tuple[int, str] | None = None
    started: bool = False
    over: bool = False


@dataclass(slots=True)
class _Reader:
    lines: Sequence[str]
    runs: list[Run] = field(default_factory=list)
    run: Run | None = None


def read_runs(log: Log) -> list[Run]:
    """Give the runs of a log."""
    reader = _Reader(log.lines)
    steps = {section.first for section in log.sections}
    at = 0
    while at < len(log.lines):
        if at + 1 in steps:
            _close(reader)
        at = _take(reader, at)
    _close(reader)
    return reader.runs


def _close(reader: _Reader) -> None:
    run, reader.run = reader.run, None
    if run is None:
        return
    if run.counts and not run.counts.get("failed") and not run.aborted:
        run.blocks, run.xunit = [], []
    if not run.counts and not run.started:
        run.blocks = [block for block in run.blocks if block.first not in run.loose]
    if run.counts or run.blocks or run.xunit or run.started or run.aborted:
        reader.runs.append(run)


def _now(reader: _Reader, at: int) -> Run:
    if reader.run is None:
        reader.run = Run(at + 1, at + 1)
    reader.run.last = max(reader.run.last, at + 1)
    return reader.run


def _take(reader: _Reader, at: int) -> int:
    """Take the line at this index, and give the index of the next."""
    text = reader.lines[at]
    block = _read_block(reader, at, text)
    if block is not None:
        run = _now(reader, at)
        run.last = max(run.last, block.last)
        return block.last
    if found := _START.match(text):
        # Several assemblies are announced before the first is done.
        if reader.run is not None and (reader.run.counts or not reader.run.started):
            _close(reader)
        _now(reader, at).started = True
    elif text == _STARTED or text.startswith("Running tests from "):
        _now(reader, at).started = True
    elif text.startswith(_NOTHING):
        reader.run = None
    elif found := (_COUNTS.match(text) or _SUMMARY.match(text)):
        _take_counts(reader, at, found)
    elif found := _PLATFORM_SUMMARY.match(text):
        return _take_platform(reader, at, found)
    elif text.startswith("Total tests: ") and (found := _OLD_TOTAL.match(text)):
        return _take_old(reader, at, found)
    else:
        _take_end(reader, at, text)
    return at + 1


def _read_block(reader: _Reader, at: int, text: str) -> Block | None:
    """Read a failed test's block of any of the printers."""
    block = None
    if text.startswith(("  Failed ", "  X ", "Failed   ")) and (found := VSTEST.match(text)):
        block = read_vstest(reader.lines, at, found["name"])
    elif "error TESTERROR:" in text and (found := TERMINAL.match(text)):
        block = read_terminal(reader.lines, at, found)
    elif text.startswith(("failed ", "timed out ", "canceled ")) and (found := PLATFORM.match(text)):
        block = read_platform(reader.lines, at, found["name"])
        # Words that anybody may print: without the platform's own lines around them they are nobody's test.
        _now(reader, at).loose.add(block.first)
        if found["word"] == "timed out":
            _now(reader, at).timeouts.add(block.first)
    elif text.startswith("[xUnit.net ") and (found := XUNIT.match(text)):
        block = read_xunit(reader.lines, at, found["name"])
        _now(reader, at).xunit.append(block)
        return block
    if block is not None:
        _now(reader, at).blocks.append(block)
    return block


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _take_counts(reader: _Reader, at: int, found: re.Match[str]) -> None:
    """Take the sum; the terminal logger's sum comes after all assemblies."""
    run = _now(reader, at)
    run.counts = {name: int(found[name]) for name in ("total", "failed", "passed", "skipped")}
    run.suite = _base(found.groupdict().get("suite") or "")
    _close(reader)


def _take_platform(reader: _Reader, at: int, found: re.Match[str]) -> int:
    run = _now(reader, at)
    run.suite = _base(found["suite"] or "")
    end = at + 1
    while end < len(reader.lines) and (count := _PLATFORM_COUNT.match(reader.lines[end])):
        run.counts[_NAMES.get(count["word"], count["word"])] = int(count["count"])
        end += 1
    run.last = end
    _close(reader)
    return end


def _take_old(reader: _Reader, at: int, found: re.Match[str]) -> int:
    run = _now(reader, at)
    counts = {name: int(found[name] or 0) for name in ("passed", "failed", "skipped")}
    end = at + 1
    while end < len(reader.lines) and (count := _OLD_COUNT.match(reader.lines[end])):
        counts[count["word"].lower()] = int(count["count"])
        end += 1
    known = found["total"] != "Unknown"
    run.counts = {**counts, "total": int(found["total"]) if known else sum(counts.values())}
    run.last = end
    _close(reader)
    return end


def _take_end(reader: _Reader, at: int, text: str) -> None:
    """Take a line that says why a run was aborted."""
    if found := _ABORTED.match(text):
        _now(reader, at).aborted = at + 1, found["why"]
    elif text.startswith(_RUNNING):
        below = next(
            (n for n in range(at + 1, min(at + 4, len(reader.lines))) if reader.lines[n].strip()), at
        )
        target = reader.run or (reader.runs[-1] if reader.runs else None)
        if target and below > at:
            target.running = below + 1, reader.lines[below].strip()
            target.last = max(target.last, below + 1)
    elif "inactivity time" in text and (hung := _HUNG.match(text)):
        _now(reader, at).hung = at + 1, f"no test finished for {hung['time']}"
