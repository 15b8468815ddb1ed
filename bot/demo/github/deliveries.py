"""Webhooks as GitHub sends them: the bodies, and the headers with their signature."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from typing import Any

from bot.demo.github import shapes, shapes_actions, shapes_pulls
from bot.demo.github.state import Check, Comment, Commit, Pull, Repo, Run
from bot.demo.github.world import World


def signed_delivery(
    secret: str, event: str, payload: Mapping[str, Any], guid: str = ""
) -> tuple[dict[str, str], bytes]:
    """Give headers and body of a delivery.

    https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
    """
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/json",
        "user-agent": "GitHub-Hookshot/044aadd",
        "x-github-delivery": guid or str(uuid.uuid4()),
        "x-github-event": event,
        "x-github-hook-id": "1",
        "x-github-hook-installation-target-type": "integration",
        "x-hub-signature-256": f"sha256={digest}",
    }
    return headers, body


def run_completed(world: World, run: Run) -> dict[str, Any]:
    """Body of `workflow_run`, action `completed`."""
    repo = world.repositories[run.repo]
    workflow = {
        "id": run.workflow_id,
        "node_id": f"W_{run.workflow_id}",
        "name": run.workflow,
        "path": run.path,
        "state": "active",
        "created_at": shapes.time(run.created_at),
        "updated_at": shapes.time(run.created_at),
        "url": f"{world.api}/repos/{repo.slug}/actions/workflows/{run.workflow_id}",
        "html_url": f"{world.web}/{repo.slug}/blob/{repo.default_branch}/{run.path}",
        "badge_url": f"{world.web}/{repo.slug}/workflows/{run.workflow_id}/badge.svg",
    }
    return {
        "action": "completed",
        "workflow_run": shapes_actions.run(world, run, run.newest),
        "workflow": workflow,
        **_common(world, repo, run.actor.login),
    }


def comment_created(world: World, comment: Comment) -> dict[str, Any]:
    """Body of `issue_comment`, action `created`, on a pull request."""
    repo = world.repositories[comment.repo]
    pull = world.pulls[comment.repo, comment.number]
    listed = shapes_pulls.listed_pull(world, pull)
    issue = {
        **{
            key: listed[key]
            for key in ("id", "node_id", "number", "state", "locked", "title", "user", "labels")
        },
        "url": listed["issue_url"],
        "html_url": listed["html_url"],
        "comments": len(world.comments_of(repo.id, pull.number)),
        "created_at": listed["created_at"],
        "updated_at": listed["updated_at"],
        "closed_at": None,
        "author_association": listed["author_association"],
        "body": None,
        "pull_request": {key: listed[key] for key in ("url", "html_url", "diff_url", "patch_url")},
    }
    return {
        "action": "created",
        "issue": issue,
        "comment": shapes_pulls.comment(world, comment),
        **_common(world, repo, comment.author.login),
    }


def pull_changed(world: World, pull: Pull, action: str = "synchronize") -> dict[str, Any]:
    """Body of `pull_request`."""
    repo = world.repositories[pull.repo]
    return {
        "action": action,
        "number": pull.number,
        "pull_request": shapes_pulls.pull(world, pull),
        **_common(world, repo, pull.author.login),
    }


def pushed(world: World, repo: Repo, before: str, branch: str = "main") -> dict[str, Any]:
    """Body of `push`: the commits on top of what the branch was at before, oldest first."""
    after = repo.branches[branch]
    known = set(world.history(before))
    new = [world.commits[sha] for sha in reversed(world.history(after)) if sha not in known]
    return {
        "ref": f"refs/heads/{branch}",
        "before": before,
        "after": after,
        "created": False,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"{world.web}/{repo.slug}/compare/{before[:12]}...{after[:12]}",
        "commits": [_pushed_commit(world, repo, commit) for commit in new],
        "head_commit": _pushed_commit(world, repo, world.commits[after]),
        "pusher": {"name": repo.owner.login, "email": "person@users.noreply.github.com"},
        **_common(world, repo, repo.owner.login),
    }


def check_rerequested(world: World, check: Check) -> dict[str, Any]:
    """Body of `check_run`, action `rerequested`: somebody wants it once more."""
    repo = world.repositories[check.repo]
    return {
        "action": "rerequested",
        "check_run": shapes_pulls.check(world, check),
        **_common(world, repo, repo.owner.login),
    }


def _pushed_commit(world: World, repo: Repo, commit: Commit) -> dict[str, Any]:
    person = {"name": repo.owner.login, "email": "person@users.noreply.github.com"}
    below = world.commits[commit.parents[0]].files if commit.parents else {}
    return {
        "id": commit.sha,
        "tree_id": commit.sha,
        "distinct": True,
        "message": commit.message,
        "timestamp": shapes.time(commit.at),
        "url": f"{world.web}/{repo.slug}/commit/{commit.sha}",
        "author": person,
        "committer": person,
        "added": sorted(set(commit.files) - set(below)),
        "removed": sorted(set(below) - set(commit.files)),
        "modified": sorted(
            path for path in commit.files if below.get(path, commit.files[path]) != commit.files[path]
        ),
    }


def _common(world: World, repo: Repo, sender: str) -> dict[str, Any]:
    installed = (i.id for i in world.installations.values() if repo.id in i.repositories)
    return {
        "repository": shapes.repository(world, repo),
        "sender": shapes.user(world, world.users[sender]),
        "installation": {"id": next(installed, 0), "node_id": "MDIz"},
    }
