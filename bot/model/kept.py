"""Logs that were kept, and what was found when patterns were looked for in them again."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.failure import Failure
from bot.model.signature import PatternHit


@dataclass(frozen=True, slots=True)
class Keep:
    """How a log is to be kept.

    Attributes:
        passed: of a passing job, whose log counts as a whole or not at all; else of a failing one.
        most: bytes of the log, as it came, up to which every line is kept.
    """

    passed: bool
    most: int


@dataclass(frozen=True, slots=True)
class KeptLines:
    """Cleaned and redacted lines of a log.

    Attributes:
        runs: number of the first line, counted from 1, and how many follow one another, ascending.
        lines: all of them, one run after the other.
        failures: what failed, with line numbers of the file; none of a passing job.
        whole: these are all of the log's lines, not those of the failures alone.
    """

    runs: tuple[tuple[int, int], ...]
    lines: tuple[str, ...]
    failures: tuple[Failure, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class KeptText:
    """The same, packed: only the process that may be killed opens it again.

    Attributes:
        body: compressed bytes.
        size: how many characters the lines have.
        whole: every line of the log is in it.
    """

    body: bytes
    size: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class LogOrigin:
    """Where a kept log comes from.

    Attributes:
        name: what people find it by: a path, or the job with its run.
        passed: the job passed.
        workflow: the workflow's name; `None`, here and below, where nobody knows: any scope fits.
        job: the job's full name.
        step: the step that failed; empty when none did.
        branch: the branch that the change is meant for.
        run_id: the run; 0 when unknown, like `attempt`, `job_id` and `pull_request`.
        author: who opened the pull request, in lower case; empty when nobody is known.
        on_base: it tested the default branch itself.
        at: when the job ended.
    """

    name: str
    passed: bool
    workflow: str | None = None
    job: str | None = None
    step: str | None = None
    branch: str | None = None
    run_id: int = 0
    attempt: int = 0
    job_id: int = 0
    sha: str = ""
    pull_request: int = 0
    author: str = ""
    on_base: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SearchedLog:
    """A kept log in which patterns were looked for; `origin` says where it comes from."""

    origin: LogOrigin
    found: "Found"

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What failed in it."""
        return self.found.failures

    @property
    def hits(self) -> tuple[PatternHit, ...]:
        """What was found in it."""
        return self.found.hits


@dataclass(frozen=True, slots=True)
class Found:
    """What patterns found in a kept log.

    Attributes:
        failures: of a failing job; a passing job's log has none, whatever stands in it.
        hits: of a failing job inside of the failures' lines, of a passing one anywhere; redacted.
        stopped: patterns that cost too much in it, and were no longer looked for.
        gap: why the log could not be searched; empty when it could.
    """

    failures: tuple[Failure, ...] = ()
    hits: tuple[PatternHit, ...] = ()
    stopped: tuple[str, ...] = ()
    gap: str = ""


@dataclass(frozen=True, slots=True)
class KeptLog:
    """A log to be kept: where it comes from, its workflow's number, and its packed text."""

    origin: LogOrigin
    workflow_id: int
    text: KeptText
