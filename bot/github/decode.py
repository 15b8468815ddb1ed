"""GitHub's JSON as values. A shape that is not GitHub's raises `KeyError`, `TypeError` or `ValueError`."""

from datetime import datetime
from typing import Any

from bot.github.auth import Identity, Token
from bot.github.options import Secret
from bot.model.run import (
    Artifact,
    ChangedFile,
    Conclusion,
    Job,
    PullRequest,
    Repository,
    Run,
    Step,
)
from bot.ports import PostedCheck, PostedComment

ROLES = ("admin", "maintain", "write", "triage", "read", "none")
COMPLETED = "completed"


def nothing(_data: Any) -> None:
    """Read nothing: the status was the answer."""


def items(data: Any, key: str) -> list[Any]:
    """The list of a page, under `key` when it has one."""
    found = data[key] if key else data
    if not isinstance(found, list):
        message = "not a list"
        raise TypeError(message)
    return found


def token(data: Any) -> Token:
    """Read an installation token.

    https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
    """
    return Token(Secret(checked_text(data["token"])), _needed_time(data["expires_at"]))


def slug(data: Any) -> str:
    """Read the App's short name.

    https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app
    """
    return checked_text(data["slug"])


def repository(data: Any, installation: int) -> Repository:
    """Read a repository.

    https://docs.github.com/en/rest/repos/repos#get-a-repository
    """
    return Repository(
        installation=installation,
        id=checked_number(data["id"]),
        owner=checked_text(data["owner"]["login"]),
        name=checked_text(data["name"]),
        default_branch=checked_text(data["default_branch"]),
        # What is not said to be public is not.
        private=data.get("private") is not False,
    )


def run(data: Any) -> Run:
    """Read an attempt of a run.

    https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run

    The head repository is null once a fork is deleted, the branch for a run on a tag or a lone commit.
    """
    head = data.get("head_repository") or {}
    path = checked_text(data.get("path") or "").partition("@")[0]
    return Run(
        id=checked_number(data["id"]),
        attempt=checked_number(data.get("run_attempt") or 1),
        number=checked_number(data.get("run_number") or 0),
        workflow_id=checked_number(data.get("workflow_id") or 0),
        workflow=data.get("name") or path or "workflow",
        path=path,
        event=checked_text(data["event"]),
        status=data.get("status") or "",
        conclusion=_conclusion(data.get("conclusion")),
        head_sha=checked_text(data["head_sha"]),
        head_branch=data.get("head_branch") or "",
        head_owner=(head.get("owner") or {}).get("login", ""),
        head_repository_id=head.get("id") or 0,
        html_url=data.get("html_url") or "",
        created_at=_time(data.get("created_at")),
        updated_at=_time(data.get("updated_at")),
    )


def job(data: Any) -> Job:
    """Read a job with its steps.

    https://docs.github.com/en/rest/actions/workflow-jobs#get-a-job-for-a-workflow-run
    """
    return Job(
        id=checked_number(data["id"]),
        run_id=checked_number(data.get("run_id") or 0),
        attempt=checked_number(data.get("run_attempt") or 1),
        name=checked_text(data["name"]),
        status=data.get("status") or COMPLETED,
        conclusion=_conclusion(data.get("conclusion")),
        html_url=data.get("html_url") or "",
        runner=data.get("runner_name") or "",
        steps=tuple(_step(entry) for entry in data.get("steps") or ()),
        started_at=_time(data.get("started_at")),
        completed_at=_time(data.get("completed_at")),
    )


def _step(data: Any) -> Step:
    return Step(
        number=checked_number(data.get("number") or 0),
        name=data.get("name") or "",
        conclusion=_conclusion(data.get("conclusion")),
        started_at=_time(data.get("started_at")),
        completed_at=_time(data.get("completed_at")),
    )


