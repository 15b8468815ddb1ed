"""Killed between any two steps and started again, the server ends in the same single comment.

A kill only matters where durable state changes: around every request to GitHub, and around every commit
that changes something. The same life is lived again and again, and ends one point later each time, until
it is not killed any more. Nothing of a killed process runs on: its requests hang, its transactions fail.
"""

from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest

from tests.resilience import scenes
from tests.resilience.life import COMMITS, REQUESTS, WRITES, Life
from tests.resilience.oracle import check_rest, look, posts
from tests.resilience.process import LEASE_SECONDS, Home, live
from tests.resilience.scenes import Scene

SCENES = {
    scenes.first_failing_run: (REQUESTS, COMMITS),
    scenes.wall_of_annotations: (WRITES,),
    scenes.second_push: (WRITES, COMMITS),
    scenes.call_for_help: (REQUESTS, COMMITS),
    scenes.call_for_a_reread: (WRITES, COMMITS),
    scenes.unseen_duplicate: (REQUESTS, COMMITS),
}
CASES = [
    pytest.param(play, kind, id=f"{play.__name__}-{kind}") for play, kinds in SCENES.items() for kind in kinds
]

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]


@pytest.mark.parametrize(("play", "kind"), CASES)
async def test_wherever_it_is_killed_it_ends_in_the_same_single_comment(
    tmp_path: Path, play: Callable[[Path], Awaitable[Scene]], kind: str
):
    scene = await play(tmp_path)
    home, mail = scene.home(tmp_path / "whole")
    await live(home, Life(), mail)
    wanted, written = look(home.stage), posts(home.stage, scene.before)
    check_rest(home.stage, scene.before, wanted)
    problems, points = [], []
    for number in count(1):
        home, mail = scene.home(tmp_path / str(number))
        life = Life(kind, ends_at=number)
        await live(home, life, mail)
        if not life.dead:
            break
        points.append(life.points[-1])
        home.stage.clock.forward(downtime(kind, number))
        await live(home, Life(), mail)
        try:
            check_rest(home.stage, scene.before, wanted)
            check_books(home, scene)
            assert posts(home.stage, scene.before) == written, "a comment was posted again"
        except AssertionError as error:
            problems.append(f"{life.end}: {error}")
    assert problems == [], "\n".join(problems)
    assert len(points) >= 5


def downtime(kind: str, number: int) -> float:
    """How long the server is gone.

    It is started again at once, when GitHub may still do what the dead process asked for; and, at every
    other commit, when its leases are over. The state after one commit is that before the next.
    """
    return LEASE_SECONDS if kind == COMMITS and number % 2 else 0.0


def check_books(home: Home, scene: Scene) -> None:
    """Nothing waits, nothing was buried, and every delivery is in the inbox once (I1)."""
    assert home.rows("SELECT kind, state, reason FROM work") == []
    for one in scene.mail:
        guid = one.headers["x-github-delivery"]
        assert home.rows("SELECT outcome FROM deliveries WHERE guid = ?", guid) == [("accepted",)]
