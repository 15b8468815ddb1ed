"""`/retriage` in comments: what is taken, what is answered, and what is left alone."""

import pytest

from bot.demo.github.deliveries import comment_created
from bot.demo.github.state import Pull
from tests.journeys.house import House, jobs_of
from tests.journeys.page import Page

pytestmark = pytest.mark.anyio

DONE, REFUSED = ["eyes", "rocket"], ["eyes", "confused"]


async def fail_once(house: House) -> Pull:
    """A pull request with one failure, reported."""
    pull = house.open_pull("fix/asked-about")
    await house.run_on(pull, jobs_of("000", "run", "Integration (aianalysis)"))
    return pull


def replies(house: House, pull: Pull) -> list[Page]:
    """What the bot said beside its status comment."""
    return [Page(one.body) for one in house.said(pull) if "retriage:status" not in one.body]


async def test_the_bare_command_reads_everything_again(house: House) -> None:
    pull = await fail_once(house)
    status = house.status(pull)
    status.body = "<!-- retriage:status v1 -->\n\nsomebody wrote nonsense in here"
    asked = await house.say(pull, "/retriage")
    assert house.reactions(asked) == DONE
    assert house.page(pull).row("Integration (aianalysis)").tests == "48/49"
    assert replies(house, pull) == []


async def test_help_lists_the_commands_once_even_when_it_is_delivered_again(house: House) -> None:
    pull = await fail_once(house)
    asked = await house.say(pull, "/retriage help")
    for _ in range(2):
        await house.hear(asked)
    assert house.reactions(asked) == DONE
    [reply] = replies(house, pull)
    for command in ("/retriage help", "/retriage why <test or job>"):
        assert command in reply.text


async def test_why_shows_every_rung(house: House) -> None:
    pull = await fail_once(house)
    asked = await house.say(pull, "/retriage why complete audit trail")
    [reply] = replies(house, pull)
    assert house.reactions(asked) == DONE
    assert "should generate complete audit trail from Pending to Completed" in reply.text
    assert "Rung 10 gave the class" in reply.text
    for word in ("Returned", "Known flake", "On base", "Fails", "holds"):
        assert word in reply.text


async def test_why_finds_a_row_by_its_job(house: House) -> None:
    pull = await fail_once(house)
    await house.say(pull, "/retriage why Integration (aianalysis)")
    [reply] = replies(house, pull)
    assert "audit trail" in reply.text


async def test_why_something_unknown_lists_what_there_is(house: House) -> None:
    pull = await fail_once(house)
    await house.say(pull, "/retriage why the moon")
    [reply] = replies(house, pull)
    assert "matches the moon" in reply.text
    assert "should generate complete audit trail" in reply.text


async def test_a_mistake_gets_one_reply_that_quotes_it(house: House) -> None:
    pull = await fail_once(house)
    asked = await house.say(pull, "/retriage make coffee @everybody")
    await house.hear(asked)
    assert house.reactions(asked) == REFUSED
    [reply] = replies(house, pull)
    assert "/retriage make coffee @everybody" in reply.text
    assert "/retriage help" in reply.text
    assert "@everybody" not in house.said(pull)[-1].body


async def test_a_verb_of_a_later_version_says_so(house: House) -> None:
    pull = await fail_once(house)
    asked = await house.say(pull, "/retriage rerun")
    [reply] = replies(house, pull)
    assert "planned" in reply.text
    assert house.reactions(asked) == DONE


NO_COMMANDS = (
    "> /retriage help",
    "```\n/retriage help\n```",
    "    /retriage help",
    "Try this:\n/retriage help",
    "<!-- /retriage help -->",
    "/retriaged",
    "Thank you for the report",
)


async def test_what_is_no_command_is_left_alone(house: House) -> None:
    pull = house.theatre.stage.pull
    asked = [await house.say(pull, text) for text in NO_COMMANDS]
    assert [house.reactions(one) for one in asked] == [[] for _ in NO_COMMANDS]
    assert house.said(pull) == []


async def test_a_bots_command_is_left_alone(house: House) -> None:
    pull = house.theatre.stage.pull
    asked = await house.say(pull, "/retriage help", "friendly[bot]", "Bot")
    assert house.reactions(asked) == []
    assert house.said(pull) == []


async def test_an_edited_comment_is_no_command(house: House) -> None:
    pull = house.theatre.stage.pull
    author = house.world.add_user("mfournier")
    comment = house.world.add_comment(house.repo.id, pull.number, author, "/retriage help")
    payload = {**comment_created(house.world, comment), "action": "edited"}
    assert await house.theatre.deliver("issue_comment", payload) == 202
    await house.settle()
    assert house.said(pull) == []


async def test_the_sixth_reread_within_an_hour_is_refused(house: House) -> None:
    pull = await fail_once(house)
    for _ in range(5):
        assert house.reactions(await house.say(pull, "/retriage")) == DONE
    reads = house.asked("GET", "/jobs")
    await house.say(pull, "/retriage")
    assert house.asked("GET", "/jobs") == reads
    [reply] = replies(house, pull)
    assert "5 times in the last hour" in reply.text
    await house.say(pull, "/retriage", "somebody-else")
    assert house.asked("GET", "/jobs") > reads
    reads = house.asked("GET", "/jobs")
    await house.rest(3700)
    await house.say(pull, "/retriage")
    assert house.asked("GET", "/jobs") > reads
