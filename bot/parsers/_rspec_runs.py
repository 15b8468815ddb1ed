"""RSpec's runs in a log: where each begins and ends, its failures, its errors and its counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._rspec_blocks import ITEM, OUTSIDE, end_of_outside

_FINISHED = re.compile(
    r"Finished in [\d.]{1,12} (?:seconds?|minutes?)\b.{0,40} \(files took .{1,60} to load\)$"
)
_COUNTS = re.compile(
    r"(?P<total>\d{1,9}) examples?, (?P<failed>\d{1,9}) failures?(?:, (?P<pending>\d{1,9}) pending)?"
    r"(?:, (?P<errors>\d{1,9}) errors? occurred outside of examples)?$"
)
_RERUN = re.compile(r"(?P<command>rspec (?P<place>'[^']{1,500}'|\S{1,500})) # (?P<name>.*)$")
_SEED = re.compile(r"Randomized with seed \d{1,12}$")
_OPTIONS = re.compile(r"Run options:(?: (?:include|exclude) \{|$)")
_AGAIN = re.compile(r"Run options: .{0,400}last_run_status(?:=>|: )\"failed\"")
_RETRY = re.compile(r"\s{0,40}RSpec::Retry: \d{1,4}(?:st|nd|rd|th) try (\S{1,400}:\d{1,7})$")
_DOCUMENTED = re.compile(r"(?P<indent> {2,200})(?P<name>[^\s|>#*].*) \(FAILED - \d{1,6}\)$")
# A test that prints does so behind the dots.
_PROGRESS = re.compile(r"[.*]|F[.F*]|F$")
_LISTED = "Failed examples:"
_PENDING = "Pending: (Failures listed here"
_FAILURES = "Failures:"
_SLOWEST = re.compile(r"Top \d{1,5} slowest example")

Numbered = tuple[int, str]


@dataclass(slots=True)
class Item:
    """One failure: its line, the number and name in its heading, and the lines below it."""

    number: int
    count: int
    name: str
    body: list[Numbered] = field(default_factory=list)


@dataclass(slots=True)
class Rerun:
    """One line of the list of failed examples."""

    number: int
    command: str
    place: str
    name: str


@dataclass(slots=True)
class Run:
    """One process's output.

    Attributes:
        counts: the summary's numbers by name; empty when the log ends before it.
        again: it ran only what had failed before.
        documented: failed examples named while they ran, with their line.
    """

    first: int = 0
    last: int = 0
    items: list[Item] = field(default_factory=list)
    outside: list[tuple[re.Match[str], list[Numbered]]] = field(default_factory=list)
    reruns: list[Rerun] = field(default_factory=list)
    documented: list[Numbered] = field(default_factory=list)
    retried: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    again: bool = False
    finished: str = ""
    seeds: dict[str, int] = field(default_factory=dict)

    def reach(self, first: int, last: int) -> None:
        """Take lines into what the run printed."""
        self.first = min(self.first or first, first)
        self.last = max(self.last, last)


@dataclass(slots=True)
class _Reader:
    lines: Sequence[str]
    runs: list[Run] = field(default_factory=list)
    run: Run = field(default_factory=Run)
    pending: bool = False
    groups: dict[int, str] = field(default_factory=dict)


def read_runs(log: Log) -> list[Run]:
    """Give the runs of a log; what only looks like a part of one is none."""
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
    run, reader.run, reader.pending = reader.run, Run(), False
    reader.groups.clear()
    named = any(item.body and _is_failure(item) for item in run.items)
    if run.counts or named or run.outside or run.documented:
        run.items = [item for item in run.items if _is_failure(item)]
        reader.runs.append(run)


def _is_failure(item: Item) -> bool:
    head = [text.strip() for _, text in item.body[:3]]
    told = any(text.startswith(("Failure/Error:", "Got ", "Unable to find ")) for text in head)
    return told or item.name.endswith(" FIXED")


def _take(reader: _Reader, at: int) -> int:
    """Take the line at this index, and give the index of the next."""
    text, run = reader.lines[at], reader.run
    if text.startswith("An error occurred ") and (found := OUTSIDE.match(text)):
        end = end_of_outside(reader.lines, at)
        run.outside.append((found, _numbered(reader.lines, at + 1, end)))
        run.reach(at + 1, end)
        return end
    if text.startswith("  ") and (found := ITEM.match(text)):
        return _take_item(reader, at, found)
    if text.startswith("Finished in ") and _FINISHED.match(text):
        return _take_end(reader, at)
    if text.startswith((_PENDING, _FAILURES)):
        reader.pending = text.startswith(_PENDING)
        # hspec writes `Failures:`, too.
        if reader.pending:
            run.reach(at + 1, at + 1)
    _take_word(reader, at, text)
    return at + 1


def _take_word(reader: _Reader, at: int, text: str) -> None:
    """Take a line that says something of the run by itself."""
    run = reader.run
    if _SEED.match(text):
        run.seeds.setdefault(text, at + 1)
    elif text.startswith("Run options:") and _OPTIONS.match(text):
        run.reach(at + 1, at + 1)
        run.again = run.again or bool(_AGAIN.match(text))
    elif "RSpec::Retry: " in text and (found := _RETRY.match(text)):
        run.retried.add(found[1])
        run.reach(at + 1, at + 1)
    elif " (FAILED - " in text and (found := _DOCUMENTED.match(text)):
        depth = len(found["indent"])
        path = [reader.groups[level] for level in sorted(reader.groups) if level < depth]
        run.documented.append((at + 1, " ".join((*path, found["name"]))))
        run.reach(at + 1, at + 1)
    elif text.strip():
        depth = len(text) - len(text.lstrip())
        reader.groups = {level: name for level, name in reader.groups.items() if level < depth}
        if depth % 2 == 0 and len(text) < 400:  # noqa: PLR2004 - longer lines name no group
            reader.groups[depth] = text.strip()


def _take_item(reader: _Reader, at: int, found: re.Match[str]) -> int:
    """Take a numbered failure up to the next line that cannot belong to it."""
    margin = " " * (len(found[1]) + 4)
    end = last = at + 1
    while end < len(reader.lines):
        text = reader.lines[end]
        if text.strip() and not text.startswith(margin):
            break
        end += 1
        last = end if text.strip() else last
    item = Item(at + 1, int(found[1]), found[2].strip(), _numbered(reader.lines, at + 1, last))
    if reader.pending or not _is_failure(item):
        return last
    reader.run.reach(at + 1, last)
    if not any(_same(item, other) for other in reader.run.items[-200:]):
        reader.run.items.append(item)
    return last


def _same(one: Item, other: Item) -> bool:
    """Whether a second formatter told the same again."""
    return (one.count, one.name) == (other.count, other.name)


def _take_end(reader: _Reader, at: int) -> int:
    """Take the summary, and the list of failed examples below it."""
    lines = reader.lines
    counts = _COUNTS.match(lines[at + 1]) if at + 1 < len(lines) else None
    if counts is None:
        return at + 1
    before = reader.runs[-1] if reader.runs else None
    repeated = before is not None and before.finished == lines[at]
    run = before if repeated and before else reader.run
    run.counts = {name: int(number or 0) for name, number in counts.groupdict().items()}
    run.finished = lines[at]
    _reach_progress(reader, run, at)
    run.reach(at + 1, at + 2)
    end = _take_list(lines, at + 2, run, keep=not repeated)
    if repeated:
        reader.run = Run()
    else:
        _close(reader)
    return end


def _reach_progress(reader: _Reader, run: Run, at: int) -> None:
    """Take the dots above the first line that is known to be the run's."""
    top = (run.first or at + 1) - 2
    first = run.first or at + 1
    while top >= 0 and (not reader.lines[top].strip() or _PROGRESS.match(reader.lines[top])):
        first = top + 1 if reader.lines[top].strip() else first
        top -= 1
    run.reach(first, at + 1)


def _take_list(lines: Sequence[str], at: int, run: Run, *, keep: bool) -> int:
    """Take `rspec ./spec/a_spec.rb:12 # name` and what stands among such lines."""
    listed = False
    while at < len(lines):
        text = lines[at]
        found = _RERUN.match(text) if text.startswith("rspec ") else None
        if found and keep:
            place = found["place"].strip("'")
            run.reruns.append(Rerun(at + 1, found["command"], place, found["name"].strip()))
        if found or text == _LISTED or _SEED.match(text):
            listed = listed or text == _LISTED
            # Other runners print a seed, too: RSpec says the same one before and behind a run.
            run.reach(run.seeds.get(text, at + 1), at + 1)
        elif text.strip():
            break
        at += 1
    return at


def _numbered(lines: Sequence[str], start: int, end: int) -> list[Numbered]:
    return [(at + 1, lines[at]) for at in range(start, end)]
