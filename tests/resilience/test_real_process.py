"""The real server in a process of its own, on sockets and a file: killed, stopped, started again."""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from bot.demo.github.state import Fault
from tests.fakes.github import BLOB_HOST
from tests.resilience.host import Host, Trap, lives, open_host, until
from tests.resilience.life import Life
from tests.resilience.oracle import Shown, check_rest, look
from tests.resilience.process import Home, live
from tests.resilience.stage import Delivery, Stage, new_stage, small_key

# RELIABILITY A2: a restart is ready in less than this, as a rule: the machine may be busy.
READY_SECONDS = 5.0
# RELIABILITY A3.
STOP_SECONDS = 20.0
# The last deliveries come when the kills are over.
KILLS, DELIVERIES, LAST, SEED = 20, 50, 3, 2

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]


async def wanted_of(host: Host, stage: Stage, folder: Path) -> Shown:
    """What a server says that comes to this state of GitHub with nothing remembered."""
    twin = stage.copy()
    world = twin.world
    world.public_key, world.blob_base = small_key().public, f"https://{BLOB_HOST}"
    for comment in list(world.comments.values()):
        if comment.app == world.app_id:
            del world.comments[comment.id]
    world.checks.clear()
    twin.clock.forward_to(host.clock.now())
    run = max((run for run in world.runs.values() if run.head_sha == twin.pull.head_sha), key=lambda r: r.id)
    await live(Home(twin, folder / "retriage.db", web=host.address), Life(), twin.told(run))
    return look(twin)


async def test_killed_from_inside_of_its_requests_it_makes_one_comment_on_each_pull_request(tmp_path: Path):
    stage = new_stage()
    before = stage.copy()
    traps = [
        ("POST", "/comments", False),
        ("POST", "/comments", True),
        ("POST", "/check-runs", False),
        ("POST", "/check-runs", True),
        ("GET", "/_blob/", False),
    ]
    pulls = [stage, *(stage.open_pull(f"branch-{number}") for number in range(1, len(traps)))]
    async with open_host(stage, tmp_path / "data") as host:
        for pull, words in zip(pulls, traps, strict=True):
            await host.start()
            trap = host.trap = Trap(*words)
            await host.post(pull.told(pull.run("TestSmall"))[0])
            await asyncio.wait_for(trap.sprung.wait(), STOP_SECONDS)
            assert await host.ended() == -signal.SIGKILL
        await host.start()
        await host.rest()
        for number, pull in enumerate(pulls):
            wanted = await wanted_of(host, pull, tmp_path / str(number))
            check_rest(pull, before if pull is stage else pull, wanted)
        check_books(host, len(pulls))


async def test_killed_twenty_times_under_load_it_loses_no_delivery_it_has_taken(tmp_path: Path):
    stage = new_stage()
    rng, pace = random.Random(SEED), random.Random(SEED + 1)  # noqa: S311 - chooses moments
    before = stage.copy()
    sent: list[Delivery] = []
    async with open_host(stage, tmp_path / "data") as host:
        await host.start()
        posting = asyncio.create_task(post(host, sent, DELIVERIES - LAST, pace))
        for _ in range(KILLS):
            await asyncio.sleep(rng.uniform(0.0, 0.25))
            await host.kill()
            await host.start()
        await posting
        await post(host, sent, LAST, rng)
        await host.rest()
        check_books(host, DELIVERIES)
        guids = {str(row[0]) for row in host.rows("SELECT guid FROM deliveries")}
        assert guids == {one.headers["x-github-delivery"] for one in sent if one.taken}
        check_rest(stage, before, await wanted_of(host, stage, tmp_path / "wanted"), Shown.newest)
        assert sorted(host.starts)[len(host.starts) // 2] < READY_SECONDS


async def post(host: Host, sent: list[Delivery], runs: int, rng: random.Random) -> None:
    """Deliver one run after the other, each as soon as the one before it was taken."""
    for _ in range(runs):
        sent += host.stage.told(host.stage.run("TestSmall", f"TestNumber{len(sent)}"))
        await host.post(sent[-1])
        await asyncio.sleep(rng.uniform(0.0, 0.1))


async def test_sigterm_gives_work_back_and_leaves_no_process_behind(tmp_path: Path):
    stage = new_stage()
    before = stage.copy()
    async with open_host(stage, tmp_path / "data") as host:
        await host.start()
        await host.post(stage.told(stage.run("TestSmall"))[0])
        await host.rest()
        readers = host.children()
        assert readers
        # This log comes too late for a process that has to stop.
        late = Fault("GET", "/_blob/", status=200, delay=2.0)
        stage.world.faults.append(late)
        stage.push()
        await host.post(stage.told(stage.run("TestSmall", "TestNew"))[0])
        await until(lambda: late.times == 0)
        host.signal(signal.SIGTERM)
        assert await asyncio.wait_for(host.ended(), STOP_SECONDS) == 0
        assert host.rows("SELECT kind, state, reason FROM work") == [("reconcile", "waiting", "stopped")]
        await until(lambda: not any(lives(number) for number in readers))
        await host.start()
        await host.rest()
        check_rest(stage, before, await wanted_of(host, stage, tmp_path / "wanted"))
        check_books(host, 2)


def check_books(host: Host, deliveries: int) -> None:
    """The file is whole, every delivery is in it once, and nothing waits.

    Work that was killed five times in a row is given up with that reason: it may be what kills.
    """
    assert host.rows("PRAGMA integrity_check") == [("ok",)]
    assert host.rows("SELECT COUNT(*), COUNT(DISTINCT guid) FROM deliveries") == [(deliveries, deliveries)]
    again_and_again = "the process ended in the middle of it, again and again"
    left = host.rows("SELECT kind, state, reason FROM work")
    assert [row for row in left if row[1:] != ("buried", again_and_again)] == []
