"""Perl's `prove` and other users of TAP::Harness: the summary report, with what Test::More said above it.

One failure per failed test where Test::More named it, else one per test program; `test` is the program and
the test's name, subtests joined: `t/cart.t > with tea > is hot`. The TAP that `-v` shows in between is not
read.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._prove_words import Told, read_death, read_failed
from bot.parsers._workspace import relative

TOOL = "prove"
ANCHORS: tuple[str, ...] = ("wallclock secs", "Test Summary Report", "Dubious, test returned")
KEEP: tuple[str, ...] = (
    r"^Files=[0-9]+, Tests=[0-9]+, ",
    r"^Result: (PASS|FAIL|NOTESTS)$",
    r"^Test Summary Report$",
    r" \(Wstat: [0-9]+ ",
    r"^  (Failed tests?|Parse errors|Non-zero exit status|Non-zero wait status): ",
    r"^All tests successful\.$",
    r" \.{2,} (ok|skipped)",
)
TROUBLE: tuple[str, ...] = (
    r"^ *# {1,3}Failed test( |$)",
    r"^Dubious, test returned ",
    r"^Failed [0-9]+/[0-9]+ subtests",
    r"^Test Summary Report$",
    r"^Bailout called\.",
    r"^Cannot detect source of '",
    r"^# Looks like your? ",
)

_PROGRAM = re.compile(
    r"(?:\[\d\d:\d\d:\d\d\] )?(?P<file>[^\s.#]\S{0,300}?|\.\S{0,300}?) \.{2,200} ?(?P<rest>.*)$"
)
_ROW = re.compile(
    r"(?P<file>\S{1,300}) {1,200}\(Wstat: (?P<wait>\d{1,7})"
    r"(?: \((?:exited \d{1,3}|Signal: \w{1,20}.{0,40})\))? "
    r"Tests: (?P<tests>\d{1,9}) Failed: (?P<failed>\d{1,9})\)$"
)
_FILES = re.compile(r"Files=(?P<files>\d{1,9}), Tests=(?P<tests>\d{1,9}), ")
_DETAIL = re.compile(
    r"  (?P<key>Failed tests?|Parse errors|Non-zero (?:exit|wait) status): {1,3}(?P<told>.*)$"
)
_RESULT = re.compile(r"Result: (?:PASS|FAIL|NOTESTS)$")
_BAILED = re.compile(r"FAILED--Further testing stopped(?:: (?P<why>.*))?$")
_MISSING = re.compile(r"Cannot detect source of '(?P<file>[^']{1,300})'!")
_SIGNALS = {9: "KILL", 11: "SEGV", 6: "ABRT", 15: "TERM"}


@dataclass(slots=True)
class _Row:
    """One program in the report: its line, how it ended, and the keys below it."""

    number: int
    file: str
    wait: int
    tests: int
    failed: int
    details: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Run:
    """One harness' output, 1-based lines."""

    first: int = 0
    last: int = 0
    programs: list[tuple[int, str]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    tests: int = -1
    missing: tuple[int, str, str] | None = None
    bailed: tuple[int, str] | None = None


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = _read(log)
    failures = [failure for run in runs for failure in _failures(log.lines, run)]
    totals = tuple(_totals(run) for run in runs if run.tests >= 0)
    claims = tuple((run.first, max(run.first, run.last)) for run in runs)
    ordered = tuple(sorted(failures, key=lambda failure: failure.log_line))
    return Findings(TOOL, ordered, totals, claims, any(run.tests < 0 for run in runs))


def _read(log: Log) -> list[_Run]:
    runs: list[_Run] = []
    run = _Run()
    steps = {section.first for section in log.sections}
    report = False
    for at, text in enumerate(log.lines):
        if at + 1 in steps:
            run, report = _close(runs, run), False
        if told := read_failed(log.lines, at) if "Failed test" in text else None:
            run.told.append(told)
            run.first = run.first or told.first
        elif text == "Test Summary Report":
            report = True
        elif report and text.startswith("  ") and run.rows:
            if detail := _DETAIL.match(text):
                run.rows[-1].details[detail["key"]] = detail["told"].strip()
        elif report and (row := _ROW.match(text)):
            run.rows.append(
                _Row(at + 1, row["file"], int(row["wait"]), int(row["tests"]), int(row["failed"]))
            )
        elif text.startswith("Files=") and (files := _FILES.match(text)):
            run.tests, run.last = int(files["tests"]), at + 1
        elif run.tests >= 0 and _RESULT.match(text):
            run.last = at + 1
            run, report = _close(runs, run), False
        else:
            _take_line(runs, run, at, text)
    _close(runs, run)
    return runs


def _take_line(runs: list[_Run], run: _Run, at: int, text: str) -> None:
    """Take a program's own line, or one that says why a run ended."""
    if " .." in text and (program := _PROGRAM.match(text)):
        run.programs.append((at + 1, program["file"]))
        run.first, run.last = run.first or at + 1, at + 1
    elif (bailed := _BAILED.match(text)) and runs:
        runs[-1].bailed, runs[-1].last = (at + 1, bailed["why"] or text), at + 1
    elif missing := _MISSING.match(text):
        run.missing = at + 1, text.partition(" at ")[0], missing["file"]
        run.first = run.first or at + 1


def _close(runs: list[_Run], run: _Run) -> _Run:
    """Keep a run that summed up, or was cut off after a program failed."""
    dubious = bool(run.programs) and bool(run.told)
    if run.tests >= 0 or dubious:
        run.first = run.first or run.last
        # The program's errors come above its own line; a cut run ends with what was said last.
        run.last = max([run.last, *(told.last for told in run.told)] if run.tests < 0 else [run.last])
        runs.append(run)
    return _Run()


def _totals(run: _Run) -> Totals:
    failed = sum(row.failed for row in run.rows)
    errors = sum(1 for row in run.rows if not row.failed and _is_bad(row))
    return Totals(TOOL, "", passed=max(run.tests - failed, 0), failed=failed, errors=errors, total=run.tests)


def _is_bad(row: _Row) -> bool:
    return bool(row.failed or row.wait or "Parse errors" in row.details)


def _failures(lines: Sequence[str], run: _Run) -> list[Failure]:
    failures: list[Failure] = []
    bad = [row for row in run.rows if _is_bad(row)]
    for row in bad:
        notes = _leaves(_notes(run, row))
        failures += [_failed(row.file, path, told) for path, told in notes]
        # More went wrong than tests that failed: it died, or ran fewer tests than it planned.
        if not notes or "Parse errors" in row.details:
            failures.append(_ended(lines, run, row))
    if run.tests < 0:
        failures += [
            _failed(told.file, path, told)
            for path, told in _leaves(run.told)
            if told.file and len(path) == told.level + 1
        ]
    if run.missing:
        number, text, file = run.missing
        at = (number, number)
        failures.append(
            Failure(TOOL, FailureKind.COLLECTION, Status.ERROR, file, text, number, at, file=relative(file))
        )
    return failures


def _notes(run: _Run, row: _Row) -> list[Told]:
    """Choose the notes of one program: they name its file, or stand above its line."""
    own = [told for told in run.told if told.file == relative(row.file)]
    if own or not row.failed:
        return own
    numbers = [number for number, file in run.programs if file == row.file]
    if not numbers:
        return []
    before = max([number for number, _ in run.programs if number < numbers[0]], default=0)
    return [told for told in run.told if before < told.first < numbers[0] + 1]


def _leaves(notes: Sequence[Told]) -> list[tuple[tuple[str, ...], Told]]:
    """Give the innermost failed tests with the names of the subtests around them, told behind them."""
    found: list[tuple[tuple[str, ...], Told]] = []
    for at, told in enumerate(notes):
        if at and notes[at - 1].level > told.level:
            continue
        path: list[str] = []
        level = told.level
        for outer in notes[at + 1 :]:
            if outer.level < level:
                path.insert(0, outer.name)
                level = outer.level
            if not level:
                break
        found.append(((*path, told.name), told))
    return found


def _failed(file: str, path: Sequence[str], told: Told) -> Failure:
    names = [name for name in path if name]
    return Failure(
        tool=TOOL,
        kind=FailureKind.TEST,
        status=Status.FAILED,
        test=" > ".join((relative(file), *names)),
        message=told.message,
        detail=told.detail,
        file=told.file,
        line=told.line,
        log_line=told.number,
        extent=(told.first, max(told.last, told.number)),
        rerun=f"prove -v {shlex.quote(relative(file))}",
        suite=relative(file),
    )


def _ended(lines: Sequence[str], run: _Run, row: _Row) -> Failure:
    """Say how a program ended that failed otherwise than by its tests."""
    numbers = [number for number, file in run.programs if file == row.file]
    top = numbers[0] if numbers else row.number
    before = max([number for number, _ in run.programs if number < top], default=run.first - 1)
    death = read_death(lines, max(before, 0), top)
    words = "; ".join(f"{key}: {told}" for key, told in row.details.items())
    number, message, file, line = death or (row.number, words or "failed", "", 0)
    signal = row.wait & 127
    loaded = not row.failed and not row.tests
    kind = FailureKind.CRASH if signal else FailureKind.COLLECTION if loaded else FailureKind.TEST
    if signal:
        message = f"killed by signal {_SIGNALS.get(signal, str(signal))}: {message}"
    return Failure(
        tool=TOOL,
        kind=kind,
        status=Status.ABORTED if signal else Status.FAILED if row.failed else Status.ERROR,
        test=relative(row.file),
        message=message,
        detail=words,
        file=file or relative(row.file),
        line=line,
        log_line=number,
        extent=(min(number, row.number), max(number, row.number)),
        rerun=f"prove -v {shlex.quote(relative(row.file))}",
        suite=relative(row.file),
    )
