"""A repository's life told by a test: pushes, runs and comments in, GitHub's state out, over real HTTP."""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.demo.github.deliveries import (
    check_rerequested,
    comment_created,
    pull_changed,
    pushed,
    run_completed,
)
from bot.demo.github.state import Check, Comment, Commit, Entry, Pull, Repo, Run
from bot.demo.github.world import World
from bot.demo.story import Scene
from bot.demo.theatre import Theatre, open_theatre
from bot.ports import LogReader
from tests.fakes.github import key_pair
from tests.fakes.openapi import Judge
from tests.journeys.clock import JourneyClock
from tests.journeys.page import Page

ROOT = Path(__file__).parents[2]
# Seeds 000 and 003 are the story of the demo; the others are fixtures.
LOGS = (ROOT / "bot" / "demo" / "story" / "logs", ROOT / "tests" / "fixtures" / "seeds" / "logs")
CONFIG = ".github/retriage.yml"
WORKFLOW = "CI Pipeline"
# Between two pushes of a person: longer than any hold or debounce.
A_WHILE = 120.0
# Work that is due later waits for something that a test has to let happen.
SOON = timedelta(seconds=20)
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.01

# Conclusion (`None`: it runs) and log of each job by name.
Jobs = Mapping[str, tuple[str | None, bytes | None]]


def read_log(seed: str, run: str, job: str) -> bytes:
    """A job's log as GitHub serves it."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", job).strip("-").lower()
    path = next(folder / seed / run / f"{name}.log.gz" for folder in LOGS if (folder / seed / run).is_dir())
    return gzip.decompress(path.read_bytes())


def jobs_of(seed: str, run: str, *names: str) -> Jobs:
    """Jobs with their logs; a log with an error in it is of a job that failed."""
    logs = {name: read_log(seed, run, name) for name in names}
    return {name: ("failure" if b"##[error]" in log else "success", log) for name, log in logs.items()}


def skipped(*names: str) -> Jobs:
    """Jobs that GitHub did not start, because one that they need had failed."""
    return dict.fromkeys(names, ("skipped", None))


async def hurry(theatre: Theatre, patience: float = PATIENCE_SECONDS) -> None:
    """Wait, at most `patience` seconds, until nothing is being worked on; what is due soon is due now."""
    application, clock = theatre.application, theatre.clock
    async with asyncio.timeout(patience):
        while True:
            was_busy = application.queue.busy
            due = await application.jobs.next_due(clock.now())
            if was_busy or application.queue.busy:
                await asyncio.sleep(LOOK_SECONDS)
            elif due is None or due - clock.now() > SOON:
                return
            else:
                theatre.move_on(max(0.0, (due - clock.now()).total_seconds()))
                await asyncio.sleep(LOOK_SECONDS)


@dataclass
class Meanwhile:
    """Lets something happen at GitHub just before it answers the first request of a kind."""

    app: ASGIApp
    plans: list[tuple[str, str, Callable[[], object]]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do what was planned for this request, once; then answer it."""
        for plan in [one for one in self.plans if scope["type"] == "http"]:
            method, words, happen = plan
            if method == scope["method"] and words in scope["path"]:
                self.plans.remove(plan)
                happen()
        await self.app(scope, receive, send)


