"""The keys of GitHub's payloads that we read, and what may stand there: unknown keys are skipped.

Shapes: https://docs.github.com/en/webhooks/webhook-events-and-payloads and `x-webhooks` of
`@octokit/openapi`.
"""

from typing import Annotated

from msgspec import Meta, Struct

# Databases hold 64-bit integers, and GitHub's ids are positive.
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Count = Annotated[int, Meta(ge=1, le=2**31 - 1)]
# Names become parts of addresses at GitHub: nothing that could leave a path segment gets in.
Login = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}(\[bot\])?\Z")]
RepositoryName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,100}\Z")]
# SHA-1 and SHA-256 object names.
Sha = Annotated[str, Meta(pattern=r"^[0-9a-f]{40,64}\Z")]
# Git refuses longer references in practice (a path component holds 255 bytes, a path 4,096).
Branch = Annotated[str, Meta(min_length=1, max_length=1024)]
Reference = Annotated[str, Meta(min_length=1, max_length=1100)]
Word = Annotated[str, Meta(max_length=100)]
# GitHub refuses comments over 65,536 characters; it counts UTF-16 units in places, so twice is safe.
CommentBody = Annotated[str, Meta(max_length=131_072)]


class Account(Struct):
    """A person, an organisation or a bot."""

    login: Login
    type: Word = "User"


class Repository(Struct):
    """The repository that an event happened in."""

    id: Id
    name: RepositoryName
    owner: Account
    default_branch: Branch = "main"


class Installation(Struct):
    """The App's installation that the event is told to."""

    id: Id


class Envelope(Struct):
    """What every event has in common, and the keys that tell which one it is."""

    action: Word | None = None
    installation: Installation | None = None


class HeadRepository(Struct):
    """The repository that a run's commit came from; null once a fork is deleted."""

    id: Id
    owner: Account


class WorkflowRun(Struct):
    """A run with the attempt that the event is about."""

    id: Id
    run_attempt: Count
    head_sha: Sha
    event: Word
    head_branch: Branch | None
    head_repository: HeadRepository | None


class RunPayload(Struct):
    """`workflow_run`."""

    workflow_run: WorkflowRun
    repository: Repository


class Present(Struct):
    """An object of which only the presence matters."""


class RunPresent(Struct):
    """What only a body of `workflow_run` has."""

    workflow_run: Present


class CommentPresent(Struct):
    """What only a body of `issue_comment` has."""

    comment: Present
    issue: Present


class PullPresent(Struct):
    """What only a body of `pull_request` has."""

    pull_request: Present


class CheckPresent(Struct):
    """What only a body of `check_run` has."""

    check_run: Present


class SuitePresent(Struct):
    """What only a body of `check_suite` has."""

    check_suite: Present


class Issue(Struct):
    """An issue, or the pull request that it is."""

    number: Count
    pull_request: Present | None = None


class Comment(Struct):
    """A comment with its author."""

    id: Id
    body: CommentBody | None
    user: Account | None
    performed_via_github_app: Present | None = None


class CommentPayload(Struct):
    """`issue_comment`."""

    issue: Issue
    comment: Comment
    repository: Repository


class Changes(Struct):
    """What an edit changed."""

    base: Present | None = None


class PullPayload(Struct):
    """`pull_request`."""

    number: Count
    pull_request: Present
    repository: Repository
    changes: Changes | None = None


class PushedCommit(Struct):
    """A commit of a push, with the paths that it changes."""

    added: list[str] = []
    removed: list[str] = []
    modified: list[str] = []


class PushPayload(Struct):
    """`push`."""

    ref: Reference
    before: Sha
    repository: Repository
    deleted: bool = False
    forced: bool = False
    commits: list[PushedCommit] = []


class CheckRun(Struct):
    """A check run of ours, with the reference that we gave it."""

    external_id: Word | None = None


class CheckPayload(Struct):
    """`check_run`."""

    check_run: CheckRun
    repository: Repository


class BaseRepository(Struct):
    """The repository that a pull request is meant for."""

    id: Id


class Base(Struct):
    """The branch that it is meant for."""

    repo: BaseRepository


class SuitePull(Struct):
    """A pull request whose head the checks are on; another repository's, too."""

    number: Count
    base: Base


class Suite(Struct):
    """All checks of ours on a commit."""

    pull_requests: list[SuitePull] = []


class SuitePayload(Struct):
    """`check_suite`."""

    check_suite: Suite
    repository: Repository
