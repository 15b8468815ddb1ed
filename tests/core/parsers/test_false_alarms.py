"""Every passing log that is at hand, read with all parsers at once: nobody cries."""

import gzip
import json
import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from bot.logs.clean import clean
from bot.model.failure import Failure
from bot.parsers import bats, ginkgo, gotest, parse_all, pytest_

FIXTURES = Path(__file__).parents[2] / "fixtures"
# Jobs whose steps are several passing logs in a row.
JOBS, STEPS = 40, 6


def other_runs() -> Iterator[Path]:
    """Logs whose expectation is beside them: nothing failed, and the run came to its end."""
    for path in FIXTURES.glob("*/runs/**/*.log"):
        truth = path.with_suffix(".json")
        if truth.exists():
            expected = json.loads(truth.read_text(encoding="utf-8"))
            if not expected["failures"] and not expected.get("unfinished") and not expected.get("exit"):
                yield path


def ginkgo_runs() -> Iterator[Path]:
    """Runs that Ginkgo ended with exit status 0, 21 of the corpus among them."""
    for path in FIXTURES.glob("ginkgo/*/*/log.txt"):
        if path.with_name("rc.txt").read_text(encoding="utf-8").strip() == "0":
            yield path


def go_junit_report() -> Iterator[Path]:
    """Outputs in whose report nothing failed."""
    for path in FIXTURES.glob("gotest/go-junit-report/*.txt"):
        report = ET.parse(path.with_name(f"{path.name[:3]}-report.xml")).getroot()  # noqa: S314 - our own
        if not any(case.find(word) is not None for case in report.iter() for word in ("failure", "error")):
            yield path


def gotestsum() -> Iterator[Path]:
    """Streams without an event that says `fail`."""
    for path in FIXTURES.glob("gotest/gotestsum/input/*.out"):
        if '"Action":"fail"' not in path.read_text(encoding="utf-8"):
            yield path


def gotest_runs() -> Iterator[Path]:
    """Our own runs of go test."""
    known = json.loads((FIXTURES / "gotest" / "runs" / "expected.json").read_text(encoding="utf-8"))
    for path in FIXTURES.glob("gotest/runs/*.txt"):
        expected = known.get(path.stem) or known[path.stem.rpartition("-")[0]]
        if not expected["failures"] and not expected["unfinished"]:
            yield path


def seeds() -> Iterator[Path]:
    """Whole jobs in which GitHub's runner marked no error."""
    for path in FIXTURES.glob("seeds/logs/**/*.log.gz"):
        if b"##[error]" not in content(path):
            yield path


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def step(text: bytes) -> bytes:
    return b"##[group]Run make ci\nshell: /usr/bin/bash -e {0}\n##[endgroup]\n" + text + b"\n"


def job(text: bytes) -> bytes:
    lines = f"{text.decode('utf-8', 'replace')}Post job cleanup.\nCleaning up orphan processes".split("\n")
    return "".join(f"2026-01-24T15:23:55.1145678Z {line}\n" for line in lines).encode()


def told(data: bytes) -> list[Failure]:
    """What anybody says went wrong."""
    findings = parse_all(clean(data))
    assert not any(one.crashed or one.unfinished for one in findings), findings
    return [failure for one in findings for failure in one.failures]


def shown(path: Path) -> str:
    return str(path.relative_to(FIXTURES))


# Logs of these are compared with their truth through their own parser alone, in its test.
OWN_TRUTH: dict[ModuleType, list[str]] = {
    bats: ["bats/runs/*.log"],
    ginkgo: ["ginkgo/*/*/log.txt"],
    gotest: ["gotest/runs/*.txt", "gotest/go-junit-report/*.txt", "gotest/gotestsum/*/*"],
    pytest_: ["pytest/runs/*.log"],
}
OWN = [
    (parser, path) for parser, names in OWN_TRUTH.items() for name in names for path in FIXTURES.glob(name)
]
# Where somebody else speaks, too, and rightly.
OTHERS = {
    "ginkgo/corpus/exiting_synchronized_setup-serial/log.txt": "only a file that cannot be opened is left",
    "ginkgo/runs/crash-gotest/log.txt": "a plain test of go test fails beside the suite",
    "ginkgo/runs/nodes-gotest/log.txt": "a plain test of go test fails beside the suite",
    "ginkgo/runs/race/log.txt": "no spec failed: a data race did",
    "ginkgo/runs/several-succinct/log.txt": "a plain test of go test fails beside the suite",
}
# gotestsum's view of packages that failed, without the summary that names the tests.
NAMELESS = "gotest/gotestsum/format/pkgname"

GENERIC = FIXTURES.glob("generic/passing/*.txt")
PASSING = sorted(
    chain(other_runs(), ginkgo_runs(), go_junit_report(), gotestsum(), gotest_runs(), seeds(), GENERIC)
)
BARE = [path for path in PASSING if b"##[group]Run " not in content(path)]


@pytest.mark.parametrize("path", PASSING, ids=shown)
def test_a_passing_log_has_no_failure(path: Path) -> None:
    data = content(path)
    assert told(data) == []
    if path in BARE:
        assert told(job(step(data))) == []


@pytest.mark.parametrize("number", range(JOBS))
def test_many_passing_logs_in_one_have_no_failure(number: int) -> None:
    """Steps of a job, programs in one step, and output outside of any job."""
    chosen = [content(path) for path in random.Random(number).sample(BARE, STEPS)]  # noqa: S311 - the same ones
    assert told(job(b"".join(map(step, chosen)))) == []
    assert told(job(step(b"\n".join(chosen)))) == []
    assert told(b"\n".join(chosen)) == []


@pytest.mark.parametrize(("parser", "path"), OWN, ids=lambda one: shown(one) if isinstance(one, Path) else "")
def test_nobody_else_speaks_on_a_runners_own_log(parser: ModuleType, path: Path) -> None:
    log = clean(path.read_bytes())
    # Where one step failed, what the passing ones printed is no failure of the job.
    passed = {
        number
        for section in log.sections
        if not section.failed and any(other.failed for other in log.sections)
        for number in range(section.first, section.last + 1)
    }
    mine = {
        (failure.test, failure.message)
        for failure in parser.parse(log).failures
        if failure.log_line not in passed
    }
    all_told = {(failure.test, failure.message) for one in parse_all(log) for failure in one.failures}
    assert mine <= all_told
    assert mine == all_told or shown(path) in OTHERS or shown(path).startswith(NAMELESS)
