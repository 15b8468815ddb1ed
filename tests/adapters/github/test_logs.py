"""Logs are a hostile stream from a place that somebody else names."""

import asyncio
import gzip
import logging
import zlib

import pytest

from bot.demo.github.state import Fault, Job
from bot.errors import Gone, RetryLater
from bot.github import logs
from bot.ports import FetchedLog, GitHub
from tests.fakes.github import Site, in_process
from tests.fakes.rawserver import Script, answer, raw_server, saying

pytestmark = pytest.mark.anyio
TEXT = b"".join(b"2026-11-20T12:00:%02d.0Z line %d\n" % (n % 60, n) for n in range(20_000))


def add_job(site: Site, log: bytes | None = b"text\n") -> Job:
    run = site.world.add_run(site.home, site.home.branches["main"], "main")
    return site.world.add_job(run, "build", "failure", log=log)


async def fetch_from(site: Site, script: Script, *, limit: float = 20.0) -> tuple[FetchedLog, list[bytes]]:
    """Fetch a log whose store is a raw server that follows `script`; give also what it was sent."""
    heads: list[bytes] = []

    async def listening(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        await script(head, writer)

    job = add_job(site)
    async with raw_server(listening) as host:
        location = Fault("GET", "/logs", status=302, headers={"location": f"http://{host}/log?sig=canary"})
        site.world.faults = [location]
        async with in_process(site, on_network=True, log_hosts=(host,), log_deadline=limit) as github:
            return await github.job_log(site.repo, job.id), heads


async def test_a_log_is_fetched_whole_and_without_credentials(site: Site, github: GitHub) -> None:
    job = add_job(site, TEXT)
    assert await github.job_log(site.repo, job.id) == FetchedLog(TEXT)


async def test_the_log_store_hears_nothing_of_us(site: Site) -> None:
    log, heads = await fetch_from(site, saying(answer(TEXT)))
    assert log == FetchedLog(TEXT)
    (head,) = heads
    names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:] if line}
    assert names == {b"host", b"accept", b"accept-encoding", b"connection", b"user-agent"}
    assert b"accept-encoding: identity" in head.lower()
    assert b"ghs_" not in head


async def test_no_log_line_of_ours_repeats_the_logs_address(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await fetch_from(site, saying(answer(TEXT)))
    with pytest.raises(RetryLater) as caught:
        await fetch_from(site, saying(answer(b"", status="500 No")))
    assert "canary" not in caplog.text + repr(caught.value)


async def test_a_log_that_expired_is_gone(site: Site, github: GitHub) -> None:
    job = add_job(site)
    job.expired = True
    with pytest.raises(Gone, match="410"):
        await github.job_log(site.repo, job.id)


async def test_a_log_that_never_came_is_gone(site: Site, github: GitHub) -> None:
    with pytest.raises(Gone, match="404"):
        await github.job_log(site.repo, add_job(site, None).id)


async def test_an_address_that_expired_on_the_way_is_asked_for_once_more(site: Site, github: GitHub) -> None:
    job = add_job(site, TEXT)
    site.world.faults = [Fault(path="/_blob/", status=403)]
    assert await github.job_log(site.repo, job.id) == FetchedLog(TEXT)
    assert sum(path.endswith("/logs") for path in site.paths()) == 2
    site.world.faults = [Fault(path="/_blob/", status=403, times=9)]
    with pytest.raises(RetryLater, match="fresh"):
        await github.job_log(site.repo, job.id)


@pytest.mark.parametrize(
    ("status", "error"), [(404, Gone), (410, Gone), (500, RetryLater), (503, RetryLater)]
)
async def test_the_stores_own_errors(site: Site, github: GitHub, status: int, error: type[Exception]) -> None:
    job = add_job(site)
    site.world.faults = [Fault(path="/_blob/", status=status)]
    with pytest.raises(error):
        await github.job_log(site.repo, job.id)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf", b"\r\n"])
async def test_an_error_in_place_of_the_log_is_no_log(site: Site, github: GitHub, bom: bytes) -> None:
    body = bom + b'<?xml version="1.0" encoding="utf-8"?><Error><Code>ServerBusy</Code></Error>'
    log = await github.job_log(site.repo, add_job(site, body).id)
    assert (log.data, log.complete) == (b"", False)
    assert "error in place of the log" in log.gap


CUT = gzip.compress(TEXT)[:-200]
BAD_CRC = gzip.compress(TEXT)[:-8] + b"\0" * 8
BOMB = gzip.compress(b"\0" * (64 << 20))
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

LIES = [
    (answer(TEXT, length=len(TEXT) + 1), "cut"),
    (answer(TEXT[:1000], length=len(TEXT)), "cut"),
    (answer(b"", length=100), "cut"),
    (answer(TEXT, length=-1), "did not say how long"),
    (answer(TEXT[:1000], length=-1), "did not say how long"),
    (CHUNKED + b"5\r\nhello\r\n", "cut"),
    (CHUNKED + b"ff\r\nhello", "cut"),
    (CHUNKED + b"zz\r\nhello", "cut"),
    (answer(CUT, "Content-Encoding: gzip"), "ends early"),
    (answer(BAD_CRC, "Content-Encoding: gzip"), "damaged"),
    (answer(b"no gzip at all", "Content-Encoding: gzip"), "damaged"),
    (answer(b"", "Content-Encoding: gzip"), "ends early"),
    (answer(BOMB, "Content-Encoding: gzip"), "more than 100 to 1"),
    (answer(BOMB, "Content-Encoding: gzip", length=-1), "more than 100 to 1"),
    (answer(TEXT, "Content-Encoding: br"), "not asked for"),
    (answer(gzip.compress(gzip.compress(TEXT)), "Content-Encoding: gzip, gzip"), "not asked for"),
]


@pytest.mark.parametrize(("said", "why"), LIES, ids=range(len(LIES)))
async def test_a_log_that_is_not_whole_says_so(site: Site, said: bytes, why: str) -> None:
    log, _ = await fetch_from(site, saying(said))
    assert not log.complete
    assert why in log.gap
    assert TEXT.startswith(log.data) or said.startswith(CHUNKED) or not log.data.strip(b"\0")
    assert len(log.data) < 16 << 20


WHOLE = [
    answer(TEXT),
    CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(TEXT), TEXT),
    answer(gzip.compress(TEXT), "Content-Encoding: gzip"),
    answer(gzip.compress(TEXT), "Content-Encoding: GZIP", length=-1),
    answer(gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:]), "Content-Encoding: gzip"),
    answer(gzip.compress(TEXT) + b"\0\0", "Content-Encoding: x-gzip"),
    answer(zlib.compress(TEXT), "Content-Encoding: deflate"),
]


