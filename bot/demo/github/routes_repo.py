"""The App itself, repositories, their branches, commits and files, and people's roles."""

from typing import Any

from bot.demo.github import shapes
from bot.demo.github.routing import REPO, Asked, Endpoint, Needs, Told
from bot.demo.github.shapes_contents import content, folder
from bot.demo.github.state import Special
from bot.demo.github.tokens import Refusal, mint

METADATA: Needs = (("metadata", "read"),)
CONTENTS: Needs = (("contents", "read"),)
# The API's older word for each role: maintain counts as write, triage as read.
PERMISSION = {"admin": "admin", "maintain": "write", "write": "write", "triage": "read", "read": "read"}


def get_app(asked: Asked) -> Told:
    """The App that asks."""
    return Told(shapes.app(asked.world))


def create_token(asked: Asked) -> Told:
    """An installation token, narrowed as asked."""
    token, grant = mint(asked.world, asked.names["installation"], asked.body)
    data = {
        "token": token,
        "expires_at": shapes.time(grant.expires_at),
        "permissions": dict(grant.permissions),
        "repository_selection": "selected",
    }
    return Told(data, 201)


def get_repository(asked: Asked) -> Told:
    """The repository."""
    return Told(shapes.repository(asked.world, asked.repo))


def get_branch(asked: Asked) -> Told:
    """A branch and its newest commit."""
    world, repo, name = asked.world, asked.repo, asked.names["branch"]
    sha = repo.branches.get(name)
    if sha is None:
        raise Refusal(404, "Branch not found")
    url = f"{world.api}/repos/{repo.slug}/branches/{name}"
    data = {
        "name": name,
        "commit": shapes.commit(world, repo, world.commits[sha]),
        "_links": {"self": url, "html": f"{world.web}/{repo.slug}/tree/{name}"},
        "protected": False,
        "protection": {"enabled": False},
        "protection_url": f"{url}/protection",
    }
    return Told(data)


def compare(asked: Asked) -> Told:
    """How two commits of the network stand to each other."""
    world, repo = asked.world, asked.repo
    base, _, head = asked.names["basehead"].partition("...")
    base, head = (repo.branches.get(end, end) for end in (base, head))
    common = world.merge_base(base, head)
    if not common:
        raise Refusal(404, "Not Found")
    below = set(world.history(common))
    ahead = [sha for sha in world.history(head) if sha not in below]
    behind = [sha for sha in world.history(base) if sha not in below]
    page = f"{world.web}/{repo.slug}/compare/{base}...{head}"
    # All at once 250, in pages at most 100: https://docs.github.com/en/rest/commits/commits
    most = min(100, int(asked.query.get("per_page", 30))) if "page" in asked.query else 250
    start = most * (int(asked.query.get("page", 1)) - 1)
    shown = list(reversed(ahead))[start : start + most]
    data: dict[str, Any] = {
        "url": f"{world.api}/repos/{repo.slug}/compare/{base}...{head}",
        **dict.fromkeys(("html_url", "permalink_url"), page),
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": shapes.commit(world, repo, world.commits[base]),
        "merge_base_commit": shapes.commit(world, repo, world.commits[common]),
        "status": _standing(len(ahead), len(behind)),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [shapes.commit(world, repo, world.commits[sha]) for sha in shown],
        "files": [],
    }
    return Told(data)


def _standing(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"


def get_content(asked: Asked) -> Told:
    """A file, or a folder's list, at a branch or commit."""
    world, repo, path = asked.world, asked.repo, asked.names["path"]
    ref = asked.query.get("ref", repo.default_branch)
    commit = world.commits.get(repo.branches.get(ref, ref))
    if commit is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    if path in commit.files:
        entry = commit.files[path]
        if isinstance(entry, Special) and entry.kind == "symlink":
            # A link to a file of the repository is followed, any other is told as a link.
            entry = commit.files.get(entry.target, entry)
        return Told(content(world, repo, path, ref, entry))
    listed = folder(world, repo, path, ref, commit.files)
    if not listed:
        raise Refusal(404, "Not Found")
    return Told(listed)


def get_permission(asked: Asked) -> Told:
    """A person's role on the repository."""
    world, repo = asked.world, asked.repo
    who = world.users.get(asked.names["username"])
    if who is None:
        raise Refusal(404, f"{asked.names['username']} is not a user")
    role = "admin" if who == repo.owner else repo.roles.get(who.login, "none" if repo.private else "read")
    data = {
        "permission": PERMISSION.get(role, "none"),
        "role_name": role,
        "user": {**shapes.user(world, who), "role_name": role},
    }
    return Told(data)


ENDPOINTS = (
    Endpoint("GET", "/app", get_app, as_app=True),
    Endpoint("POST", "/app/installations/{installation:int}/access_tokens", create_token, as_app=True),
    Endpoint("GET", REPO, get_repository, METADATA),
    Endpoint("GET", f"{REPO}/branches/{{branch:path}}", get_branch, CONTENTS),
    Endpoint("GET", f"{REPO}/compare/{{basehead:path}}", compare, CONTENTS),
    Endpoint("GET", f"{REPO}/contents/{{path:path}}", get_content, CONTENTS),
    Endpoint("GET", f"{REPO}/collaborators/{{username}}/permission", get_permission, METADATA),
)
