"""Real runs of the suites, made once and kept: every variant of the code, many seeds."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.trust.suite import CLEAN, LEFT_BEHIND, Mutation, Suite, Wrong
from tests.trust.truth import Truth, broken_by, read_truth

# A suite takes a second or two; one that hangs is killed like a job that is out of time.
PATIENCE_SECONDS = 120
# As `timeout` says it.
OUT_OF_TIME = 124
SETUP_SECONDS = 900
CONTROLS = 2
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PoolRun:
    """One real run.

    Attributes:
        variant: what was run: `clean`, or the ids of its bugs.
        seed: which chance it had.
        exit: its exit code.
        failed: the tests that failed, by the runner's report.
        ran: how many tests it ran.
        seconds: how long it took.
        root: the folder it ran in, as the log shows it.
        log: the file with what it printed, gzip.
    """

    suite: str
    variant: str
    seed: int
    exit: int
    failed: tuple[str, ...]
    ran: int
    seconds: float
    root: str
    log: str

    @property
    def truth(self) -> Truth:
        """What failed."""
        return Truth(frozenset(self.failed), self.ran)

    @property
    def key(self) -> str:
        """A name for it in notes."""
        return f"{self.suite}/{self.variant}/{self.seed}"

    def output(self) -> str:
        """What it printed."""
        return gzip.decompress(Path(self.log).read_bytes()).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many runs are made of each variant."""

    clean: int
    broken: int


@dataclass(frozen=True, slots=True)
class Pool:
    """All runs of one suite.

    Attributes:
        runs: with flakes on, by variant.
        broken: by variant, the tests that its bugs break.
        unsure: by variant, the tests that failed in one control run and passed in the other.
    """

    suite: Suite
    runs: dict[str, list[PoolRun]]
    broken: dict[str, frozenset[str]]
    unsure: dict[str, frozenset[str]]

    @property
    def idle(self) -> list[str]:
        """Bugs that break no test in both of their control runs: no real regression can be told by them."""
        return [variant for variant, tests in self.broken.items() if variant != CLEAN and not tests]


def missing_programs(suite: Suite) -> list[str]:
    """What the suite needs and this machine does not have."""
    return [name for name in suite.needs if shutil.which(name, path=_path()) is None]


def make_pool(suite: Suite, home: Path, sizes: Sizes, say: Say) -> Pool:
    """Make what is missing of a suite's runs and give them all; raises `Wrong` when its truth is none."""
    base = home / "pool" / suite.name / suite.digest
    todo = []
    for variant, bugs in suite.variants().items():
        seeds = range(1, 1 + (sizes.broken if bugs else sizes.clean))
        wanted = [f"control-{n}" for n in range(CONTROLS)] + [f"{n}" for n in seeds]
        missing = [name for name in wanted if not (base / variant / f"{name}.json").is_file()]
        # The clean code has by far the most runs: they are made in parts, side by side.
        parts = [missing] if bugs else [missing[::2], missing[1::2]]
        todo += [(variant, bugs, part) for part in parts if part]
    todo.sort(key=lambda one: -len(one[2]))
    if todo:
        say(f"{suite.name}: {sum(len(part) for *_, part in todo)} runs to make")
    done = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as workers:
        jobs = [
            workers.submit(_make, suite, base / variant, home / "work" / f"{suite.name}-{n}", bugs, part)
            for n, (variant, bugs, part) in enumerate(todo)
        ]
        for job, (variant, _, part) in zip(jobs, todo, strict=True):
            job.result()
            done += len(part)
            say(f"{suite.name}: {done} runs made ({variant})")
    return _load(suite, base, sizes)


