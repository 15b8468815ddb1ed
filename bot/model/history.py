"""What is remembered of past runs, who asks about it, and what may be told."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.inbox import Specimen

# Of each failure and each signature so many are counted, the newest: whoever waits for a report does not wait
# for a flake that is everywhere to be counted to its end. And so many runs of a job, for a signature's rate.
MOST_COUNTED, MOST_RUNS = 300, 500


@dataclass(frozen=True, slots=True)
class Origin:
    """The run that something happened in.

    Attributes:
        run_id: the run; `attempt` which attempt of it.
        workflow_id: its workflow.
        sha: the commit that it ran on.
        pull_request: whose head that commit was; 0 when none is known.
        author: who opened that pull request, in lower case; empty when nobody is known.
        on_base: it tested the default branch itself.
        pushed_at: when the run was asked for: the best that is known of the commit's age.
        branch: the branch that the change is meant for; empty when unknown.
    """

    run_id: int
    attempt: int
    workflow_id: int
    sha: str
    pushed_at: datetime
    pull_request: int = 0
    author: str = ""
    on_base: bool = False
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One failure, once, in the past; `signature` is the reviewed one that matched it then."""

    test: str
    fingerprint: str
    kind: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class JobResult:
    """How one job ended, and when; `occurrences` is `None` where its log could not be read.

    `specimens` are of those that no signature matches.
    """

    job_id: int
    job: str
    passed: bool
    at: datetime
    occurrences: tuple[Occurrence, ...] | None = None
    specimens: tuple[Specimen, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A completed run's attempt, as history keeps it."""

    origin: Origin
    results: tuple[JobResult, ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """What ties a pull request to others: its commits, those it takes back, and its branches, as tokens."""

    pull_request: int
    author: str
    tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf history is asked. What it may not see follows from this alone.

    Attributes:
        pull_request: the pull request that is reported on.
        author: who opened it, in lower case.
        pushed_at: when its oldest run was asked for: nothing pushed later is evidence.
        at: the report's time: nothing that happened later is known.
        kin: pull requests that it is stacked on, that are stacked on it, or that one takes back.
    """

    pull_request: int
    author: str
    pushed_at: datetime
    at: datetime
    kin: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sighting:
    """The same failure on one other pull request, and when it was seen there last."""

    fingerprint: str
    pull_request: int
    author: str
    last: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How often, and on how many other pull requests, a failure was seen; `more`: at least so often."""

    fingerprint: str
    times: int
    pulls: int
    last: datetime
    more: bool = False


@dataclass(frozen=True, slots=True)
class Withheld:
    """How many pull requests had the same failure and are no evidence, and why."""

    fingerprint: str
    reason: str
    pulls: int


@dataclass(frozen=True, slots=True)
class Sightings:
    """What history answers: how much counts, the newest examples of it, and how much does not count."""

    counts: tuple[Count, ...] = ()
    seen: tuple[Sighting, ...] = ()
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a signature matched lately, as far as the asker may see; `first` is of all that is kept.

    `more`: at least so often.
    """

    signature: str
    times: int
    pulls: int
    first: datetime
    last: datetime
    last_pull: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a job's newest runs a signature matched in."""

    workflow_id: int
    job: str
    signature: str
    failed: int
    ran: int


@dataclass(frozen=True, slots=True)
class PullFailure:
    """A failure of a pull request's run, as history keeps it, with the commit and the job that it was in."""

    pull_request: int
    sha: str
    job_id: int
    attempt: int
    job: str
    test: str
    kind: str
    signature: str
