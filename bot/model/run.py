"""GitHub Actions' own words: runs, attempts, jobs and steps, and the pull request they are for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# GitHub lists no more of them: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
MOST_CHANGED_FILES = 3_000


class Conclusion(StrEnum):
    """How a run, a job or a step ended; `NONE` while it has not."""

    NONE = ""
    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    TIMED_OUT = "timed_out"
    NEUTRAL = "neutral"
    ACTION_REQUIRED = "action_required"
    STALE = "stale"
    STARTUP_FAILURE = "startup_failure"

    @property
    def is_red(self) -> bool:
        """Somebody has to look: it failed, ran out of time or could not start."""
        return self in (Conclusion.FAILURE, Conclusion.TIMED_OUT, Conclusion.STARTUP_FAILURE)


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as a tenant: every key and query begins with these.

    `private` is known only where the repository was read from GitHub.
    """

    installation: int
    id: int
    owner: str
    name: str
    default_branch: str = "main"
    private: bool = field(default=False, compare=False)

    @property
    def slug(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job, as GitHub's API lists it."""

    number: int
    name: str
    conclusion: Conclusion
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One job of one attempt of a run."""

    id: int
    run_id: int
    attempt: int
    name: str
    status: str
    conclusion: Conclusion
    html_url: str = ""
    runner: str = ""
    steps: tuple[Step, ...] = ()
    started_at: datetime | None = None
    completed_at: datetime | None = None

    @property
    def finished(self) -> bool:
        """GitHub will not change this job any more."""
        return self.status == "completed"


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt of a workflow run."""

    id: int
    attempt: int
    number: int
    workflow_id: int
    workflow: str
    path: str
    event: str
    status: str
    conclusion: Conclusion
    head_sha: str
    head_branch: str
    head_owner: str
    head_repository_id: int
    html_url: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def finished(self) -> bool:
        """Every job of this attempt has ended."""
        return self.status == "completed"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit and its whole message."""

    sha: str
    message: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two commits: where they part, and what the second adds (at most 100 commits, oldest first).

    `total` is how many commits it adds.
    """

    merge_base: str
    commits: tuple[Commit, ...] = ()
    total: int = 0

    @property
    def complete(self) -> bool:
        """Every commit that it adds is among `commits`."""
        return self.total <= len(self.commits)


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that a pull request changes.

    Attributes:
        path: its path in the repository.
        status: GitHub's word: added, modified, removed, renamed.
        patch: its part of the diff, in git's unified form; GitHub leaves it out where it is large or binary.
        additions: how many lines it adds.
        previous: the name that a renamed one had.
    """

    path: str
    status: str
    patch: str = field(default="", repr=False)
    additions: int = 0
    previous: str = ""

    @property
    def hidden(self) -> bool:
        """It adds lines that GitHub does not show."""
        return self.additions > 0 and not self.patch


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as GitHub has it now."""

    number: int
    title: str
    author: str
    state: str
    head_sha: str
    head_branch: str
    head_owner: str
    head_repository_id: int
    base_branch: str
    base_sha: str
    html_url: str = ""
    locked: bool = False
    draft: bool = False
    created_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Neither merged nor closed."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that a run keeps for download."""

    id: int
    name: str
    size: int
    expired: bool = False
    created_at: datetime | None = None
