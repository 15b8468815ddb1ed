"""ExUnit (`mix test`): plain, `--trace`, doctests, `setup_all`, timeouts, and files that do not compile.

`test` is the module and ExUnit's own name: `CartTest > test with tea counts`. Tests that a failed `setup_all`
invalidated are only counted, as errors; what a tag excluded is counted as skipped.
"""

import re
import shlex
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._exunit_blocks import COMPILE, Block, read_compile, read_item

TOOL = "exunit"
ANCHORS: tuple[str, ...] = (
    "Randomized with seed ",
    "Running ExUnit with seed",
    "s async, ",
    "== Compilation error in file ",
    ".exs:",
    "--warnings-as-errors",
)
KEEP: tuple[str, ...] = (
    r"^Finished in [0-9.]+ seconds( \(|$)",
    r"^([0-9]+ (doctests?|tests?|propert(y|ies)|features?), )+[0-9]+ failures?",
    r"^Running ExUnit with seed",
    r"^Randomized with seed ",
)
TROUBLE: tuple[str, ...] = (
    r"^ {0,2}[0-9]+\) .* \([A-Z][A-Za-z0-9_.]*\)$",
    r"^ {0,2}[0-9]+\) [A-Z].*: failure on setup_all callback",
    r"^== Compilation error in file ",
    r"^ERROR! Test suite aborted ",
)

_COUNTS = re.compile(
    r"(?P<kinds>(?:\d{1,9} [a-z]{1,30}, ){1,6})(?P<failed>\d{1,9}) failures?"
    r"(?:, (?P<invalid>\d{1,9}) invalid)?"
    r"(?:, (?P<skipped>\d{1,9}) skipped)?(?:, (?P<excluded>\d{1,9}) excluded)?$"
)
_KIND = re.compile(r"(\d{1,9}) (?:doctests?|tests?|property|properties|features?), ")
_FINISHED = re.compile(r"Finished in \d{1,9}(?:\.\d{1,6})? seconds?(?: \(.{1,80} async, .{1,80} sync\))?$")
_SEED = re.compile(r"(?:Randomized|Running ExUnit) with seed:? \d{1,12}")
_WARNED = re.compile(r"ERROR! Test suite aborted .{0,80}due to warnings")
_TRACED = re.compile(r"  \* (?:test|doctest|property) .{1,2000} \[L#\d{1,7}\]")
_COUNT_BELOW = 40
# What stands above the first line that is surely the run's: dots, traces, log messages, compilers' notes.
_LOOSE = re.compile(
    r"[.*?!]|  |\d\d:\d\d:\d\d\.\d{3} \[|\*\* \(|(?:Compiling|Generated|Excluding|Including) |warning: |$"
)
_MOST_LOOSE = 400


@dataclass(slots=True)
class _Run:
    """One run of one application's tests."""

    first: int = 0
    last: int = 0
    blocks: list[Block] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    finished: int = 0

    def reach(self, first: int, last: int) -> None:
        """Take lines into what the run printed."""
        self.first = min(self.first or first, first)
        self.last = max(self.last, last)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs, failures = _read(log)
    failures += [_failure(block) for run in runs for block in run.blocks]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(run.counts) for run in runs if run.counts),
        tuple((run.first, run.last) for run in runs),
        any(not run.counts for run in runs),
    )


