"""Every file of a repository's configuration from GitHub: pinned, within limits, none read twice."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import msgspec

from bot.errors import Gone, Refused, TellUser
from bot.handlers.world import World
from bot.model.config import ConfigFiles, ConfigText, Problem
from bot.model.run import Repository
from bot.ports import FileAtCommit
from bot.ports.github import FolderEntry
from bot.repoconfig import (
    DEFAULT_PATH,
    FOLDER,
    MAX_BASES,
    MAX_PARTS,
    BaseName,
    base_name,
    extends_of,
    is_part,
)

# Where GitHub keeps what holds for all repositories of an account.
COMMUNITY = ".github"
# GitHub's word for what is no regular file.
LINK = "symlink"
PARENT = DEFAULT_PATH.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the store keeps in place of one file; an older version kept the file itself."""

    configuration_files: ConfigFiles


@dataclass(slots=True)
class Reading:
    """What was found on GitHub, and what could not be read of it."""

    files: ConfigFiles = field(default_factory=ConfigFiles)
    problems: list[Problem] = field(default_factory=list)


# Gives another repository that may be read, else raises `Gone`.
Opener = Callable[[World, Repository, str, str], Awaitable[Repository]]


async def read_files(world: World, repo: Repository, known: ConfigFiles | None, commit: str = "") -> Reading:
    """Read the repository's files, without any those of its account, and what they extend.

    Args:
        world: the ports.
        repo: as GitHub described it just now: whether it is private counts.
        known: the last good files: what has not changed since is not read again.
        commit: an older commit of the default branch; empty for its newest one.

    Raises:
        Gone: the repository or its default branch is not there.
        Refused: the permission for files is missing.
    """
    found = Reading()
    own, parts = await _read_place(world, repo, "", known, commit)
    if own is not None or parts:
        found.files = ConfigFiles(repo.slug, own, parts)
    else:
        found.files = await read_community(world, repo, known)
    if found.files.own is not None:
        bases = await read_bases(world, repo, found, open_other)
        found.files = ConfigFiles(found.files.repository, found.files.own, found.files.parts, bases)
    return found


def pack(files: ConfigFiles) -> FileAtCommit:
    """Put all files into one, as the store keeps them."""
    first = files.own or files.parts[0]
    return FileAtCommit(first.file, first.commit, msgspec.json.encode(_Stored(files)))


def unpack(stored: FileAtCommit, slug: str) -> ConfigFiles:
    """Take them out again; what an older version kept is the one file alone."""
    try:
        return msgspec.json.decode(stored.data, type=_Stored).configuration_files
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ConfigFiles(slug, ConfigText(stored.path, stored.data, stored.commit))


async def _read_place(
    world: World, repo: Repository, prefix: str, known: ConfigFiles | None, commit: str = ""
) -> tuple[ConfigText | None, tuple[ConfigText, ...]]:
    """The file and the folder beside it on the default branch; `prefix` names another repository."""
    commit = commit or await world.github.branch_commit(repo, repo.default_branch)
    return await read_place(world, repo, commit, prefix, kept_of(known))


async def read_place(
    world: World, repo: Repository, commit: str, prefix: str, kept: dict[tuple[str, str], bytes]
) -> tuple[ConfigText | None, tuple[ConfigText, ...]]:
    """The file and the folder beside it at a commit; `kept` are bytes that need not be read again."""
    own, parts = None, []
    for entry in await list_place(world, repo, commit):
        text = await read_entry(world, repo, entry, commit, prefix, kept)
        if entry.path == DEFAULT_PATH:
            own = text
        elif text is not None:
            parts.append(text)
    return own, tuple(parts)


async def list_place(world: World, repo: Repository, commit: str) -> tuple[FolderEntry, ...]:
    """What the configuration is made of at a commit: the file, and those of the folder beside it."""
    entries = {entry.path: entry for entry in await world.github.folder(repo, PARENT, commit)}
    found = [entries[DEFAULT_PATH]] if DEFAULT_PATH in entries else []
    beside = entries.get(FOLDER)
    if beside is not None and beside.kind == LINK:
        found.append(beside)
    if beside is not None and beside.kind == "dir":
        listed = await world.github.folder(repo, FOLDER, commit)
        # One more than may be there: that it is too many is said where the files are read.
        found += [one for one in listed if one.kind != "dir" and is_part(one.path)][: MAX_PARTS + 1]
    return tuple(found)


