"""Webhook bodies in GitHub's real shapes: published examples, edited to say what a test needs."""

import json
from pathlib import Path
from typing import Any

from bot.model.run import Repository, Run

EXAMPLES = Path(__file__).parent.parent / "fixtures" / "webhooks"
Payload = dict[str, Any]


def example(name: str) -> Payload:
    """Read a published example: `workflow_run.completed`, `ping`, ...; the file names are the list."""
    found: Payload = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def at_home(payload: Payload, repo: Repository) -> Payload:
    """Move a payload to a repository and its installation."""
    payload["installation"] = {"id": repo.installation, "node_id": "MDIz"}
    if "repository" in payload:
        _move(payload["repository"], repo.id, repo.owner, repo.name)
        payload["repository"]["default_branch"] = repo.default_branch
    return payload


def _move(shape: Payload, repository_id: int, owner: str, name: str) -> None:
    shape.update(id=repository_id, name=name, full_name=f"{owner}/{name}")
    shape["owner"]["login"] = owner


def run_completed(repo: Repository, run: Run, *, head_repository: str = "") -> Payload:
    """`workflow_run`, action `completed`, for this run; a fork's name in `head_repository`.

    `pull_requests` is empty, as GitHub sends it for forks and often otherwise.
    """
    payload = at_home(example("workflow_run.completed"), repo)
    shape = payload["workflow_run"]
    _move(shape["repository"], repo.id, repo.owner, repo.name)
    _move(shape["head_repository"], run.head_repository_id, run.head_owner, head_repository or repo.name)
    shape["head_repository"]["fork"] = run.head_repository_id != repo.id
    shape["head_commit"]["id"] = run.head_sha
    shape.update(
        id=run.id,
        name=run.workflow,
        path=run.path,
        workflow_id=run.workflow_id,
        run_number=run.number,
        run_attempt=run.attempt,
        event=run.event,
        status="completed",
        conclusion=str(run.conclusion) or "failure",
        head_sha=run.head_sha,
        head_branch=run.head_branch,
        pull_requests=[],
    )
    return payload


def comment_created(
    repo: Repository,
    number: int,
    body: str,
    *,
    comment_id: int = 1,
    author: str = "ada",
    author_type: str = "User",
    on_pull: bool = True,
) -> Payload:
    """`issue_comment`, action `created`; the published example is on an issue, ours on a pull request."""
    payload = at_home(example("issue_comment.created"), repo)
    payload["issue"]["number"] = number
    payload["comment"].update(id=comment_id, body=body)
    for person in (payload["comment"]["user"], payload["sender"]):
        person.update(login=author, type=author_type)
    if on_pull:
        page = f"https://github.com/{repo.slug}/pull/{number}"
        payload["issue"]["pull_request"] = {
            "url": f"https://api.github.com/repos/{repo.slug}/pulls/{number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": None,
        }
    return payload


def installation(action: str, installation_id: int) -> Payload:
    """`installation`, action `created`, `deleted` or `suspend`."""
    payload = example(f"installation.{action}")
    payload["installation"]["id"] = installation_id
    return payload


def repositories_removed(installation_id: int, repository_id: int) -> Payload:
    """`installation_repositories`, action `removed`, of one repository."""
    payload = example("installation_repositories.removed")
    payload["installation"]["id"] = installation_id
    payload["repositories_removed"] = [{**payload["repositories_removed"][0], "id": repository_id}]
    return payload
