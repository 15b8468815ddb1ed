"""PHPUnit 7 to 12, and ParaTest: progress, `--testdox`, data providers, warnings, PHP's fatal errors.

`test` is PHPUnit's own name, `CartTest::testPrice with data set "tea" (1, 2)`; testdox hides it, there it is
the class' and the test's sentence. Risky tests and warnings are failures only where they failed the run.
"""

import re
import shlex
from bisect import bisect_left

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._phpunit_blocks import Block
from bot.parsers._phpunit_runs import Run, read_runs
from bot.parsers._workspace import relative

TOOL = "phpunit"
ANCHORS: tuple[str, ...] = ("by Sebastian Bergmann and contributors", "Fatal error: ", "Parse error: ")
KEEP: tuple[str, ...] = (
    r"PHPUnit [0-9.]+.* by Sebastian Bergmann and contributors\.$",
    r"^OK \([0-9]+ tests?, [0-9]+ assertions?\)$",
    r"^Tests: [0-9]+, Assertions: [0-9]+",
    r"^(FAILURES|ERRORS|WARNINGS)!$",
    r"^OK, but ",
    r"^No tests executed!$",
    r"^There (was|were) [0-9]+ .*:$",
)
TROUBLE: tuple[str, ...] = (
    r"^There (was|were) [0-9]+ (PHPUnit |test runner )*(error|failure)s?:$",
    r"^[0-9]+\) [A-Za-z_\\]+::",
    r"^ ✘ ",
    r"(PHP )?(Fatal|Parse) error: ",
    r"^(Cannot open file|Test file|Error in bootstrap script|An error occurred inside PHPUnit)",
)

# PHPUnit 10 and newer list deprecations and warnings by the line that triggered them.
_TRIGGER = re.compile(r"(?P<file>\S{1,500}\.php):(?P<line>\d{1,7})$")
_BAD = ("error", "failure")
_OTHER = ("warning", "risky test", "triggered", "notice", "deprecation")
_STRICT_BEFORE = 10
_PROVIDER = "The data provider specified for "
_LOADING = (
    "ParseError",
    "CompileError",
    "Error: Class ",
    "Error: Interface ",
    "Error: Trait ",
    "syntax error",
    "Cannot ",
)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    failures = [failure for run in runs for failure in _failures(log, run)]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(run) for run in runs if run.counts),
        tuple((run.first, run.last) for run in runs),
        any(_is_unfinished(run) for run in runs),
    )


def _is_unfinished(run: Run) -> bool:
    loading = run.fatal is not None and not run.major
    return not (run.counts or run.broken or run.verdict or loading)


def _failures(log: Log, run: Run) -> list[Failure]:
    failures = [_defect(block) for block in _defects(log, run)]
    if run.broken:
        number, text = run.broken
        at = (number, number)
        failures.append(Failure(TOOL, FailureKind.COLLECTION, Status.ERROR, "", text, number, at))
    if run.fatal and not run.counts:
        failures.append(_fatal(run.fatal))
    return failures


def _defects(log: Log, run: Run) -> list[Block]:
    """Choose the defects that failed the run."""
    if run.counts and run.verdict == "OK":
        return []
    blocks = [block for block in run.blocks if block.word in _BAD]
    counted = run.counts.get("Errors", 0) + run.counts.get("Failures", 0)
    if len(run.doxes) > len(blocks) and (counted or not run.counts):
        blocks += run.doxes
    if not blocks and not counted and _failed_anyway(log, run):
        blocks = [block for block in run.blocks if block.word in _OTHER]
    return blocks


def _failed_anyway(log: Log, run: Run) -> bool:
    """Whether warnings or risky tests failed the run: up to PHPUnit 9 warnings do, else its step tells."""
    if run.verdict == "WARNINGS!" and 0 < run.major < _STRICT_BEFORE:
        return True
    step = next((section for section in log.sections if section.first <= run.first <= section.last), None)
    after = bisect_left(log.errors, run.last)
    return step is not None and after < len(log.errors) and log.errors[after] <= step.last


def _totals(run: Run) -> Totals:
    counts = run.counts
    failed, errors = counts.get("Failures", 0), counts.get("Errors", 0)
    skipped, pending = counts.get("Skipped", 0), counts.get("Incomplete", 0)
    warned = counts.get("Warnings", 0) if 0 < run.major < _STRICT_BEFORE else 0
    passed = counts["Tests"] - failed - errors - skipped - pending - warned
    return Totals(
        TOOL,
        "",
        passed=max(passed, 0),
        failed=failed,
        errors=errors,
        skipped=skipped,
        pending=pending,
        total=counts["Tests"],
    )


def _defect(block: Block) -> Failure:
    provided = block.message.startswith(_PROVIDER)
    named = "::" in block.name or " > " in block.name
    place = _TRIGGER.match(block.name)
    if place:
        return _triggered(block, relative(place["file"]), int(place["line"]))
    return Failure(
        tool=TOOL,
        kind=FailureKind.TEST if named and not provided else FailureKind.COLLECTION,
        status=Status.ERROR if block.word == "error" else Status.FAILED,
        test=block.name if named else block.message.partition(_PROVIDER)[2].partition(" ")[0],
        message=block.message,
        detail=block.detail,
        file=block.file,
        line=block.line,
        log_line=block.number,
        extent=(block.first, max(block.last, block.number)),
        rerun=_rerun(block),
    )


def _triggered(block: Block, file: str, line: int) -> Failure:
    extent = (block.first, max(block.last, block.number))
    return Failure(
        TOOL,
        FailureKind.LINT,
        Status.FAILED,
        "",
        block.message,
        block.number,
        extent,
        detail=block.detail,
        file=file,
        line=line,
    )


def _rerun(block: Block) -> str:
    """Give the command that runs the test alone; a data set is named as `--filter` takes it."""
    if "::" not in block.name:
        return f"phpunit {shlex.quote(block.file)}" if block.file.endswith("Test.php") else ""
    method, _, data = block.name.rpartition("::")[2].partition(" with data set ")
    wanted = f"/::{method}$/"
    if data.startswith("#"):
        wanted = method + data.partition(" ")[0]
    elif data.startswith('"'):
        wanted = f"{method}@{data[1:].partition(chr(34))[0]}"
    file = f" {shlex.quote(block.file)}" if block.file.endswith("Test.php") else ""
    return f"phpunit --filter {shlex.quote(wanted)}{file}"


def _fatal(fatal: tuple[int, str, str, int]) -> Failure:
    """Say that PHP itself gave up: while it loaded a file, or in the middle of a test."""
    number, told, file, line = fatal
    loading = any(word in told for word in _LOADING)
    kind = FailureKind.COLLECTION if loading else FailureKind.CRASH
    status = Status.ERROR if loading else Status.ABORTED
    return Failure(TOOL, kind, status, "", told, number, (number, number), file=file, line=line)
