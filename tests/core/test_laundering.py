"""A pull request that breaks something and says what a known flake says: nothing of it ends as a flake.

The logs and the diffs are real (`tests/fixtures/laundering/SOURCE.md`). The world around them is the worst
that there is: the flakes are known, and the base branch and other pull requests had them in the same test.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.classify.causes import EXCUSED
from bot.classify.fingerprint import fingerprint_of
from bot.logs.source import Given
from bot.model.config import BUILT_IN_PACKS
from bot.model.failure import Failure
from bot.model.history import Count, Sighting, Sightings
from bot.model.reading import Reading
from bot.model.report import Compared, Report
from bot.model.run import ChangedFile, Conclusion, Job, PullRequest, Run
from bot.model.signature import Match, Pattern, Signature, SignatureKind
from bot.packs import load_packs
from bot.scan.engine import RE2, LogSearch
from bot.triage import BaseRun, SeenJob, Situation, build_report, marks, patterns_of, read_log
from bot.triage.situation import KnownPast, OtherAttempt

FIXTURES = Path(__file__).parents[1] / "fixtures" / "laundering"
EXPECTED: dict[str, dict[str, str]] = json.loads((FIXTURES / "expected.json").read_text(encoding="utf-8"))
STREAM = "Expected at least 1 message in stream, found: 0"
NOW = datetime(2026, 1, 24, 16, 0, tzinfo=UTC)
FLAKES = (
    Signature("STREAM", "reads another test's messages", Match((Pattern(STREAM),))),
    Signature(
        "REDIS",
        "the cache is not up yet",
        Match((Pattern(r"dial tcp [\d.]+:6379: connect: connection refused", is_regex=True),)),
        kind=SignatureKind.INFRA,
    ),
    Signature(
        "DRAIN",
        "the pool drains too late",
        Match((Pattern("worker pool drained"), Pattern("context deadline exceeded while flushing"))),
    ),
)
PULL = PullRequest(
    5, "A change", "alice", "open", "a1" * 20, "work/shop", "alice", 1, "main", "b2" * 20
)  # fmt: skip
SIGNATURES = (*FLAKES, *load_packs(BUILT_IN_PACKS))
SEARCH = LogSearch(marks(), patterns_of(SIGNATURES), RE2)


def changed_files(diff: str) -> tuple[ChangedFile, ...]:
    """A diff as GitHub gives it: by file, without the two lines of names."""
    found = []
    for part in ("\n" + diff).split("\n--- ")[1:]:
        names, _, patch = part.partition("\n@@ ")
        path = names.rsplit("+++ b/", 1)[1]
        added = sum(line.startswith("+") for line in patch.split("\n"))
        status = "added" if names.startswith("/dev/null") else "modified"
        found.append(ChangedFile(path, status, f"@@ {patch}", added))
    return tuple(found)


def run(number: int) -> Run:
    return Run(
        number, 1, number, 7, "CI", ".github/workflows/ci.yml", "pull_request", "completed",
        Conclusion.FAILURE, "a1" * 20, "work/shop", "alice", 1, created_at=NOW - timedelta(hours=1),
    )  # fmt: skip


def job(number: int) -> Job:
    return Job(number, number, 1, "test", "completed", Conclusion.FAILURE)


def with_message(failure: Failure, message: str) -> Failure:
    made = replace(failure, message=message)
    return replace(made, fingerprint=fingerprint_of(made))


def worst_case(reading: Reading, changed: tuple[ChangedFile, ...]) -> Situation:
    """Every test that fails here has failed elsewhere as each known flake does."""
    texts = [STREAM, "dial tcp 10.0.0.9:6379: connect: connection refused", "worker pool drained"]
    before = tuple(with_message(one, text) for one in reading.failures for text in texts)
    known = replace(reading, failures=before, excerpts=(), hits=())
    prints = sorted({one.fingerprint for one in before})
    others = tuple(Sighting(one, pull, f"author-{pull}", NOW) for one in prints for pull in (41, 42, 43))
    counts = tuple(Count(one, 9, 3, NOW) for one in prints)
    compared = Compared("b2" * 20, 3, 1, "", "main", NOW - timedelta(hours=2))
    return Situation(
        repository="alice/shop",
        pull_request=PullRequest(
            5, "A change", "alice", "open", "a1" * 20, "work/shop", "alice", 1, "main", "b2" * 20
        ),
        at=NOW,
        runs=(run(9),),
        jobs=(SeenJob(job(9), run(9), reading),),
        base={7: BaseRun(compared, (SeenJob(job(3), run(3), known),))},
        attempts={9: (OtherAttempt(run(9), (SeenJob(job(8), run(9), reading),)),)},
        past=KnownPast(note="", sightings=Sightings(counts, others)),
        changed=changed,
        signatures=SIGNATURES,
    )


def report_on(name: str, *, shown: bool = True) -> Report:
    reading = read_log(Given((FIXTURES / f"{name}.log").read_bytes()), SEARCH)
    changed = changed_files((FIXTURES / f"{name}.diff").read_text(encoding="utf-8"))
    return build_report(worst_case(reading, changed if shown else ()))


@pytest.mark.parametrize("name", EXPECTED)
def test_what_a_pull_request_says_itself_excuses_nothing(name: str) -> None:
    report = report_on(name)
    told = [(one.verdict.verdict, one.verdict.failure) for one in report.judged]
    assert not [failure for verdict, failure in told if verdict in EXCUSED]
    breaks = EXPECTED[name]["breaks"]
    assert any(breaks in failure.test or breaks in failure.message for _, failure in told), told
    assert report.rows[0].verdict not in EXCUSED


def is_excused(name: str) -> bool:
    """Whether anything would be, if nobody looked at the diff."""
    return any(one.verdict.verdict in EXCUSED for one in report_on(name, shown=False).judged)


def test_the_logs_do_look_like_flakes_to_who_does_not_see_the_diff() -> None:
    excused = [name for name in EXPECTED if is_excused(name)]
    assert len(excused) >= 20, excused


def test_there_are_enough_of_them() -> None:
    assert len(EXPECTED) >= 30
