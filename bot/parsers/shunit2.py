"""shUnit2, 2.1.x: one failure per test, with its first failed assertion as the message.

A test's name stands on a line of its own before its output, or behind it in `shunit2:ERROR name() returned
…`. Only a run that sums up `FAILED` has failures: a passing test may print what it likes. A run whose file
is named above it is run again as that file. https://github.com/kward/shunit2/blob/master/shunit2
"""

import re
import shlex
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._workspace import relative

TOOL = "shunit2"
ANCHORS: tuple[str, ...] = (
    "ASSERT:", "shunit2:", "Ran 0 test", "Ran 1 test", "Ran 2", "Ran 3", "Ran 4", "Ran 5", "Ran 6", "Ran 7",
    "Ran 8", "Ran 9", "Ran 1",
)  # fmt: skip
KEEP: tuple[str, ...] = (r"^Ran \d{1,7} tests?\.$", r"^OK( \(skipped=\d{1,7}\))?$", r"^FAILED \(")
TROUBLE: tuple[str, ...] = (r"^ASSERT:\S", r"^shunit2:(ERROR|FATAL|WARN) ", r"^FAILED \(failures=\d")

_RAN = re.compile(r"Ran (?P<count>\d{1,7}) tests?\.$")
_OK = re.compile(r"OK(?: \(skipped=\d{1,7}\))?$")
_FAILED = re.compile(r"FAILED \(failures=\d{1,7}(?:,skipped=\d{1,7})?\)$")
_NAME = re.compile(r"(?P<name>[A-Za-z_][\w:.\-]{0,150})$")
_ASSERT = re.compile(r"ASSERT:(?:\[(?P<line>\d{1,7})\] ?)?(?P<what>\S.*)$")
_RETURNED = re.compile(r"shunit2:ERROR (?P<name>[\w:.\-]{1,150})\(\) returned non-zero return code\.$")
_FATAL = re.compile(r"shunit2:FATAL (?P<what>(?P<hook>\w{1,40})\(\) returned non-zero return code\..*|\S.*)$")
_UNKNOWN = "unknown failure encountered running a test"
_SHELL = re.compile(r"(?P<file>[^\s:]{1,300}): (?:line )?(?P<line>\d{1,7}): (?P<what>\S.*)$")
_FILE = re.compile(
    r"(?:^|[\s'\"=])(?P<file>(?:[\w.\-]{0,80}/){0,12}[\w.\-]{1,120}(?:\.(?:sh|bash|ksh|zsh|bats)"
    r"|[_-]tests?))(?=$|[\s'\":])"
)
_ABOVE = 4
_MOST = 60
_WIDE = 500
_RECENT = 50


