"""Pull requests, their comments, reactions to those, and check runs."""

from typing import Any

from bot.demo.github import shapes_pulls as shapes
from bot.demo.github.routing import REPO, Asked, Endpoint, Needs, Told, needed
from bot.demo.github.state import Check, Comment, Pull
from bot.demo.github.tokens import Refusal

READ: Needs = (("pull_requests", "read"),)
READ_COMMENTS: Needs = (("issues", "read"), ("pull_requests", "read"))
WRITE_COMMENTS: Needs = (("issues", "write"), ("pull_requests", "write"))
# Not in the list of what "Pull requests" allows.
REACT: Needs = (("issues", "write"),)
LONGEST_BODY = 65_536
ANNOTATIONS = 50
LONGEST_OUTPUT = 65_535


def list_pulls(asked: Asked) -> Told:
    """Pull requests, newest first. A `head` that is not `owner:branch` is ignored, as GitHub does."""
    state = asked.query.get("state", "open")
    owner, colon, branch = asked.query.get("head", "").partition(":")
    found = [
        pull
        for pull in asked.world.pulls.values()
        if pull.repo == asked.repo.id
        and state in ("all", pull.state)
        and (not colon or (pull.head_owner.login.lower(), pull.head_branch) == (owner.lower(), branch))
    ]
    # Nothing here is updated after it was opened: both orders are one.
    found.sort(key=lambda pull: pull.number, reverse=asked.query.get("direction", "desc") == "desc")
    return Told([shapes.listed_pull(asked.world, pull) for pull in found], paged=True)


def get_pull(asked: Asked) -> Told:
    """One pull request."""
    return Told(shapes.pull(asked.world, asked.pull))


def list_files(asked: Asked) -> Told:
    """Files that a pull request changes."""
    pull = asked.pull
    files = [shapes.changed_file(asked.world, asked.repo, pull, *file) for file in pull.files]
    return Told(files, paged=True)


def list_pulls_of_commit(asked: Asked) -> Told:
    """Pull requests of a commit; none for forks, as GitHub has it."""
    found: list[Pull] = [
        pull
        for pull in asked.world.pulls.values()
        if pull.repo == pull.head_repo == asked.repo.id and pull.head_sha == asked.names["sha"]
    ]
    return Told([shapes.listed_pull(asked.world, pull) for pull in found], paged=True)


def list_comments(asked: Asked) -> Told:
    """Comments of a pull request, oldest first."""
    found = asked.world.comments_of(asked.repo.id, asked.pull.number)
    return Told([shapes.comment(asked.world, comment) for comment in found], paged=True)


def create_comment(asked: Asked) -> Told:
    """Post a comment as the App."""
    pull, world = asked.pull, asked.world
    body = _comment_body(asked)
    if pull.locked:
        raise Refusal(403, "Unable to create comment because issue is locked.")
    comment = world.add_comment(asked.repo.id, pull.number, world.bot, body, app=world.app_id)
    data = shapes.comment(world, comment)
    return Told(data, 201, headers={"location": data["url"]})


def get_comment(asked: Asked) -> Told:
    """One comment."""
    return Told(shapes.comment(asked.world, _comment(asked)))


def update_comment(asked: Asked) -> Told:
    """Edit a comment: an App may edit anybody's."""
    comment = _comment(asked)
    comment.body = _comment_body(asked)
    comment.updated_at = asked.world.now()
    return Told(shapes.comment(asked.world, comment))


def delete_comment(asked: Asked) -> Told:
    """Delete a comment."""
    del asked.world.comments[_comment(asked).id]
    return Told(status=204)


def react(asked: Asked) -> Told:
    """React as the App's bot; 200 when the reaction was there already."""
    content = needed(asked.body, "content")
    if content not in shapes.COUNTED_REACTIONS:
        raise Refusal(422, "Validation Failed", ("content is not a reaction",))
    reaction, is_new = asked.world.react(_comment(asked), asked.world.bot, content)
    return Told(shapes.reaction(asked.world, reaction), 201 if is_new else 200)


