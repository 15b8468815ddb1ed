"""What people do while the server works: at each of its requests in turn, the world changes under it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from bot.github.http import AsyncBaseTransport, httpx
from tests.resilience import scenes
from tests.resilience.life import Life
from tests.resilience.oracle import check_rest, comments, look, of_others, posts
from tests.resilience.process import Home, deliver, live, living, settle
from tests.resilience.scenes import Scene
from tests.resilience.stage import MARKER, Stage

# Twenty waits and five tries of each of two pieces of work would be a storm; this is what one event may cost.
MOST_REQUESTS = 120

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]


class InterruptedWire(AsyncBaseTransport):
    """Lets something happen right before the n-th request reaches GitHub."""

    def __init__(self, number: int, happen: Callable[[], None]) -> None:
        self.seen = 0
        self._number = number
        self._happen = happen
        self.github: AsyncBaseTransport = AsyncBaseTransport()

    def around(self, github: AsyncBaseTransport) -> AsyncBaseTransport:
        """Stand between a server and GitHub; api and logs are counted together."""
        self.github = github
        return self

    @property
    def happened(self) -> bool:
        """The request was reached."""
        return self.seen >= self._number

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        self.seen += 1
        if self.seen == self._number:
            self._happen()
        return await self.github.handle_async_request(request)


async def interrupted(
    scene: Scene, folder: Path, number: int, happen: Callable[[Stage], None]
) -> tuple[Home, InterruptedWire]:
    """Live through a scene in which something happens at a request."""
    home, mail = scene.home(folder)
    wire = InterruptedWire(number, lambda: happen(home.stage))
    home.wrap = wire.around
    await live(home, Life(), mail)
    return home, wire


async def test_a_push_at_every_third_request_ends_in_a_comment_about_the_new_head(tmp_path: Path):
    scene = await scenes.first_failing_run(tmp_path)
    stage = scene.before
    # The commit and its run exist already, so that ids are the same whenever the branch moves there.
    old, new = stage.pull.head_sha, stage.push()
    later = stage.run("TestLarge", "TestNew")

    def stand(stage: Stage, sha: str) -> None:
        stage.pull.head_sha = stage.repo.branches["fix"] = sha

    stand(stage, old)
    wanted, written = None, None
    for number in count(1, 3):
        home, wire = await interrupted(scene, tmp_path / str(number), number, lambda one: stand(one, new))
        stand(home.stage, new)
        await live(home, Life(), home.stage.told(later))
        if wanted is None:
            wanted, written = look(home.stage), 1
            assert f"/commit/{new}" in wanted.status[0]
        check_rest(home.stage, scene.before, wanted)
        assert posts(home.stage, scene.before) == written
        if not wire.happened:
            break
    assert number > 20


async def test_a_comment_deleted_at_any_request_comes_back_for_a_newer_run_alone(tmp_path: Path):
    scene = await scenes.second_push(tmp_path)
    home, mail = scene.home(tmp_path / "whole")
    await live(home, Life(), mail)
    wanted = look(home.stage)
    problems = []
    for number in count(1):
        said: list[str] = []
        home, wire = await interrupted(scene, tmp_path / str(number), number, partial(delete, said))
        if not wire.happened:
            break
        # It had said this run's truth when it was deleted: that was meant.
        meant = said[0] == wanted.status[0]
        if look(home.stage).status != (() if meant else wanted.status):
            problems.append(f"request {number}: meant: {meant}, {len(look(home.stage).status)} comments")
        await live(home, Life(), home.stage.told(home.stage.say("/retriage")))
        if look(home.stage).status != (() if meant else wanted.status):
            problems.append(f"request {number}, asked again: {len(look(home.stage).status)} comments")
        assert of_others(home.stage)[: len(of_others(scene.before))] == of_others(scene.before)
    assert problems == [], "\n".join(problems)
    home.stage.push()
    await live(home, Life(), home.stage.told(home.stage.run("TestNew")))
    assert len(look(home.stage).status) == 1


def delete(said: list[str], stage: Stage) -> None:
    """A person deletes the App's status comment; what it said is noted."""
    for one in comments(stage):
        if one.app == stage.world.app_id and one.body.startswith(MARKER):
            said.append(one.body)
            del stage.world.comments[one.id]


async def test_a_conversation_locked_at_every_third_request_ends_in_at_most_one_comment_and_one_check(
    tmp_path: Path,
):
    scene = await scenes.first_failing_run(tmp_path)
    home, mail = scene.home(tmp_path / "whole")
    await live(home, Life(), mail)
    wanted = look(home.stage)
    for number in count(1, 3):
        home, wire = await interrupted(
            scene, tmp_path / str(number), number, lambda one: setattr(one.pull, "locked", True)
        )
        if not wire.happened:
            break
        shown = look(home.stage)
        assert shown.status in ((), wanted.status)
        assert (shown.check, shown.checks) == (wanted.check, wanted.checks)
        assert posts(home.stage, scene.before) == 1
        assert home.rows("SELECT 1 FROM work WHERE state <> 'buried'") == []


async def test_an_app_uninstalled_at_every_third_request_gives_up_soon(tmp_path: Path):
    scene = await scenes.first_failing_run(tmp_path)
    for number in count(1, 3):
        home, wire = await interrupted(
            scene, tmp_path / str(number), number, lambda one: one.world.installations.clear()
        )
        if not wire.happened:
            break
        assert home.rows("SELECT 1 FROM work WHERE state <> 'buried'") == [], f"request {number}"
        assert len(home.stage.world.requests) - len(scene.before.world.requests) < MOST_REQUESTS
        assert len(look(home.stage).status) <= 1
        assert of_others(home.stage) == of_others(scene.before)


async def test_a_pull_request_closed_while_it_is_read_keeps_what_was_said(tmp_path: Path):
    scene = await scenes.second_push(tmp_path)
    before = look(scene.before).status
    home, mail = scene.home(tmp_path / "closed")
    async with living(home, Life()) as application:
        home.stage.pull.state = "closed"
        await deliver(application, mail)
        await settle(home, application, timedelta(seconds=300))
    assert look(home.stage).status == before
