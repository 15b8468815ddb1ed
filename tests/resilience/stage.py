"""A repository in the small GitHub, and what happens there; a copy of it for each life that is tried."""

import itertools
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.demo.github.deliveries import comment_created, run_completed, signed_delivery
from bot.demo.github.state import Comment, Pull, Repo, Run
from bot.demo.github.tokens import KeyPair
from bot.demo.github.world import World
from tests.fakes.github import BLOB_HOST
from tests.resilience.clock import HandClock

SECRET = "a webhook secret that both ends of this room know"
MARKER = "<!-- retriage:status v1 -->"
AUTHOR, STRANGER, ANOTHER_APP = "ada", "mallory", 99
WORKFLOW = b"on: pull_request\njobs:\n  unit:\n    runs-on: x\n  lint:\n    runs-on: x\n"
CONFIG = ".github/retriage.yml"


@cache
def small_key() -> KeyPair:
    """A key of half the length: a real one takes 40 ms to load, and longer to sign with."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - guards nothing
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return KeyPair(private.decode("ascii"), public.decode("ascii"))


@dataclass(slots=True)
class Delivery:
    """A webhook as GitHub sends it, and whether it was answered with 2xx."""

    event: str
    headers: dict[str, str]
    body: bytes
    taken: bool = False

    @classmethod
    def from_payload(cls, event: str, payload: dict[str, Any], guid: str) -> "Delivery":
        """Sign a payload."""
        return cls(event, *signed_delivery(SECRET, event, payload, guid))


@dataclass(slots=True)
class Stage:
    """One repository, one pull request, the App installed, and the time."""

    clock: HandClock
    world: World
    repo_id: int
    number: int = 1

    @property
    def repo(self) -> Repo:
        """The repository."""
        return self.world.repositories[self.repo_id]

    @property
    def pull(self) -> Pull:
        """The pull request."""
        return self.world.pulls[self.repo_id, self.number]

    def copy(self) -> "Stage":
        """The same state once more: what happens to the one does not happen to the other."""
        clock = HandClock(self.clock.now())
        twin = World(clock.now, public_key=self.world.public_key)
        kept = {key: value for key, value in vars(self.world).items() if key not in ("now", "ids")}
        vars(twin).update(deepcopy(kept))
        following = next(self.world.ids)
        self.world.ids, twin.ids = itertools.count(following), itertools.count(following)
        return Stage(clock, twin, self.repo_id, self.number)

    def open_pull(self, branch: str) -> "Stage":
        """One more pull request, seen as a stage of its own."""
        self.world.add_commit(self.repo, branch, message=branch)
        pull = self.world.open_pull(self.repo, AUTHOR, branch)
        return Stage(self.clock, self.world, self.repo_id, pull.number)

    def push(self) -> str:
        """One more commit on the pull request."""
        return self.world.add_commit(self.repo, self.pull.head_branch, message="one more change").sha

    def run(self, *broken: str, workflow: str = "CI") -> Run:
        """A run on the pull request's head that has ended: `unit` with these tests broken, and `lint`."""
        run = self.world.add_run(
            self.repo, self.pull.head_sha, self.pull.head_branch, workflow=workflow, actor=AUTHOR
        )
        self._finish(run, broken)
        return run

    def run_again(self, run: Run, *broken: str) -> None:
        """One more attempt of a run, nobody is told of it."""
        mine = self.world.runs[run.id]
        self.world.add_attempt(mine)
        self._finish(mine, broken)

    def run_on_main(self, *broken: str) -> Run:
        """A run of the base branch that nobody is told of: it was there before the App."""
        run = self.world.add_run(self.repo, self.repo.branches["main"], "main", event="push", actor=AUTHOR)
        self._finish(run, broken)
        return run

    def say(self, text: str, login: str = AUTHOR) -> Comment:
        """A person's comment on the pull request."""
        return self.world.add_comment(self.repo_id, self.number, self.world.add_user(login), text)

    def told(self, *things: Run | Comment) -> list[Delivery]:
        """The deliveries that tell of runs and comments."""
        found = []
        for thing in things:
            if isinstance(thing, Run):
                event, payload = "workflow_run", run_completed(self.world, thing)
            else:
                event, payload = "issue_comment", comment_created(self.world, thing)
            found.append(Delivery.from_payload(event, payload, f"{event.replace('_', '-')}-{thing.id}"))
        return found

    def _finish(self, run: Run, broken: Sequence[str]) -> None:
        how = "failure" if broken else "success"
        self.world.add_job(
            run, "unit", how, log=go_log(broken), steps=(("Set up job", "success"), ("Run go test", how))
        )
        self.world.add_job(run, "lint", log=go_log(()), steps=(("Run lint", "success"),))
        self.world.finish_run(run)


def new_stage(config: str = "") -> Stage:
    """A repository with a red base branch, and a pull request on which others imitate our comment."""
    clock = HandClock()
    world = World(clock.now, public_key=small_key().public)
    world.blob_base = f"https://{BLOB_HOST}"
    repo = world.add_repository("octo/hello")
    world.install(repo)
    files = {".github/workflows/ci.yml": WORKFLOW, **({CONFIG: config.encode()} if config else {})}
    world.add_commit(repo, "main", files)
    stage = Stage(clock, world, repo.id)
    stage.run_on_main("TestOld")
    world.add_commit(repo, "fix", message="fix")
    pull = world.open_pull(repo, AUTHOR, "fix", title="Fix it")
    pull.files = [("calc/calc.go", "modified")]
    stage.say(f"{MARKER}\nnot the App's", STRANGER)
    other = world.add_user("imitator[bot]", "Bot")
    world.add_comment(repo.id, pull.number, other, f"{MARKER}\nanother App's", app=ANOTHER_APP)
    clock.forward(600.0)
    return stage


def go_log(broken: Sequence[str]) -> bytes:
    """What `go test -v` prints on GitHub's runner, these tests broken."""
    lines = ["##[group]Run go test -v ./...", "go test -v ./...", "##[endgroup]"]
    lines += ["=== RUN   TestSum", "--- PASS: TestSum (0.00s)"]
    for number, name in enumerate(broken, 10):
        lines += [f"=== RUN   {name}", f"    calc_test.go:{number}: got {number}, want 4"]
        lines += [f"--- FAIL: {name} (0.00s)"]
    package = "example.test/calc"
    if broken:
        lines += ["FAIL", f"FAIL\t{package}\t0.003s", "FAIL", "##[error]Process completed with exit code 1."]
    else:
        lines += ["PASS", f"ok  \t{package}\t0.003s"]
    start = timedelta(hours=9)
    stamps = (f"2026-03-02T{start + timedelta(seconds=n)!s:0>8}.0000000Z" for n in range(len(lines)))
    return "".join(f"{stamp} {line}\n" for stamp, line in zip(stamps, lines, strict=True)).encode()
