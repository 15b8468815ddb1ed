"""The adapter over real sockets: the small GitHub on a loopback port, as `retriage demo` runs it."""

import pytest

from bot.demo.github.state import Fault
from bot.errors import RetryLater
from bot.github.adapter import open_github
from bot.ports import FetchedLog
from tests.fakes.github import Site, on_loopback
from tests.fakes.rawserver import answer, raw_server, saying

pytestmark = pytest.mark.anyio
LOG = b"2026-11-20T12:00:00.0Z a line\n" * 50_000


async def test_a_run_is_read_and_reported_over_the_wire(site: Site) -> None:
    fork = site.world.add_repository("mallory/hello", parent=site.home)
    sha = site.world.add_commit(fork, "fix#1").sha
    pull = site.world.open_pull(site.home, "mallory", "fix#1", head=fork)
    run = site.world.add_run(site.home, sha, "fix#1", head=fork)
    job = site.world.add_job(run, "Integration (gateway)", "failure", log=LOG)
    site.world.finish_run(run)
    site.world.blob_base = ""
    async with on_loopback(site.judge) as url:
        options = site.options(api_url=url, log_hosts=(url.removeprefix("http://"),), write_spacing=0.0)
        async with open_github(options, site.clock) as github:
            read = await github.run(site.repo, run.id)
            (found,) = await github.find_pull_requests(
                site.repo, read.head_owner, read.head_branch, read.head_repository_id, read.head_sha
            )
            assert found.number == pull.number
            assert await github.job_log(site.repo, job.id) == FetchedLog(LOG)
            archived = await github.attempt_logs(site.repo, run.id, 1, (job.name,))
            assert archived == {job.name: FetchedLog(LOG)}
            posted = await github.create_comment(site.repo, pull.number, "table")
            await github.update_comment(site.repo, posted.id, "table 2")
    assert [comment.body for comment in site.world.comments.values()] == ["table 2"]
    assert site.world.unknown_requests == []


async def test_a_dropped_connection_after_the_effect_is_ambiguous_on_the_wire_too(site: Site) -> None:
    site.world.add_commit(site.home, "fix")
    pull = site.world.open_pull(site.home, "ada", "fix")
    site.world.faults = [Fault("POST", "/comments", status=0, after_effect=True)]
    async with on_loopback(site.judge) as url, open_github(site.options(api_url=url), site.clock) as github:
        with pytest.raises(RetryLater) as caught:
            await github.create_comment(site.repo, pull.number, "table")
    assert caught.value.ambiguous
    assert len(site.world.comments) == 1


@pytest.mark.parametrize(
    "said",
    [
        answer(b'{"id": 1}', "Content-Type: application/json", length=5000),
        answer(b'{"id": 1}', "Content-Type: application/json", length=-1),
        answer(b"{", "Content-Type: application/json", "Content-Encoding: gzip"),
        answer(b"<html>", "Content-Type: text/html"),
        b"HTTP/1.1 200 OK\r\n",
        b"",
    ],
    ids=range(6),
)
async def test_an_answer_that_is_not_whole_is_no_answer(site: Site, said: bytes) -> None:
    async with raw_server(saying(said)) as host:
        options = site.options(api_url=f"http://{host}")
        async with open_github(options, site.clock) as github:
            with pytest.raises(RetryLater) as caught:
                await github.repository(site.repo)
    assert not caught.value.ambiguous


async def test_a_github_that_is_down_did_nothing(site: Site) -> None:
    async with raw_server(saying(b"")) as host:
        pass
    async with open_github(site.options(api_url=f"http://{host}"), site.clock) as github:
        with pytest.raises(RetryLater, match="ConnectError") as caught:
            await github.create_comment(site.repo, 1, "text")
    assert not caught.value.ambiguous
