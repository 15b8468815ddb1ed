"""Kept logs with patterns looked for in them, one after the other."""

from collections.abc import AsyncIterator

from bot.model.kept import SearchedLog
from bot.model.run import Repository
from bot.model.signature import Pattern
from bot.ports import LogReader, Store


async def search_kept(
    store: Store, reader: LogReader, repo: Repository, patterns: tuple[Pattern, ...]
) -> AsyncIterator[SearchedLog]:
    """Every kept log of a repository, the newest first; who takes no more of them is spared the rest.

    One that was purged meanwhile is left out; one that cannot be searched says why in `found.gap`.
    """
    for origin in await store.kept(repo):
        body = await store.kept_body(repo, origin.job_id, origin.attempt)
        if body is not None:
            yield SearchedLog(origin, await reader.find(body, patterns))
