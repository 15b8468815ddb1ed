"""GitHub's limits: how long to wait, whatever the headers say, and nobody else waits along."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.github.state import Fault
from bot.errors import Gone, Refused, RetriageError, RetryLater
from bot.github.limits import LONGEST_WAIT, SECONDARY_WAIT, Limiter, seconds_to_wait, used_up
from bot.ports import GitHub
from tests.fakes.github import Site, TickingClock, in_process

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())
SPENT = {"x-ratelimit-remaining": "0"}


def open_pull(site: Site) -> int:
    site.world.add_commit(site.home, "fix")
    return site.world.open_pull(site.home, "ada", "fix").number


WAITS = [
    ({"retry-after": "5"}, 5),
    ({"retry-after": " 5 "}, 5),
    ({"retry-after": "1.5"}, 1.5),
    ({"retry-after": "60"}, 60),
    ({"retry-after": "3600"}, 3600),
    ({"retry-after": "0"}, 1),
    ({"retry-after": "7200"}, 3600),
    ({"retry-after": "1e9"}, 3600),
    ({"retry-after": "1000000000"}, 3600),
    ({"retry-after": "9" * 5000}, 60),
    ({"retry-after": "abc"}, 60),
    ({"retry-after": ""}, 60),
    ({"retry-after": "-5"}, 60),
    ({"retry-after": "nan"}, 60),
    ({"retry-after": "inf"}, 60),
    ({"retry-after": "5, 10"}, 60),
    ({"retry-after": "\x00"}, 60),
    ({"retry-after": "Fri, 20 Nov 2026 12:02:00 GMT"}, 120),
    ({"retry-after": "Fri, 20 Nov 2026 12:02:00"}, 120),
    ({"retry-after": "Fri, 20 Nov 2026 14:02:00 +0200"}, 120),
    ({"retry-after": "Sat, 21 Nov 2026 12:00:00 GMT"}, 3600),
    ({"retry-after": "Thu, 19 Nov 2026 12:00:00 GMT"}, 60),
    ({"retry-after": "Fri, 99 Nov 99999 99:99:99 GMT"}, 60),
    ({"retry-after": "abc", **SPENT, "x-ratelimit-reset": str(EPOCH + 90)}, 90),
    ({**SPENT, "x-ratelimit-reset": str(EPOCH + 90)}, 90),
    ({**SPENT, "x-ratelimit-reset": str(EPOCH + 90_000)}, 3600),
    ({**SPENT, "x-ratelimit-reset": str(EPOCH - 90)}, 60),
    ({**SPENT, "x-ratelimit-reset": "soon"}, 60),
    ({**SPENT, "x-ratelimit-reset": "-1"}, 60),
    ({**SPENT, "x-ratelimit-reset": str(EPOCH * 1000)}, 3600),
    (SPENT, 60),
    ({"x-ratelimit-remaining": "17", "x-ratelimit-reset": str(EPOCH + 90)}, 60),
    ({"x-ratelimit-remaining": "many"}, 60),
    ({}, 60),
]


@pytest.mark.parametrize(("headers", "seconds"), WAITS)
async def test_every_header_gives_a_wait_that_can_be_kept(headers: dict[str, str], seconds: float) -> None:
    assert seconds_to_wait(headers, NOW) == pytest.approx(seconds)


NAMES = st.sampled_from(["retry-after", "x-ratelimit-reset", "x-ratelimit-remaining"])


@given(st.dictionaries(NAMES, st.text(max_size=30) | st.integers().map(str) | st.just("0")))
def test_no_header_breaks_the_reader(headers: dict[str, str]) -> None:
    assert 1 <= seconds_to_wait(headers, NOW) <= LONGEST_WAIT
    assert 0 <= used_up(headers, NOW) <= LONGEST_WAIT


LIMITED = [
    Fault(status=429),
    Fault(status=429, headers={"retry-after": "abc"}),
    Fault(status=403, headers={"retry-after": "30"}),
    Fault(status=403, headers={**SPENT, "x-ratelimit-reset": str(EPOCH + 30)}),
    Fault(status=403, body=b'{"message":"You have exceeded a secondary rate limit. Please wait"}'),
    Fault(
        status=403,
        headers={"x-ratelimit-remaining": "4000"},
        body=b'{"message":"You have triggered an abuse detection mechanism."}',
    ),
]


@pytest.mark.parametrize("fault", LIMITED)
async def test_a_limit_closes_the_installation_until_it_ends_and_no_other(
    site: Site, github: GitHub, fault: Fault
) -> None:
    other = site.world.add_repository("other/hello")
    site.world.install(other)
    await github.repository(site.repo_of(other))
    await github.comments(site.repo, open_pull(site))
    site.world.faults = [
        Fault(path="/repos/octo", status=fault.status, headers=fault.headers, body=fault.body)
    ]
    with pytest.raises(RetryLater) as caught:
        await github.repository(site.repo)
    wait = caught.value.after
    assert 30 <= wait <= 60
    assert not caught.value.ambiguous
    before = len(site.world.requests)
    site.clock.forward(wait - 1)
    for _ in range(3):
        with pytest.raises(RetryLater) as again:
            await github.repository(site.repo)
        assert again.value.after == pytest.approx(1)
    with pytest.raises(RetryLater):
        await github.create_comment(site.repo, 1, "text")
    with pytest.raises(RetryLater):
        await github.react(site.repo, 1, "eyes")
    assert len(site.world.requests) == before
    await github.repository(site.repo_of(other))
    site.clock.forward(1)
    await github.repository(site.repo)


async def test_a_limit_on_a_post_means_that_nothing_happened(site: Site, github: GitHub) -> None:
    number = open_pull(site)
    site.world.faults = [Fault("POST", "/comments", status=429, headers={"retry-after": "7"})]
    with pytest.raises(RetryLater) as caught:
        await github.create_comment(site.repo, number, "text")
    assert (caught.value.after, caught.value.ambiguous) == (7, False)


async def test_when_the_last_request_was_used_the_next_waits_for_the_reset(
    site: Site, github: GitHub
) -> None:
    site.world.remaining = 0
    repo = site.repo
    await github.repository(repo)
    with pytest.raises(RetryLater) as caught:
        await github.repository(repo)
    assert caught.value.after == 3600
    assert site.paths().count("/repos/octo/hello") == 1


STATUSES = [
    (400, Refused),
    (403, Refused),
    (404, Gone),
    (405, Refused),
    (408, RetryLater),
    (409, Refused),
    (410, Gone),
    (413, Refused),
    (422, Refused),
    (451, Refused),
    (301, Gone),
    (307, Gone),
    (308, Gone),
    (304, RetryLater),
    (203, RetryLater),
    (206, RetryLater),
    (500, RetryLater),
    (502, RetryLater),
    (503, RetryLater),
    (504, RetryLater),
    (599, RetryLater),
    (0, RetryLater),
]


@pytest.mark.parametrize(("status", "error"), STATUSES)
async def test_every_status_says_what_the_caller_has_to_do(
    site: Site, github: GitHub, status: int, error: type[RetriageError]
) -> None:
    site.world.faults = [Fault("GET", "/repos/", status=status)]
    with pytest.raises(error):
        await github.repository(site.repo)


ERROR_BODIES = [
    b"",
    b"<html>Unicorn!</html>",
    b"[]",
    b'{"message": 7}',
    b'{"errors": []}',
    b"\xff\xfe",
    b"[" * 9000,
]


@pytest.mark.parametrize("body", ERROR_BODIES)
@pytest.mark.parametrize("status", [403, 404, 422, 502])
async def test_an_error_without_githubs_json_means_the_same(
    site: Site, github: GitHub, status: int, body: bytes
) -> None:
    headers = {"content-type": "application/json; charset=no-such", "x-ratelimit-remaining": "many"}
    site.world.faults = [Fault("GET", "/repos/", status=status, body=body, headers=headers)]
    expected: type[RetriageError] = {403: Refused, 404: Gone, 422: Refused, 502: RetryLater}[status]
    with pytest.raises(expected):
        await github.repository(site.repo)


async def test_a_503_with_retry_after_is_kept_to_but_closes_nothing(site: Site, github: GitHub) -> None:
    site.world.faults = [Fault("GET", "/repos/", status=503, headers={"retry-after": "20"})]
    with pytest.raises(RetryLater) as caught:
        await github.repository(site.repo)
    assert caught.value.after == 20
    await github.repository(site.repo)


async def test_a_page_over_the_byte_limit_is_not_read(site: Site, github: GitHub) -> None:
    site.world.faults = [Fault("GET", "/repos/", status=200, body=b'"' + b"x" * (17 << 20) + b'"')]
    with pytest.raises(RetryLater, match="longer than"):
        await github.repository(site.repo)


async def test_writes_of_one_installation_are_a_second_apart(site: Site, github: GitHub) -> None:
    number = open_pull(site)
    start = site.clock.now()
    times = []
    for n in range(4):
        await github.create_comment(site.repo, number, f"{n}")
        times.append((site.clock.now() - start).total_seconds())
    assert times == [0, 1, 2, 3]
    await github.comments(site.repo, number)
    assert (site.clock.now() - start).total_seconds() == 3


async def test_writes_at_the_same_time_queue_up(site: Site, github: GitHub) -> None:
    number = open_pull(site)
    await asyncio.gather(*(github.create_comment(site.repo, number, f"{n}") for n in range(3)))
    assert sorted(c.body for c in site.world.comments.values()) == ["0", "1", "2"]
    assert sum(site.clock.slept) == 2


async def test_the_spacing_can_be_turned_off(site: Site) -> None:
    number = open_pull(site)
    async with in_process(site, write_spacing=0.0) as github:
        for n in range(3):
            await github.create_comment(site.repo, number, f"{n}")
    assert site.clock.slept == []


class StandingClock(TickingClock):
    """Nobody's waiting ends: what queues, stays."""

    async def sleep(self, seconds: float) -> None:
        """Wait for ever, as far as the time goes."""
        self.slept.append(seconds)


async def test_a_queue_of_writes_that_is_too_long_goes_back_to_the_workers() -> None:
    clock = StandingClock()
    limiter = Limiter(clock, spacing=1.0)
    for _ in range(31):
        await limiter.enter(1, write=True)
    with pytest.raises(RetryLater, match="too many writes") as caught:
        await limiter.enter(1, write=True)
    assert caught.value.after > 30
    await limiter.enter(2, write=True)


async def test_a_clock_that_goes_back_an_hour_stops_nobody_for_more_than_an_hour() -> None:
    clock = TickingClock()
    limiter = Limiter(clock, spacing=1.0)
    await limiter.enter(1, write=True)
    limiter.close(2, SECONDARY_WAIT)
    clock.forward(-3600)
    await limiter.enter(1, write=True)
    assert clock.slept == []
    with pytest.raises(RetryLater) as caught:
        await limiter.enter(2, write=False)
    assert caught.value.after == LONGEST_WAIT