@pytest.mark.parametrize("said", WHOLE, ids=range(len(WHOLE)))
async def test_a_log_that_is_whole_is_complete_however_it_is_sent(site: Site, said: bytes) -> None:
    log, _ = await fetch_from(site, saying(said))
    assert log == FetchedLog(TEXT)


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 5000, b"\xff\xfe" + "utf-16".encode("utf-16-le"), b"x" * 3_000_000]
)
async def test_bytes_of_any_kind_are_kept_as_they_came(site: Site, github: GitHub, body: bytes) -> None:
    assert await github.job_log(site.repo, add_job(site, body).id) == FetchedLog(body)


async def test_a_log_over_the_limit_keeps_what_came_first(site: Site, github: GitHub) -> None:
    job = add_job(site, b"x" * (logs.LOG_LIMIT + 1))
    log = await github.job_log(site.repo, job.id)
    assert (len(log.data), log.complete) == (logs.LOG_LIMIT, False)
    assert "the rest was not read" in log.gap


def dripping(first: bytes) -> Script:
    """Say something, then nothing for longer than anybody waits."""

    async def script(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        await writer.drain()
        await asyncio.Event().wait()

    return script


async def test_a_log_that_drips_is_kept_as_far_as_it_came(site: Site) -> None:
    log, _ = await fetch_from(site, dripping(answer(b"first line\n", length=1000)), limit=0.2)
    assert (log.data, log.complete) == (b"first line\n", False)
    assert "took longer" in log.gap


@pytest.mark.parametrize("first", [b"", answer(b"", length=1000), b"HTTP/1.1 200 OK\r\nX: "])
async def test_a_store_that_stalls_is_tried_again_later(site: Site, first: bytes) -> None:
    with pytest.raises(RetryLater, match="sent nothing"):
        await fetch_from(site, dripping(first), limit=0.2)


@pytest.mark.parametrize("said", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"])
async def test_a_store_that_speaks_no_http_is_tried_again_later(site: Site, said: bytes) -> None:
    with pytest.raises(RetryLater, match="cannot be reached"):
        await fetch_from(site, saying(said))


async def test_a_store_that_is_down_is_tried_again_later(site: Site) -> None:
    async with raw_server(saying(b"")) as host:
        pass
    job = add_job(site)
    site.world.faults = [Fault("GET", "/logs", status=302, headers={"location": f"http://{host}/"})]
    async with in_process(site, on_network=True, log_hosts=(host,)) as github:
        with pytest.raises(RetryLater, match="cannot be reached"):
            await github.job_log(site.repo, job.id)


async def test_a_log_that_comes_without_a_redirect_is_taken(site: Site, github: GitHub) -> None:
    job = add_job(site)
    plain = {"content-type": "text/plain; charset=utf-8"}
    site.world.faults = [Fault("GET", "/logs", status=200, headers=plain, body=TEXT)]
    assert await github.job_log(site.repo, job.id) == FetchedLog(TEXT)


async def test_a_redirect_without_an_address_is_tried_again_later(site: Site, github: GitHub) -> None:
    job = add_job(site)
    site.world.faults = [Fault("GET", "/logs", status=302)]
    with pytest.raises(RetryLater, match="no address"):
        await github.job_log(site.repo, job.id)