@dataclass(slots=True)
class Case:
    """One test: its lines, and the assertions that failed in it."""

    name: str
    number: int
    asserts: list[tuple[int, str, int]] = field(default_factory=list)
    returned: int = 0
    last: int = 0
    shell: list[tuple[int, str, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One test script: its cases from the first line to its sum."""

    cases: list[Case]
    count: int
    ran: int
    first: int
    last: int
    failed: bool


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = _read(log)
    failures: list[Failure] = []
    totals: list[Totals] = []
    for run in runs:
        file = _file_above(log, run.first)
        found = [_failure(log, case, file) for case in run.cases if case.asserts or case.returned]
        if run.failed and not found:
            found = [_unnamed(run, file)]
        found = found if run.failed else []
        tests = sum(bool(one.test) and one.kind is FailureKind.TEST for one in found)
        failures += found
        totals.append(Totals(TOOL, file, passed=max(0, run.count - tests), failed=tests, total=run.count))
    return Findings(TOOL, tuple(failures), tuple(totals), tuple((run.first, run.last) for run in runs))


def _read(log: Log) -> list[Run]:
    """Find the sums, then what stands before each."""
    runs: list[Run] = []
    end = 0
    for number, text in enumerate(log.lines, 1):
        match = _RAN.match(text) if text.startswith("Ran ") else None
        if match is None:
            continue
        last = next(
            (n for n in range(number + 1, min(number + 4, len(log.lines)) + 1) if log.line(n).strip()), 0
        )
        word = log.line(last) if last else ""
        if _OK.match(word) or _FAILED.match(word):
            cases, first = _cases(log, end + 1, number)
            runs.append(Run(cases, int(match["count"]), number, first, last, bool(_FAILED.match(word))))
            end = last
    return runs


def _cases(log: Log, start: int, ran: int) -> tuple[list[Case], int]:
    """Read the tests between two sums; a step's own heading begins anew."""
    cases: list[Case] = []
    first = 0
    for number in range(start, ran):
        text = log.line(number)
        if text.startswith("##["):
            cases, first = [], 0
        elif match := _NAME.match(text):
            cases.append(Case(match["name"], number, last=number))
            first = first or number
        elif text.startswith(("ASSERT:", "shunit2:")):
            first = first or number
            cases = cases or [Case("", number)]
            _complain(cases, number, text)
        elif cases and text.strip():
            if match := _SHELL.match(text):
                cases[-1].shell.append((number, match["file"], int(match["line"]), match["what"]))
            cases[-1].last = number
    return cases, first or ran


def _complain(cases: list[Case], number: int, text: str) -> None:
    """Take a line in which shUnit2 itself speaks; it may name the test."""
    case = cases[-1]
    if match := _ASSERT.match(text):
        case.asserts.append((number, match["what"], int(match["line"] or 0)))
    elif match := _FATAL.match(text):
        cases.append(Case(match["hook"] or "", number, [(number, match["what"], 0)], last=number))
        return
    elif match := _RETURNED.match(text):
        named = next((c for c in reversed(cases[-_RECENT:]) if c.name.endswith(match["name"])), None)
        if named is None and case.asserts:
            case.name = match["name"]
        elif named is None:
            case = Case(match["name"], number)
            cases.append(case)
        elif named is not case:
            # What stood between was a word that the test itself printed.
            named.asserts += case.asserts
            case.asserts = []
            case = named
        case.returned = number
    case.last = number


def _failure(log: Log, case: Case, file: str) -> Failure:
    hook = case.asserts and log.line(case.asserts[0][0]).startswith("shunit2:FATAL")
    known = [one for one in case.asserts if one[1] != _UNKNOWN or len(case.asserts) == 1]
    number, message, line = known[0] if known else (case.returned, "returned non-zero return code.", 0)
    shell = next((one for one in case.shell if one[0] <= case.last), None)
    if shell and (not known or known[0][1] == _UNKNOWN):
        number, place, line, message = shell
        file = relative(place)
    last = max(case.last, number)
    kind = FailureKind.SETUP if hook else FailureKind.TEST
    return Failure(
        tool=TOOL,
        kind=kind,
        status=Status.ERROR if hook else Status.FAILED,
        test=case.name,
        message=message,
        detail="\n".join(log.lines[number : min(last, number + _MOST)]),
        file=file,
        line=line,
        log_line=number,
        extent=(min(case.number, number), last),
        rerun=_rerun(file, case.name, hook=bool(hook)),
        suite=file,
    )


def _rerun(file: str, name: str, *, hook: bool) -> str:
    """Tests may be named behind `--` since 2.1.8."""
    if not file or hook or not name:
        return f"sh {shlex.quote(file)}" if file else ""
    return f"sh {shlex.quote(file)} -- {shlex.quote(name)}"


def _unnamed(run: Run, file: str) -> Failure:
    """Say that the script ended badly where nothing in the log says why."""
    kind = FailureKind.TEST if run.count else FailureKind.COLLECTION
    return Failure(TOOL, kind, Status.FAILED, "", "tests failed", run.last, (run.first, run.last), file=file)


def _file_above(log: Log, first: int) -> str:
    """Read the script's name off the lines right above the run, where a caller names what it runs."""
    for number in range(first - 1, max(0, first - 1 - _ABOVE), -1):
        if match := _FILE.search(log.line(number)[:_WIDE]):
            return relative(match["file"])
    return ""
