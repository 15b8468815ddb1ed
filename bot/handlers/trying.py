"""Changed signatures on the logs that are kept here: what they would have matched, within a budget."""

from collections.abc import Sequence
from datetime import timedelta

from bot.classify.backtest import Tally, backtest
from bot.handlers.trial import search_kept
from bot.handlers.world import World
from bot.model.backtest import Backtest
from bot.model.config import RepoConfig
from bot.model.kept import LogOrigin, SearchedLog
from bot.model.proposal import SignatureChange
from bot.model.run import Repository
from bot.model.signature import Signature
from bot.packs import load_packs
from bot.triage import patterns_of
from bot.triage.changes import aims_anew

# Whoever opens a pull request chooses the patterns: they get so much of one of our readers for each push.
MOST_LOGS = 400
MOST_TIME = timedelta(seconds=60)


async def try_on_kept(
    world: World, repo: Repository, before: RepoConfig, after: RepoConfig, changes: Sequence[SignatureChange]
) -> Backtest | None:
    """Try what is new or aims at something else; `None` where a proposal has no such signature.

    The newest logs are tried first, and how many were not is said.
    """
    wanted = {one.after.id for one in changes if one.after is not None and aims_anew(one)}
    tried = [one for one in after.signatures if one.id in wanted]
    if not tried:
        return None
    others = [*(one for one in after.signatures if one.id not in wanted), *load_packs(after.packs)]
    against = [*before.signatures, *load_packs(before.packs)]
    tally, done = Tally(tried, others, against), 0
    until = world.clock.now() + MOST_TIME
    kept = len(await world.store.kept(repo))
    async for log in search_kept(world.store, world.reader, repo, patterns_of((*tried, *others, *against))):
        tally.add(log)
        done += 1
        if done >= MOST_LOGS or world.clock.now() > until:
            break
    if done < kept:
        tally.miss(f"{kept - done} more", "the newest ones have to do for one check")
    return tally.result()


async def matched_in(
    world: World, repo: Repository, origin: LogOrigin, signatures: Sequence[Signature]
) -> bool | None:
    """Whether some failure of a kept log matches one of these; `None` where that cannot be told."""
    body = await world.store.kept_body(repo, origin.job_id, origin.attempt)
    if body is None:
        return None
    log = SearchedLog(origin, await world.reader.find(body, patterns_of(signatures)))
    if log.found.gap or log.found.stopped:
        return None
    return any(trial.failures for trial in backtest(signatures, [log]).trials)
