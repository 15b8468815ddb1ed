"""The repository itself, and what stands in it at a commit."""

from functools import partial

from bot.errors import Gone
from bot.github import decode, decode_commits
from bot.github.auth import CONTENTS, READ
from bot.github.client import Gateway
from bot.model.run import Comparison, Repository
from bot.ports import FileAtCommit

# `.github/retriage.yml` is at most this long (DESIGN section 4).
CONFIG_LIMIT = 64 << 10
# GitHub's largest page.
COMMITS = 100


async def read_repository(gateway: Gateway, repo: Repository) -> Repository:
    """Read the repository again.

    https://docs.github.com/en/rest/repos/repos#get-a-repository

    Raises:
        Gone: another repository has this name now.
    """
    into = partial(decode.repository, installation=repo.installation)
    found = await gateway.get(repo, READ, "", into)
    if found.id != repo.id:
        message = f"{repo.slug} is another repository now"
        raise Gone(message)
    return found


async def read_comparison(gateway: Gateway, repo: Repository, base_sha: str, head_sha: str) -> Comparison:
    """Compare two commits; heads of forks are known too.

    https://docs.github.com/en/rest/commits/commits#compare-two-commits
    """
    path = "/compare/{base}...{head}{?per_page,page}"
    return await gateway.get(
        repo,
        CONTENTS,
        path,
        decode_commits.comparison,
        base=base_sha,
        head=head_sha,
        per_page=COMMITS,
        page=1,
    )


async def read_branch_commit(gateway: Gateway, repo: Repository, branch: str) -> str:
    """Follow a branch to its commit.

    https://docs.github.com/en/rest/branches/branches#get-a-branch
    """
    return await gateway.get(
        repo, CONTENTS, "/branches/{branch}", decode_commits.branch_commit, branch=branch
    )


async def read_file(
    gateway: Gateway, repo: Repository, path: str, commit: str, limit: int = CONFIG_LIMIT
) -> FileAtCommit | None:
    """Read a file at a commit, of at most `limit` bytes; `None` when it is not there.

    https://docs.github.com/en/rest/repos/contents#get-repository-content

    Raises:
        TellUser: it is a symbolic link, a submodule, or too long.
    """
    segments = path.split("/")
    if any(segment in ("", ".", "..") for segment in segments):
        return None
    into = partial(decode.file, path=path, commit=commit, limit=limit)
    template = "/contents{/segments*}{?ref}"
    try:
        return await gateway.get(repo, CONTENTS, template, into, segments=segments, ref=commit)
    except Gone:
        return None
