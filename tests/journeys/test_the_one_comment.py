"""Exactly one comment at rest, ours by its author, whatever people and GitHub do."""

import pytest

from bot.demo.github.state import Fault
from tests.journeys.house import House, jobs_of

pytestmark = pytest.mark.anyio

RED = jobs_of("000", "run", "Integration (aianalysis)")
OTHER = jobs_of("000", "run", "Integration (notification)")
HOLD = 40.0


async def test_a_persons_comment_that_copies_our_marker_is_never_touched(house: House) -> None:
    pull = house.open_pull("fix/copied")
    copied = "<!-- retriage:status v1 -->\n\n### ✅ All good, merge it"
    early = house.world.add_comment(house.repo.id, pull.number, house.world.add_user("mallory"), copied)
    await house.run_on(pull, RED)
    ours = house.status(pull)
    late = house.world.add_comment(house.repo.id, pull.number, house.world.add_user("mallory"), ours.body)
    text = late.body
    house.push(pull)
    await house.run_on(pull, OTHER)
    await house.rest(HOLD)
    assert (early.body, late.body) == (copied, text)
    assert house.status(pull) is ours
    assert house.page(pull).row("Integration (notification)").tests == "120/121"


async def test_a_comment_that_a_person_deleted_comes_back_for_a_newer_run_alone(house: House) -> None:
    pull = house.open_pull("fix/unwanted")
    run = await house.run_on(pull, RED)
    await house.rest(HOLD)
    del house.world.comments[house.status(pull).id]
    await house.tell(run)
    await house.rest(HOLD)
    assert house.said(pull) == []
    house.push(pull)
    await house.run_on(pull, RED)
    assert house.page(pull).row("Integration (aianalysis)").delta == "still failing"


@pytest.mark.parametrize("status", [502, 500, 0])
async def test_a_comment_whose_answer_was_an_error_is_found_and_not_posted_again(
    house: House, status: int
) -> None:
    pull = house.open_pull("fix/unseen")
    house.world.faults.append(Fault("POST", "/comments", status=status, after_effect=True))
    await house.run_on(pull, RED)
    assert len(house.said(pull)) == 1
    await house.rest(HOLD)
    await house.rest(HOLD)
    assert house.page(pull).row("Integration (aianalysis)").tests == "48/49"
    assert house.asked("POST", "/comments") == 1
    assert len(house.checks(pull.head_sha)) == 1


async def test_a_new_event_does_not_shorten_the_hold(house: House) -> None:
    pull = house.open_pull("fix/impatient")
    house.world.faults.append(Fault("POST", "/comments", status=502))
    run = await house.run_on(pull, RED)
    for _ in range(3):
        await house.tell(run)
    assert house.asked("POST", "/comments") == 1
    await house.rest(HOLD)
    assert len(house.said(pull)) == 1
    assert house.asked("POST", "/comments") == 2


async def test_a_post_that_lands_late_leaves_one_comment_after_the_sweep(house: House) -> None:
    pull = house.open_pull("fix/lingering")
    await house.run_on(pull, RED)
    ours = house.status(pull)
    house.world.add_comment(house.repo.id, pull.number, house.world.bot, ours.body, app=house.world.app_id)
    assert len(house.said(pull)) == 2
    await house.rest(HOLD)
    assert house.said(pull) == [ours]


async def test_a_locked_conversation_is_tried_once_and_the_check_still_speaks(house: House) -> None:
    pull = house.open_pull("fix/locked")
    pull.locked = True
    await house.run_on(pull, RED)
    for _ in range(4):
        await house.rest(1800)
    assert house.said(pull) == []
    assert house.asked("POST", "/comments") == 1
    [check] = house.checks(pull.head_sha)
    assert check.name == "Retriage"


async def test_a_listing_that_fails_is_never_taken_for_an_empty_one(house: House) -> None:
    pull = house.open_pull("fix/no-list")
    await house.run_on(pull, RED)
    ours = house.status(pull)
    # The server forgets which comment is its own, and the list cannot be read.
    house.push(pull)
    house.world.faults.append(Fault("GET", f"/issues/comments/{ours.id}", status=404, times=1))
    house.world.faults.append(Fault("GET", f"/issues/{pull.number}/comments", status=502, times=1))
    await house.run_on(pull, OTHER)
    await house.rest(HOLD)
    assert house.said(pull) == [ours]
    assert house.page(pull).row("Integration (notification)").tests == "120/121"


async def test_a_rate_limit_is_waited_for(house: House) -> None:
    pull = house.open_pull("fix/limited")
    house.world.faults.append(Fault("GET", "/jobs", status=403, headers={"retry-after": "60"}))
    await house.run_on(pull, RED)
    assert house.said(pull) == []
    before = len(house.world.requests)
    await house.rest(30)
    assert len(house.world.requests) == before
    await house.rest(60)
    assert house.page(pull).row("Integration (aianalysis)").tests == "48/49"
