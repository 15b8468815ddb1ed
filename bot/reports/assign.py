"""Which job an artifact with reports belongs to: GitHub does not say, so names, times and tests do."""

import re
from collections.abc import Iterable, Sequence

from bot.model.failure import Failure, FailureKind
from bot.model.reading import ArtifactReading, Reading
from bot.model.run import Artifact, Job
from bot.reports.merge import pair_failures
from bot.reports.names import parts_of

# `Integration (gateway, 3.11)`: what stands in brackets are the values of a matrix leg.
_LEG = re.compile(r"\(([^()]{1,300})\)\s*$")
_WORD = re.compile(r"[^\W_]+")
# Words that every other artifact's and job's name has: they tell nothing apart.
_PLAIN = frozenset(
    (
        *(
            "artifact",
            "artifacts",
            "build",
            "ci",
            "job",
            "junit",
            "log",
            "logs",
            "output",
            "report",
            "reports",
        ),
        *("result", "results", "run", "suite", "test", "testing", "tests", "unit", "xml"),
    )
)


def owner_by_name(artifact: Artifact, jobs: Sequence[Job]) -> Job | None:
    """The one job whose name, or whose matrix values, the artifact's name holds; the fullest match wins.

    `junit-gateway-3.11` belongs to `Integration (gateway, 3.11)`, not to `Integration (gateway, 3.12)`.
    """
    words = _words(artifact.name)
    scores = {job.id: _score(words, job.name) for job in jobs}
    most = max(scores.values(), default=0)
    best = [job for job in jobs if scores[job.id] == most]
    return best[0] if most and len(best) == 1 else None


def _score(words: Sequence[str], name: str) -> int:
    """How many words of the job's name the artifact has; 0 unless it has all that tell this job apart."""
    leg = _LEG.search(name)
    whole = _words(name)
    values = _words(leg[1]) if leg else whole
    telling = [word for word in values if word not in _PLAIN]
    if not telling or not _holds(words, values if leg else telling):
        return 0
    return sum(word in words for word in dict.fromkeys(whole))


def _holds(words: Sequence[str], values: Sequence[str]) -> bool:
    return all(value in words for value in values)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def is_of_attempt(artifact: Artifact, jobs: Iterable[Job]) -> bool:
    """Not uploaded before the first of these jobs began: such a one is an earlier attempt's."""
    begun = [job.started_at for job in jobs if job.started_at is not None]
    return artifact.created_at is None or not begun or artifact.created_at >= min(begun)


def may_own(artifact: Artifact, job: Job) -> bool:
    """A job uploads nothing before it begins."""
    return is_of_attempt(artifact, [job])


def owner_by_tests(report: ArtifactReading, jobs: Sequence[tuple[Job, Reading]]) -> Job | None:
    """The one job whose log shows the report's failures, or else its suites.

    With several jobs that ran the same tests the one that shows most of them; when two show as many, none:
    a matrix leg's failures must not be told of another leg. When a single job failed, failures that no log
    shows are that job's.
    """
    able = [(job, reading) for job, reading in jobs if may_own(report.artifact, job)]
    for count in (_shared_failures, _shared_suites):
        scores = [(count(report.reading, reading), job) for job, reading in able]
        most = max((score for score, _ in scores), default=0)
        best = [job for score, job in scores if score == most]
        if most and len(best) == 1:
            return best[0]
        if most:
            return None
    alone = len(jobs) == 1 and len(able) == 1 and bool(report.reading.failures)
    return able[0][0] if alone else None


def _shared_failures(report: Reading, log: Reading) -> int:
    return len(pair_failures(_tests(log.failures), _tests(report.failures)))


def _tests(failures: Sequence[Failure]) -> list[Failure]:
    return [one for one in failures if one.kind is not FailureKind.EXIT and one.test]


def _shared_suites(report: Reading, log: Reading) -> int:
    known = {parts_of(suite) for suite in _suites(log) if suite}
    return len(known & {parts_of(suite) for suite in _suites(report) if suite})


def _suites(reading: Reading) -> Iterable[str]:
    return (*(one.suite for one in reading.totals), *(one.suite for one in reading.failures))