def _read(log: Log) -> tuple[list[_Run], list[Failure]]:
    """Give the runs, and what kept files from being compiled."""
    runs: list[_Run] = []
    failures: list[Failure] = []
    run = _Run()
    steps = {section.first for section in log.sections}
    at = 0
    while at < len(log.lines):
        text = log.lines[at]
        if at + 1 in steps:
            run = _close(runs, run)
        if text.startswith("== ") and (found := COMPILE.match(text)):
            failures.append(_uncompiled(read_compile(log.lines, at, found)))
        elif text.startswith("ERROR! ") and _WARNED.match(text):
            failures.append(
                _failure_of(FailureKind.BUILD, Status.ABORTED, text.removeprefix("ERROR! "), at + 1)
            )
        elif ") " in text[:9] and (block := read_item(log.lines, at)):
            run.blocks.append(block)
            run.reach(block.first, block.last)
            at = block.last - 1
        elif _take(run, at, text):
            run.first = _loose_start(log, run.first)
            run = _close(runs, run)
            if at + 2 < len(log.lines) and _SEED.match(log.lines[at + 2]):
                runs[-1].last = at + 3
                at += 2
        at += 1
    _close(runs, run)
    return runs, failures


def _loose_start(log: Log, first: int) -> int:
    """Go up from a line of the run over what may be the run's, too."""
    steps = {section.first for section in log.sections}
    lowest = max(1, first - _MOST_LOOSE)
    top = first
    while top > lowest and top - 1 not in steps and _LOOSE.match(log.line(top - 1)):
        top -= 1
    return top


def _take(run: _Run, at: int, text: str) -> bool:
    """Take a line that says something of the run; true where it is the run's summary."""
    if text.startswith(("Finished in ", "Running ExUnit", "  * ")):
        if _FINISHED.match(text):
            run.finished = at + 1
        elif not (_SEED.match(text) or _TRACED.match(text)):
            return False
        run.reach(at + 1, at + 1)
    elif (
        run.finished
        and at < run.finished + _COUNT_BELOW
        and text[:1].isdecimal()
        and (found := _COUNTS.match(text))
    ):
        kinds = _KIND.findall(found["kinds"])
        if not kinds:
            return False
        total = sum(int(count) for count in kinds)
        run.counts = {name: int(found[name] or 0) for name in ("failed", "invalid", "skipped", "excluded")}
        run.counts["total"] = total
        run.reach(at + 1, at + 1)
        return True
    return False


def _close(runs: list[_Run], run: _Run) -> _Run:
    """Keep a run that printed something of its own; blocks in one that counts no failure are quotations."""
    if run.counts and not run.counts["failed"] + run.counts["invalid"]:
        run.blocks = []
    if run.counts or run.blocks or (run.first and run.last > run.first and not run.finished):
        runs.append(run)
    return _Run()


def _totals(counts: dict[str, int]) -> Totals:
    skipped = counts["skipped"] + counts["excluded"]
    passed = counts["total"] - counts["failed"] - counts["invalid"] - skipped
    return Totals(
        TOOL,
        "",
        passed=max(passed, 0),
        failed=counts["failed"],
        errors=counts["invalid"],
        skipped=skipped,
        total=counts["total"],
    )


def _failure(block: Block) -> Failure:
    kind = FailureKind.SETUP if block.hook else FailureKind.TEST
    if block.message.startswith("** (ExUnit.TimeoutError)"):
        kind = FailureKind.TIMEOUT
    return Failure(
        tool=TOOL,
        kind=kind,
        status=Status.ERROR if block.hook else Status.FAILED,
        test=block.name,
        message=block.message,
        detail=block.detail,
        file=block.file,
        line=block.line,
        log_line=block.number,
        extent=(block.first, max(block.last, block.number)),
        rerun=f"mix test {shlex.quote(block.at or block.file)}" if block.at or block.file else "",
    )


def _uncompiled(block: Block) -> Failure:
    tests = block.file.endswith("_test.exs")
    return Failure(
        TOOL,
        FailureKind.COLLECTION if tests else FailureKind.BUILD,
        Status.ERROR,
        "",
        block.message,
        block.number,
        (block.first, max(block.last, block.number)),
        file=block.file,
        line=block.line,
        rerun=f"mix test {shlex.quote(block.file)}" if tests else "",
    )


def _failure_of(kind: FailureKind, status: Status, message: str, number: int) -> Failure:
    return Failure(TOOL, kind, status, "", message, number, (number, number))
