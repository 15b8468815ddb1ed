"""Pest 1 to 4 and `php artisan test`: Collision's pretty output, one block per failed test.

`test` is the class, with its namespace, and the test's sentence: `CartTest > it adds tea`.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._pest_runs import Block, Run, read_runs

TOOL = "pest"
ANCHORS: tuple[str, ...] = ("  Tests:  ", "   PASS  ", "   FAIL  ", "   FAILED  ")
KEEP: tuple[str, ...] = (
    r"^\s{1,4}Tests: +[0-9]+ \w+",
    r"^\s{1,4}(Duration|Time): +\S",
    r"^\s{1,4}(PASS|FAIL|WARN|RISK|DEPR|TODO) +[A-Za-z_\\]+$",
)
TROUBLE: tuple[str, ...] = (
    r"^\s{1,4}FAILED {1,3}\S+ (>|›|→) ",
    r"^\s{1,4}• \S+ (>|›|→) ",
    r"^\s{1,4}FAIL +[A-Za-z_\\]+$",
)

_DATA = re.compile(r" with (?:\(.*\)|data set .*)$")
_SPECIAL = re.compile(r"([][\\.^$*+?{}()|/])")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    return Findings(
        TOOL,
        tuple(_failure(block) for run in runs for block in run.blocks),
        tuple(_totals(run) for run in runs if run.counts),
        tuple((run.first, run.last) for run in runs),
        any(not run.counts for run in runs),
    )


def _totals(run: Run) -> Totals:
    counts = run.counts
    skipped = counts.get("skipped", 0)
    pending = counts.get("incomplete", 0) + counts.get("todo", 0) + counts.get("todos", 0)
    failed = counts.get("failed", 0)
    total = sum(counts.values())
    # Risky tests, warnings and deprecations are tests that passed.
    return Totals(
        TOOL,
        "",
        passed=total - failed - skipped - pending,
        failed=failed,
        skipped=skipped,
        pending=pending,
        total=total,
    )


def _failure(block: Block) -> Failure:
    message = f"{block.error}: {block.message}" if block.error else block.message
    name = block.name.rpartition(" > ")[2]
    return Failure(
        tool=TOOL,
        kind=FailureKind.TEST,
        status=Status.FAILED,
        test=block.name,
        message=message,
        detail=block.detail,
        file=block.file,
        line=block.line,
        log_line=block.number,
        extent=(block.first, max(block.last, block.number)),
        rerun=_rerun(name),
    )


def _rerun(name: str) -> str:
    """Give the command that runs the test, with all its data sets."""
    wanted = _SPECIAL.sub(r"\\\1", _DATA.sub("", name))
    return f"vendor/bin/pest --filter {shlex.quote(wanted)}"
