"""What a webhook request is (Delivery) and what it means to us (Event)."""

from dataclasses import dataclass

from bot.model.run import Repository


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook request as it came. Only `body` is covered by the signature.

    Attributes:
        guid: `X-GitHub-Delivery`, not signed: for audit, never for idempotency.
        event: `X-GitHub-Event`, not signed: checked against the body's shape.
        body: the raw bytes.
    """

    guid: str
    event: str
    body: bytes


@dataclass(frozen=True, slots=True)
class RunCompleted:
    """A workflow run's attempt has ended: a hint that a pull request or the base branch changed."""

    repository: Repository
    run_id: int
    attempt: int
    head_sha: str
    head_branch: str
    head_owner: str
    head_repository_id: int
    trigger: str


@dataclass(frozen=True, slots=True)
class CommandPosted:
    """Somebody posted a comment on a pull request that may hold a command."""

    repository: Repository
    pull_request: int
    comment_id: int
    author: str
    author_is_bot: bool
    body: str


@dataclass(frozen=True, slots=True)
class CheckRequested:
    """A pull request has a new head or a new base; or, with `again`, a person wants its checks once more."""

    repository: Repository
    pull_request: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class ConfigPushed:
    """The default branch has moved in a way that may change the configuration.

    `before` is the commit that it was at; empty when the branch is new.
    """

    repository: Repository
    before: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A delivery that asks nothing of us, and why."""

    reason: str


Event = RunCompleted | CommandPosted | CheckRequested | ConfigPushed | Ignored
