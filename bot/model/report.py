"""Everything one comment says, as data; `report/` turns it into markdown and a check run."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.config import Problem
from bot.model.failure import Totals
from bot.model.verdict import Verdict, VerdictClass


class JobState(StrEnum):
    """Where a job stands now."""

    PASSED = "passed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    SKIPPED = "skipped"
    UNREAD = "unread"
    RUNNING = "running"
    QUEUED = "queued"


class Change(StrEnum):
    """A failure compared with the previous run."""

    NEW = "new"
    STILL = "still failing"
    FIXED = "fixed"
    FLAKED = "flaked"
    NOT_COMPARED = ""


@dataclass(frozen=True, slots=True)
class PreviousJob:
    """The same job in the previous run: its state, how many failures it had, and what its runners counted."""

    state: JobState
    failures: int = 0
    totals: tuple[Totals, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """This job against the previous run, counted in failures."""

    new: int = 0
    still: int = 0
    fixed: int = 0
    flaked: int = 0
    compared: bool = False


@dataclass(frozen=True, slots=True)
class JudgedFailure:
    """A verdict in its place: which job, where its log is, and how it compares."""

    verdict: Verdict
    job: str
    job_url: str
    change: Change = Change.NOT_COMPARED


@dataclass(frozen=True, slots=True)
class Row:
    """One job of the status table (matrix twins merged).

    Attributes:
        job: the job's name as people know it; `twins` the matrix legs merged into it.
        workflow: the workflow it belongs to.
        group: the group it is folded into while it is green.
        state: where it stands now.
        verdict: the gravest class among its failures; `None` while nothing is wrong.
        previous: the same job before; `None` when it did not exist or nothing was compared.
        delta: failures against the previous run.
        totals: what its runners counted; empty when not read.
        failures: judged, gravest first.
        blocked_by: the job that this one waited for, when blocked.
        note: one sentence of ours, for states without failures (cancelled, unread, queued).
        url: the job's page.
        green_twins: legs of the same matrix that passed, for "3 of 4 legs".
    """

    job: str
    workflow: str
    group: str
    state: JobState
    verdict: VerdictClass | None = None
    previous: PreviousJob | None = None
    delta: Delta = field(default_factory=Delta)
    totals: tuple[Totals, ...] = ()
    failures: tuple[JudgedFailure, ...] = ()
    blocked_by: str = ""
    note: str = ""
    url: str = ""
    twins: tuple[str, ...] = ()
    green_twins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GreenGroup:
    """The green jobs of one group, folded into a row.

    Attributes:
        name: the group's name.
        rows: its green jobs.
        jobs: how many jobs the group has in all, so that "5/9" can be said.
    """

    name: str
    rows: tuple[Row, ...]
    jobs: int


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to fix: the failures that share it, root first.

    Attributes:
        title: one line; `quote` marks it as untrusted text taken from a log.
        verdict: the gravest class among its failures.
        failures: what it explains, root cause first, cascades after it.
        jobs: the jobs it reaches, in the table's order.
        blocked: how many jobs wait for it.
        reason: why it stands where it stands in the order.
        hint: what to do first, a sentence of ours; may be empty.
    """

    title: str
    verdict: VerdictClass
    failures: tuple[JudgedFailure, ...]
    jobs: tuple[str, ...]
    blocked: int = 0
    reason: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A run that this one was compared with."""

    sha: str
    run_id: int = 0
    attempt: int = 1
    url: str = ""
    branch: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FixedFailure:
    """What failed in the previous run and passes now; `test` is empty for a whole job.

    Attributes:
        retried: on the same commit: nothing was mended, it fails now and then.
        touched: this pull request changes the test's file.
    """

    job: str
    test: str = ""
    retried: bool = False
    touched: bool = False


@dataclass(frozen=True, slots=True)
class ArtifactLink:
    """An artifact that helps to understand the failures."""

    name: str
    url: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do: a sentence of ours, and a command or a link."""

    text: str
    command: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report is about and what it was compared with.

    Attributes:
        repository: `owner/name`.
        pull_request: its number.
        head_sha: the commit reported on.
        web: the address of GitHub's web pages, without a slash at its end.
        run_id: the newest run's id, for its link; `attempt` its attempt.
        previous: the previous run compared, if any.
        base: the base branch's run compared; `None`: "base not compared", with `base_note` saying why.
        finished: workflows finished; `workflows`: of how many.
        pending: names of workflows or jobs still queued or running.
        at: when this was put together, UTC.
        docs_url: the address of the documentation; empty when none is known.
    """

    repository: str
    pull_request: int
    head_sha: str
    at: datetime
    web: str = "https://github.com"
    run_id: int = 0
    run_url: str = ""
    attempt: int = 1
    previous: Compared | None = None
    base: Compared | None = None
    base_note: str = ""
    finished: int = 1
    workflows: int = 1
    pending: tuple[str, ...] = ()
    docs_url: str = ""


@dataclass(frozen=True, slots=True)
class ConfigFacts:
    """Which configuration held with what it extends, and what is wrong with a newer one."""

    source: str = ""
    commit: str = ""
    url: str = ""
    problems: tuple[Problem, ...] = ()
    extends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one comment says.

    `rows` are the jobs that are not green, failing first; `groups` the green ones.
    `outage` is a sentence when it looks like an outage, else empty. `report_notes` tell of reports in
    artifacts that could not be read, or that are of no job.
    """

    facts: Facts
    rows: tuple[Row, ...] = ()
    groups: tuple[GreenGroup, ...] = ()
    causes: tuple[Cause, ...] = ()
    fixed: tuple[FixedFailure, ...] = ()
    artifacts: tuple[ArtifactLink, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    outage: str = ""
    config: ConfigFacts = field(default_factory=ConfigFacts)
    report_notes: tuple[str, ...] = ()

    @property
    def judged(self) -> tuple[JudgedFailure, ...]:
        """Every failure of every row, in the table's order."""
        return tuple(failure for row in self.rows for failure in row.failures)
