"""Two servers on one PostgreSQL database: from webhooks to comments, each piece of work done once."""

import asyncio
from pathlib import Path

import pytest

from tests.postgresql import PostgreSQL
from tests.resilience.host import Host, open_host, open_neighbour
from tests.resilience.stage import MARKER, Delivery, Stage, new_stage

PULLS, RUNS = 4, 2

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]


async def test_two_machines_share_the_work_and_one_finishes_what_the_other_was_killed_at(
    postgresql: PostgreSQL, tmp_path: Path
):
    stage = new_stage()
    pulls = [stage, *(stage.open_pull(f"branch-{number}") for number in range(1, PULLS))]
    with postgresql.database("template0") as database:
        async with (
            open_host(stage, tmp_path / "one", database) as one,
            open_neighbour(one, tmp_path / "two") as two,
        ):
            # Both find an empty database, and both migrate it.
            await asyncio.gather(one.start(), two.start())
            sent = [mail for pull in pulls for mail in tell_of(pull)]
            await asyncio.gather(deliver(one, sent[::2]), deliver(two, sent[1::2]))
            # A delivery that comes again through the other machine is known.
            await deliver(two, [Delivery(one.event, one.headers, one.body) for one in sent[::2]])
            await one.kill()
            await two.rest()
            rows = two.rows("SELECT COUNT(*), COUNT(DISTINCT guid) FROM deliveries")
            assert rows == [(PULLS * RUNS, PULLS * RUNS)]
            assert two.rows("SELECT kind, state, reason FROM work") == []
    for pull in pulls:
        bodies = [comment.body for comment in comments_of(pull)]
        assert len(bodies) == 1, f"{len(bodies)} comments on #{pull.number}"
        assert bodies[0].startswith(MARKER)
        assert f"TestNew{RUNS - 1}" in bodies[0]


def tell_of(pull: Stage) -> list[Delivery]:
    """A few pushes, each with a run that fails in a test of its own."""
    told = []
    for number in range(RUNS):
        pull.push()
        told += pull.told(pull.run(f"TestNew{number}"))
    return told


async def deliver(host: Host, mails: list[Delivery]) -> None:
    for mail in mails:
        await host.post(mail)


def comments_of(pull: Stage):
    """What the App said on a pull request."""
    world = pull.world
    return [one for one in world.comments_of(pull.repo_id, pull.number) if one.app == world.app_id]
