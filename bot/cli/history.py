"""The server's database, for verbs that look at what is remembered."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from bot.app import open_store
from bot.errors import TellUser
from bot.handlers.configuration import unpack
from bot.model.config import RepoConfig
from bot.model.run import Repository
from bot.ports import Store
from bot.repoconfig import parse_stack
from bot.settings import read_database

FILE = "sqlite:///"


@asynccontextmanager
async def open_history() -> AsyncIterator[Store]:
    """What the server of this environment remembers.

    Raises:
        TellUser: the environment is wrong, or there is no database where it says.
        RetryLater: the database cannot be had.
    """
    async with open_store(_address()) as store:
        yield store


def _address() -> str:
    """The database's; a file that is not there is not made."""
    url = read_database(os.environ)
    where = url.removeprefix(FILE)
    if where != url and not Path(where).is_file():
        raise TellUser(f"there is no database at {where}: set DATABASE_URL or RETRIAGE_DATA to the server's")
    return url


async def choose_repositories(store: Store, slug: str) -> tuple[Repository, ...]:
    """Every repository of which something is remembered, or the one of this name.

    Raises:
        TellUser: nothing is remembered of that one; the text names some that are known.
    """
    known = await store.repositories()
    if not slug:
        return known
    found = tuple(one for one in known if one.slug.lower() == slug.lower())
    if not found:
        names = ", ".join(dict.fromkeys(one.slug for one in known[:10])) or "none"
        raise TellUser(f"nothing is remembered of {slug}; known are: {names}")
    return found


def last_hits(slug: str) -> Mapping[str, date]:
    """When each signature matched last in a repository, by its id, as far as history is kept.

    Raises:
        TellUser: there is no database, or nothing is remembered of the repository.
    """
    return asyncio.run(_last_hits(slug))


async def _last_hits(slug: str) -> Mapping[str, date]:
    found: dict[str, date] = {}
    async with open_history() as store:
        for repo in await choose_repositories(store, slug):
            for name, at in (await store.last_hits(repo)).items():
                found[name] = max(at.date(), found.get(name, at.date()))
    return found


async def held_config(store: Store, repo: Repository) -> RepoConfig | None:
    """The last configuration of the repository that the server found to be right."""
    stored = await store.good_config(repo)
    if stored is None:
        return None
    files = unpack(stored, repo.slug)
    return parse_stack(files.own, files.parts, files.bases)[0]


async def choose_repository(store: Store, slug: str) -> Repository:
    """The repository of this name, or the only one there is.

    Raises:
        TellUser: there is none, or there are several.
    """
    known = await choose_repositories(store, slug)
    if not known:
        raise TellUser("nothing is remembered in this database yet: a completed run has to come first")
    if len(known) > 1:
        names = ", ".join(dict.fromkeys(one.slug for one in known))
        raise TellUser(f"say whose with --repository; known are: {names}")
    return known[0]
