"""A plan played to the real server over HTTP, run after run, and what it reports of each."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import yaml

from bot.demo.github.deliveries import run_completed
from bot.demo.github.state import Pull, Repo, Run
from bot.demo.theatre import Theatre
from bot.handlers.reconcile import report_on
from bot.model.report import JudgedFailure, Report
from bot.model.run import Repository
from tests.journeys.clock import START
from tests.journeys.house import hurry
from tests.trust import outcome
from tests.trust.diffs import patches_of
from tests.trust.outcome import Cause, Extra, Outcome
from tests.trust.plan import Plan, PullPlan, Push
from tests.trust.pool import Pool, PoolRun
from tests.trust.suite import CLEAN, Suite
from tests.trust.truth import same_test
from tests.trust.wrap import REPOSITORY, wrap

WORKFLOW = "CI"
PATIENCE_SECONDS = 120.0


class Always:
    """The work is ours: nobody else works here."""

    async def check(self) -> None:
        """Nothing was lost."""


class Deck:
    """Real runs of one variant, drawn one after the other; none twice before all were drawn."""

    def __init__(self, runs: Sequence[PoolRun], rng: random.Random) -> None:
        self.runs, self.rng = list(runs), rng
        self.left: list[PoolRun] = []
        self.drawn: dict[str, int] = {}

    def draw(self, without: Iterable[str] = ()) -> PoolRun:
        """The next run in which none of these tests failed."""
        bad = set(without)
        for _ in range(2):
            for n, run in enumerate(self.left):
                if not bad & set(run.failed):
                    del self.left[n]
                    self.drawn[run.key] = self.drawn.get(run.key, 0) + 1
                    return run
            self.left = self.rng.sample(self.runs, len(self.runs))
        # Every run has one of them.
        return self.draw()


@dataclass
class Replay:
    """What was played so far."""

    theatre: Theatre
    plan: Plan
    pools: Mapping[str, Pool]
    seed: int
    outcomes: list[Outcome] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    reports: int = 0
    silent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = random.Random(f"replay {self.seed}")  # noqa: S311 - a seeded draw
        self.decks = {
            (name, variant): Deck(runs, rng)
            for name, pool in self.pools.items()
            for variant, runs in pool.runs.items()
        }
        world = self.theatre.world
        self.repo: Repo = world.add_repository(REPOSITORY)
        self.installation = world.install(self.repo)
        self.tenant = Repository(self.installation.id, self.repo.id, self.repo.owner.login, self.repo.name)
        self.pulls: dict[str, Pull] = {}
        self.configure(timedelta(0))

    @property
    def suites(self) -> list[Suite]:
        """Every suite that is played."""
        return [pool.suite for pool in self.pools.values()]

    def configure(self, at: timedelta) -> None:
        """Commit the configuration as it stands then: one file for each suite."""
        files = {".github/retriage.yml": b"version: 1\n", ".github/workflows/ci.yml": self._workflow()}
        for suite in self.suites:
            held = [
                one for one in suite.signatures if self.plan.written.get(str(one["id"]), timedelta(0)) <= at
            ]
            files[f".github/retriage/{suite.name}.yml"] = yaml.safe_dump({"signatures": held}).encode()
        self.theatre.world.add_commit(self.repo, "main", files, message="Describe known flakes")

    def _workflow(self) -> bytes:
        jobs = {suite.name: {"name": suite.job, "runs-on": "ubuntu-latest"} for suite in self.suites}
        return yaml.safe_dump({"name": WORKFLOW, "on": ["push", "pull_request"], "jobs": jobs}).encode()

    def move_to(self, at: timedelta) -> None:
        """Let time pass until then."""
        ahead = (START + at - self.theatre.clock.now()).total_seconds()
        if ahead > 0:
            self.theatre.move_on(ahead)

    def open(self, plan: PullPlan) -> None:
        """Open a pull request with its first push."""
        world, branch = self.theatre.world, self.branch(plan)
        start = self.pulls[plan.parent].head_sha if plan.parent else ""
        world.add_commit(self.repo, branch, message=plan.title, start=start)
        base = self.pulls[plan.parent].head_branch if plan.parent else "main"
        self.pulls[plan.key] = world.open_pull(self.repo, plan.author, branch, title=plan.title, base=base)
        self.pulls[plan.key].files = [(path, "modified") for path in plan.files]

    @staticmethod
    def branch(plan: PullPlan) -> str:
        """The name of its branch."""
        return f"{plan.author}/{plan.key}"

    def push(self, plan: PullPlan, number: int) -> Run:
        """Push once more, or anew, and start the run."""
        world, branch, push = self.theatre.world, self.branch(plan), plan.pushes[number]
        if plan.key not in self.pulls:
            self.open(plan)
        else:
            if push.force:
                del self.repo.branches[branch]
            world.add_commit(self.repo, branch, message=f"{plan.title}: part {number + 1}")
        pull = self.pulls[plan.key]
        pull.patches = dict(
            patches_of(plan.files, {} if plan.parent else push.variants, self.suites, plan.key)
        )
        return world.add_run(self.repo, pull.head_sha, branch, workflow=WORKFLOW, actor=plan.author)

    def causes(self, push: Push, started: timedelta) -> dict[str, Cause]:
        """What is really in each suite's code."""
        found = {}
        for suite in self.suites:
            if suite.name in push.variants:
                found[suite.name] = Cause(push.variants[suite.name], outcome.REGRESSION)
            else:
                found[suite.name] = Cause(self.plan.on_main(suite.name, started), outcome.BASE)
        return found

    def fill(
        self, run: Run, causes: Mapping[str, Cause], at: timedelta, only: Iterable[str] = ()
    ) -> dict[str, PoolRun]:
        """Give the newest attempt its jobs, each with a real log; of a re-run, those that failed alone."""
        drawn = {}
        again = set(only)
        for suite in self.suites:
            if again and suite.name not in again:
                self._carry_over(run, suite)
                continue
            later = [
                test for (name, test), day in self.plan.debuts.items() if name == suite.name and at < day
            ]
            variant = causes[suite.name].variant
            names = self._names(suite, later) - self.pools[suite.name].broken[variant]
            one = self.decks[suite.name, variant].draw(names)
            drawn[suite.name] = one
            start = run.newest.started_at + timedelta(seconds=15)
            conclusion = "failure" if one.exit else "success"
            steps = (("Set up job", "success"), ("Run the tests", conclusion))
            log = wrap(one, suite, start, run.head_sha)
            self.theatre.world.add_job(run, suite.job, conclusion, log=log, steps=steps)
        return drawn

    def _names(self, suite: Suite, tests: Iterable[str]) -> set[str]:
        wanted = list(tests)
        known = {name for run in self.pools[suite.name].runs[CLEAN] for name in run.failed}
        return {name for name in known if any(same_test(test, name) for test in wanted)}

    def _carry_over(self, run: Run, suite: Suite) -> None:
        """A job that passed before is listed again with the attempt it ran in."""
        older = next(job for job in reversed(run.attempts[-2].jobs) if job.name == suite.job)
        run.newest.jobs.append(older)

    async def finish(self, run: Run) -> None:
        """End a run and deliver its webhook; wait until all is said."""
        self.theatre.world.finish_run(run)
        status = await self.theatre.deliver("workflow_run", run_completed(self.theatre.world, run))
        if status != 202:
            raise RuntimeError(f"the webhook was answered {status}")
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is being worked on; what is due soon is due now."""
        await hurry(self.theatre, PATIENCE_SECONDS)

    async def report(self, plan: PullPlan, run: Run) -> Report:
        """End a run of a pull request, and let the server's own handler report: it gives what it wrote."""
        self.theatre.world.finish_run(run)
        world = self.theatre.application.world
        repo = await world.github.repository(self.tenant)
        found = await report_on(world, repo, self.pulls[plan.key].number, Always(), run.id)
        if found is None:
            raise RuntimeError(f"no report on {plan.key}")
        self.reports += 1
        return found

    def note(
        self,
        plan: PullPlan,
        number: int,
        run: Run,
        drawn: Mapping[str, PoolRun],
        causes: Mapping[str, Cause],
        report: Report,
    ) -> None:
        """Put what was reported to what truly failed."""
        day = (run.created_at - START) / timedelta(days=1)
        for name, one in drawn.items():
            pool, cause = self.pools[name], causes[name]
            judged = [row for row in report.judged if row.job == pool.suite.job]
            if one.exit and not judged:
                self.silent.append(one.key)
            found, left = outcome.pair(one.failed, judged)
            for test, rows in found.items():
                self.outcomes.append(self._outcome(plan, number, run, day, pool, cause, test, rows, one))
            whole = ",".join(sorted({outcome.truth_of(test, pool, cause) for test in one.failed}))
            self.extras += [_extra(day, plan.key, name, row, one, whole) for row in left]

    def _outcome(
        self,
        plan: PullPlan,
        number: int,
        run: Run,
        day: float,
        pool: Pool,
        cause: Cause,
        test: str,
        rows: Sequence[JudgedFailure],
        one: PoolRun,
    ) -> Outcome:
        suite = pool.suite
        flake = next((f for f in suite.flakes if same_test(f.test, test)), None)
        written = self.plan.written.get(flake.signature, timedelta(0)) if flake else timedelta(0)
        known = flake is not None and flake.known and written <= timedelta(days=day)
        top = outcome.gravest(rows)
        verdict, rung, signature, touched, why, message = outcome.verdict_of(top)
        bug = "" if cause.variant == CLEAN else cause.variant
        hard = outcome.hardness(suite, cause.variant, test) if bug else ""
        return Outcome(
            round(day, 3), plan.key, plan.kind, number, run.newest.number, suite.name, test,
            outcome.truth_of(test, pool, cause), bug, hard,
            flake.kind if flake else "", known, verdict, rung, signature, touched, why, message, one.key,
            outcome.outweighed(top),
        )  # fmt: skip


def _extra(day: float, pull: str, suite: str, row: JudgedFailure, one: PoolRun, beside: str) -> Extra:
    failure = row.verdict.failure
    return Extra(
        round(day, 3), pull, suite, row.verdict.verdict.value, failure.kind.value, failure.test,
        failure.message[:300], one.key, beside,
    )  # fmt: skip
