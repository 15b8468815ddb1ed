"""What is remembered between events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.reading import Reading
from bot.model.run import Job, Repository, Run
from bot.ports.github import FileAtCommit
from bot.ports.history import History
from bot.ports.kept import KeptLogs


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


class Store(History, KeptLogs, Protocol):
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

    async def run_at(self, repo: Repository, workflow_id: int, branch: str, sha: str) -> StoredRun | None:
        """The newest remembered run of a workflow on a branch at exactly this commit."""

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
