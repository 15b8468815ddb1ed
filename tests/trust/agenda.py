"""What happens when: a plan worked off in time order, and whatever starts puts its own end on the list."""

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from bot.demo.github.state import Run
from bot.demo.theatre import open_theatre
from tests.fakes.github import key_pair
from tests.journeys.clock import JourneyClock
from tests.trust.outcome import Cause
from tests.trust.plan import Plan, PullPlan, Push
from tests.trust.pool import Pool
from tests.trust.replay import WORKFLOW, Replay

RERUN_AFTER = timedelta(minutes=12)
Say = Callable[[str], None]
Step = Callable[[timedelta], Awaitable[None]]


async def play(plan: Plan, pools: Mapping[str, Pool], seed: int, say: Say) -> Replay:
    """Play a whole plan in time order; everything that was reported."""
    async with open_theatre(clock=JourneyClock(), keys=key_pair()) as theatre:
        replay = Replay(theatre, plan, pools, seed)
        agenda = Agenda(replay)
        await agenda.work_off(say)
        return replay


class Agenda:
    """A list of steps with their moments, the next one on top."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.rng = random.Random(f"agenda {replay.seed}")  # noqa: S311 - a seeded draw
        self.order = itertools.count()
        self.heap: list[tuple[timedelta, int, Step]] = []
        for pull in replay.plan.pulls:
            for number, push in enumerate(pull.pushes):
                self.at(push.at, self._push(pull, number))
            if pull.merged is not None:
                self.at(pull.merged, self._merge(pull))
        for moment in sorted(set(replay.plan.written.values())):
            self.at(moment, self._configure)
        for day in range(replay.plan.days):
            self.at(timedelta(days=day, hours=5), self._nightly)

    def at(self, moment: timedelta, do: Step) -> None:
        """Put a step on the list."""
        heapq.heappush(self.heap, (moment, next(self.order), do))

    async def work_off(self, say: Say) -> None:
        """Do everything, and what comes of it."""
        told = 0
        while self.heap:
            moment, _, do = heapq.heappop(self.heap)
            self.replay.move_to(moment)
            await do(moment)
            if moment.days > told:
                told = moment.days
                say(f"day {told} of {self.replay.plan.days}: {len(self.replay.outcomes)} failures judged")

    async def _configure(self, moment: timedelta) -> None:
        self.replay.configure(moment)

    async def _nightly(self, moment: timedelta) -> None:
        """`main` runs every night, whatever was merged."""
        self._start_main(moment)

    def _start_main(self, moment: timedelta) -> None:
        replay = self.replay
        world, sha = replay.theatre.world, replay.repo.branches["main"]
        run = world.add_run(replay.repo, sha, "main", workflow=WORKFLOW, event="push")
        causes = replay.causes(Push(moment, 10), moment)

        async def end(at: timedelta) -> None:
            replay.fill(run, causes, at)
            await replay.finish(run)

        self.at(moment + timedelta(minutes=self.rng.randint(6, 14)), end)

    def _push(self, pull: PullPlan, number: int) -> Step:
        async def start(moment: timedelta) -> None:
            replay, push = self.replay, pull.pushes[number]
            if pull.parent and pull.parent not in replay.pulls:
                return
            run = replay.push(pull, number)
            causes = replay.causes(push, moment)
            self.at(
                moment + timedelta(minutes=push.minutes),
                self._end(pull, number, run, causes, push.reruns, ()),
            )

        return start

    def _end(
        self,
        pull: PullPlan,
        number: int,
        run: Run,
        causes: Mapping[str, Cause],
        again: int,
        only: Iterable[str],
    ) -> Step:
        async def end(moment: timedelta) -> None:
            replay = self.replay
            drawn = replay.fill(run, causes, moment, only)
            report = await replay.report(pull, run)
            red = [name for name, one in drawn.items() if one.exit]
            if red:
                replay.note(pull, number, run, drawn, causes, report)
            if red and again:
                self.at(moment + RERUN_AFTER, self._rerun(pull, number, run, causes, again, red))

        return end

    def _rerun(
        self,
        pull: PullPlan,
        number: int,
        run: Run,
        causes: Mapping[str, Cause],
        again: int,
        red: Sequence[str],
    ) -> Step:
        async def start(moment: timedelta) -> None:
            self.replay.theatre.world.add_attempt(run)
            self.at(moment + timedelta(minutes=7), self._end(pull, number, run, causes, again - 1, red))

        return start

    def _merge(self, pull: PullPlan) -> Step:
        async def merge(moment: timedelta) -> None:
            replay = self.replay
            found = replay.pulls.get(pull.key)
            if found is None:
                return
            found.state = "closed"
            replay.theatre.world.add_commit(
                replay.repo, "main", message=f"Merge pull request #{found.number} from {found.head_branch}"
            )
            self._start_main(moment)

        return merge
