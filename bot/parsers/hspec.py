"""hspec's numbered failures, with every formatter that prints them; tasty's failures carry the tool `tasty`.

`test` joins the groups that hspec names in the command for another run: `Cart > with tea > raises`.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._hspec_tasty import RERUN, TastyRun, TastyTest, read_tasty
from bot.parsers._workspace import relative

TOOL = "hspec"
ANCHORS: tuple[str, ...] = (
    "To rerun use: --match",
    " FAILED [1]",
    " examples, ",
    "1 example, ",
    " tests failed (",
    " tests passed (",
)
KEEP: tuple[str, ...] = (
    r"^Finished in [0-9.]+ seconds",
    r"^[0-9]+ examples?, [0-9]+ failures?",
    r"^Failures:$",
    r"^  To rerun use: --match ",
    r"^[0-9]+ out of [0-9]+ tests failed \(",
    r"^All [0-9]+ tests passed \(",
)
TROUBLE: tuple[str, ...] = (
    r"^  To rerun use: --match ",
    r" FAILED \[[0-9]+\]$",
    r": +(FAIL|TIMEOUT)( \([0-9.]+s\))?$",
)

_TASTY = "tasty"
_PLACE = re.compile(r"  (?P<file>\S.{0,500}?\.l?hsc?):(?P<line>\d{1,7}):(?P<column>\d{1,5}): ?$")
_ITEM = re.compile(r"  (?P<count>\d{1,6})\) (?P<name>\S.*)$")
_MATCH = re.compile(r"  To rerun use: (?P<options>--match (?P<match>\"/.{1,4000}/\")(?: --seed \d{1,12})?)$")
_FINISHED = re.compile(r"Finished in \d{1,9}(?:\.\d{1,6})? seconds(?:, used .{1,40} seconds of CPU time)?$")
_COUNTS = re.compile(
    r"(?P<total>\d{1,9}) examples?, (?P<failed>\d{1,9}) failures?(?:, (?P<pending>\d{1,9}) pending)?$"
)
_WORD = re.compile(r"(?P<margin> {1,80})(?P<name>\S.{0,500}?) (?:FAILED \[\d{1,6}\]|\[✘\])$")
_PLAIN = re.compile(r"[\w /.,&()-]{1,2000}$")
_TASTY_PLACE = re.compile(r"\s{0,200}(?P<file>\S{1,500}\.l?hs):(?P<line>\d{1,7}):(?:\d{1,5}:?)?$")
_HASKELL_PLACE = re.compile(r"called at (?P<file>\S{1,500}\.l?hs):(?P<line>\d{1,7}):")


@dataclass(slots=True)
class _Run:
    """One program's output."""

    first: int = 0
    last: int = 0
    failures: list[Failure] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    finished: int = 0

    def reach(self, number: int) -> None:
        """Take a line into what the run printed."""
        self.first = self.first or number
        self.last = max(self.last, number)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = _read(log)
    tasty = read_tasty(log.lines)
    failures = [failure for run in runs for failure in run.failures]
    failures += [_tasty_failure(test) for run in tasty for test in run.tests]
    totals = [_totals(run.counts) for run in runs if run.counts] + [_tasty_totals(run) for run in tasty]
    claims = [(run.first, run.last) for run in runs] + [(run.first, run.last) for run in tasty]
    unfinished = any(not run.counts for run in runs)
    ordered = tuple(sorted(failures, key=lambda failure: failure.log_line))
    return Findings(TOOL, ordered, tuple(totals), tuple(claims), unfinished)


def _read(log: Log) -> list[_Run]:
    """Give hspec's runs; RSpec's summary looks alike, but says how long files took to load."""
    runs: list[_Run] = []
    run = _Run()
    steps = {section.first for section in log.sections}
    told = 0
    for at, text in enumerate(log.lines):
        number = at + 1
        if number in steps:
            run = _close(runs, run)
        if text.startswith("  To rerun use: ") and (found := _MATCH.match(text)):
            run.failures.append(_failure(log.lines, at, told, found))
            told = number
            run.reach(run.failures[-1].extent[0])
            run.reach(number)
        elif text.startswith("Finished in ") and _FINISHED.match(text):
            run.finished = number
        elif _WORD.match(text):
            run.reach(number)
        elif run.finished == at and run.finished and (counts := _COUNTS.match(text)):
            run.counts = {name: int(count or 0) for name, count in counts.groupdict().items()}
            run.first = run.first or number
            run.first = _up(log.lines, run.first)
            run.reach(number)
            run = _close(runs, run)
    _close(runs, run)
    return runs


