"""Cypress' runs: spec files with their Mocha reports and tables, and what keeps it from running them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.failure import FailureKind
from bot.parsers._workspace import relative

_START, _RESULTS, _FINISH = "(Run Starting)", "(Results)", "(Run Finished)"
_RUNNING = re.compile(r"\s{1,8}Running:\s{1,8}(?P<spec>\S.*?)(?:\s{2,}\(\d{1,5} of \d{1,5}\))?$")
_ROW = re.compile(r"\s{0,4}│ (?P<word>Tests|Passing|Failing|Pending|Skipped):\s{1,20}(?P<count>\d{1,7})\b")
_RAN = re.compile(r"\s{0,4}│ Spec Ran:\s{1,20}(?P<spec>\S+)")
_FAILING = re.compile(r"  \d{1,7} failing$")
_HEAD = re.compile(r"  \d{1,6}\) (?P<name>\S.*)$")
_NAME = re.compile(r"(?P<in> {4,80})(?P<name>\S.*)$")
_ATTEMPT = re.compile(r"\s+\(Attempt \d{1,3} of \d{1,3}\) (?P<name>\S.*)$")
_PASSED = re.compile(r"\s+(?:✓|√) (?P<name>\S.*?)(?: \(\d{1,9}ms\))?$")
_WORKS = (
    (re.compile(r"Cypress could not verify that this server is running"), FailureKind.SETUP),
    (re.compile(r"Cypress failed to verify that your server is running"), FailureKind.SETUP),
    (re.compile(r"Can't run because no spec files were found"), FailureKind.COLLECTION),
    (
        re.compile(r"The cypress npm package is installed, but the Cypress binary is missing"),
        FailureKind.SETUP,
    ),
    (re.compile(r"Oops\.\.\.we found an error preparing this test file"), FailureKind.COLLECTION),
    (re.compile(r"We detected that the .{1,60} process just crashed"), FailureKind.CRASH),
    (re.compile(r"Cypress failed to start\.?$"), FailureKind.SETUP),
)
_NAMED = re.compile(r"  > (?P<file>\S{1,400})$")
_SAID = "The error was:"
_FAR = 15


@dataclass(frozen=True, slots=True)
class Failing:
    """One failure of a spec file's report."""

    names: tuple[str, ...]
    number: int
    last: int
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a run or a spec file could not begin, or went away."""

    kind: FailureKind
    message: str
    file: str
    line: int
    extent: tuple[int, int]


@dataclass(slots=True)
class Spec:
    """One spec file: its name as shown, its path where the tables tell it, its counts."""

    name: str
    path: str
    first: int
    counts: dict[str, int] = field(default_factory=dict)
    failing: list[Failing] = field(default_factory=list)
    flaked: int = 0


@dataclass(slots=True)
class Run:
    """One `cypress run`."""

    first: int
    last: int
    specs: list[Spec] = field(default_factory=list)
    ended: bool = False


def read_runs(lines: Sequence[str]) -> list[Run]:
    """Give the runs with their spec files."""
    starts = [number for number, line in enumerate(lines, 1) if line.strip() == _START]
    ends = [start - 1 for start in starts[1:]] + [len(lines)]
    return [_read(lines, first, end) for first, end in zip(starts, ends, strict=False)]


def _read(lines: Sequence[str], first: int, end: int) -> Run:
    run = Run(first, first)
    begins = [(at, found) for at in range(first, end + 1) if (found := _RUNNING.match(lines[at - 1]))]
    finish = next((at for at in range(first, end + 1) if lines[at - 1].strip() == _FINISH), 0)
    stops = [at - 1 for at, _ in begins[1:]] + [finish - 1 if finish else end]
    for (at, found), stop in zip(begins, stops, strict=False):
        run.specs.append(_spec(lines, found["spec"], at, stop))
    run.ended = bool(finish)
    run.last = _last(lines, finish, end) if finish else end
    return run


def _last(lines: Sequence[str], finish: int, end: int) -> int:
    """Give the end of the last table: the line of sums below its frame."""
    last = finish
    for at in range(finish + 1, end + 1):
        line = lines[at - 1]
        if line.strip() and not line.startswith("  "):
            break
        if line.strip():
            last = at
    return last


def _spec(lines: Sequence[str], name: str, first: int, stop: int) -> Spec:
    spec = Spec(name, name, first)
    results = next((at for at in range(first, stop + 1) if lines[at - 1].strip() == _RESULTS), 0)
    for at in range(results, stop + 1) if results else ():
        if found := _ROW.match(lines[at - 1]):
            spec.counts.setdefault(found["word"], int(found["count"]))
    end = results - 1 if results else stop
    counted = spec.counts.get("Failing", 1)
    head = next((at for at in range(end, first, -1) if _FAILING.match(lines[at - 1])), 0) if counted else 0
    if head:
        spec.failing = _failing(lines, head + 1, end)
    spec.flaked = _flaked(lines[first:end])
    return spec


def _failing(lines: Sequence[str], first: int, end: int) -> list[Failing]:
    """Read Mocha's list: the outermost container behind the number, the others and the test below it."""
    heads = [at for at in range(first, end + 1) if _HEAD.match(lines[at - 1])]
    found = []
    for head, following in zip(heads, [*heads[1:], end + 1], strict=False):
        match = _HEAD.match(lines[head - 1])
        names, at = [match["name"] if match else ""], head
        while not names[-1].endswith(":") and at + 1 < following and (below := _NAME.match(lines[at])):
            names.append(below["name"])
            at += 1
        if not names[-1].endswith(":"):
            # The log ends inside the name.
            continue
        names[-1] = names[-1].removesuffix(":")
        last = max((n for n in range(at, following) if lines[n - 1].strip()), default=at)
        found.append(Failing(tuple(names), head, last, tuple(lines[at:last])))
    return found


def _flaked(lines: Sequence[str]) -> int:
    """Count tests that passed although an attempt before failed."""
    attempted: set[str] = set()
    flaked: set[str] = set()
    for line in lines:
        if found := _ATTEMPT.match(line):
            attempted.add(found["name"])
        elif (found := _PASSED.match(line)) and found["name"] in attempted:
            flaked.add(found["name"])
    return len(flaked)


def read_broken(lines: Sequence[str]) -> list[Broken]:
    """Give what Cypress says where it cannot run a file, or anything."""
    found: list[Broken] = []
    for number, line in enumerate(lines, 1):
        kind = next((kind for words, kind in _WORKS if words.match(line)), None)
        if kind is None or (found and number <= found[-1].extent[1]):
            continue
        near = lines[number : number + _FAR]
        named = next((match["file"] for text in near if (match := _NAMED.match(text))), "")
        said = next((at for at, text in enumerate(near) if text.strip() == _SAID), -1)
        told = [text.strip() for text in near[said + 1 :] if text.strip()] if said >= 0 else []
        last = number + (
            max((at for at, text in enumerate(near) if text.strip()), default=-1) + 1 if near else 0
        )
        is_file = named != "" and "://" not in named and "*" not in named
        message = told[0] if told else line.strip()
        if named and not is_file:
            message = f"{message.rstrip(':')}: {named}"
        found.append(Broken(kind, message, relative(named) if is_file else "", number, (number, last)))
    return found
