"""Swift: XCTest as `swift test` and `xcodebuild` print it on Linux and on Apple's systems, and swift-testing.

`test` is the class, with its module where it is printed, and the method: `ShopTests.CartTests > testAddsTea`;
swift-testing's failures carry the tool `swift-testing` and the test's display name.
"""

import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._xctest_pretty import PrettyRun, PrettyTest, read_pretty
from bot.parsers._xctest_runs import Case, Run, read_runs
from bot.parsers._xctest_testing import Issue, TestingRun, read_testing

TOOL = "xctest"
ANCHORS: tuple[str, ...] = (
    "Test Suite '",
    "Test Case '",
    "Test case '",
    " Test run started.",
    " Test run with ",
    "Executed ",
    "Tests Failed: ",
    "Tests Passed: ",
)
KEEP: tuple[str, ...] = (
    r"^Test Suite '.*' (started|passed|failed) at ",
    r"^\s+Executed [0-9]+ tests?, with ",
    r"Test run (started\.|with [0-9]+ tests?)",
    r"Tests (Passed|Failed): [0-9]+ failed, ",
    r"^\*\* TEST .*(SUCCEEDED|FAILED) \*\*$",
)
TROUBLE: tuple[str, ...] = (
    r"\.(swift|m|mm):[0-9]+: error: -?\[?[A-Za-z_.]+.* : ",
    r"^Test [Cc]ase '.*' failed ",
    r"^\s{2,8}[✗✖] test\w+",
    r" Test .* recorded an issue ",
    r" Test .* failed after [0-9.]+ seconds",
    r"Fatal error: ",
    r"Exited with (unexpected )?signal code",
)

_TESTING = "swift-testing"
_TIMEOUTS = ("Asynchronous wait failed: Exceeded timeout", "Test exceeded execution time allowance")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    testing = read_testing(log.lines)
    # A formatter that stands beside xcodebuild's own lines would say everything twice.
    pretty = [] if any(run.cases for run in runs) else read_pretty(log.lines)
    failures = [failure for run in runs for failure in _failures(run)]
    failures += [
        _issue(issue)
        for run in testing
        if not run.passed
        for name, issue in run.issues.items()
        if name in run.failed or run.total < 0
    ]
    failures += [
        _pretty_failed(test) for run in pretty if run.counts["failed"] for test in run.tests.values()
    ]
    # `swift test` runs both libraries; the one that has no tests sums up nothing.
    totals = [_totals(run) for run in runs if run.counts and run.counts["total"]]
    totals += [_testing_totals(run) for run in testing if run.total > 0]
    totals += [_pretty_totals(run) for run in pretty]
    claims = [(run.first, run.last) for run in runs] + [(run.first, run.last) for run in testing]
    claims += [(run.first, run.last) for run in pretty]
    unfinished = any(not run.counts for run in runs) or any(run.total < 0 for run in testing)
    ordered = tuple(sorted(failures, key=lambda failure: failure.log_line))
    return Findings(TOOL, ordered, tuple(totals), tuple(claims), unfinished)


def _totals(run: Run) -> Totals:
    total, skipped = run.counts["total"], run.counts["skipped"]
    failed = sum(1 for case in run.cases.values() if case.word == "failed")
    # XCTest counts assertions, not tests, as failures: without the cases its number is the best known.
    failed = failed if run.cases else min(run.counts["failed"], total)
    return Totals(
        TOOL,
        run.suite,
        passed=max(total - failed - skipped, 0),
        failed=failed,
        skipped=skipped,
        flaked=run.flaked,
        total=total,
    )


def _testing_totals(run: TestingRun) -> Totals:
    failed, skipped = len(run.failed), len(run.skipped)
    passed = max(run.total - failed - skipped, 0)
    return Totals(_TESTING, "", passed=passed, failed=failed, skipped=skipped, total=run.total)


def _failures(run: Run) -> list[Failure]:
    failures = [_failed(case) for case in run.cases.values() if case.word == "failed"]
    if run.crash:
        failures.append(_crashed(run))
    return failures


def _failed(case: Case) -> Failure:
    number, message, file, line = case.errors[0] if case.errors else (case.last, "failed", "", 0)
    timeout = message.startswith(_TIMEOUTS)
    return Failure(
        tool=TOOL,
        kind=FailureKind.TIMEOUT if timeout else FailureKind.TEST,
        status=Status.FAILED,
        test=case.name,
        message=message.removeprefix("failed - "),
        detail="\n".join(told for _, told, _, _ in case.errors[1:]),
        file=file,
        line=line,
        log_line=number,
        extent=(min(case.first, number), max(case.last, number)),
        rerun=_rerun(case.name),
    )


def _rerun(name: str) -> str:
    return f"swift test --filter {shlex.quote(name.replace(' > ', '/'))}"


def _crashed(run: Run) -> Failure:
    """Say which test was running when the process died."""
    number, told, file, line = run.crash or (run.last, "crashed", "", 0)
    case = run.cases.get(run.open)
    return Failure(
        tool=TOOL,
        kind=FailureKind.CRASH,
        status=Status.ABORTED,
        test=run.open,
        message=told,
        log_line=number,
        extent=(min(case.first, number) if case else number, number),
        file=file,
        line=line,
        rerun=_rerun(run.open) if run.open else "",
    )


def _issue(issue: Issue) -> Failure:
    return Failure(
        tool=_TESTING,
        kind=FailureKind.TEST,
        status=Status.FAILED,
        test=issue.name,
        message=issue.message,
        detail="\n".join(issue.detail),
        file=issue.file,
        line=issue.line,
        log_line=issue.first,
        extent=(issue.first, issue.last),
        rerun=f"swift test --filter {shlex.quote(issue.name.removesuffix('()'))}"
        if " " not in issue.name
        else "",
    )


def _pretty_totals(run: PrettyRun) -> Totals:
    total, skipped = run.counts["total"], run.counts["skipped"]
    failed = len(run.tests) if run.counts["failed"] else 0
    return Totals(
        TOOL, "", passed=max(total - failed - skipped, 0), failed=failed, skipped=skipped, total=total
    )


def _pretty_failed(test: PrettyTest) -> Failure:
    return Failure(
        tool=TOOL,
        kind=FailureKind.TIMEOUT if test.message.startswith(_TIMEOUTS) else FailureKind.TEST,
        status=Status.FAILED,
        test=test.name,
        message=test.message,
        file=test.file,
        line=test.line,
        log_line=test.first,
        extent=(test.first, test.last),
        rerun=_rerun(test.name),
    )
