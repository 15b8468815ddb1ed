"""GitHub's JSON of people, Apps and repositories, with every field that its description requires."""

from datetime import datetime
from typing import Any

from bot.demo.github.state import Commit, Repo, User
from bot.demo.github.world import APP_PERMISSIONS, World

USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
REPOSITORY_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
COUNTERS = (
    "forks",
    "forks_count",
    "open_issues",
    "open_issues_count",
    "size",
    "stargazers_count",
    "watchers",
    "watchers_count",
    "network_count",
    "subscribers_count",
)
SWITCHES = {
    "has_issues": True,
    "has_projects": True,
    "has_wiki": True,
    "has_downloads": True,
    "has_pages": False,
    "has_discussions": False,
    "archived": False,
    "disabled": False,
}


def time(moment: datetime | None) -> str | None:
    """`2026-01-04T07:23:45Z`, as GitHub writes times."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def user(world: World, who: User) -> dict[str, Any]:
    """`simple-user`."""
    url = f"{world.api}/users/{who.login}"
    return {
        "login": who.login,
        "id": who.id,
        "node_id": f"U_{who.id}",
        "avatar_url": f"{world.web}/avatars/{who.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{world.web}/{who.login.removesuffix('[bot]')}",
        **{key: url + suffix for key, suffix in USER_LINKS.items()},
        "type": who.type,
        "site_admin": False,
    }


def app(world: World) -> dict[str, Any]:
    """`integration`."""
    return {
        "id": world.app_id,
        "slug": world.app_slug,
        "node_id": f"A_{world.app_id}",
        "owner": user(world, world.bot),
        "name": world.app_slug.title(),
        "description": "",
        "external_url": f"{world.web}/apps/{world.app_slug}",
        "html_url": f"{world.web}/apps/{world.app_slug}",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "permissions": dict(APP_PERMISSIONS),
        "events": ["issue_comment", "pull_request", "push", "workflow_run"],
    }


def small_repository(world: World, repo: Repo) -> dict[str, Any]:
    """`minimal-repository`."""
    url = f"{world.api}/repos/{repo.slug}"
    return {
        "id": repo.id,
        "node_id": f"R_{repo.id}",
        "name": repo.name,
        "full_name": repo.slug,
        "private": repo.private,
        "owner": user(world, repo.owner),
        "html_url": f"{world.web}/{repo.slug}",
        "description": None,
        "fork": bool(repo.parent),
        "url": url,
        **{key: url + suffix for key, suffix in REPOSITORY_LINKS.items()},
    }


def repository(world: World, repo: Repo) -> dict[str, Any]:
    """`full-repository`, which is also what pull requests hold."""
    page = f"{world.web}/{repo.slug}"
    return {
        **small_repository(world, repo),
        "default_branch": repo.default_branch,
        "clone_url": f"{page}.git",
        "git_url": f"git://{page.partition('://')[2]}.git",
        "ssh_url": f"git@github.com:{repo.slug}.git",
        "svn_url": page,
        "homepage": None,
        "language": None,
        "license": None,
        "mirror_url": None,
        "visibility": "private" if repo.private else "public",
        **dict.fromkeys(COUNTERS, 0),
        **SWITCHES,
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), "2026-01-01T00:00:00Z"),
    }


def commit(world: World, repo: Repo, made: Commit) -> dict[str, Any]:
    """`commit`."""
    url = f"{world.api}/repos/{repo.slug}/commits/{made.sha}"
    person = {"name": repo.owner.login, "email": "person@users.noreply.github.com", "date": time(made.at)}
    return {
        "url": url,
        "sha": made.sha,
        "node_id": f"C_{made.sha}",
        "html_url": f"{world.web}/{repo.slug}/commit/{made.sha}",
        "comments_url": f"{url}/comments",
        "commit": {
            "url": f"{world.api}/repos/{repo.slug}/git/commits/{made.sha}",
            "author": person,
            "committer": person,
            "message": made.message,
            "comment_count": 0,
            "tree": {"sha": made.sha, "url": f"{world.api}/repos/{repo.slug}/git/trees/{made.sha}"},
        },
        "author": user(world, repo.owner),
        "committer": user(world, repo.owner),
        "parents": [{"sha": sha, "url": f"{url}/{sha}", "html_url": f"{url}/{sha}"} for sha in made.parents],
    }
