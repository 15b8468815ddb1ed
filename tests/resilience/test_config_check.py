"""Killed around any write, the server ends in one check of the configuration with every annotation."""

from itertools import count
from pathlib import Path

import pytest

from bot.demo.github.deliveries import pull_changed
from tests.resilience.life import WRITES, Life
from tests.resilience.process import live
from tests.resilience.scenes import Scene
from tests.resilience.stage import CONFIG, Delivery, new_stage

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]

# More than one request's worth.
FINDINGS = 60


def proposal() -> Scene:
    """A pull request with a configuration that is wrong in many lines."""
    stage = new_stage()
    text = "".join(f"no-such-key-{number}: 1\n" for number in range(FINDINGS))
    stage.world.add_commit(stage.repo, stage.pull.head_branch, {CONFIG: text.encode()})
    stage.pull.files = [(CONFIG, "modified")]
    payload = pull_changed(stage.world, stage.pull, "opened")
    return Scene(stage, None, (Delivery.from_payload("pull_request", payload, "pull-request-1"),))


async def test_wherever_it_is_killed_there_is_one_check_with_each_annotation_once(tmp_path: Path):
    scene = proposal()
    for number in count(1):
        home, mail = scene.home(tmp_path / str(number))
        life = Life(WRITES, ends_at=number)
        await live(home, life, mail)
        if life.dead:
            await live(home, Life(), mail)
        [check] = home.stage.world.checks.values()
        lines = [note["start_line"] for note in check.annotations]
        assert (check.name, check.conclusion) == ("Retriage / config", "failure")
        assert sorted(map(str, lines)) == sorted(str(line) for line in range(1, FINDINGS + 1)), life.end
        assert home.rows("SELECT kind, reason FROM work") == []
        if not life.dead:
            break
    assert number > len(("create", "add"))
