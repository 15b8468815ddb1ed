"""The configuration as a pull request would make it: nothing of it is followed, all of it is judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import Drop, Gone, TellUser
from bot.handlers.configuration import (
    Reading,
    kept_of,
    list_place,
    open_other,
    read_bases,
    read_community,
    read_entry,
    unpack,
)
from bot.handlers.world import World
from bot.model.config import ConfigFiles, ConfigText, Problem
from bot.model.run import ChangedFile, PullRequest, Repository
from bot.ports.github import FolderEntry
from bot.repoconfig import DEFAULT_PATH, FOLDER, extends_of, is_part

BOTH = "{}: the base branch has changed it, too, since this branch began: bring the branch up to date"
INSTEAD = "until now the configuration of {} holds here; beside one of its own it does so no longer"
UNREAD_BASE = (
    "what it extends is no public repository's file, or is not there: it is read once this has landed"
)


@dataclass(slots=True)
class Proposed:
    """A proposal's files, and those of the commit where the pull request began.

    Attributes:
        touched: the paths that the pull request changes.
        problems: what cannot be read of it.
        notes: what is not known of it.
    """

    touched: frozenset[str]
    after: ConfigFiles = field(default_factory=ConfigFiles)
    before: ConfigFiles = field(default_factory=ConfigFiles)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def touched_files(changed: Iterable[ChangedFile]) -> frozenset[str]:
    """The configuration's files among those that a pull request changes, under their old names, too.

    Other files of the folder, logs of examples, say nothing by themselves.
    """
    paths = (path for one in changed for path in (one.path, one.previous))
    return frozenset(path for path in paths if _is_read(path))


def _is_read(path: str) -> bool:
    beside, _, name = path.rpartition("/")
    return path in (DEFAULT_PATH, FOLDER) or (beside == FOLDER and is_part(name))


async def read_proposal(
    world: World, repo: Repository, pull: PullRequest, touched: frozenset[str]
) -> Proposed:
    """Read the configuration as it would be after merging.

    A file that the pull request changes is its head's, every other one the base branch's: a branch that
    lags behind takes nothing back. The commit of a fork's head is known to the base repository, too.

    Raises:
        Refused: the permission for files is missing.
    """
    stored = await world.store.good_config(repo)
    shelf = _Shelf(world, repo, kept_of(unpack(stored, repo.slug) if stored else None))
    base, began = await _where_it_began(world, repo, pull)
    found = Proposed(touched)
    mine = await shelf.listed(pull.head_sha)
    theirs = await shelf.listed(base)
    first = await shelf.listed(began) if began != base else theirs
    rest = [one for one in theirs if one.entry.path not in touched]
    own = [one for one in mine if one.entry.path in touched]
    old = [one for one in first if one.entry.path in touched]
    blobs = {(one.entry.path, one.entry.blob) for one in old}
    now = {(one.entry.path, one.entry.blob) for one in theirs if one.entry.path in touched}
    found.notes = [BOTH.format(path) for path in sorted({path for path, _ in blobs ^ now})]
    after, found.problems = await shelf.read([*own, *rest])
    before, _ = await shelf.read([*old, *rest])
    found.after, found.before = _files(repo, after), _files(repo, before)
    await _extend(world, repo, pull, found)
    if found.before.is_empty and not found.after.is_empty:
        account = await read_community(world, repo, None)
        found.notes += [] if account.is_empty else [INSTEAD.format(account.repository)]
    return found


async def _where_it_began(world: World, repo: Repository, pull: PullRequest) -> tuple[str, str]:
    """The base branch's commit now, and the one that the pull request left it at."""
    try:
        base = await world.github.branch_commit(repo, pull.base_branch)
    except Gone:
        base = pull.base_sha
    try:
        return base, (await world.github.compare(repo, base, pull.head_sha)).merge_base
    except Drop as error:
        world.journal.note("the commits cannot be compared", pull_request=pull.number, why=str(error))
        return base, base


@dataclass(frozen=True, slots=True)
class _Placed:
    entry: FolderEntry
    commit: str


@dataclass(slots=True)
class _Shelf:
    """Files that were read once are not read again."""

    world: World
    repo: Repository
    kept: dict[tuple[str, str], bytes]

    async def listed(self, commit: str) -> list[_Placed]:
        """What the configuration is made of at a commit."""
        return [_Placed(entry, commit) for entry in await list_place(self.world, self.repo, commit)]

    async def read(self, placed: Sequence[_Placed]) -> tuple[list[ConfigText], list[Problem]]:
        """All that can be read, in the order in which it holds; what cannot is a problem at its file."""
        texts: list[ConfigText] = []
        problems: list[Problem] = []
        # The file first, then the folder's by name: as GitHub lists them.
        for one in sorted(placed, key=lambda one: (one.entry.path != DEFAULT_PATH, one.entry.path)):
            try:
                text = await read_entry(self.world, self.repo, one.entry, one.commit, "", self.kept)
            except TellUser as error:
                problems.append(Problem(one.entry.path, 1, 1, str(error)))
                continue
            if text is not None:
                self.kept[text.file, one.entry.blob] = text.data
                texts.append(text)
        return texts, problems


def _files(repo: Repository, texts: Sequence[ConfigText]) -> ConfigFiles:
    own = next((one for one in texts if one.file == DEFAULT_PATH), None)
    return ConfigFiles(repo.slug, own, tuple(one for one in texts if one is not own))


async def _extend(world: World, repo: Repository, pull: PullRequest, found: Proposed) -> None:
    """Add what both sides extend.

    Anybody may open a pull request. So what it names anew is read only where everybody may read it, and is
    spoken of in the same words whether it is private or not there.
    """
    before = Reading(found.before)
    known = pull.base_branch == repo.default_branch
    opener = open_other if known else _open_public
    found.before = replace(found.before, bases=await read_bases(world, repo, before, opener))
    if _extends(found.after) == _extends(found.before):
        found.after = replace(found.after, bases=found.before.bases)
        found.problems += before.problems
        return
    after = Reading(found.after)
    found.after = replace(found.after, bases=await read_bases(world, repo, after, _open_public))
    found.problems += [replace(one, severity="warning") for one in after.problems]


def _extends(files: ConfigFiles) -> str:
    return extends_of(files.own)[0] if files.own is not None else ""


async def _open_public(world: World, repo: Repository, owner: str, name: str) -> Repository:
    try:
        other = await world.github.other_repository(repo, owner, name)
    except Drop as error:
        raise Gone(UNREAD_BASE) from error
    if other.private:
        raise Gone(UNREAD_BASE)
    return other
