"""What a pull request changes, with its diff as far as GitHub shows it."""

from dataclasses import replace

from bot.classify.added import whole_file
from bot.errors import Drop, TellUser
from bot.handlers.world import World
from bot.model.run import ChangedFile, PullRequest, Repository

# Files without a shown diff that are read whole instead: lock files, most of them.
MOST_WHOLE = 3
# A higher stack is looked through from its top.
MOST_BELOW = 5
# GitHub's contents are no larger: https://docs.github.com/en/rest/repos/contents#get-repository-content
WHOLE_BYTES = 1024 * 1024


async def changed_files(
    world: World, repo: Repository, pull: PullRequest
) -> tuple[tuple[ChangedFile, ...], str]:
    """The files that it changes, and why they are not known; empty when they are."""
    try:
        listed = await world.github.changed_files(repo, pull.number)
    except Drop as error:
        world.journal.note("the changed files cannot be read", pull_request=pull.number, why=str(error))
        return (), "the files that it changes cannot be read"
    hidden = [one for one in listed if one.hidden and one.status != "removed"]
    if not 0 < len(hidden) <= MOST_WHOLE:
        return listed, ""
    read = {one.path: await _whole(world, repo, pull, one) for one in hidden}
    return tuple(read.get(one.path, one) for one in listed), ""


async def changed_below(world: World, repo: Repository, pull: PullRequest) -> tuple[ChangedFile, ...]:
    """What the open pull requests change that this one is stacked on: its runs test that, too."""
    found: list[ChangedFile] = []
    current = pull
    for _ in range(MOST_BELOW):
        if current.base_branch == repo.default_branch:
            break
        try:
            tip = await world.github.branch_commit(repo, current.base_branch)
            below = await world.github.find_pull_requests(repo, repo.owner, current.base_branch, repo.id, tip)
            if not below:
                break
            current = below[0]
            found += await world.github.changed_files(repo, current.number)
        except Drop as error:
            world.journal.note(
                "what it is stacked on cannot be read", pull_request=pull.number, why=str(error)
            )
            break
    return tuple(found)


async def _whole(world: World, repo: Repository, pull: PullRequest, changed: ChangedFile) -> ChangedFile:
    """A file whose diff is too large to be shown, as if all of it were added."""
    try:
        file = await world.github.file(repo, changed.path, pull.head_sha, WHOLE_BYTES)
    except (Drop, TellUser) as error:
        world.journal.note("a changed file cannot be read", path=changed.path, why=str(error))
        return changed
    if file is None:
        return changed
    return replace(changed, patch=whole_file(file.data.decode("utf-8", "replace")))