def _make(suite: Suite, into: Path, copy: Path, bugs: Sequence[Mutation], names: Iterable[str]) -> None:
    """Run one variant in a copy of its own, once for each name, and keep what came of it."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(suite.folder, copy, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    for bug in bugs:
        path = copy / bug.file
        path.write_text(path.read_text(encoding="utf-8").replace(bug.find, bug.replace), encoding="utf-8")
    into.mkdir(parents=True, exist_ok=True)
    for command in suite.setup:
        done = subprocess.run(
            command, cwd=copy, env=_environment({}), capture_output=True, timeout=SETUP_SECONDS, check=False
        )
        # A bug may break the build: then the run says so, as it would in CI.
        if done.returncode and not bugs:
            raise Wrong(f"{suite.name}: {' '.join(command)}: {done.stderr.decode(errors='replace')[-2000:]}")
    for name in names:
        number = int(name.removeprefix("control-"))
        # No two variants have the same luck: else the same flakes would stand beside every bug.
        chance = {
            "TRUST_SEED": f"{zlib.crc32(into.name.encode()) % 1_000_000 + number}",
            "TRUST_FLAKES": "on",
        }
        if name.startswith("control-"):
            chance |= suite.control
        _run_once(suite, copy, into, name, chance)
    shutil.rmtree(copy, ignore_errors=True)


def _run_bounded(command: Sequence[str], folder: Path, environment: dict[str, str]) -> tuple[bytes, int]:
    """What a command printed, and its exit code as a shell has it; out of time, all of its processes end."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:
        try:
            output, _ = running.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            output, _ = running.communicate()
            return output, OUT_OF_TIME
    # A shell gives 128 and the signal's number.
    return output, running.returncode if running.returncode >= 0 else 128 - running.returncode


def _run_once(suite: Suite, copy: Path, into: Path, name: str, chance: dict[str, str]) -> None:
    for old in copy.glob(suite.report_path):
        old.unlink()
    began = time.monotonic()
    output, code = _run_bounded(suite.run, copy, _environment(chance))
    seconds = time.monotonic() - began
    truth = read_truth(suite.report_kind, copy, suite.report_path, ended_well=code == 0)
    log = into / f"{name}.log.gz"
    log.write_bytes(gzip.compress(output, mtime=0))
    number = int(name.removeprefix("control-"))
    kept = PoolRun(
        suite.name,
        into.name,
        number,
        code,
        tuple(sorted(truth.failed)),
        truth.ran,
        round(seconds, 2),
        str(copy.resolve()),
        log.name,
    )
    # The note comes last: without it the run is made again.
    (into / f"{name}.json").write_text(json.dumps(asdict(kept)), encoding="utf-8")


def _load(suite: Suite, base: Path, sizes: Sizes) -> Pool:
    """Read the runs that this size wants, and find out what each bug breaks."""
    pool = Pool(suite, {}, {}, {})
    for variant, bugs in suite.variants().items():
        count = sizes.broken if bugs else sizes.clean
        controls = [_read(base / variant / f"control-{n}.json").truth for n in range(CONTROLS)]
        pool.runs[variant] = [_read(base / variant / f"{n}.json") for n in range(1, count + 1)]
        pool.broken[variant], pool.unsure[variant] = broken_by(controls)
        if variant == CLEAN and pool.broken[variant]:
            names = ", ".join(sorted(pool.broken[variant]))
            raise Wrong(f"{suite.name}: fails with every flake turned off: {names}")
    return pool


def _read(path: Path) -> PoolRun:
    data = json.loads(path.read_text(encoding="utf-8"))
    # The pool may have been moved since.
    log = str(path.parent / data["log"])
    return PoolRun(**{**data, "failed": tuple(data["failed"]), "log": log})


def _path() -> str:
    """The harness's own interpreter comes first: it has pytest."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def _environment(chance: dict[str, str]) -> dict[str, str]:
    """As in CI: no terminal, nothing of the caller's own settings for tests."""
    strange = ("PYTEST", "PYTHONPATH", "PYTHONHASHSEED", "TRUST", "FORCE_COLOR", "NO_COLOR", "GITHUB")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(strange)}
    return {**kept, "PATH": _path(), "CI": "true", "GITHUB_ACTIONS": "true", **chance}
