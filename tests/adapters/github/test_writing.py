"""What the adapter writes: comments, checks, reactions."""

from dataclasses import replace

import pytest

from bot.demo.github.state import Fault
from bot.errors import Gone, Refused, RetryLater
from bot.model.check import Annotation, CheckRun
from bot.ports import GitHub, PostedCheck
from tests.fakes.github import Site, in_process

pytestmark = pytest.mark.anyio


def open_pull(site: Site) -> int:
    site.world.add_commit(site.home, "fix")
    return site.world.open_pull(site.home, "ada", "fix").number


def check(status: str = "completed", annotations: int = 0) -> CheckRun:
    notes = tuple(Annotation(f"a{n}.py", n + 1, "failure", "t" * 300, "m") for n in range(annotations))
    return CheckRun("Retriage", status, "neutral", "1 failure", "one summary", notes)


async def test_a_comment_is_posted_read_edited_and_deleted(site: Site, github: GitHub) -> None:
    number = open_pull(site)
    posted = await github.create_comment(site.repo, number, "first ünï")
    assert posted.ours
    await github.update_comment(site.repo, posted.id, "second")
    read = await github.comment(site.repo, posted.id)
    assert (read.body, read.ours, read.created_at) == (
        "second",
        True,
        site.world.comments[posted.id].created_at,
    )
    await github.delete_comment(site.repo, posted.id)
    with pytest.raises(Gone):
        await github.comment(site.repo, posted.id)
    assert await github.comments(site.repo, number) == ()


async def test_all_comments_are_listed_and_ours_are_known_by_their_author(site: Site, github: GitHub) -> None:
    number = open_pull(site)
    world = site.world
    ada = world.add_user("ada")
    marker = "<!-- retriage:status v1 -->"
    for n in range(140):
        world.add_comment(site.home.id, number, ada, f"comment {n}")
    spoofed = world.add_comment(site.home.id, number, ada, marker)
    person_named_like_us = world.add_comment(site.home.id, number, world.add_user("retriage"), marker)
    other_app = world.add_comment(site.home.id, number, world.add_user("other[bot]", "Bot"), marker, app=99)
    by_app = world.add_comment(site.home.id, number, world.add_user("ghost[bot]", "Bot"), marker, app=1234)
    by_bot = world.add_comment(site.home.id, number, world.bot, marker)
    found = await github.comments(site.repo, number)
    assert len(found) == 145
    ours = [comment.id for comment in found if comment.ours]
    assert ours == [by_app.id, by_bot.id]
    assert not {spoofed.id, person_named_like_us.id, other_app.id} & set(ours)


async def test_where_github_does_not_say_who_we_are_our_comments_are_still_known(
    site: Site, github: GitHub
) -> None:
    number = open_pull(site)
    world = site.world
    world.add_comment(site.home.id, number, world.add_user("ada"), "text")
    by_bot = world.add_comment(site.home.id, number, world.bot, "text")
    world.faults = [Fault("GET", "/app", status=404)]
    assert [one.id for one in await github.comments(site.repo, number) if one.ours] == [by_bot.id]


async def test_a_person_with_our_bots_login_is_not_us(site: Site, github: GitHub) -> None:
    number = open_pull(site)
    site.world.bot.type = "User"
    site.world.add_comment(site.home.id, number, site.world.bot, "text")
    (found,) = await github.comments(site.repo, number)
    assert not found.ours


@pytest.mark.parametrize("page", [1, 2])
async def test_a_list_of_comments_that_fails_on_any_page_is_an_error_never_empty(
    site: Site, github: GitHub, page: int
) -> None:
    number = open_pull(site)
    for n in range(60):
        site.world.add_comment(site.home.id, number, site.world.bot, f"{n}")
    passes = [Fault(path="/comments", status=200, delay=0.001)] * (page - 1)
    site.world.faults = [*passes, Fault(path="/comments", status=502)]
    with pytest.raises(RetryLater):
        await github.comments(site.repo, number)


@pytest.mark.parametrize("length", [65_535, 65_536])
async def test_a_comment_as_long_as_github_allows_is_posted(site: Site, github: GitHub, length: int) -> None:
    assert (await github.create_comment(site.repo, open_pull(site), "𝄞" * length)).ours


async def test_a_comment_too_long_is_refused_with_githubs_reason(site: Site, github: GitHub) -> None:
    with pytest.raises(Refused, match="422"):
        await github.create_comment(site.repo, open_pull(site), "x" * 65_537)


async def test_a_locked_pull_request_refuses(site: Site, github: GitHub) -> None:
    number = open_pull(site)
    site.world.pulls[site.home.id, number].locked = True
    with pytest.raises(Refused, match="issue is locked"):
        await github.create_comment(site.repo, number, "text")


