"""What the small GitHub holds, as plain values that change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class User:
    """A person, an organisation or an App's bot."""

    id: int
    login: str
    type: str = "User"


@dataclass(frozen=True, slots=True)
class Special:
    """What stands at a path instead of a regular file: `symlink` or `submodule`, and where it leads."""

    kind: str
    target: str


Entry = bytes | Special


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit with the whole tree of files at it."""

    sha: str
    parents: tuple[str, ...]
    message: str
    at: datetime
    files: Mapping[str, Entry]


@dataclass(slots=True)
class Repo:
    """A repository. `roles` holds people's roles by login; forks point to their parent."""

    id: int
    owner: User
    name: str
    private: bool = False
    default_branch: str = "main"
    parent: int = 0
    branches: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """`owner/name`."""
        return f"{self.owner.login}/{self.name}"


@dataclass(slots=True)
class Installation:
    """The App on an account: which repositories, which permissions."""

    id: int
    account: User
    repositories: set[int]
    permissions: dict[str, str]
    suspended: bool = False


@dataclass(slots=True)
class Pull:
    """A pull request; `head_repo` 0 is a fork that was deleted. `files` are (path, status).

    `patches` are their parts of the diff by path; `None`: too large for GitHub to show.
    """

    id: int
    repo: int
    number: int
    title: str
    author: User
    head_repo: int
    head_branch: str
    head_sha: str
    base_branch: str
    base_sha: str
    created_at: datetime
    head_owner: User
    state: str = "open"
    locked: bool = False
    draft: bool = False
    files: list[tuple[str, str]] = field(default_factory=list)
    patches: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class Step:
    """A step of a job; times as GitHub shows them."""

    number: int
    name: str
    conclusion: str | None = "success"
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(slots=True)
class Job:
    """A job of one attempt. `log` is `None` when its runner died before it sent one."""

    id: int
    run: int
    attempt: int
    name: str
    status: str
    conclusion: str | None
    started_at: datetime
    completed_at: datetime | None
    steps: list[Step] = field(default_factory=list)
    log: bytes | None = b""
    expired: bool = False
    runner: str = "GitHub Actions 1"


@dataclass(slots=True)
class Attempt:
    """One attempt of a run; its archive is built from its jobs' logs."""

    number: int
    status: str
    conclusion: str | None
    started_at: datetime
    updated_at: datetime
    jobs: list[Job] = field(default_factory=list)


@dataclass(slots=True)
class Artifact:
    """A file that a run keeps: `data` is its zip."""

    id: int
    repo: int
    name: str
    size: int
    created_at: datetime
    expired: bool = False
    data: bytes = b""


@dataclass(slots=True)
class Run:
    """A workflow run with its attempts, oldest first."""

    id: int
    repo: int
    number: int
    workflow_id: int
    workflow: str
    path: str
    event: str
    head_repo: int
    head_branch: str
    head_sha: str
    actor: User
    created_at: datetime
    attempts: list[Attempt] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)

    @property
    def newest(self) -> Attempt:
        """The attempt that the run shows."""
        return self.attempts[-1]


@dataclass(slots=True)
class Reaction:
    """Somebody's reaction to a comment."""

    id: int
    user: User
    content: str
    created_at: datetime


@dataclass(slots=True)
class Comment:
    """A comment on a pull request; `app` is the App that wrote it, 0 for people."""

    id: int
    repo: int
    number: int
    author: User
    body: str
    created_at: datetime
    updated_at: datetime
    app: int = 0
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True)
class Check:
    """A check run; annotations as they were sent."""

    id: int
    repo: int
    head_sha: str
    name: str
    app: int
    status: str
    conclusion: str | None
    started_at: datetime
    completed_at: datetime | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    external_id: str = ""
    annotations: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grant:
    """What an installation token may do, where, and until when."""

    installation: int
    repositories: frozenset[int]
    permissions: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came, and the status that it got; 0 when the connection was dropped."""

    method: str
    path: str
    status: int
    query: str = ""


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` requests that match.

    Attributes:
        method: of the requests; empty for any.
        path: a part of their paths; empty for any.
        status: what they are answered; 0 drops the connection in the middle of an answer.
        after_effect: GitHub did what was asked before it failed.
        headers: with the answer.
        body: of the answer.
        delay: seconds before the answer; with status 200 nothing else goes wrong.
    """

    method: str = ""
    path: str = ""
    times: int = 1
    status: int = 502
    after_effect: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"message":"Server Error"}'
    delay: float = 0.0
