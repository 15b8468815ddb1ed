"""minitest: plain, verbose, Rails' inline report, minitest-reporters; test-unit's failures carry `test-unit`.

`test` is the name that the runner prints: `CartTest#test_adds_tea`, test-unit's `test_adds_tea(CartTest)`.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._minitest_blocks import Block
from bot.parsers._minitest_runs import Run, read_runs
from bot.parsers._workspace import relative

TOOL = "minitest"
ANCHORS: tuple[str, ...] = (
    " runs/s, ",
    " assertions, ",
    "# Running:",
    "Loaded suite ",
    "Started with run options",
    "_test.rb:",
)
KEEP: tuple[str, ...] = (
    r"^[0-9]+ (runs|tests), [0-9]+ assertions, [0-9]+ failures, [0-9]+ errors",
    r"^Finished (tests )?in [0-9.]+(s| seconds)",
    r"^Run options: ",
    r"^# Running",
    r"^Loaded suite ",
    r"^Started with run options",
    r"^Running [0-9]+ tests in ",
    r"^(bin/)?rails test .*:[0-9]+$",
)
TROUBLE: tuple[str, ...] = (
    r"^ +[0-9]+\) (Failure|Error):$",
    r"^(Failure|Error):$",
    r"^(Failure|Error): .*\([A-Z]",
    r"^  test_.* (FAIL|ERROR) \([0-9.]+s\)$",
    r"(FAIL|ERROR)\[.test_",
    r"#test_.* = [0-9.]+ s = [FE]$",
    r"^ {0,2}(FAIL|ERROR) [A-Z].*#test_",
    r"^[^ ]*_test\.rb:[0-9]+:.* \([A-Za-z:]+Error\)$",
    r"^[^ ]*_test\.rb:[0-9]+: syntax error",
)

_UNIT = "test-unit"
_TIMEOUTS = ("Timeout::Error", "Timeout::ExitException")
_UNLOADED = re.compile(
    r"(?P<file>[^\s:][^:]{0,400}(?:_test|/test_\w{1,100}|_spec)\.rb):(?P<line>\d{1,7}):"
    r"(?:in [`'].{1,300}?': (?P<told>.{1,2000}) \((?P<error>[A-Z][\w:]{0,200})\)$"
    r"| (?P<syntax>syntax error.*))"
)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    failures = [_failure(run, block) for run in runs for block in _blocks(run)]
    failures += [
        _unloaded(found, number)
        for number, text in enumerate(log.lines, 1)
        if ".rb:" in text and _ends_step(log, runs, number) and (found := _UNLOADED.match(text))
    ][:1]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(run) for run in runs if run.counts),
        tuple((run.first, run.last) for run in runs),
        any(not run.counts for run in runs),
    )


def _ends_step(log: Log, runs: list[Run], number: int) -> bool:
    """Whether no run goes on or begins behind this line in its step: Ruby gave up here."""
    last = next((step.last for step in log.sections if step.first <= number <= step.last), len(log.lines))
    return not any(number <= run.last and run.first <= last for run in runs)


def _blocks(run: Run) -> list[Block]:
    """Give the tests that failed; those only named while they ran count where nothing else was printed."""
    return run.blocks if run.blocks or run.counts else run.verbose


def _totals(run: Run) -> Totals:
    counts = run.counts
    skipped = counts["skipped"] + counts["omitted"]
    bad = counts["failed"] + counts["errors"] + counts["pending"]
    return Totals(
        _UNIT if run.unit else TOOL,
        "",
        passed=max(counts["total"] - skipped - bad, 0),
        failed=counts["failed"],
        errors=counts["errors"],
        skipped=skipped,
        pending=counts["pending"],
        total=counts["total"],
    )


def _failure(run: Run, block: Block) -> Failure:
    hook = block.unit and "(" not in block.name
    timeout = block.message.startswith(_TIMEOUTS)
    kind = FailureKind.SETUP if hook else FailureKind.TIMEOUT if timeout else FailureKind.TEST
    return Failure(
        tool=_UNIT if block.unit else TOOL,
        kind=kind,
        status=Status.ERROR if block.word == "error" else Status.FAILED,
        test=block.name,
        message=block.message or block.word,
        detail=block.detail,
        file=block.file,
        line=block.line,
        log_line=block.number,
        extent=(block.first, max(block.last, block.number)),
        rerun=run.reruns.get(block.first) or _rerun(block),
    )


def _rerun(block: Block) -> str:
    """Give the command that runs the test alone, where the place is in a file of tests."""
    if "test" not in block.file or not block.file.endswith(".rb"):
        return ""
    name = block.name.rpartition("#")[2] if "#" in block.name else block.name.rpartition("(")[0]
    return f"ruby -Itest {shlex.quote(block.file)} -n {shlex.quote(name)}" if name else ""


def _unloaded(found: re.Match[str], number: int) -> Failure:
    """Say that Ruby could not load a file of tests."""
    told = f"{found['error']}: {found['told']}" if found["error"] else found["syntax"]
    at = (number, number)
    return Failure(
        TOOL,
        FailureKind.COLLECTION,
        Status.ERROR,
        "",
        told,
        number,
        at,
        file=relative(found["file"]),
        line=int(found["line"]),
    )
