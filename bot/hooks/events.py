"""A delivery's bytes become an event. A known key with a wrong shape is an error."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from bot.errors import TellUser
from bot.hooks import payloads
from bot.model.check import CheckReference
from bot.model.config import is_configuration
from bot.model.event import (
    CheckRequested,
    CommandPosted,
    ConfigPushed,
    Delivery,
    Event,
    Ignored,
    RunCompleted,
)
from bot.model.run import Repository

COMMAND = "/retriage"

_Shape = TypeVar("_Shape")

# What GitHub writes where there is no commit.
NO_COMMIT = "0"
# More commits of one push are not told: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
MOST_COMMITS = 2048

NO_INSTALLATION = "the payload names no installation: it comes from a repository webhook, not from the App"
UNREADABLE = "the body is not the JSON of a webhook: "


# What each event's body holds, and the actions that ask for something. A push has none.
_SHAPES: Mapping[str, type[Struct]] = {
    "workflow_run": payloads.RunPresent,
    "issue_comment": payloads.CommentPresent,
    "pull_request": payloads.PullPresent,
    "check_run": payloads.CheckPresent,
    "check_suite": payloads.SuitePresent,
}
_ACTIONS = {
    "workflow_run": ("completed",),
    "issue_comment": ("created",),
    "pull_request": ("opened", "synchronize", "reopened", "ready_for_review", "edited"),
    "check_run": ("rerequested",),
    "check_suite": ("rerequested",),
}


def decode(delivery: Delivery) -> Event:
    """Say what a delivery means.

    The event's name comes in a header that the signature does not cover, so the body has to fit it.

    Raises:
        TellUser: the body is not JSON, or not the shape that its event has.
    """
    envelope = _read(delivery.body, payloads.Envelope)
    if delivery.event == "push":
        return _pushed(_read(delivery.body, payloads.PushPayload), envelope.installation)
    actions = _ACTIONS.get(delivery.event)
    if actions is None:
        return Ignored(f"the event {delivery.event!r} asks nothing of Retriage")
    if envelope.action is None:
        raise TellUser(f"{UNREADABLE}a {delivery.event} event has an action")
    if envelope.action not in actions:
        # An ignored action is only believed of a body that fits the event's name.
        _read(delivery.body, _SHAPES[delivery.event])
        return Ignored(f"{delivery.event} with the action {envelope.action!r} asks nothing of Retriage")
    if envelope.installation is None:
        _read(delivery.body, _SHAPES[delivery.event])
        return Ignored(NO_INSTALLATION)
    return _asked(delivery, envelope.action, envelope.installation.id)


def _asked(delivery: Delivery, action: str, installation: int) -> Event:
    """An event with an action that asks for something."""
    match delivery.event:
        case "workflow_run":
            return _run_completed(_read(delivery.body, payloads.RunPayload), installation)
        case "issue_comment":
            return _command_posted(_read(delivery.body, payloads.CommentPayload), installation)
        case "pull_request":
            return _pull_changed(_read(delivery.body, payloads.PullPayload), action, installation)
        case "check_run":
            return _check_wanted(_read(delivery.body, payloads.CheckPayload), installation)
        case _:
            return _suite_wanted(_read(delivery.body, payloads.SuitePayload), installation)


def _read(body: bytes, shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TellUser(UNREADABLE + str(error)) from error
    except RecursionError as error:
        raise TellUser(UNREADABLE + "it is nested too deeply") from error


def _run_completed(payload: payloads.RunPayload, installation: int) -> Event:
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


def _command_posted(payload: payloads.CommentPayload, installation: int) -> Event:
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


def _pull_changed(payload: payloads.PullPayload, action: str, installation: int) -> Event:
    if action == "edited" and (payload.changes is None or payload.changes.base is None):
        return Ignored("the pull request's text was edited, not its base")
    return CheckRequested(_repository(payload.repository, installation), payload.number)


def _check_wanted(payload: payloads.CheckPayload, installation: int) -> Event:
    """GitHub tells this to the App alone that made the check run, which wrote into it whose it is."""
    number = CheckReference.from_text(payload.check_run.external_id or "").pull_request
    if not number:
        return Ignored("the check run does not say which pull request it was made for")
    return CheckRequested(_repository(payload.repository, installation), number, again=True)


def _suite_wanted(payload: payloads.SuitePayload, installation: int) -> Event:
    pulls = payload.check_suite.pull_requests
    own = [pull.number for pull in pulls if pull.base.repo.id == payload.repository.id]
    if not own:
        return Ignored("GitHub names no pull request of these checks, as for all forks: re-run one of them")
    return CheckRequested(_repository(payload.repository, installation), min(own), again=True)


def _pushed(payload: payloads.PushPayload, installation: payloads.Installation | None) -> Event:
    if installation is None:
        return Ignored(NO_INSTALLATION)
    if payload.deleted or payload.ref != f"refs/heads/{payload.repository.default_branch}":
        return Ignored("the push is not to the default branch")
    told = payload.commits and len(payload.commits) < MOST_COMMITS and not payload.forced
    if told and not any(is_configuration(path) for one in payload.commits for path in _paths(one)):
        return Ignored("the push does not change the configuration")
    before = payload.before if payload.before.strip(NO_COMMIT) else ""
    return ConfigPushed(_repository(payload.repository, installation.id), before)


def _paths(commit: payloads.PushedCommit) -> list[str]:
    return commit.added + commit.removed + commit.modified


def _repository(payload: payloads.Repository, installation: int) -> Repository:
    return Repository(
        installation=installation,
        id=payload.id,
        owner=payload.owner.login,
        name=payload.name,
        default_branch=payload.default_branch,
    )