async def test_a_comment_that_github_made_before_it_failed_is_ambiguous_and_sent_once(
    site: Site, github: GitHub
) -> None:
    number = open_pull(site)
    site.world.faults = [Fault("POST", "/comments", status=502, after_effect=True)]
    with pytest.raises(RetryLater) as caught:
        await github.create_comment(site.repo, number, "text")
    assert caught.value.ambiguous
    assert len(site.world.comments) == 1
    assert [c.ours for c in await github.comments(site.repo, number)] == [True]


@pytest.mark.parametrize("after_effect", [True, False])
async def test_a_connection_dropped_in_the_middle_of_a_post_is_ambiguous(
    site: Site, github: GitHub, *, after_effect: bool
) -> None:
    number = open_pull(site)
    site.world.faults = [Fault("POST", "/comments", status=0, after_effect=after_effect)]
    with pytest.raises(RetryLater) as caught:
        await github.create_comment(site.repo, number, "text")
    assert caught.value.ambiguous
    assert len(site.world.comments) == int(after_effect)


async def test_a_created_comment_whose_answer_cannot_be_read_is_ambiguous(site: Site, github: GitHub) -> None:
    number = open_pull(site)
    site.world.faults = [Fault("POST", "/comments", status=201, after_effect=True, body=b'{"id": ')]
    with pytest.raises(RetryLater) as caught:
        await github.create_comment(site.repo, number, "text")
    assert caught.value.ambiguous


@pytest.mark.parametrize("status", [500, 502, 503, 0])
async def test_an_edit_may_be_repeated_so_it_is_never_ambiguous(
    site: Site, github: GitHub, status: int
) -> None:
    comment = await github.create_comment(site.repo, open_pull(site), "text")
    site.world.faults = [Fault("PATCH", "/comments", status=status)]
    with pytest.raises(RetryLater) as caught:
        await github.update_comment(site.repo, comment.id, "other")
    assert not caught.value.ambiguous


async def test_a_deadline_holds_for_the_whole_call(site: Site) -> None:
    number = open_pull(site)
    async with in_process(site, call_deadline=0.05) as github:
        await github.comments(site.repo, number)  # tokens first
        site.world.faults = [Fault("GET", "/comments", status=200, delay=30)]
        with pytest.raises(RetryLater, match="TimeoutError") as caught:
            await github.comments(site.repo, number)
    assert not caught.value.ambiguous


async def test_a_reaction_is_given_once_however_often_it_is_asked_for(site: Site, github: GitHub) -> None:
    comment = site.world.add_comment(site.home.id, open_pull(site), site.world.add_user("ada"), "/retriage")
    await github.react(site.repo, comment.id, "eyes")
    await github.react(site.repo, comment.id, "eyes")
    await github.react(site.repo, comment.id, "rocket")
    assert [reaction.content for reaction in comment.reactions] == ["eyes", "rocket"]


async def test_without_the_permission_for_reactions_only_reactions_are_refused(
    site: Site, github: GitHub
) -> None:
    site.installation.permissions["issues"] = "read"
    number = open_pull(site)
    comment = await github.create_comment(site.repo, number, "text")
    with pytest.raises(Refused, match="not granted"):
        await github.react(site.repo, comment.id, "eyes")


async def test_a_check_is_created_found_and_told_more(site: Site, github: GitHub) -> None:
    sha = site.world.add_commit(site.home, "fix").sha
    assert await github.find_check(site.repo, sha, "Retriage") is None
    made = await github.create_check(site.repo, sha, replace(check("in_progress"), reference="first"))
    assert await github.find_check(site.repo, sha, "Retriage") == PostedCheck(made, "first")
    assert await github.find_check(site.repo, sha, "Another") is None
    assert site.world.checks[made].conclusion is None
    await github.update_check(site.repo, made, check())
    assert (site.world.checks[made].status, site.world.checks[made].conclusion) == ("completed", "neutral")


async def test_a_check_of_the_same_name_by_another_app_is_not_ours(site: Site, github: GitHub) -> None:
    sha = site.world.add_commit(site.home, "fix").sha
    made = await github.create_check(site.repo, sha, check())
    site.world.checks[made].app = 77
    assert await github.find_check(site.repo, sha, "Retriage") is None
    with pytest.raises(Refused):
        await github.update_check(site.repo, made, check())


async def test_annotations_go_in_fifties(site: Site, github: GitHub) -> None:
    sha = site.world.add_commit(site.home, "fix").sha
    whole = check(annotations=120)
    made = await github.create_check(site.repo, sha, whole)
    await github.add_annotations(site.repo, made, whole, whole.annotations[50:100])
    await github.add_annotations(site.repo, made, whole, whole.annotations[100:])
    kept = site.world.checks[made].annotations
    assert [note["path"] for note in kept] == [f"a{n}.py" for n in range(120)]
    assert len(str(kept[0]["title"])) == 255


async def test_a_check_on_a_commit_that_is_not_there_is_refused(site: Site, github: GitHub) -> None:
    with pytest.raises(Refused, match="No commit found"):
        await github.create_check(site.repo, "0" * 40, check())