def kept_of(known: ConfigFiles | None) -> dict[tuple[str, str], bytes]:
    """Bytes that we have, by file and git's name of them."""
    if known is None:
        return {}
    files = (*((known.own,) if known.own else ()), *known.parts)
    return {(one.file, blob_name(one.data)): one.data for one in files}


def blob_name(data: bytes) -> str:
    """Give git's own name of a file's bytes.

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    return hashlib.sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()


async def read_entry(
    world: World,
    repo: Repository,
    entry: FolderEntry,
    commit: str,
    prefix: str,
    kept: dict[tuple[str, str], bytes],
) -> ConfigText | None:
    """One file of a configuration; `None` when it is gone.

    Raises:
        TellUser: it is no regular file, or too long. A link is told by the list alone: asked for by its path,
            GitHub follows it (https://docs.github.com/en/rest/repos/contents#get-repository-content).
    """
    if entry.kind == LINK:
        what = "a folder" if entry.path == FOLDER else "a regular file"
        raise TellUser(f"{entry.path} at {commit} is a {LINK}: make it {what}")
    name = prefix + entry.path
    data = kept.get((name, entry.blob))
    if data is not None:
        return ConfigText(name, data, commit)
    file = await world.github.file(repo, entry.path, commit)
    return None if file is None else ConfigText(name, file.data, commit)


async def read_community(world: World, repo: Repository, known: ConfigFiles | None) -> ConfigFiles:
    """What the account's `.github` repository says for all of its repositories, if anything."""
    if repo.name == COMMUNITY:
        return ConfigFiles()
    try:
        other = await open_other(world, repo, repo.owner, COMMUNITY)
        own, parts = await _read_place(world, other, f"{other.slug}:", known)
    except (Gone, Refused):
        return ConfigFiles()
    return ConfigFiles(other.slug, own, parts) if own is not None or parts else ConfigFiles()


async def open_other(world: World, repo: Repository, owner: str, name: str) -> Repository:
    """Another repository, unless it is private and this one is not: a comment here would tell what it says.

    Raises:
        Gone: it is not there, or not for this repository.
    """
    other = await world.github.other_repository(repo, owner, name)
    if other.private and not repo.private:
        raise Gone(f"{owner}/{name} is private and {repo.slug} is not")
    return other


async def read_bases(
    world: World, repo: Repository, found: Reading, opener: Opener
) -> tuple[ConfigText, ...]:
    """What the file extends, and what that extends; a missing base or a circle is a problem."""
    files = found.files
    current = files.own
    owner, _, name = files.repository.partition("/")
    seen = {BaseName(owner, name).key}
    bases: list[ConfigText] = []
    while current is not None:
        extends, line, column = extends_of(current)
        if not extends:
            break
        target = base_name(extends, owner)
        wrong = _wrong_way(target, seen, len(bases))
        text = None
        if not wrong:
            text, wrong = await _read_base(world, repo, target, opener)
        if text is None:
            found.problems.append(Problem(current.file, line, column, *wrong))
            break
        seen.add(target.key)
        bases.append(text)
        current, owner = text, target.owner
    return tuple(bases)


def _wrong_way(target: BaseName, seen: set[str], depth: int) -> tuple[str, ...]:
    if target.key in seen:
        return (f"`_extends: {target.shown}` goes in a circle", "let one of the files extend nothing")
    if depth == MAX_BASES:
        return (f"`_extends` goes on after {MAX_BASES} files", "put what they say into fewer files")
    return ()


async def _read_base(
    world: World, repo: Repository, target: BaseName, opener: Opener
) -> tuple[ConfigText | None, tuple[str, ...]]:
    """A base on its own default branch; else why it cannot be read, and what to do."""
    try:
        other = await opener(world, repo, target.owner, target.name)
        commit = await world.github.branch_commit(other, other.default_branch)
        file = await world.github.file(other, target.path, commit)
    except (Gone, Refused, TellUser) as error:
        return None, (
            f"`_extends: {target.shown}` cannot be read: {error}",
            "mend the name, or remove the line",
        )
    if file is None:
        return None, (
            f"`_extends: {target.shown}`: there is no such file",
            "mend the name, or remove the line",
        )
    return ConfigText(target.shown, file.data, commit), ()
