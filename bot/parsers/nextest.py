"""cargo-nextest, with retries, timeouts, leaks and setup scripts; output before, between or after statuses.

`test` is libtest's name, `suite` the binary's id. A test's last status counts, which the list behind the
summary repeats; one that passed on a retry is flaky and no failure. Format:
https://github.com/nextest-rs/nextest/blob/main/nextest-runner/src/reporter/displayer/imp.rs
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._cargo_panics import explain
from bot.parsers._nextest_runs import Entry, Run, read_runs

TOOL = "nextest"
ANCHORS: tuple[str, ...] = ("Nextest run ID", "     Summary [", "    Starting ")
KEEP: tuple[str, ...] = (
    r"^ {1,4}Nextest run ID ",
    r"^ {4}Starting \d+ tests? across ",
    r"^ {5}Summary \[",
    r"^ {0,12}(?:FLAKY \d+/\d+|TRY \d+ [A-Z]+|SIG[A-Z]+|FAIL|LEAK|TIMEOUT|ABORT) +\[",
    r"^error: (?:test run failed|no tests to run)",
)
TROUBLE: tuple[str, ...] = (
    r"^ {0,12}(?:TRY \d+ (?:FAIL|TMT|ABRT|SIG[A-Z]+)|FAIL|SIG[A-Z]+|TIMEOUT|ABORT|LEAK-FAIL|SETUP FAIL) +\[",
    r"thread '.+' (?:\(\d+\) )?(?:panicked at|has overflowed)",
    r"^ {5}Summary \[",
)

_ENDED = re.compile(r"\((test (?:aborted|failed|timed out|execution).{0,200})\)$")
_CRASHES = ("SIG", "ABRT", "ABORT", "SEGV", "KILL", "BUS")
_STOPS = frozenset({"SIGINT", "SIGTERM", "INT", "TERM"})


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    failures = [_failure(entry) for run in runs for entry in run.entries.values() if entry.failed]
    failures += [_nothing(run) for run in runs if run.nothing]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(run) for run in runs if run.counts),
        tuple((run.first, run.last) for run in runs),
        any(not run.counts and not run.nothing for run in runs),
    )


def _totals(run: Run) -> Totals:
    counts = run.counts
    failed = sum(counts.get(word, 0) for word in ("failed", "timed out", "exec failed"))
    passed, skipped = counts.get("passed", 0), counts.get("skipped", 0)
    flaked = counts.get("flaky", 0)
    return Totals(
        TOOL,
        "",
        passed=passed,
        failed=failed,
        skipped=skipped,
        flaked=flaked,
        total=passed + failed + skipped,
    )


def _nothing(run: Run) -> Failure:
    text = "no tests to run"
    return Failure(
        TOOL, FailureKind.COLLECTION, Status.ERROR, "", text, run.nothing, (run.first, run.nothing)
    )


def _failure(entry: Entry) -> Failure:
    kind, status = _kind(entry)
    reason = explain(entry.printed, entry.test)
    ended = next((one for one in entry.printed if _ENDED.match(one[1].strip())), None)
    if kind is FailureKind.TIMEOUT or reason is None:
        number, message = ended or (entry.line, _word(entry))
        message = message.strip().strip("()")
        file, line, detail = "", 0, "\n".join(text for at, text in entry.printed if at != number).strip("\n")
    else:
        number, message, detail, file, line = (
            reason.number, reason.message, reason.detail, reason.file, reason.line
        )  # fmt: skip
    numbers = [entry.line, number, *(at for at, text in entry.printed if text.strip())]
    return Failure(
        TOOL, kind, status, entry.test, message[:300], number, (min(numbers), max(numbers)), detail, file,
        line, _rerun(entry), entry.binary,
    )  # fmt: skip


def _kind(entry: Entry) -> tuple[FailureKind, Status]:
    word = entry.word
    if entry.binary == "":
        return FailureKind.SETUP, Status.FAILED
    if word in {"TIMEOUT", "TMT"}:
        return FailureKind.TIMEOUT, Status.TIMEDOUT
    if word in _STOPS:
        return FailureKind.CRASH, Status.INTERRUPTED
    if word.startswith(_CRASHES):
        return FailureKind.CRASH, Status.ABORTED
    return FailureKind.TEST, Status.FAILED


def _word(entry: Entry) -> str:
    """Say a status in words where nothing was printed."""
    words = {
        "FAIL": "test failed",
        "TMT": "test timed out",
        "TIMEOUT": "test timed out",
        "LEAK-FAIL": "test leaked",
    }
    return words.get(entry.word, f"test aborted: {entry.word}")


def _rerun(entry: Entry) -> str:
    if not entry.binary:
        return ""
    return f"cargo nextest run -E 'binary_id(={entry.binary}) and test(={entry.test})'"