def _close(runs: list[_Run], run: _Run) -> _Run:
    if run.counts and not run.counts["failed"]:
        run.failures = []
    # A program that wrote a name in red and no more was killed; one that summed up is known by its sum.
    if run.counts or run.failures:
        runs.append(run)
    return _Run()


def _up(lines: Sequence[str], first: int) -> int:
    """Go up over the tree of names above the first line that is surely the run's, up to an empty line."""
    top = first
    while top > 1 and (lines[top - 2].startswith("  ") or not lines[top - 2].strip()):
        top -= 1
    return top


def _failure(lines: Sequence[str], at: int, told: int, found: re.Match[str]) -> Failure:
    """Read the failure that ends with the command for another run; `told` is the line of the one before."""
    head = at
    while head > told and not _ITEM.match(lines[head]):
        head -= 1
    place = _PLACE.match(lines[head - 1]) if head else None
    body = [(n + 1, lines[n].strip()) for n in range(head + 1, at) if lines[n].strip()]
    path = found["match"].strip('"').replace('\\"', '"').strip("/").split("/")
    message, number, used = _message(body, head + 1)
    return Failure(
        tool=TOOL,
        kind=FailureKind.TEST,
        status=Status.FAILED,
        test=" > ".join(path),
        message=message,
        detail="\n".join(text for _, text in body[used:]),
        file=relative(place["file"]) if place else "",
        line=int(place["line"]) if place else 0,
        log_line=number,
        extent=(head if place else head + 1, at + 1),
        rerun=f"cabal test --test-options={shlex.quote('--match ' + found['match'])}",
    )


def _message(body: Sequence[tuple[int, str]], head: int) -> tuple[str, int, int]:
    """Give the message, its line, and how many lines it takes."""
    if not body:
        return "failed", head, 0
    number, text = body[0]
    follows = body[1][1] if len(body) > 1 else ""
    joined = text.startswith("expected: ") and follows.startswith("but got: ")
    if joined or (text.startswith("uncaught exception: ") and follows):
        return f"{text} {follows}", number, 2
    return text, number, 1


def _totals(counts: dict[str, int]) -> Totals:
    passed = counts["total"] - counts["failed"] - counts["pending"]
    return Totals(
        TOOL,
        "",
        passed=max(passed, 0),
        failed=counts["failed"],
        pending=counts["pending"],
        total=counts["total"],
    )


def _tasty_totals(run: TastyRun) -> Totals:
    return Totals(_TASTY, "", passed=max(run.total - run.failed, 0), failed=run.failed, total=run.total)


def _tasty_failure(test: TastyTest) -> Failure:
    places = [
        found for _, text in test.body if (found := _TASTY_PLACE.match(text) or _HASKELL_PLACE.search(text))
    ]
    pattern = next((found["pattern"] for _, text in test.body if (found := RERUN.match(text))), "")
    body = [(n, text.strip()) for n, text in test.body if not (_TASTY_PLACE.match(text) or RERUN.match(text))]
    message, number, used = _message([line for line in body if line[1]], test.number)
    timeout = test.word == "TIMEOUT"
    return Failure(
        tool=_TASTY,
        kind=FailureKind.TIMEOUT if timeout else FailureKind.TEST,
        status=Status.TIMEDOUT if timeout else Status.FAILED,
        test=" > ".join(test.path),
        message=message,
        detail="\n".join(text for _, text in body[used:]),
        file=relative(places[0]["file"]) if places else "",
        line=int(places[0]["line"]) if places else 0,
        log_line=number,
        extent=(test.number, test.body[-1][0] if test.body else test.number),
        rerun=_tasty_rerun(pattern) if pattern else "",
    )


def _tasty_rerun(pattern: str) -> str:
    if _PLAIN.match(pattern):
        return f"cabal test --test-options=\"-p '{pattern}'\""
    return f"cabal test --test-options={shlex.quote('-p ' + shlex.quote(pattern))}"