@dataclass
class House:
    """The theatre, and words for what happens at a repository."""

    theatre: Theatre
    judge: Judge
    meanwhile: Meanwhile

    @property
    def world(self) -> World:
        """The small GitHub's state."""
        return self.theatre.world

    @property
    def repo(self) -> Repo:
        """The repository of the reports; the App is installed on it."""
        return self.theatre.stage.repo

    def commit(self, files: Mapping[str, str], branch: str = "main") -> Commit:
        """Commit text files on a branch."""
        return self.world.add_commit(self.repo, branch, {path: text.encode() for path, text in files.items()})

    def configure(self, text: str) -> Commit:
        """Put a configuration on the default branch."""
        return self.commit({CONFIG: text})

    def open_pull(
        self, branch: str, author: str = "jordigilh", *, head: Repo | None = None, files: Sequence[str] = ()
    ) -> Pull:
        """Open a pull request with one commit, from this repository or from a fork."""
        self.world.add_commit(head or self.repo, branch, message=f"change on {branch}")
        pull = self.world.open_pull(self.repo, author, branch, head=head)
        pull.files = [(path, "modified") for path in files]
        return pull

    async def propose(self, pull: Pull, files: Mapping[str, Entry]) -> None:
        """Push files to the pull request, deliver `pull_request`, and wait until all is said."""
        self.theatre.move_on(A_WHILE)
        head = self.world.repositories[pull.head_repo]
        self.world.add_commit(head, pull.head_branch, files)
        pull.files += [(path, "modified") for path in files if (path, "modified") not in pull.files]
        await self.tell_of(pull)

    async def tell_of(self, pull: Pull, action: str = "synchronize") -> None:
        """Deliver `pull_request`, and wait until all is said."""
        assert await self.theatre.deliver("pull_request", pull_changed(self.world, pull, action)) == 202
        await self.settle()

    async def land(self, files: Mapping[str, str]) -> None:
        """Push text files to the default branch, deliver `push`, and wait until all is said."""
        self.theatre.move_on(A_WHILE)
        before = self.repo.branches["main"]
        self.commit(files)
        await self.tell_of_push(before)

    async def tell_of_push(self, before: str) -> None:
        """Deliver `push` of what is on top of a commit of the default branch; wait until all is said."""
        assert await self.theatre.deliver("push", pushed(self.world, self.repo, before)) == 202
        await self.settle()

    async def rerun_check(self, check: Check) -> None:
        """Ask for a check run once more, as its button does, and wait until all is said."""
        assert await self.theatre.deliver("check_run", check_rerequested(self.world, check)) == 202
        await self.settle()

    def push(self, pull: Pull) -> str:
        """One more commit on the pull request, a while later."""
        self.theatre.move_on(A_WHILE)
        head = self.world.repositories[pull.head_repo]
        return self.world.add_commit(head, pull.head_branch, message="one more change").sha

    def start(self, pull: Pull, jobs: Jobs, workflow: str = WORKFLOW, *, event: str = "pull_request") -> Run:
        """Start a workflow on the pull request's head, with its jobs as they stand."""
        head = self.world.repositories[pull.head_repo]
        run = self.world.add_run(
            self.repo, pull.head_sha, pull.head_branch, head=head, workflow=workflow, event=event
        )
        self.add_jobs(run, jobs)
        return run

    def add_jobs(self, run: Run, jobs: Jobs) -> None:
        """Put jobs into the newest attempt."""
        for name, (conclusion, log) in jobs.items():
            how = conclusion or ""
            steps = (("Set up job", "success"), ("Run the tests", how)) if how not in ("", "skipped") else ()
            self.world.add_job(run, name, conclusion, log=log, steps=steps)

    def finish(self, run: Run, conclusion: str = "") -> None:
        """End a run."""
        self.theatre.move_on(30.0)
        self.world.finish_run(run, conclusion)

    async def complete(self, run: Run) -> None:
        """End a run, deliver its webhook, and wait until all is said."""
        self.finish(run)
        await self.tell(run)

    async def tell(self, run: Run) -> None:
        """Deliver `workflow_run` completed, and wait until all is said."""
        assert await self.theatre.deliver("workflow_run", run_completed(self.world, run)) == 202
        await self.settle()

    async def run_on(self, pull: Pull, jobs: Jobs, workflow: str = WORKFLOW) -> Run:
        """A run of a workflow from its start to what is said of it."""
        run = self.start(pull, jobs, workflow)
        await self.complete(run)
        return run

    async def run_on_main(self, jobs: Jobs, workflow: str = WORKFLOW) -> Run:
        """A run of the default branch, remembered."""
        run = self.world.add_run(
            self.repo, self.repo.branches["main"], "main", workflow=workflow, event="push"
        )
        self.add_jobs(run, jobs)
        await self.complete(run)
        self.theatre.move_on(A_WHILE)
        return run

    async def say(self, pull: Pull, text: str, login: str = "mfournier", kind: str = "User") -> Comment:
        """Post a comment, deliver its webhook, and wait until it is answered."""
        comment = self.world.add_comment(self.repo.id, pull.number, self.world.add_user(login, kind), text)
        await self.hear(comment)
        return comment

    async def hear(self, comment: Comment) -> None:
        """Deliver `issue_comment` created, once more perhaps."""
        assert await self.theatre.deliver("issue_comment", comment_created(self.world, comment)) == 202
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is being worked on and nothing is due soon; what is due soon is due now."""
        await hurry(self.theatre)

    async def rest(self, seconds: float) -> None:
        """Let time pass, and everything that becomes due in it."""
        self.theatre.move_on(seconds)
        await self.settle()

    async def play(self, scene: Scene) -> Run:
        """Let a scene of the demo's story happen when its time has come, and a while pass."""
        await self.rest(scene.after.total_seconds())
        run = scene.play(self.theatre.stage)
        await self.tell(run)
        await self.rest(A_WHILE)
        return run

    def when(self, method: str, words: str, happen: Callable[[], object]) -> None:
        """Let something happen right before GitHub answers the first request with these words in its path."""
        self.meanwhile.plans.append((method, words, happen))

    def said(self, pull: Pull) -> list[Comment]:
        """The bot's comments on a pull request, oldest first."""
        listed = self.world.comments_of(self.repo.id, pull.number)
        return [comment for comment in listed if comment.app == self.world.app_id]

    def status(self, pull: Pull) -> Comment:
        """The one status comment."""
        found = [one for one in self.said(pull) if one.body.startswith("<!-- retriage:status")]
        assert len(found) == 1, f"{len(found)} status comments"
        return found[0]

    def page(self, pull: Pull) -> Page:
        """The one status comment, read."""
        return Page(self.status(pull).body)

    def checks(self, sha: str) -> list[Check]:
        """Check runs on a commit, oldest first."""
        return [check for check in self.world.checks.values() if check.head_sha == sha]

    def config_check(self, pull: Pull) -> Check:
        """The one check of the configuration on a pull request's head."""
        found = [one for one in self.checks(pull.head_sha) if one.name == "Retriage / config"]
        assert len(found) == 1, f"{len(found)} checks of the configuration"
        return found[0]

    def reactions(self, comment: Comment) -> list[str]:
        """The bot's reactions to a comment, in order."""
        return [one.content for one in comment.reactions if one.user == self.world.bot]

    def asked(self, method: str, words: str) -> int:
        """How many requests of a method had these words in their path."""
        return sum(one.method == method and words in one.path for one in self.world.requests)

    def stored(self) -> bytes:
        """Everything that the server keeps, as bytes."""
        database = Path(self.theatre.application.database.engine.url.database or "")
        return b"".join(path.read_bytes() for path in sorted(database.parent.iterdir()) if path.is_file())

    def check_manners(self) -> None:
        """Hold both sides to GitHub's description: no unknown address, no wrong shape."""
        assert self.judge.violations == []
        assert self.world.unknown_requests == []


@asynccontextmanager
async def open_house(reader: LogReader | None = None) -> AsyncIterator[House]:
    """Open the real server and the small GitHub, with the judge between them; `reader` may have started."""
    judges: list[Judge] = []
    gates: list[Meanwhile] = []

    def put_judge(_theatre: Callable[[], Theatre]) -> Callable[[ASGIApp], ASGIApp]:
        def wrap(app: ASGIApp) -> ASGIApp:
            judges.append(Judge(app))
            gates.append(Meanwhile(judges[0]))
            return gates[0]

        return wrap

    async with open_theatre(put_judge, clock=JourneyClock(), keys=key_pair(), reader=reader) as theatre:
        yield House(theatre, judges[0], gates[0])