def artifact(data: Any) -> Artifact:
    """Read an artifact.

    https://docs.github.com/en/rest/actions/artifacts#list-workflow-run-artifacts
    """
    return Artifact(
        id=checked_number(data["id"]),
        name=checked_text(data["name"]),
        size=checked_number(data.get("size_in_bytes") or 0),
        expired=bool(data.get("expired")),
        created_at=_time(data.get("created_at")),
    )


def pull_request(data: Any) -> PullRequest:
    """Read a pull request.

    https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request

    The head's repository and user are null once a fork or an account is deleted.
    """
    head, base = data["head"], data["base"]
    head_repository = head.get("repo") or {}
    head_owner = head_repository.get("owner") or head.get("user") or {}
    return PullRequest(
        number=checked_number(data["number"]),
        title=data.get("title") or "",
        author=(data.get("user") or {}).get("login", "ghost"),
        state=checked_text(data["state"]),
        head_sha=checked_text(head["sha"]),
        head_branch=checked_text(head["ref"]),
        head_owner=head_owner.get("login", ""),
        head_repository_id=head_repository.get("id") or 0,
        base_branch=checked_text(base["ref"]),
        base_sha=checked_text(base["sha"]),
        html_url=data.get("html_url") or "",
        locked=bool(data.get("locked")),
        draft=bool(data.get("draft")),
        created_at=_time(data.get("created_at")),
    )


def changed_file(data: Any) -> ChangedFile:
    """Read a file of a pull request.

    https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
    """
    patch = data.get("patch")
    return ChangedFile(
        path=checked_text(data["filename"]),
        status=data.get("status") or "modified",
        patch=patch if isinstance(patch, str) else "",
        additions=checked_number(data.get("additions") or 0),
        previous=data.get("previous_filename") or "",
    )


def comment(data: Any, me: Identity) -> PostedComment:
    """Read a comment, and whether it is ours.

    https://docs.github.com/en/rest/issues/comments#get-an-issue-comment

    Ours by author alone: anybody may copy our text, and an App may edit anybody's comment. Where GitHub does
    not say who we are, a bot's comment that no other App has signed may be ours.
    """
    app = data.get("performed_via_github_app") or {}
    user = data.get("user") or {}
    is_me = user.get("login") == me.login if me.slug else not app
    by_bot = is_me and user.get("type") == "Bot"
    return PostedComment(
        id=checked_number(data["id"]),
        body=data.get("body") or "",
        ours=app.get("id") == me.app_id or by_bot,
        created_at=_time(data.get("created_at")),
    )


def check_of(data: Any) -> tuple[PostedCheck, int]:
    """A check run, and the id of the App that made it.

    https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference.
    """
    check = PostedCheck(checked_number(data["id"]), str(data.get("external_id") or ""))
    return check, (data.get("app") or {}).get("id") or 0


def number_of(data: Any) -> int:
    """The id of what was created."""
    return checked_number(data["id"])


def role(data: Any) -> str:
    """Read a person's role.

    https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user

    `role_name` is the true role; an organisation's own roles have names of their own, and for those
    `permission` says what they amount to.
    """
    name = data.get("role_name")
    return name if name in ROLES else checked_text(data["permission"])


def _conclusion(value: Any) -> Conclusion:
    if value is None:
        return Conclusion.NONE
    try:
        return Conclusion(value)
    except ValueError:
        # A word of tomorrow: somebody should look, so it is not shown as green.
        return Conclusion.FAILURE


def _time(value: Any) -> datetime | None:
    return None if value is None else _needed_time(value)


def _needed_time(value: Any) -> datetime:
    moment = datetime.fromisoformat(checked_text(value))
    if moment.tzinfo is None:
        message = "a time without its zone"
        raise ValueError(message)
    return moment


def checked_text(value: Any) -> str:
    """A text; anything else raises `TypeError`."""
    if not isinstance(value, str):
        message = "not a text"
        raise TypeError(message)
    return value


def checked_number(value: Any) -> int:
    """A whole number; anything else raises `TypeError`."""
    if isinstance(value, bool) or not isinstance(value, int):
        message = "not a number"
        raise TypeError(message)
    return value