def list_checks(asked: Asked) -> Told:
    """Check runs of a commit, newest first; `latest` is one for each name and App."""
    query = asked.query
    found = [
        check
        for check in sorted(asked.world.checks.values(), key=lambda check: -check.id)
        if (check.repo, check.head_sha) == (asked.repo.id, asked.names["sha"])
        and query.get("check_name") in (None, check.name)
        and query.get("app_id") in (None, str(check.app))
    ]
    if query.get("filter", "latest") == "latest":
        newest = {(check.name, check.app): check for check in reversed(found)}
        found = [check for check in found if newest[check.name, check.app] is check]
    return Told([shapes.check(asked.world, c) for c in found], paged=True, page_key="check_runs")


def create_check(asked: Asked) -> Told:
    """Create a check run of the App."""
    world = asked.world
    sha = needed(asked.body, "head_sha")
    if sha not in world.commits:
        raise Refusal(422, f"No commit found for SHA: {sha}")
    name = needed(asked.body, "name")
    check = Check(next(world.ids), asked.repo.id, sha, name, world.app_id, "queued", None, world.now())
    _apply(asked, check)
    world.checks[check.id] = check
    return Told(shapes.check(world, check), 201)


def update_check(asked: Asked) -> Told:
    """Change a check run of the App; annotations are added to those that it has."""
    check = asked.world.checks.get(asked.names["check_id"])
    if check is None or check.repo != asked.repo.id:
        raise Refusal(404, "Not Found")
    if check.app != asked.world.app_id:
        raise Refusal(403, "Resource not accessible by integration")
    _apply(asked, check)
    return Told(shapes.check(asked.world, check))


def _apply(asked: Asked, check: Check) -> None:
    body = asked.body
    output: dict[str, Any] = body.get("output") or {}
    annotations = output.get("annotations") or []
    if len(annotations) > ANNOTATIONS:
        message = f"No more than {ANNOTATIONS} annotations may be sent at once"
        raise Refusal(422, "Invalid request.", (message,))
    if any(len(output.get(key) or "") > LONGEST_OUTPUT for key in ("summary", "text")):
        raise Refusal(422, "Validation Failed", (f"summary exceeds {LONGEST_OUTPUT} characters",))
    check.name = body.get("name", check.name)
    check.status = body.get("status", check.status)
    check.external_id = body.get("external_id", check.external_id)
    check.conclusion = body.get("conclusion", check.conclusion if check.status == "completed" else None)
    if check.conclusion:
        check.status, check.completed_at = "completed", asked.world.now()
    check.title = output.get("title", check.title)
    check.summary = output.get("summary", check.summary)
    check.text = output.get("text", check.text)
    check.annotations += annotations


def _comment(asked: Asked) -> Comment:
    comment = asked.world.comments.get(asked.names["comment_id"])
    if comment is None or comment.repo != asked.repo.id:
        raise Refusal(404, "Not Found")
    return comment


def _comment_body(asked: Asked) -> str:
    body = needed(asked.body, "body")
    if len(body) > LONGEST_BODY:
        message = f"Body is too long (maximum is {LONGEST_BODY} characters)"
        raise Refusal(422, "Validation Failed", (message,))
    return body


_COMMENT = f"{REPO}/issues/comments/{{comment_id:int}}"
ENDPOINTS = (
    Endpoint("GET", f"{REPO}/pulls", list_pulls, READ),
    Endpoint("GET", f"{REPO}/pulls/{{number:int}}", get_pull, READ),
    Endpoint("GET", f"{REPO}/pulls/{{number:int}}/files", list_files, READ),
    Endpoint("GET", f"{REPO}/commits/{{sha}}/pulls", list_pulls_of_commit, READ),
    Endpoint("GET", f"{REPO}/issues/{{number:int}}/comments", list_comments, READ_COMMENTS),
    Endpoint("POST", f"{REPO}/issues/{{number:int}}/comments", create_comment, WRITE_COMMENTS),
    Endpoint("GET", _COMMENT, get_comment, READ_COMMENTS),
    Endpoint("PATCH", _COMMENT, update_comment, WRITE_COMMENTS),
    Endpoint("DELETE", _COMMENT, delete_comment, WRITE_COMMENTS),
    Endpoint("POST", f"{_COMMENT}/reactions", react, REACT),
    Endpoint("GET", f"{REPO}/commits/{{sha}}/check-runs", list_checks, (("checks", "read"),)),
    Endpoint("POST", f"{REPO}/check-runs", create_check, (("checks", "write"),)),
    Endpoint("PATCH", f"{REPO}/check-runs/{{check_id:int}}", update_check, (("checks", "write"),)),
)
