"""`dotnet test`: VSTest's console, MSBuild's terminal logger, Microsoft.Testing.Platform, and build errors.

`test` is the name as printed: xUnit prints namespace and class, NUnit and MSTest the method alone.
"""

import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._dotnet_blocks import Block
from bot.parsers._dotnet_builds import read_errors
from bot.parsers._dotnet_runs import Run, read_runs

TOOL = "dotnet"
ANCHORS: tuple[str, ...] = (
    "Starting test execution, please wait...",
    "! - Failed:",
    "!  - Failed:",
    "Total tests: ",
    "Test summary: total:",
    "Test run summary: ",
    "error TESTERROR:",
    "error CS",
    "error FS",
    "error BC",
    "error MSB",
    "error NU",
    "error NETSDK",
    "error CA",
    "error IDE",
    "error RZ",
    "error WHITESPACE",
    ".csproj]",
    ".fsproj]",
    ".vbproj]",
    "The active test run was aborted",
    "[xUnit.net ",
)
KEEP: tuple[str, ...] = (
    r"^(Failed|Passed|Skipped)! +- Failed:",
    r"^Test run for .*\.(dll|exe)",
    r"^Total tests: ",
    r"^ {1,8}(Passed|Failed|Skipped): [0-9]+$",
    r"^Test summary: total:",
    r"^Test run summary: ",
    r"^  (total|failed|succeeded|skipped): [0-9]+$",
    r"^Starting test execution, please wait",
)
TROUBLE: tuple[str, ...] = (
    r"^  (Failed|X) .* \[.*ms?\]$",
    r"^ {0,2}Error Message:$",
    r"error TESTERROR:",
    r"error ([A-Z]{2,10}[0-9]{1,6}|WHITESPACE|IMPORTS): ",
    r"^failed .* \([0-9.,hms ]+\)$",
    r"\[FAIL\]$",
    r"^The active test run was aborted",
    r"^The test running when the crash occurred:",
    r"The specified inactivity time of ",
)

_TIMEOUTS = (
    "exceeded execution timeout",
    "timed out after",
    "exceeded Timeout value",
    "Test execution timed out",
)
_SETUPS = ("OneTimeSetUp:", "Class Initialization method ", "Assembly Initialization method ", "SetUp : ")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    failures = [failure for run in runs for failure in _failures(run)]
    inside = [(run.first, run.last) for run in runs if run.counts]
    failures += [
        error
        for error in read_errors(log.lines, TOOL)
        if not any(first <= error.log_line <= last for first, last in inside)
    ]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(run) for run in runs if run.counts),
        tuple((run.first, run.last) for run in runs),
        any(not run.counts or run.aborted for run in runs),
    )


def _totals(run: Run) -> Totals:
    counts = run.counts
    return Totals(
        TOOL,
        run.suite,
        passed=counts.get("passed", 0),
        failed=counts.get("failed", 0),
        skipped=counts.get("skipped", 0),
        total=counts.get("total", 0),
    )


def _failures(run: Run) -> list[Failure]:
    named = {block.name for block in run.blocks}
    blocks = [*run.blocks, *(block for block in run.xunit if not run.blocks and block.name not in named)]
    seen: set[tuple[str, str]] = set()
    failures: list[Failure] = []
    for block in blocks:
        if (block.name, block.message) not in seen:
            seen.add((block.name, block.message))
            failures.append(_failure(run, block))
    if run.aborted or run.hung:
        failures.append(_aborted(run))
    return failures


def _failure(run: Run, block: Block) -> Failure:
    kind = FailureKind.TEST
    if block.first in run.timeouts or any(word in block.message for word in _TIMEOUTS):
        kind = FailureKind.TIMEOUT
    elif block.message.startswith(_SETUPS):
        kind = FailureKind.SETUP
    return Failure(
        tool=TOOL,
        kind=kind,
        status=Status.TIMEDOUT if block.first in run.timeouts else Status.FAILED,
        test=block.name,
        message=block.message,
        detail=block.detail,
        file=block.file,
        line=block.line,
        log_line=block.number,
        extent=(block.first, max(block.last, block.number)),
        rerun=_rerun(block.full or block.name.partition("(")[0]),
        suite=run.suite,
    )


def _rerun(name: str) -> str:
    wanted = "FullyQualifiedName=" if "." in name and " " not in name else "Name~"
    return f"dotnet test --filter {shlex.quote(wanted + name)}" if name else ""


def _aborted(run: Run) -> Failure:
    """Say that the test host crashed or hung, and in which test if it says so."""
    number, why = run.hung or run.aborted or (run.last, "test run aborted")
    test = run.running[1] if run.running else ""
    numbers = [number, *(part[0] for part in (run.aborted, run.hung, run.running) if part)]
    return Failure(
        tool=TOOL,
        kind=FailureKind.TIMEOUT if run.hung else FailureKind.CRASH,
        status=Status.ABORTED,
        test=test,
        message=why,
        log_line=number,
        extent=(min(numbers), max(numbers)),
        rerun=_rerun(test.partition("(")[0]) if test else "",
        suite=run.suite,
    )
