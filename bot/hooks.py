"""A delivery's bytes become an event: the only module that knows the keys of GitHub's payloads.

Shapes: https://docs.github.com/en/webhooks/webhook-events-and-payloads and `x-webhooks` of
`@octokit/openapi`. Unknown keys are skipped, a known key with a wrong shape is an error.
"""

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from bot.errors import TellUser
from bot.model.event import CommandPosted, Delivery, Event, Ignored, RunCompleted
from bot.model.run import Repository

COMMAND = "/retriage"

_Shape = TypeVar("_Shape")

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
Word = Annotated[str, Meta(max_length=100)]
# GitHub refuses comments over 65,536 characters; it counts UTF-16 units in places, so twice is safe.
CommentBody = Annotated[str, Meta(max_length=131_072)]

UNREADABLE = "the body is not the JSON of a webhook: "


class _Account(Struct):
    login: Login
    type: Word = "User"


class _Repository(Struct):
    id: Id
    name: RepositoryName
    owner: _Account
    default_branch: Branch = "main"


class _Installation(Struct):
    id: Id


class _Envelope(Struct):
    """What every event has in common, and the keys that tell which one it is."""

    action: Word | None = None
    installation: _Installation | None = None


class _HeadRepository(Struct):
    id: Id
    owner: _Account


class _WorkflowRun(Struct):
    id: Id
    run_attempt: Count
    head_sha: Sha
    event: Word
    head_branch: Branch | None
    head_repository: _HeadRepository | None


class _RunPayload(Struct):
    workflow_run: _WorkflowRun
    repository: _Repository


class _Present(Struct):
    """An object of which only the presence matters."""


class _RunPresent(Struct):
    workflow_run: _Present


class _CommentPresent(Struct):
    comment: _Present
    issue: _Present


class _Issue(Struct):
    number: Count
    pull_request: _Present | None = None


class _Comment(Struct):
    id: Id
    body: CommentBody | None
    user: _Account | None
    performed_via_github_app: _Present | None = None


class _CommentPayload(Struct):
    issue: _Issue
    comment: _Comment
    repository: _Repository


def decode(delivery: Delivery) -> Event:
    """Say what a delivery means.

    The event's name comes in a header that the signature does not cover, so the body has to fit it.

    Raises:
        TellUser: the body is not JSON, or not the shape that its event has.
    """
    envelope = _read(delivery.body, _Envelope)
    handled = {"workflow_run": "completed", "issue_comment": "created"}.get(delivery.event)
    if handled is None:
        return Ignored(f"the event {delivery.event!r} asks nothing of Retriage")
    if envelope.action is None:
        raise TellUser(f"{UNREADABLE}a {delivery.event} event has an action")
    if envelope.action != handled:
        _require_shape(delivery)
        return Ignored(f"{delivery.event} with the action {envelope.action!r} asks nothing of Retriage")
    if envelope.installation is None:
        _require_shape(delivery)
        return Ignored(
            "the payload names no installation: it comes from a repository webhook, not from the App"
        )
    if delivery.event == "workflow_run":
        return _run_completed(_read(delivery.body, _RunPayload), envelope.installation.id)
    return _command_posted(_read(delivery.body, _CommentPayload), envelope.installation.id)


def _read(body: bytes, shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TellUser(UNREADABLE + str(error)) from error
    except RecursionError as error:
        raise TellUser(UNREADABLE + "it is nested too deeply") from error


def _require_shape(delivery: Delivery) -> None:
    """An ignored action is only believed of a body that fits the event's name."""
    _read(delivery.body, _RunPresent if delivery.event == "workflow_run" else _CommentPresent)


def _run_completed(payload: _RunPayload, installation: int) -> Event:
    run = payload.workflow_run
    if run.head_repository is None:
        return Ignored("the repository that the run's commit came from exists no more")
    if run.head_branch is None:
        return Ignored("the run belongs to no branch")
    return RunCompleted(
        repository=_repository(payload.repository, installation),
        run_id=run.id,
        attempt=run.run_attempt,
        head_sha=run.head_sha,
        head_branch=run.head_branch,
        head_owner=run.head_repository.owner.login,
        head_repository_id=run.head_repository.id,
        trigger=run.event,
    )


def _command_posted(payload: _CommentPayload, installation: int) -> Event:
    comment, issue = payload.comment, payload.issue
    if issue.pull_request is None:
        return Ignored("the comment is on an issue, not on a pull request")
    body = comment.body or ""
    if COMMAND not in body.casefold():
        return Ignored("the comment holds no command")
    if comment.user is None:
        return Ignored("the comment's author exists no more")
    return CommandPosted(
        repository=_repository(payload.repository, installation),
        pull_request=issue.number,
        comment_id=comment.id,
        author=comment.user.login,
        author_is_bot=comment.user.type == "Bot" or comment.performed_via_github_app is not None,
        body=body,
    )


def _repository(payload: _Repository, installation: int) -> Repository:
    return Repository(
        installation=installation,
        id=payload.id,
        owner=payload.owner.login,
        name=payload.name,
        default_branch=payload.default_branch,
    )
