"""Tokens: as narrow as the call, as short-lived as needed, and never seen."""

import asyncio
import logging
import pickle
import traceback
from datetime import timedelta

import jwt
import pytest

from bot.demo.github.state import Fault
from bot.demo.github.tokens import Refusal, check_statement
from bot.errors import Gone, Refused, RetriageError, RetryLater, TellUser
from bot.github.auth import AppKey
from bot.github.options import Secret
from bot.ports import GitHub
from tests.fakes.github import Site, TickingClock, in_process, key_pair

pytestmark = pytest.mark.anyio
MINT = "access_tokens"


def mints(site: Site) -> int:
    return sum(path.endswith(MINT) for path in site.paths("POST"))


async def test_a_statement_is_backdated_a_minute_and_holds_for_nine() -> None:
    clock = TickingClock()
    key = AppKey(1234, Secret(key_pair().private), clock)
    first = key.statement().reveal()
    claims = jwt.decode(first, key_pair().public, algorithms=["RS256"], options={"verify_exp": False})
    now = int(clock.now().timestamp())
    assert claims == {"iat": now - 60, "exp": now + 480, "iss": "1234"}
    clock.forward(300)
    assert key.statement().reveal() == first
    clock.forward(120)
    assert key.statement().reveal() != first


async def test_a_statement_is_made_anew_when_the_clock_goes_back() -> None:
    clock = TickingClock()
    key = AppKey(1234, Secret(key_pair().private), clock)
    first = key.statement().reveal()
    clock.forward(-3600)
    assert key.statement().reveal() != first


async def test_a_private_key_that_is_none_is_said_to_the_administrator(site: Site) -> None:
    async with in_process(site, private_key=Secret("-----BEGIN canary-key")) as github:
        with pytest.raises(TellUser, match="PRIVATE_KEY") as caught:
            await github.repository(site.repo)
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


async def test_an_app_that_github_does_not_know_is_said_to_the_administrator(site: Site) -> None:
    async with in_process(site, app_id=4321) as github:
        with pytest.raises(TellUser, match=r"check APP_ID, PRIVATE_KEY and the clock"):
            await github.repository(site.repo)


async def test_a_token_reaches_one_repository_with_the_rights_of_the_call(site: Site, github: GitHub) -> None:
    await github.repository(site.repo)
    (grant,) = site.world.tokens.values()
    assert grant.repositories == {site.home.id}
    assert set(grant.permissions.values()) == {"read"}
    site.world.add_commit(site.home, "fix")
    await github.create_comment(site.repo, site.world.open_pull(site.home, "ada", "fix").number, "text")
    assert dict(list(site.world.tokens.values())[-1].permissions) == {
        "metadata": "read",
        "pull_requests": "write",
    }


async def test_a_token_is_used_until_five_minutes_before_its_end(site: Site, github: GitHub) -> None:
    await github.repository(site.repo)
    site.clock.forward(3600 - 301)
    await github.repository(site.repo)
    assert mints(site) == 1
    site.clock.forward(2)
    await github.repository(site.repo)
    assert mints(site) == 2


async def test_many_calls_at_once_wait_for_one_token(site: Site, github: GitHub) -> None:
    await asyncio.gather(*(github.repository(site.repo) for _ in range(14)))
    assert mints(site) == 1


async def test_a_token_that_was_revoked_is_replaced_once(site: Site, github: GitHub) -> None:
    await github.repository(site.repo)
    site.world.tokens.clear()
    await github.repository(site.repo)
    assert mints(site) == 2


async def test_tokens_that_never_hold_are_not_asked_for_in_a_loop(site: Site, github: GitHub) -> None:
    site.world.faults = [Fault("GET", "/repos/", times=99, status=401, body=b'{"message":"Bad credentials"}')]
    with pytest.raises(RetryLater):
        await github.repository(site.repo)
    assert mints(site) == 2


async def test_a_post_that_was_refused_for_its_token_is_sent_again_once(site: Site, github: GitHub) -> None:
    site.world.add_commit(site.home, "fix")
    number = site.world.open_pull(site.home, "ada", "fix").number
    await github.create_comment(site.repo, number, "one")
    site.world.tokens.clear()
    await github.create_comment(site.repo, number, "two")
    assert [c.body for c in site.world.comments.values()] == ["one", "two"]


async def test_an_installation_that_is_gone_or_suspended_says_so(site: Site, github: GitHub) -> None:
    repo = site.repo
    site.installation.suspended = True
    with pytest.raises(Refused, match="suspended"):
        await github.repository(repo)
    site.world.installations.clear()
    with pytest.raises(Gone):
        await github.repository(repo)


async def test_a_repository_that_left_the_installation_is_refused(site: Site, github: GitHub) -> None:
    repo = site.repo
    site.installation.repositories.clear()
    with pytest.raises(Refused, match="not accessible"):
        await github.repository(repo)


