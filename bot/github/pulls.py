"""Pull requests: which one a head belongs to, and what it changes."""

from bot.errors import Gone
from bot.github import decode
from bot.github.auth import READ
from bot.github.client import Gateway
from bot.model.run import ChangedFile, PullRequest, Repository

# GitHub lists at most 3,000 files: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
FILE_PAGES = 30
# More open pull requests than this are not looked through at once.
OPEN_PAGES = 3
# Open pull requests of one head branch differ in their base: 500 of them are not real.
HEAD_PAGES = 5


async def read_pull_request(gateway: Gateway, repo: Repository, number: int) -> PullRequest:
    """Read a pull request as it is now.

    https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
    """
    return await gateway.get(repo, READ, "/pulls/{number}", decode.pull_request, number=number)


async def find_pull_requests(
    gateway: Gateway, repo: Repository, owner: str, branch: str, *, repository_id: int, sha: str
) -> tuple[PullRequest, ...]:
    """Find the open pull requests of exactly this head.

    https://docs.github.com/en/rest/pulls/pulls#list-pull-requests

    A head is a name that anybody's fork may have, and GitHub ignores a `head` that it cannot read:
    repository and commit decide.
    """
    if not (owner and branch):
        return ()
    path = "/pulls{?state,head,per_page,page}"
    found, _ = await gateway.pages(
        repo, READ, path, decode.pull_request, most=HEAD_PAGES, state="open", head=f"{owner}:{branch}"
    )
    return tuple(p for p in found if p.head_sha == sha and p.head_repository_id == repository_id and p.open)


async def list_open_pull_requests(gateway: Gateway, repo: Repository) -> tuple[tuple[PullRequest, ...], bool]:
    """List open pull requests, the last updated first, and say whether these are all.

    https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
    """
    path = "/pulls{?state,sort,direction,per_page,page}"
    into, most = decode.pull_request, OPEN_PAGES
    return await gateway.pages(
        repo, READ, path, into, most=most, state="open", sort="updated", direction="desc"
    )


async def list_changed_files(gateway: Gateway, repo: Repository, number: int) -> tuple[ChangedFile, ...]:
    """List the files that a pull request changes.

    https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
    """
    path = "/pulls/{number}/files{?per_page,page}"
    found, _ = await gateway.pages(repo, READ, path, decode.changed_file, most=FILE_PAGES, number=number)
    return found


async def read_permission(gateway: Gateway, repo: Repository, user: str) -> str:
    """Read a person's role on the repository.

    https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
    """
    try:
        return await gateway.get(repo, READ, "/collaborators/{user}/permission", decode.role, user=user)
    except Gone:
        return "none"  # there is no such user
