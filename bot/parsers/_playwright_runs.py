"""Playwright's runs: where each begins and ends, what its end lists, and the blocks with the reasons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_START = re.compile(
    r"\s{0,4}Running (?P<total>\d{1,7}) tests? using \d{1,5} workers?(?:, shard \d+ of \d+)?$"
)
_COUNT = re.compile(
    r"  (?P<count>\d{1,7}) (?P<word>passed|failed|flaky|skipped|interrupted|did not run|timed out)"
    r"(?: \(.{1,40}\))?$"
)
_OUTSIDE = re.compile(
    r"  (?P<count>\d{1,7}) errors? (?:was|were) not a part of any test, see above for details$"
)
_TITLE = re.compile(
    r"(?:\[(?P<project>[^\]]{1,100})\] › )?(?P<file>\S.{0,300}?):(?P<line>\d{1,7}):\d{1,7} › (?P<names>.+)$"
)
_RULE = re.compile(r" [─=]+$")
_HEAD = re.compile(r"  \d{1,6}\) (?P<title>\S.*)$")
_ENTRY = "    "
_RETRY = re.compile(r"    Retry #\d{1,4}(?: [─=]+)?$")
_MARK = re.compile(r"  (?P<mark>✓|✘|ok|x|-) {1,8}\d{1,7} (?P<title>\S.*)$")
_TIME = re.compile(r"(?: \(retry #\d{1,4}\))?(?: \([\d.]{1,9}(?:ms|s|m|h)\))?$")


@dataclass(frozen=True, slots=True)
class Title:
    """What Playwright calls a test: project, file, line and names."""

    project: str
    file: str
    line: int
    names: tuple[str, ...]

    def tells(self, other: "Title") -> bool:
        """Whether it is the other's title; a block's may go on with the step that failed."""
        same = (self.project, self.file, self.line) == (other.project, other.file, other.line)
        return same and self.names[: len(other.names)] == other.names


@dataclass(frozen=True, slots=True)
class Block:
    """Why a test failed, from its title's line to `last`; `ruled`: a line is drawn behind its title."""

    title: Title
    number: int
    last: int
    ruled: bool


@dataclass(slots=True)
class Run:
    """One run; `listed` are the entries below its counts, with their line and the word they stand under."""

    first: int
    last: int
    total: int
    end: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    listed: list[tuple[int, str, Title]] = field(default_factory=list)
    outside: int = 0

    @property
    def summed(self) -> bool:
        """Whether it came to its end."""
        return bool(self.counts)


def read_title(text: str) -> Title | None:
    """Read a title, with or without the line drawn behind it."""
    found = _TITLE.match(_RULE.sub("", text))
    if found is None:
        return None
    names = tuple(name.strip() for name in found["names"].split(" › "))
    return Title(found["project"] or "", found["file"].replace("\\", "/"), int(found["line"]), names)


def read_runs(lines: Sequence[str]) -> list[Run]:
    """Give the runs; the last counts before the next run or the end are a run's own."""
    starts = [(number, found) for number, line in enumerate(lines, 1) if (found := _START.match(line))]
    runs = []
    for index, (number, found) in enumerate(starts):
        stop = starts[index + 1][0] - 1 if index + 1 < len(starts) else len(lines)
        run = Run(number, number, int(found["total"]))
        _read_end(lines, run, stop)
        runs.append(run)
    return runs


def _read_end(lines: Sequence[str], run: Run, stop: int) -> None:
    """Read the last group of counts and lists."""
    last = next((at for at in range(stop, run.first, -1) if _is_sum(lines[at - 1])), 0)
    if not last:
        run.last = next((at for at in range(stop, run.first, -1) if lines[at - 1].strip()), run.first)
        run.end = run.last + 1
        return
    first = last
    while first - 1 > run.first and (_is_sum(lines[first - 2]) or _is_entry(lines[first - 2])):
        first -= 1
    run.end, run.last = first, last
    word = ""
    for number in range(first, min(stop, len(lines)) + 1):
        line = lines[number - 1]
        if found := _COUNT.match(line):
            word = found["word"]
            run.counts[word] = int(found["count"])
        elif found := _OUTSIDE.match(line):
            run.outside = int(found["count"])
        elif word and _is_entry(line) and (title := read_title(line.strip())) is not None:
            run.listed.append((number, word, title))
        else:
            break
        run.last = number


def _is_sum(line: str) -> bool:
    return line.startswith("  ") and bool(_COUNT.match(line) or _OUTSIDE.match(line))


def _is_entry(line: str) -> bool:
    return (
        line.startswith(_ENTRY)
        and line[4:5].strip() != ""
        and " › " in line
        and read_title(line[4:]) is not None
    )


def blocks(lines: Sequence[str], run: Run) -> list[Block]:
    """Give a run's blocks; each ends at its first retry, at the next block, or where the indentation does."""
    found = []
    for number in range(run.first + 1, run.end):
        head = _HEAD.match(lines[number - 1])
        # An annotation of the github reporter before the runner read it: a whole block on one line.
        title = read_title(head["title"]) if head and "%0A" not in head["title"] else None
        if title is not None:
            ruled = bool(_RULE.search(lines[number - 1]))
            found.append(Block(title, number, _block_end(lines, number, run.end), ruled))
    return found


def _block_end(lines: Sequence[str], number: int, end: int) -> int:
    last = number
    for at in range(number + 1, end):
        line = lines[at - 1]
        if line.strip() and (not line.startswith(_ENTRY) or _RETRY.match(line)):
            break
        if line.strip():
            last = at
    return last


def last_marks(lines: Sequence[str], run: Run) -> dict[Title, tuple[int, bool]]:
    """Give, per test that the list reporter showed, the line of its last attempt and whether that failed."""
    marks: dict[Title, tuple[int, bool]] = {}
    for number in range(run.first + 1, run.end):
        found = _MARK.match(lines[number - 1])
        title = read_title(_TIME.sub("", found["title"])) if found else None
        if found and title is not None:
            marks[title] = (number, found["mark"] in {"✘", "x"})
    return marks