async def test_a_permission_that_was_not_granted_is_refused(site: Site) -> None:
    repo = site.repo
    del site.installation.permissions["actions"]
    async with in_process(site) as github:
        with pytest.raises(Refused, match="not granted"):
            await github.jobs(repo, 1, 1)


async def test_who_we_are_is_asked_once(site: Site, github: GitHub) -> None:
    site.world.add_commit(site.home, "fix")
    number = site.world.open_pull(site.home, "ada", "fix").number
    for _ in range(3):
        await github.comments(site.repo, number)
    assert site.paths().count("/app") == 1


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("canary-123")
    assert "canary" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "canary-123"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


FAILURES = [
    Fault(status=502),
    Fault(status=0),
    Fault(status=403),
    Fault(status=404),
    Fault(status=429),
    Fault(status=301, headers={"location": "https://evil.example/?t="}),
    Fault(status=200, body=b"{"),
    Fault(status=200, delay=5.0),
    Fault(status=422, body=b'{"message": "echo %s"}'),
    Fault(status=401, body=b'{"message": "echo %s"}', times=9),
]


@pytest.mark.parametrize(
    "fault", FAILURES, ids=lambda fault: f"{fault.status}-{fault.delay}-{len(fault.body)}"
)
async def test_no_failure_repeats_a_credential(
    site: Site, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    failed: RetriageError | None = None
    async with in_process(site, call_deadline=0.1) as github:
        await github.repository(site.repo)
        token = next(iter(site.world.tokens))
        body = fault.body.replace(b"%s", token.encode())
        changed = Fault("GET", "/repos/", fault.times, fault.status, headers=fault.headers, body=body)
        changed.delay = fault.delay
        site.world.faults = [changed]
        try:
            await github.repository(site.repo)
        except RetriageError as error:
            failed = error
    assert failed is not None
    seen = caplog.text + _everything(failed)
    assert "ghs_" not in seen
    assert key_pair().private[40:80] not in seen


def _everything(error: BaseException) -> str:
    """An error as a careless reporter would write it: its text, its context and what hangs on that."""
    text = "".join(traceback.format_exception(error)) + repr(vars(error))
    for other in (error.__context__, error.__cause__):
        if other is not None:
            text += _everything(other)
            request = getattr(other, "_request", None)
            text += "" if request is None else repr(request.headers.raw)
    return text


async def test_two_tenants_never_share_a_cached_answer(site: Site, github: GitHub) -> None:
    """The same address, asked for another installation, is asked of GitHub with that one's own token."""
    mine = site.repo
    await github.repository(mine)
    await github.repository(mine)
    assert [seen.status for seen in site.world.requests][-1] == 304
    theirs = site.world.install(site.home, permissions={"metadata": "read"})
    site.installation.repositories.clear()
    stranger = type(mine)(theirs.id, mine.id, mine.owner, mine.name)
    with pytest.raises(Refused):
        await github.repository(stranger)
    theirs.permissions.update(site.installation.permissions)
    await github.repository(stranger)
    assert [seen.status for seen in site.world.requests][-1] == 200


async def test_an_answer_that_changed_is_not_taken_from_the_cache(site: Site, github: GitHub) -> None:
    assert (await github.repository(site.repo)).default_branch == "main"
    site.home.default_branch = "trunk"
    assert (await github.repository(site.repo)).default_branch == "trunk"
    assert (await github.repository(site.repo)).default_branch == "trunk"
    assert [seen.status for seen in site.world.requests if seen.method == "GET"] == [200, 200, 304]


async def test_pages_known_by_their_etag_still_know_that_there_are_more(site: Site, github: GitHub) -> None:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    for n in range(201):
        site.world.add_job(run, f"job {n}")
    for _ in range(2):
        assert len(await github.jobs(site.repo, run.id, 1)) == 201
    assert [seen.status for seen in site.world.requests][-3:] == [304, 304, 304]


def test_the_fakes_statements_are_checked(site: Site) -> None:
    now = site.clock.now()
    good = {"iat": now, "exp": now + timedelta(minutes=9), "iss": "1234"}
    check_statement(site.world, "bearer " + jwt.encode(good, key_pair().private, algorithm="RS256"))
    bad: list[dict[str, object]] = [
        {**good, "exp": now + timedelta(minutes=11)},
        {**good, "exp": now - timedelta(minutes=1)},
        {**good, "iat": now + timedelta(minutes=2)},
        {**good, "iss": "9"},
        {"iss": "1234"},
    ]
    for claims in bad:
        token = jwt.encode(claims, key_pair().private, algorithm="RS256")
        with pytest.raises(Refusal):
            check_statement(site.world, f"bearer {token}")
    with pytest.raises(Refusal):
        check_statement(site.world, "bearer x.y.z")
