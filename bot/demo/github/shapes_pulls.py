"""GitHub's JSON of pull requests, comments, checks and files."""

import hashlib
from typing import Any

from bot.demo.github.shapes import app, repository, time, user
from bot.demo.github.shapes_actions import small_pull
from bot.demo.github.state import Check, Comment, Pull, Reaction, Repo, User
from bot.demo.github.world import World

COUNTED_REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")
# GitHub shows the diff of a file up to 20,000 lines: https://docs.github.com/repositories/creating-and-managing-repositories/repository-limits
TOO_MANY_LINES = 20_001


def listed_pull(world: World, pull: Pull) -> dict[str, Any]:
    """`pull-request-simple`."""
    repo = world.repositories[pull.repo]
    links = _links(world, repo, pull)
    page = links["html"]
    return {
        "url": links["self"],
        "id": pull.id,
        "node_id": f"PR_{pull.id}",
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": links["issue"],
        **{f"{key}_url": links[key] for key in ("comments", "commits", "review_comment")},
        **{f"{key}_url": links[key] for key in ("review_comments", "statuses")},
        "number": pull.number,
        "state": pull.state,
        "locked": pull.locked,
        "title": pull.title,
        "user": user(world, pull.author),
        "body": None,
        "created_at": time(pull.created_at),
        "updated_at": time(pull.created_at),
        **dict.fromkeys(
            ("closed_at", "merged_at", "merge_commit_sha", "assignee", "milestone", "auto_merge")
        ),
        "labels": [],
        "draft": pull.draft,
        "head": _end(
            world, world.repositories.get(pull.head_repo), pull.head_owner, pull.head_branch, pull.head_sha
        ),
        "base": _end(world, repo, repo.owner, pull.base_branch, pull.base_sha),
        "_links": {key: {"href": href} for key, href in links.items()},
        "author_association": "CONTRIBUTOR",
    }


def _links(world: World, repo: Repo, pull: Pull) -> dict[str, str]:
    url = f"{world.api}/repos/{repo.slug}/pulls/{pull.number}"
    issue = f"{world.api}/repos/{repo.slug}/issues/{pull.number}"
    return {
        "html": f"{world.web}/{repo.slug}/pull/{pull.number}",
        "issue": issue,
        "self": url,
        "comments": f"{issue}/comments",
        "commits": f"{url}/commits",
        "review_comment": f"{url}/comments{{/number}}",
        "review_comments": f"{url}/comments",
        "statuses": f"{world.api}/repos/{repo.slug}/statuses/{pull.head_sha}",
    }


def pull(world: World, pull: Pull) -> dict[str, Any]:
    """`pull-request`."""
    return {
        **listed_pull(world, pull),
        **dict.fromkeys(("additions", "deletions", "review_comments"), 0),
        "changed_files": len(pull.files),
        "comments": len(world.comments_of(pull.repo, pull.number)),
        "commits": 1,
        "mergeable": True,
        "mergeable_state": "clean",
        "merged": False,
        "maintainer_can_modify": False,
        "merged_by": None,
    }


def _end(world: World, repo: Repo | None, owner: User, ref: str, sha: str) -> dict[str, Any]:
    return {
        "label": f"{owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(world, owner),
        "repo": repository(world, repo) if repo else None,
    }


def changed_file(world: World, repo: Repo, pull: Pull, path: str, status: str) -> dict[str, Any]:
    """`diff-entry`. Without a patch it is an empty or a binary file, with `None` one that is too large."""
    sha, patch = pull.head_sha, pull.patches.get(path, "")
    lines = (patch or "").split("\n")
    added = sum(line.startswith("+") for line in lines) if patch is not None else TOO_MANY_LINES
    removed = sum(line.startswith("-") for line in lines)
    return {
        "sha": hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest(),
        "filename": path,
        "status": status,
        "additions": added,
        "deletions": removed,
        "changes": added + removed,
        **({"patch": patch} if patch else {}),
        "blob_url": f"{world.web}/{repo.slug}/blob/{sha}/{path}",
        "raw_url": f"{world.web}/{repo.slug}/raw/{sha}/{path}",
        "contents_url": f"{world.api}/repos/{repo.slug}/contents/{path}?ref={sha}",
    }


def comment(world: World, comment: Comment) -> dict[str, Any]:
    """`issue-comment`."""
    repo = world.repositories[comment.repo]
    url = f"{world.api}/repos/{repo.slug}/issues"
    counts = {word: sum(r.content == word for r in comment.reactions) for word in COUNTED_REACTIONS}
    return {
        "url": f"{url}/comments/{comment.id}",
        "html_url": f"{world.web}/{repo.slug}/pull/{comment.number}#issuecomment-{comment.id}",
        "issue_url": f"{url}/{comment.number}",
        "id": comment.id,
        "node_id": f"IC_{comment.id}",
        "user": user(world, comment.author),
        "created_at": time(comment.created_at),
        "updated_at": time(comment.updated_at),
        "body": comment.body,
        "author_association": "NONE" if comment.app else "CONTRIBUTOR",
        "reactions": {
            "url": f"{url}/comments/{comment.id}/reactions",
            "total_count": len(comment.reactions),
            **counts,
        },
        "performed_via_github_app": app(world) if comment.app == world.app_id else None,
    }


def reaction(world: World, reaction: Reaction) -> dict[str, Any]:
    """`reaction`."""
    return {
        "id": reaction.id,
        "node_id": f"REA_{reaction.id}",
        "user": user(world, reaction.user),
        "content": reaction.content,
        "created_at": time(reaction.created_at),
    }


def check(world: World, check: Check) -> dict[str, Any]:
    """`check-run`."""
    repo = world.repositories[check.repo]
    url = f"{world.api}/repos/{repo.slug}/check-runs/{check.id}"
    page = f"{world.web}/{repo.slug}/runs/{check.id}"
    owner = app(world) if check.app == world.app_id else {**app(world), "id": check.app, "slug": "another"}
    return {
        "id": check.id,
        "name": check.name,
        "node_id": f"CR_{check.id}",
        "head_sha": check.head_sha,
        "external_id": check.external_id,
        "url": url,
        "html_url": page,
        "details_url": page,
        "status": check.status,
        "conclusion": check.conclusion,
        "started_at": time(check.started_at),
        "completed_at": time(check.completed_at),
        "output": {
            "title": check.title,
            "summary": check.summary,
            "text": check.text,
            "annotations_count": len(check.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": check.id},
        "app": owner,
        "pull_requests": [
            small_pull(world, pull)
            for pull in world.pulls.values()
            if pull.repo == pull.head_repo == check.repo and pull.head_sha == check.head_sha
        ],
    }
