"""helm-unittest: one failure per test; a suite or chart that could not be read is of kind collection.

`test` joins the suite's name and the test's. The message says which assertion failed, and what it said first.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._helm_unittest_blocks import Run, Suite, Test, read_runs
from bot.parsers._workspace import relative

TOOL = "helm-unittest"
ANCHORS: tuple[str, ...] = ("### Chart [ ", "Test Suites: ", "### Error: ")
KEEP: tuple[str, ...] = (
    r"^### Chart \[ ",
    r"^(Charts|Test Suites|Tests|Snapshot): +\d+ (failed|passed|errored|total)",
    r"^Time: +\d",
)
TROUBLE: tuple[str, ...] = (
    r"^ ?FAIL {1,2}[^\t]{0,300}\t\S",
    r"^\t+- asserts\[\d+\] `",
    r"^### Error: ",
    r"^\t- Execution Error:",
)

_ASSERT = re.compile(r"\t+- asserts\[\d{1,4}\](?: `(?P<what>[^`]{1,80})`)? ?(?P<fail>fail|error)?")
_HEADING = re.compile(r"\t+(?P<what>Error:|Expected.*:|Actual:|Diff:)$")
_GIVEN = re.compile(r"\t+(?:Template|DocumentIndex|ValuesIndex|Path|AssertIndex):\t")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = [run for run in read_runs(log) if run.sums or any(suite.tests for suite in run.suites)]
    failures: list[Failure] = []
    for run in runs:
        for suite in run.suites:
            failures += [_failure(log, suite, test) for test in suite.tests if suite.failed]
        failures += _broken_charts(run, failures)
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(run) for run in runs if run.sums),
        tuple((run.first, run.last) for run in runs),
        any(not run.ended and not run.sums for run in runs),
    )


def _totals(run: Run) -> Totals:
    """Count tests as the runner did; suites that could not be read are errors."""
    tests = run.sums.get("Tests", {})
    return Totals(
        TOOL,
        "",
        passed=tests.get("passed", 0),
        failed=tests.get("failed", 0),
        errors=tests.get("errored", 0),
        skipped=tests.get("skipped", 0),
        total=tests.get("total", 0),
    )


def _failure(log: Log, suite: Suite, test: Test) -> Failure:
    number, message = _message(test)
    last = max([test.number, number, *(line for line, _ in test.lines)])
    names = [name for name in (suite.name, test.name) if name]
    file = relative(suite.file)
    return Failure(
        tool=TOOL,
        kind=FailureKind.COLLECTION if test.broken else FailureKind.TEST,
        status=Status.ERROR if test.broken else Status.FAILED,
        test="" if test.broken else " > ".join(names),
        message=message,
        detail="\n".join(text.strip("\t") for text in log.lines[test.number : last]),
        file=file,
        log_line=number,
        extent=(test.number, last),
        rerun=_rerun(file),
        suite=suite.name,
    )


def _message(test: Test) -> tuple[int, str]:
    """Say in one line what the first assertion that failed said."""
    if test.broken or not test.lines:
        return (
            (test.lines[0][0], test.lines[0][1].strip())
            if test.lines
            else (test.number, test.name or "error")
        )
    for index, (number, text) in enumerate(test.lines):
        heading = _HEADING.match(text)
        if heading is None:
            continue
        below = test.lines[index + 1] if index + 1 < len(test.lines) else (number, "")
        if heading["what"] == "Error:" and below[1].strip():
            return below[0], below[1].strip()
        if heading["what"] not in {"Actual:", "Diff:"}:
            value = "" if below[1].strip().startswith("---") else f" {below[1].strip()}"
            return number, heading["what"] + value
    said = next(
        ((n, t) for n, t in test.lines if not _ASSERT.match(t) and not _GIVEN.match(t)), test.lines[0]
    )
    return said[0], said[1].strip()


def _rerun(file: str) -> str:
    """Run one test file; its path is relative to the chart."""
    chart, inside, _ = file.partition("/tests/")
    if not inside:
        return ""
    return f"helm unittest -f {shlex.quote(file.removeprefix(chart + '/'))} {shlex.quote(chart)}"


def _broken_charts(run: Run, told: list[Failure]) -> list[Failure]:
    """Report charts that could not be loaded, and files that no suite's lines tell of."""
    return [
        Failure(TOOL, FailureKind.COLLECTION, Status.ERROR, "", what, number, (number, number))
        for number, what in run.errors
        if not any(failure.message == what for failure in told)
    ]
