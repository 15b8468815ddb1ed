"""PHPUnit's runs in a log: the heading, sections of numbered defects, testdox, and the counts at the end."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._phpunit_blocks import DOX, FATAL, ITEM, Block, read_block, read_dox
from bot.parsers._workspace import relative

_HEAD = re.compile(
    r"(?:.{0,60} )?PHPUnit (?P<major>\d{1,3})\.\d{1,3}\S{0,30} by Sebastian Bergmann and contributors\.$"
)
_SECTION = re.compile(
    r"There (?:was|were) \d{1,6} (?P<own>PHPUnit )?(?:test runner )?"
    r"(?P<word>error|failure|warning|notice|deprecation|"
    r"risky test|incomplete test|skipped test)s?:$"
)
_TRIGGERED = re.compile(r"\d{1,6} tests? triggered \d{1,6} .{1,40}:$")
_OK = re.compile(r"OK \((?P<total>\d{1,9}) tests?, \d{1,9} assertions?\)$")
_COUNTS = re.compile(
    r"Tests: (?P<total>\d{1,9}), Assertions: \d{1,9}(?P<rest>(?:, [A-Z][\w ]{0,40}: \d{1,9}){0,16})\.$"
)
_COUNT = re.compile(r", ([A-Z][\w ]{0,40}): (\d{1,9})")
_VERDICT = re.compile(r"(?:FAILURES!|ERRORS!|WARNINGS!|OK, but .{1,80}!|No tests executed!)$")
_BROKEN = re.compile(
    r"(?:Cannot open file |Test (?:file|directory) |Error in bootstrap script: |Unknown option |"
    r"Could not (?:load|read) |Class .{1,300} could not be found in |"
    r"An error occurred inside PHPUnit\.|Option .{1,80} is )"
)
_TRACE_LINES = 60


@dataclass(slots=True)
class Run:
    """One run.

    Attributes:
        major: PHPUnit's major version; 0 when the log begins inside the run.
        verdict: the word above the counts: `ERRORS!`, `OK, but …`; `OK` when all passed.
        broken: what kept it from running, with its line.
        fatal: PHP's own words, file and line, with the line in the log.
    """

    first: int
    last: int
    major: int = 0
    blocks: list[Block] = field(default_factory=list)
    doxes: list[Block] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    verdict: str = ""
    broken: tuple[int, str] | None = None
    fatal: tuple[int, str, str, int] | None = None
    over: bool = False


@dataclass(slots=True)
class _Reader:
    lines: Sequence[str]
    runs: list[Run] = field(default_factory=list)
    section: str = ""
    group: str = ""


def read_runs(log: Log) -> list[Run]:
    """Give the runs of a log, and PHP's fatal errors that kept PHPUnit from beginning one."""
    reader = _Reader(log.lines)
    starts = [section.first for section in log.sections]
    step = at = 0
    while at < len(log.lines):
        now = bisect_right(starts, at + 1)
        if now != step:
            step = now
            _end(reader)
        at = _take(reader, at)
    _end(reader)
    return reader.runs


def _end(reader: _Reader) -> None:
    reader.section = reader.group = ""
    if reader.runs:
        reader.runs[-1].over = True


def _open(reader: _Reader) -> Run | None:
    return reader.runs[-1] if reader.runs and not reader.runs[-1].over else None


def _take(reader: _Reader, at: int) -> int:
    """Take the line at this index, and give the index of the next."""
    text = reader.lines[at]
    if text.endswith("contributors.") and (head := _HEAD.match(text)):
        _end(reader)
        reader.runs.append(Run(at + 1, at + 1, major=int(head["major"])))
        return at + 1
    if " error: " in text and (found := FATAL.match(text)):
        _take_fatal(reader, at, found)
        return at + 1
    run = _open(reader)
    return at + 1 if run is None else _take_inside(reader, run, at, text)


def _take_fatal(reader: _Reader, at: int, found: re.Match[str]) -> None:
    """Keep PHP's fatal error if it ended a run, or if PHPUnit stands in its trace."""
    run = _open(reader)
    if run is None:
        below = reader.lines[at + 1 : at + 1 + _TRACE_LINES]
        if not any("PHPUnit\\" in text or "phpunit" in text.lower() for text in below):
            return
        run = Run(at + 1, at + 1)
        reader.runs.append(run)
    told = found["told"].removeprefix("Uncaught ")
    file, line = (relative(found["file"]), int(found["line"])) if found["file"] else ("", 0)
    run.fatal = run.fatal or (at + 1, told, file, line)
    run.last = at + 1


def _take_inside(reader: _Reader, run: Run, at: int, text: str) -> int:
    section = _SECTION.match(text) if text.startswith("There ") else None
    if section or _TRIGGERED.match(text):
        reader.section = section["word"] if section else "triggered"
        run.last = at + 1
    elif found := (_OK.match(text) or _COUNTS.match(text)):
        _take_counts(reader, run, at, found)
    elif _VERDICT.match(text):
        run.verdict, run.last, reader.section = text, at + 1, ""
        run.over = text.startswith("No tests")
    elif reader.section and (found := ITEM.match(text)):
        end = _end_of_item(reader.lines, at)
        block = read_block(reader.lines, at, end, reader.section, found["name"].strip())
        run.blocks.append(block)
        run.last = block.last
        return max(end, at + 1)
    elif found := DOX.match(text):
        return _take_dox(reader, run, at, found)
    elif not run.last - run.first and _BROKEN.match(text):
        run.broken, run.over = (at + 1, text), True
        run.last = at + 1
    elif text.strip() and not text.startswith((" ", "\t")):
        reader.group = text.strip()
    return at + 1


def _take_dox(reader: _Reader, run: Run, at: int, found: re.Match[str]) -> int:
    """Take a line of testdox: its class stands above, without what PHPUnit 10 adds in brackets."""
    run.last = at + 1
    if found["mark"] != "✘":
        return at + 1
    group = reader.group.partition(" (")[0]
    block = read_dox(
        reader.lines, at, f"{group} > {found['name'].strip()}" if group else found["name"].strip()
    )
    run.doxes.append(block)
    run.last = block.last
    return block.last


def _take_counts(reader: _Reader, run: Run, at: int, found: re.Match[str]) -> None:
    rest = found.groupdict().get("rest") or ""
    run.counts = {name: int(count) for name, count in _COUNT.findall(rest)}
    run.counts["Tests"] = int(found["total"])
    run.verdict = run.verdict or "OK"
    run.last = at + 1
    reader.section, run.over = "", True


def _end_of_item(lines: Sequence[str], at: int) -> int:
    """Find the index of the line that cannot belong to the defect at index `at` any more."""
    for end in range(at + 1, len(lines)):
        text = lines[end]
        before = lines[end - 1].strip()
        if (
            text == "--"
            or _VERDICT.match(text)
            or text.startswith(("Tests: ", "##["))
            or _SECTION.match(text)
        ):
            return end
        if not before and ITEM.match(text):
            return end
    return len(lines)
