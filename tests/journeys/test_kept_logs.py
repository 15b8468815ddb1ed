"""What a server reads it keeps, so that signatures can be tried on it and unrecognised failures told of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.classify.backtest import Tally
from bot.handlers.trial import search_kept
from bot.model.run import Repository
from bot.model.signature import Match, Pattern, Signature
from bot.triage import patterns_of
from tests.journeys.house import House, Jobs, jobs_of

pytestmark = pytest.mark.anyio

RED = "Integration (aianalysis)"
GREEN = "Integration (gateway)"
JOBS: Jobs = {**jobs_of("000", "run", RED, GREEN)}


async def tenant(house: House) -> Repository:
    [repo] = await house.theatre.application.world.store.repositories()
    return repo


async def test_a_signature_is_tried_on_what_was_read(house: House) -> None:
    world = house.theatre.application.world
    first, second = (house.open_pull(f"work/{name}", name) for name in ("alice", "bob"))
    for pull in (first, second):
        await house.run_on(pull, JOBS)
    repo = await tenant(house)
    [unrecognised, *_] = await world.store.unrecognised(repo, world.clock.now() - timedelta(days=1), 9)
    assert unrecognised.specimen is not None
    line = unrecognised.specimen.lines[0]
    good = Signature("GOOD", "x", Match((Pattern(line),)))
    wide = Signature("WIDE", "x", Match((Pattern("Running Suite"),)))
    tally = Tally((good, wide))
    async for log in search_kept(world.store, world.reader, repo, patterns_of((good, wide))):
        tally.add(log)
    found = tally.result()
    assert (found.failing, found.passing, found.unread) == (2, 2, ())
    mine, bad = found.trials
    assert (mine.failures, mine.pull_requests, mine.authors, mine.passing_hits) == (2, 2, 2, 0)
    assert (bad.passing_hits, bad.passing) == (2, 2)


async def test_logs_that_are_not_wanted_any_more_are_neither_kept_nor_left(house: House) -> None:
    application = house.theatre.application
    await house.run_on(house.open_pull("work/alice", "alice"), JOBS)
    repo = await tenant(house)
    assert await application.world.store.kept(repo)
    off = replace(application, world=replace(application.world, keep_logs=0))
    assert await off.drop_history() > 0
    assert await application.world.store.kept(repo) == ()
    read = application.database.read
    assert await read(lambda connection: connection.scalar(text("SELECT count(*) FROM occurrences")))
