"""What happens on the stage before the kill, and the mail that the kill falls into."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

from bot.demo.github.state import Comment, Run
from tests.resilience.life import Life
from tests.resilience.process import Home, live
from tests.resilience.stage import MARKER, Delivery, Stage, new_stage

# A person needs longer than any hold between two pushes.
A_WHILE = 900.0
# The comment and the check are written, and the sweep is still to come.
BEFORE_SWEEP = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Scene:
    """A state of GitHub and of the database, and the mail that comes next."""

    before: Stage
    file: Path | None
    mail: tuple[Delivery, ...]

    def home(self, folder: Path) -> tuple[Home, list[Delivery]]:
        """The same state and mail once more, in a folder of its own."""
        folder.mkdir()
        home = Home(self.before.copy(), folder / "retriage.db")
        if self.file:
            copyfile(self.file, home.file)
        return home, [Delivery(one.event, one.headers, one.body) for one in self.mail]


async def first_failing_run(folder: Path) -> Scene:
    """The first run fails; the base branch's run has to be looked up on GitHub."""
    del folder
    stage = new_stage()
    return _scene(stage, None, stage.run("TestSmall", "TestLarge"))


async def wall_of_annotations(folder: Path) -> Scene:
    """A first run with more failures than GitHub takes annotations at once."""
    del folder
    stage = new_stage("version: 1\ncheck: {annotations: 60}\n")
    return _scene(stage, None, stage.run(*(f"TestCase{number}" for number in range(60))))


async def second_push(folder: Path) -> Scene:
    """A second push: one test fails still, one is new; the comment is edited."""
    stage, file, _ = await _reported(folder)
    stage.push()
    return _scene(stage, file, stage.run("TestLarge", "TestNew"))


async def call_for_help(folder: Path) -> Scene:
    """Somebody asks for help, and somebody else has posted something that looks like the answer."""
    stage, file, _ = await _reported(folder)
    command = stage.say("/retriage help")
    stage.say(f"<!-- retriage:reply {command.id} -->\nnot the App's", "mallory")
    return _scene(stage, file, command)


async def call_for_a_reread(folder: Path) -> Scene:
    """A second attempt of the run was never told of; somebody asks to look again."""
    stage, file, run = await _reported(folder)
    stage.run_again(run, "TestLarge")
    return _scene(stage, file, stage.say("/retriage"))


async def unseen_duplicate(folder: Path) -> Scene:
    """A request that GitHub had refused made a comment after all, and the sweep is due."""
    stage, file, _ = await _reported(folder, within=BEFORE_SWEEP)
    stage.world.add_comment(
        stage.repo_id, stage.number, stage.world.bot, f"{MARKER}\nolder", app=stage.world.app_id
    )
    return _scene(stage, file)


async def _reported(folder: Path, within: timedelta | None = None) -> tuple[Stage, Path, Run]:
    """A pull request whose first failing run was reported on, by a server that was stopped in peace."""
    stage = new_stage()
    run = stage.run("TestSmall", "TestLarge")
    home = Home(stage, folder / "reported.db")
    mail = stage.told(run)
    if within is None:
        await live(home, Life(), mail)
        stage.clock.forward(A_WHILE)
    else:
        await live(home, Life(), mail, within)
    return stage, home.file, run


def _scene(stage: Stage, file: Path | None, *told: Run | Comment) -> Scene:
    return Scene(stage, file, tuple(stage.told(*told)))
