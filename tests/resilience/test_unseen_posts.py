"""A POST whose answer was an error, or never came, may have taken effect: it never makes a second comment."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Application
from bot.demo.github.state import Fault
from bot.github.http import AsyncBaseTransport
from tests.resilience.life import Life
from tests.resilience.oracle import Shown, check_rest, look
from tests.resilience.process import LEASE_SECONDS, REST_WITHIN, Home, deliver, live, living, settle
from tests.resilience.stage import new_stage
from tests.resilience.unseen import LateWire, Witness, WitnessWire

# As long as GitHub was seen to go on with a request after its client had given up.
LINGER_SECONDS = 20.0
# RELIABILITY I2: an extra comment lives no longer.
LONGEST_EXTRA = 120.0
AT_ONCE = timedelta(seconds=2)
COMMENTS = "/issues/1/comments"

Step = Callable[[Home, Application], Awaitable[None]]

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]


class Trouble:
    """One way in which the POST of the comment goes wrong, on a stage of its own, and a witness."""

    def __init__(
        self,
        folder: Path,
        fault: Fault | None = None,
        late: float = 0.0,
        *,
        hang: bool = False,
        low: bool = False,
    ) -> None:
        folder.mkdir()
        self.stage = new_stage()
        self.before = self.stage.copy()
        self.witness = Witness(self.stage)
        self.late = LateWire(self.stage, self.witness, late, hang=hang, low=low)
        self.is_late = late > 0
        self.home = Home(self.stage, folder / "retriage.db", self._wire)
        if fault is not None:
            self.stage.world.faults.append(fault)

    def _wire(self, github: AsyncBaseTransport) -> AsyncBaseTransport:
        self.late.github = github
        return WitnessWire(self.late if self.is_late else github, self.witness)

    def check(self, wanted: Shown, *, most: int = 1) -> None:
        """At rest it is as if nothing had gone wrong, and there never were more comments than that."""
        check_rest(self.stage, self.before, wanted, Shown.without_ids)
        assert self.witness.most == most
        assert self.home.rows("SELECT kind, state, reason FROM work") == []


async def another_workflow_ends(home: Home, application: Application) -> None:
    """News for the comment, while it is not known whether there is one."""
    home.stage.clock.forward(3.0)
    await deliver(application, home.stage.told(home.stage.run("TestDocs", workflow="Docs")))
    await settle(home, application, AT_ONCE)


async def somebody_asks(home: Home, application: Application) -> None:
    """A person wants it read again, now."""
    home.stage.clock.forward(3.0)
    await deliver(application, home.stage.told(home.stage.say("/retriage")))
    await settle(home, application, AT_ONCE)


async def github_cannot_list(home: Home, application: Application) -> None:
    """The next two questions after the comments fail: that does not mean that there are none."""
    del application
    home.stage.world.faults.append(Fault("GET", COMMENTS, times=2))


CALM: tuple[Step, ...] = ()
BUSY: tuple[Step, ...] = (another_workflow_ends, somebody_asks)
BLIND: tuple[Step, ...] = (github_cannot_list,)
BUSY_AND_BLIND: tuple[Step, ...] = (another_workflow_ends, github_cannot_list, somebody_asks)


async def tell(home: Home, steps: Sequence[Step]) -> None:
    """A first failing run, what happens while its POST is in doubt, and time until nothing waits."""
    async with living(home, Life()) as application:
        await deliver(application, home.stage.told(home.stage.run("TestSmall", "TestLarge")))
        await settle(home, application, AT_ONCE)
        for step in steps:
            await step(home, application)
        await settle(home, application, REST_WITHIN)


async def without_trouble(folder: Path, steps: Sequence[Step] = ()) -> Shown:
    """What the same story ends in when nothing goes wrong."""
    fine = Trouble(folder / "fine")
    await tell(fine.home, [step for step in steps if step is not github_cannot_list])
    return look(fine.stage)


@pytest.mark.parametrize("steps", [CALM, BUSY, BLIND, BUSY_AND_BLIND], ids=["calm", "busy", "blind", "both"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", COMMENTS),
        Fault("POST", COMMENTS, after_effect=True),
        Fault("POST", COMMENTS, status=0, after_effect=True),
        Fault("POST", COMMENTS, status=0, times=2),
    ],
    ids=["refused", "done but 502", "done but cut", "cut twice"],
)
async def test_a_post_that_failed_is_looked_for_before_it_is_repeated(
    tmp_path: Path, fault: Fault, steps: Sequence[Step]
):
    wanted = await without_trouble(tmp_path, steps)
    trouble = Trouble(tmp_path / "trouble", Fault(**{name: getattr(fault, name) for name in fault.__slots__}))
    await tell(trouble.home, steps)
    trouble.check(wanted)


@pytest.mark.parametrize("steps", [CALM, BUSY, BLIND, BUSY_AND_BLIND], ids=["calm", "busy", "blind", "both"])
async def test_a_post_that_lands_after_its_error_is_waited_for_whatever_comes_meanwhile(
    tmp_path: Path, steps: Sequence[Step]
):
    wanted = await without_trouble(tmp_path, steps)
    trouble = Trouble(tmp_path / "trouble", late=LINGER_SECONDS)
    await tell(trouble.home, steps)
    trouble.check(wanted)


async def test_a_post_that_is_cut_off_by_a_stop_is_waited_for_by_the_next_process(tmp_path: Path):
    wanted = await without_trouble(tmp_path)
    trouble = Trouble(tmp_path / "trouble", late=LINGER_SECONDS, hang=True)
    home = trouble.home
    async with living(home, Life()) as application:
        await deliver(application, home.stage.told(home.stage.run("TestSmall", "TestLarge")))
        await trouble.late.asked.wait()
        stopping = asyncio.create_task(pass_grace(home))
    await stopping
    assert home.rows("SELECT state, reason FROM work WHERE kind = 'reconcile'") == [("waiting", "stopped")]
    await live(home, Life())
    trouble.check(wanted)


async def pass_grace(home: Home) -> None:
    """Let the seconds pass that a stopping process gives its work."""
    while not home.stage.clock.sleeps(15.0):
        await asyncio.sleep(0)
    home.stage.clock.forward(15.0)


@pytest.mark.parametrize("low", [False, True], ids=["a later id", "an earlier id"])
@pytest.mark.parametrize("steps", [CALM, BUSY], ids=["calm", "busy"])
async def test_an_extra_that_lands_after_the_hold_is_swept_and_the_newest_truth_stays(
    tmp_path: Path, steps: Sequence[Step], *, low: bool
):
    wanted = await without_trouble(tmp_path, steps)
    trouble = Trouble(tmp_path / "trouble", late=45.0, low=low)
    await tell(trouble.home, steps)
    trouble.check(wanted, most=2)
    assert trouble.witness.longest <= LONGEST_EXTRA


async def test_a_post_that_is_cut_off_by_a_kill_is_waited_for_by_a_process_started_at_once(tmp_path: Path):
    wanted = await without_trouble(tmp_path)
    trouble = Trouble(tmp_path / "trouble", late=LINGER_SECONDS, hang=True)
    await kill_in_post(trouble)
    await live(trouble.home, Life())
    trouble.check(wanted)


async def test_an_extra_of_a_killed_process_is_swept_too(tmp_path: Path):
    wanted = await without_trouble(tmp_path)
    trouble = Trouble(tmp_path / "trouble", late=LEASE_SECONDS + 10.0, hang=True)
    await kill_in_post(trouble)
    trouble.stage.clock.forward(LEASE_SECONDS)
    await live(trouble.home, Life())
    trouble.check(wanted, most=2)
    assert trouble.witness.longest <= LONGEST_EXTRA


async def kill_in_post(trouble: Trouble) -> None:
    """Take a failing run, and be killed while GitHub is asked for the comment."""
    life, stage = Life(), trouble.stage

    async def kill() -> None:
        await trouble.late.asked.wait()
        life.kill()

    killing = asyncio.create_task(kill())
    await live(trouble.home, life, stage.told(stage.run("TestSmall", "TestLarge")))
    await killing
