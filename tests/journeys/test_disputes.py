"""`/retriage not-flake`, from the comment to the changed report; and what a later attempt says by itself."""

import pytest
from sqlalchemy import select

from bot.demo.github.state import Pull
from bot.store.tables import labels
from tests.journeys.house import A_WHILE, House, Jobs, jobs_of
from tests.journeys.page import Page

pytestmark = pytest.mark.anyio

JOB = "Integration (datastorage)"
FLAKY = jobs_of("003", "run", JOB)
GREEN = jobs_of("story", "later", JOB)
OTHER_SUITE: Jobs = {JOB: jobs_of("000", "run", "Integration (gateway)")["Integration (gateway)"]}
PAGING = "should paginate search results with label scoring"
DONE, REFUSED = ["eyes", "rocket"], ["eyes", "confused"]
AUTHOR = "jordigilh"


async def known(house: House, *columns: str) -> list[tuple[object, ...]]:
    """What is kept of labels."""
    asked = select(*(labels.c[name] for name in columns)).order_by(*(labels.c[name] for name in columns))
    database = house.theatre.application.database
    return await database.read(lambda connection: [tuple(row) for row in connection.execute(asked)])


def replies(house: House, pull: Pull) -> list[Page]:
    """What the bot said beside its status comment."""
    return [Page(one.body) for one in house.said(pull) if "retriage:status" not in one.body]


async def test_a_dispute_takes_the_excuse_away_until_the_job_passes_on_a_newer_commit(house: House) -> None:
    pull = house.open_pull("fix/paging", AUTHOR)
    await house.run_on(pull, FLAKY)
    assert "4 known flakes" in house.page(pull).headline
    await house.rest(A_WHILE)
    asked = await house.say(
        pull, f"/retriage not-flake {PAGING} I changed **the page size** @everybody", AUTHOR
    )
    assert house.reactions(asked) == DONE
    assert replies(house, pull) == []
    page = house.page(pull)
    assert page.headline == "❌ 2 failures need you · ❔ 1 unknown · ❄️ 3 known flakes"
    assert "it is disputed, so that nothing excuses it" in page.text
    assert "disputed by @jordigilh 0 min ago: I changed **the page size** @everybody" in page.text
    assert "@everybody" not in house.status(pull).body
    assert await known(house, "said_by", "word", "source", "signature", "rung", "verdict") == [
        (AUTHOR, "not-flake", "person", "DS-FLAKY-005", 5, "known_flake")
    ]
    await house.say(pull, f"/retriage why {PAGING}")
    assert "(it would hold: it matches DS-FLAKY-005, pattern and scope)" in replies(house, pull)[-1].text

    house.push(pull)
    await house.run_on(pull, FLAKY)
    assert "1 unknown" in house.page(pull).headline
    for jobs in (GREEN, FLAKY):
        house.push(pull)
        await house.run_on(pull, jobs)
    assert "4 known flakes" in house.page(pull).headline


async def test_what_is_unclear_is_asked_back_and_a_maintainer_may_name_a_signature(house: House) -> None:
    pull = house.open_pull("fix/other", AUTHOR)
    await house.run_on(pull, FLAKY)
    house.repo.roles["mfournier"] = "triage"
    for words, answer in [
        ("", "4 failures are excused. Say which one is no flake:"),
        ("DS-FLAKY-003", "DS-FLAKY-003 names 2 failures. Say which one:"),
        ("the moon is made of cheese", "Nothing in the newest report matches the moon is made of cheese."),
    ]:
        asked = await house.say(pull, f"/retriage not-flake {words}")
        assert house.reactions(asked) == REFUSED
        assert answer in replies(house, pull)[-1].text
        assert "/retriage not-flake" in replies(house, pull)[-1].text
    assert await known(house, "subject") == []
    asked = await house.say(pull, "/retriage not-flake ds-flaky-003A")
    assert house.reactions(asked) == DONE
    assert [row[0] for row in await known(house, "signature")] == ["DS-FLAKY-003a"]
    pull.state = "closed"
    before = house.status(pull).body
    asked = await house.say(pull, "/retriage not-flake DS-FLAKY-004 it was real")
    assert house.reactions(asked) == DONE
    assert "A closed pull request keeps what its report says." in replies(house, pull)[-1].text
    assert house.status(pull).body == before
    assert len(await known(house, "signature")) == 2


async def test_nobody_else_takes_an_excuse_away(house: House) -> None:
    pull = house.open_pull("fix/mine", AUTHOR)
    await house.run_on(pull, FLAKY)
    body, words = house.status(pull).body, f"/retriage not-flake {PAGING}"
    stranger = await house.say(pull, words, "stranger")
    assert house.reactions(stranger) == REFUSED
    robot = await house.say(pull, words, "friendly[bot]", "Bot")
    quoted = await house.say(pull, f"> {words}\n\nWhy not?", AUTHOR)
    assert house.reactions(robot) == house.reactions(quoted) == []
    bomb = await house.say(pull, "/retriage not-flake </details><!-- | `x` @all " + "[a](b)" * 60, AUTHOR)
    assert house.reactions(bomb) == REFUSED
    assert (await known(house, "subject"), house.status(pull).body) == ([], body)
    assert len(replies(house, pull)) == 1

    late = house.world.add_comment(house.repo.id, pull.number, house.world.add_user(AUTHOR), words)
    house.push(pull)
    await house.run_on(pull, FLAKY)
    await house.hear(late)
    assert house.reactions(late) == REFUSED
    assert "this comment was written before it was tested" in replies(house, pull)[-1].text
    assert await known(house, "subject") == []


async def test_what_passes_in_a_later_attempt_was_a_flake(house: House) -> None:
    pull = house.open_pull("fix/flaky", AUTHOR)
    run = await house.run_on(pull, FLAKY)
    for jobs in (OTHER_SUITE, GREEN, GREEN):
        await house.rest(A_WHILE)
        house.world.add_attempt(run)
        house.add_jobs(run, jobs)
        await house.complete(run)
        assert jobs is not OTHER_SUITE or await known(house, "signature") == []
    found = await known(house, "signature", "rung", "attempt", "source")
    assert found == [
        (f"DS-FLAKY-00{name}", rung, 1, "retry")
        for name, rung in [("1", 4), ("2", 4), ("3a", 5), ("3b", 5), ("4", 5), ("5", 5)]
    ]
