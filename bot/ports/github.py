"""GitHub as the handlers see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.check import Annotation, CheckRun
from bot.model.run import Artifact, ChangedFile, Comparison, Job, PullRequest, Repository, Run

# DESIGN section 4: a configuration is no larger.
CONFIG_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class FetchedLog:
    """A log as it came, or as much of it as came; `gap` says what is missing."""

    data: bytes
    complete: bool = True
    gap: str = ""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log on the disk, plain or gzip, of any size; its path."""

    path: str


@dataclass(frozen=True, slots=True)
class PostedComment:
    """A comment on a pull request as GitHub lists it. `ours` is decided by author, never by text."""

    id: int
    body: str
    ours: bool
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PostedCheck:
    """A check run of ours as GitHub lists it, with the reference that it was last given."""

    id: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class FileAtCommit:
    """A file's bytes at a pinned commit."""

    path: str
    commit: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """What lies in a folder: `kind` in GitHub's words (file, dir, symlink), `blob` is git's name of it."""

    path: str
    kind: str
    size: int
    blob: str


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

    async def artifact(self, repo: Repository, artifact_id: int, limit: int) -> FetchedLog:
        """An artifact's zip as it came, at most `limit` bytes; `Gone` when GitHub keeps it no more."""

    async def pull_request(self, repo: Repository, number: int) -> PullRequest:
        """The pull request as it is now."""

    async def find_pull_requests(
        self, repo: Repository, head_owner: str, head_branch: str, head_repository_id: int, head_sha: str
    ) -> tuple[PullRequest, ...]:
        """Open pull requests of exactly this head: owner, branch, repository and commit."""

    async def open_pull_requests(self, repo: Repository) -> tuple[tuple[PullRequest, ...], bool]:
        """Open pull requests, the last updated first (at most 300), and whether these are all."""

    async def changed_files(self, repo: Repository, number: int) -> tuple[ChangedFile, ...]:
        """Files that the pull request changes (at most 3,000, as GitHub lists them)."""

    async def compare(self, repo: Repository, base_sha: str, head_sha: str) -> Comparison:
        """Where a pull request branched off, and its commits (at most 100, oldest first)."""

    async def branch_commit(self, repo: Repository, branch: str) -> str:
        """The commit a branch points to now."""

    async def file(
        self, repo: Repository, path: str, commit: str, limit: int = CONFIG_BYTES
    ) -> FileAtCommit | None:
        """A regular file of at most `limit` bytes at a commit; `None` when it is not there.

        Raises:
            TellUser: it is a symbolic link, a submodule, or too long.
        """

    async def folder(self, repo: Repository, path: str, commit: str) -> tuple[FolderEntry, ...]:
        """What lies directly in a folder at a commit; empty when there is no such folder."""

    async def other_repository(self, repo: Repository, owner: str, name: str) -> Repository:
        """Another repository that this one may read: a public one, or one that the App is installed on, too.

        Raises:
            Gone: there is none that it may read.
        """

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

    async def find_check(self, repo: Repository, head_sha: str, name: str) -> PostedCheck | None:
        """Our own newest check run of that name on a commit."""

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
