"""What the handlers need of the world, in the words of the model. Adapters fulfil these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.model.event import Delivery
from bot.model.reading import Reading
from bot.model.report import Annotation, CheckRun
from bot.model.run import Artifact, ChangedFile, Job, PullRequest, Repository, Run
from bot.model.signature import Pattern


@dataclass(frozen=True, slots=True)
class FetchedLog:
    """A log as it came, or as much of it as came; `gap` says what is missing."""

    data: bytes
    complete: bool = True
    gap: str = ""


@dataclass(frozen=True, slots=True)
class PostedComment:
    """A comment on a pull request as GitHub lists it. `ours` is decided by author, never by text."""

    id: int
    body: str
    ours: bool
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FileAtCommit:
    """A file's bytes at a pinned commit."""

    path: str
    commit: str
    data: bytes


class GitHub(Protocol):
    """GitHub as the handlers see it. Every method raises `RetryLater`, `Gone`, `Refused` or `TellUser`."""

    async def repository(self, repo: Repository) -> Repository:
        """Read the repository again (its default branch may have changed)."""

    async def run(self, repo: Repository, run_id: int, attempt: int = 0) -> Run:
        """One attempt of a run; attempt 0 is the newest."""

    async def runs_of_commit(self, repo: Repository, head_sha: str) -> tuple[Run, ...]:
        """All runs for this head commit, newest attempt of each."""

    async def runs_of_branch(
        self, repo: Repository, workflow_id: int, branch: str, event: str = ""
    ) -> tuple[Run, ...]:
        """The newest completed runs (one page) of a workflow on a branch name, newest first."""

    async def jobs(self, repo: Repository, run_id: int, attempt: int) -> tuple[Job, ...]:
        """Every job of one attempt, all pages."""

    async def job_log(self, repo: Repository, job_id: int) -> FetchedLog:
        """A job's log; `Gone` when GitHub keeps it no more."""

    async def attempt_logs(
        self, repo: Repository, run_id: int, attempt: int, job_names: tuple[str, ...]
    ) -> Mapping[str, FetchedLog]:
        """Logs out of the attempt's archive by job name; empty when the archive is over the budget."""

    async def artifacts(self, repo: Repository, run_id: int) -> tuple[Artifact, ...]:
        """The run's artifacts (one page of 100)."""

    async def pull_request(self, repo: Repository, number: int) -> PullRequest:
        """The pull request as it is now."""

    async def find_pull_requests(
        self, repo: Repository, head_owner: str, head_branch: str, head_repository_id: int, head_sha: str
    ) -> tuple[PullRequest, ...]:
        """Open pull requests of exactly this head: owner, branch, repository and commit."""

    async def changed_files(self, repo: Repository, number: int) -> tuple[ChangedFile, ...]:
        """Files that the pull request changes (at most 3,000, as GitHub lists them)."""

    async def merge_base(self, repo: Repository, base_sha: str, head_sha: str) -> str:
        """The commit that the pull request branched off from."""

    async def branch_commit(self, repo: Repository, branch: str) -> str:
        """The commit a branch points to now."""

    async def file(self, repo: Repository, path: str, commit: str) -> FileAtCommit | None:
        """A regular file at a commit; `None` when it is not there."""

    async def comments(self, repo: Repository, number: int) -> tuple[PostedComment, ...]:
        """All comments of a pull request, all pages. A failed read raises: it is never "empty"."""

    async def comment(self, repo: Repository, comment_id: int) -> PostedComment:
        """One comment."""

    async def create_comment(self, repo: Repository, number: int, body: str) -> PostedComment:
        """Post once, never retried in here; `RetryLater(ambiguous=True)` when it may have happened."""

    async def update_comment(self, repo: Repository, comment_id: int, body: str) -> None:
        """Edit in place."""

    async def delete_comment(self, repo: Repository, comment_id: int) -> None:
        """Delete a comment of our own."""

    async def find_check(self, repo: Repository, head_sha: str, name: str) -> int:
        """Id of our own check run of that name on a commit; 0 when there is none."""

    async def create_check(self, repo: Repository, head_sha: str, check: CheckRun) -> int:
        """Create a check run, with at most the first 50 annotations; give its id."""

    async def update_check(self, repo: Repository, check_id: int, check: CheckRun) -> None:
        """Say the newest state, with at most the first 50 annotations."""

    async def add_annotations(
        self, repo: Repository, check_id: int, check: CheckRun, annotations: tuple[Annotation, ...]
    ) -> None:
        """Append at most 50 annotations."""

    async def react(self, repo: Repository, comment_id: int, content: str) -> None:
        """React to a comment with GitHub's word (eyes, rocket, confused)."""

    async def permission(self, repo: Repository, user: str) -> str:
        """The user's role on the repository: admin, maintain, write, triage, read, none."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do, for one key; at most one piece of work runs per key at any time.

    Attributes:
        kind: which handler.
        key: the tenant and the thing: `1/42/pull/7`. Work of one key never runs side by side.
        payload: JSON values that the handler needs.
        dedup: while a waiting piece of work has the same `dedup`, another is not added; empty: always add.
    """

    kind: str
    key: str
    payload: Mapping[str, object] = field(default_factory=dict)
    dedup: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed piece of work: ours until `until`, unless the lease is renewed.

    Attributes:
        tries: how often it was begun, this time included and waits left out.
        waits: how often it was put off without having failed.
    """

    id: int
    work: Work
    tries: int
    until: datetime
    token: str
    waits: int = 0


class JobQueue(Protocol):
    """Where work waits. At least once, one at a time per key, back-off, dead letters."""

    async def enqueue(self, work: Work, *, after: float = 0.0) -> None:
        """Add work to be done in `after` seconds at the earliest."""


class JobStore(Protocol):
    """The embedded queue's durable half."""

    async def add(self, work: Work, *, due: datetime) -> None:
        """Add work; the same `dedup` still waiting is moved forward instead."""

    async def claim(self, now: datetime, lease: float) -> Lease | None:
        """Take the oldest due work whose key is free; `lease` in seconds."""

    async def renew(self, lease: Lease, until: datetime) -> bool:
        """Keep it; `False` when it was lost."""

    async def finish(self, lease: Lease) -> None:
        """It is done."""

    async def retry(self, lease: Lease, *, due: datetime, reason: str, counts: bool = True) -> None:
        """Not yet: again from `due` on; `counts=False` makes it a wait and no failed try."""

    async def bury(self, lease: Lease, reason: str) -> None:
        """Give up, keep it with the reason."""

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next piece of work can start; `None` when there is none."""

    async def waiting(self) -> tuple[int, datetime | None]:
        """How many wait, and since when the oldest is due."""


class Inbox(Protocol):
    """Deliveries, committed before they are acknowledged."""

    async def accept(
        self, delivery: Delivery, digest: str, outcome: str, work: Work | None, now: datetime
    ) -> bool:
        """Store the delivery and its work in one transaction; `False`: it was here before."""

    async def delivery(self, guid: str) -> Delivery | None:
        """A stored delivery."""


@dataclass(frozen=True, slots=True)
class PullState:
    """What we remember of our own writing on a pull request.

    Attributes:
        comment_id: our comment; 0 when there is none that we know of.
        body_hash: of what we last wrote.
        hold_until: no POST before this time: one may have taken effect unseen. No event shortens it.
        reported: the newest `(run id, attempt)` reported, so that a deleted comment comes back only for more.
        deleted_at: the report key for which a person deleted our comment; empty when nobody did.
        verify_at: when to look again for duplicates; `None` when that is done.
        written_at: when we last wrote the comment.
        check_id: our check run on `check_sha`; 0 when there is none that we know of.
        check_sha: the head commit it is on.
        check_hash: of what it says; `check_notes` of its annotations alone.
    """

    comment_id: int = 0
    body_hash: str = ""
    hold_until: datetime | None = None
    reported: str = ""
    deleted_at: str = ""
    verify_at: datetime | None = None
    written_at: datetime | None = None
    check_id: int = 0
    check_sha: str = ""
    check_hash: str = ""
    check_notes: str = ""


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job that ended and what was read of its log (`None`: not read)."""

    job: Job
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A completed run of a branch with its jobs, as it is remembered."""

    run: Run
    jobs: tuple[StoredJob, ...]


class Store(Protocol):
    """What is remembered between events. Every key begins with the tenant: installation and repository."""

    async def reading(self, repo: Repository, job_id: int, attempt: int, patterns: str) -> Reading | None:
        """What was read of a job's log with this set of patterns (its hash)."""

    async def save_reading(
        self, repo: Repository, job_id: int, attempt: int, patterns: str, reading: Reading
    ) -> None:
        """Remember a reading."""

    async def remember_run(self, repo: Repository, stored: StoredRun) -> None:
        """Remember a completed run of the base branch."""

    async def base_runs(
        self, repo: Repository, workflow_id: int, branch: str, not_after: datetime, not_before: datetime
    ) -> tuple[StoredRun, ...]:
        """Remembered runs of a workflow on a branch within these times, newest first, at most 20."""

    async def pull_state(self, repo: Repository, number: int) -> PullState:
        """What we remember of our writing; the empty state when nothing."""

    async def save_pull_state(self, repo: Repository, number: int, state: PullState) -> None:
        """Remember it."""

    async def start_effect(self, repo: Repository, kind: str, key: str, now: datetime) -> bool:
        """Note that an effect is being made once; `False` when it was noted before."""

    async def count_effects(self, repo: Repository, kind: str, prefix: str, since: datetime) -> int:
        """How many effects of a kind whose key begins so were noted since then."""

    async def good_config(self, repo: Repository) -> FileAtCommit | None:
        """The last configuration file that was read without a problem."""

    async def save_good_config(self, repo: Repository, file: FileAtCommit) -> None:
        """Remember it."""

    async def forget(self, installation: int, repository_id: int = 0) -> None:
        """Remove everything of a tenant."""


@dataclass(frozen=True, slots=True)
class PatternProblem:
    """A pattern that the engine refuses, and why."""

    pattern: Pattern
    message: str


class LogReader(Protocol):
    """Reads a log in a process that can be killed: the log and the patterns are hostile."""

    async def read(self, log: FetchedLog, patterns: tuple[Pattern, ...]) -> Reading:
        """Read it; over a limit of time or memory gives an incomplete reading, never an error."""


class PatternEngine(Protocol):
    """The grammar of patterns: RE2."""

    def problems(self, patterns: tuple[Pattern, ...]) -> tuple[PatternProblem, ...]:
        """Patterns that do not compile, match everything or cost too much."""

    def found(self, pattern: Pattern, text: str) -> bool:
        """Whether the pattern is found in one cleaned line."""


class Clock(Protocol):
    """Time, injected."""

    def now(self) -> datetime:
        """Now, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
