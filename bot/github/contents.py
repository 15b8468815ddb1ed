"""The repository itself, and what stands in it at a commit."""

from dataclasses import replace
from functools import partial

from bot.errors import Gone, Refused
from bot.github import decode, decode_contents
from bot.github.auth import CONTENTS, READ
from bot.github.client import Gateway
from bot.model.run import Comparison, Repository
from bot.ports import FileAtCommit
from bot.ports.github import FolderEntry

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
    into = decode_contents.comparison
    return await gateway.get(
        repo, CONTENTS, path, into, base=base_sha, head=head_sha, per_page=COMMITS, page=1
    )


async def read_branch_commit(gateway: Gateway, repo: Repository, branch: str) -> str:
    """Follow a branch to its commit.

    https://docs.github.com/en/rest/branches/branches#get-a-branch
    """
    return await gateway.get(
        repo, CONTENTS, "/branches/{branch}", decode_contents.branch_commit, branch=branch
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
    into = partial(decode_contents.file, path=path, commit=commit, limit=limit)
    template = "/contents{/segments*}{?ref}"
    try:
        return await gateway.get(repo, CONTENTS, template, into, segments=segments, ref=commit)
    except Gone:
        return None


async def list_folder(gateway: Gateway, repo: Repository, path: str, commit: str) -> tuple[FolderEntry, ...]:
    """List a folder at a commit, at most the 1,000 entries that GitHub gives; empty when it is not there.

    https://docs.github.com/en/rest/repos/contents#get-repository-content
    """
    template = "/contents{/segments*}{?ref}"
    try:
        return await gateway.get(
            repo, CONTENTS, template, decode_contents.folder, segments=path.split("/"), ref=commit
        )
    except Gone:
        return ()


async def read_other_repository(gateway: Gateway, repo: Repository, owner: str, name: str) -> Repository:
    """Read another repository with this one's own rights, or with those that the App has been given there.

    The value is read with further on: a public repository with this one's token, which reads all that is
    public, a private one of the same account with a token of its own.

    Raises:
        Gone: neither is there one.
    """
    into = partial(decode.repository, installation=repo.installation)
    seen = replace(repo, owner=owner, name=name)
    try:
        found = await gateway.get(seen, CONTENTS, "", into)
    except (Gone, Refused):
        found = None
    if found is not None:
        return replace(found, id=repo.id)
    if owner.lower() == repo.owner.lower():
        try:
            return await gateway.get(replace(seen, id=0), CONTENTS, "", into)
        except Refused:
            pass
    message = f"{owner}/{name} is not there, or it is private and the App is not installed on it"
    raise Gone(message)
