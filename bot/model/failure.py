"""What went wrong, as a parser found it in a log, and what a runner counted."""

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """What sort of thing failed."""

    TEST = "test"
    COLLECTION = "collection"
    SETUP = "setup"
    BUILD = "build"
    LINT = "lint"
    TIMEOUT = "timeout"
    CRASH = "crash"
    INFRA = "infra"
    EXIT = "exit"


class Status(StrEnum):
    """The runner's own word for how it ended."""

    FAILED = "failed"
    ERROR = "error"
    PANICKED = "panicked"
    TIMEDOUT = "timedout"
    INTERRUPTED = "interrupted"
    ABORTED = "aborted"


# A runner that is stopped from outside marks what it was running with these words: no result of its own.
STOPPED = (Status.INTERRUPTED, Status.ABORTED)


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that went wrong, found in a log.

    Attributes:
        tool: the runner or tool that reported it, as the parser's `TOOL` says.
        kind: what sort of thing failed.
        status: the runner's own word.
        test: the test's full name, containers joined with ` > `; empty where it is no test.
        message: the first sentence of what went wrong, on one line.
        detail: the rest of the message, line breaks kept; may be empty.
        file: path relative to the repository where the log allows it; empty when unknown.
        line: line in `file`, counted from 1; 0 when unknown.
        log_line: number of the log line that reports it, counted from 1.
        extent: first and last log line that belong to it, inclusive. Signatures match in here only.
        rerun: the command that runs this one test locally; empty when the log does not tell.
        suite: the suite or package it ran in; empty when unknown.
        fingerprint: key of "the same failure" across runs; empty until it is computed.
        logged_as: the test's name in the log, where a report knew a fuller one; else empty.
        listed: ranges inside of `extent` (inclusive) that show source beside the statement that failed:
            what stands in there did not happen, so no signature matches in them.
    """

    tool: str
    kind: FailureKind
    status: Status
    test: str
    message: str
    log_line: int
    extent: tuple[int, int]
    detail: str = ""
    file: str = ""
    line: int = 0
    rerun: str = ""
    suite: str = ""
    fingerprint: str = ""
    logged_as: str = ""
    listed: tuple[tuple[int, int], ...] = ()

    @property
    def known_as(self) -> str:
        """The test's name by which runs are compared: the same with and without a report."""
        return self.logged_as or self.test


@dataclass(frozen=True, slots=True)
class Totals:
    """What a runner said it ran, per suite.

    `total` is the runner's own total where it prints one (Ginkgo's "of 44 Specs"), else the sum of
    the others. `errors` counts what pytest calls errors: they are not in `failed`.
    """

    tool: str
    suite: str
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    pending: int = 0
    flaked: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """What one parser found in one log.

    Attributes:
        tool: the parser's `TOOL`.
        failures: in the order of their log lines.
        totals: one per suite, in the order of the log.
        claims: line ranges (inclusive, counted from 1) that this runner printed. Another parser's
            failure inside a claim is a quotation, not a failure, and is dropped.
        unfinished: a suite started and the log ends, or the runner was killed, before it could sum up.
        crashed: our parser broke on this log; what it found, if anything, cannot be relied on.
    """

    tool: str
    failures: tuple[Failure, ...] = ()
    totals: tuple[Totals, ...] = ()
    claims: tuple[tuple[int, int], ...] = ()
    unfinished: bool = False
    crashed: bool = False
