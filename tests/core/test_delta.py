"""This run against the one before: what is new, still failing, fixed or flaked, and never a guess."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.classify.fingerprint import fingerprint_of
from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.model.log import Excerpt
from bot.model.reading import Reading
from bot.model.report import Compared, Report, Row
from bot.model.run import Conclusion, Job, PullRequest, Run
from bot.report.comment import render_comment
from bot.triage import PreviousRun, SeenJob, Situation, build_report

NOW = datetime(2026, 1, 24, 16, 0, tzinfo=UTC)
HEAD, OLD = "a1" * 20, "b2" * 20
PULL = PullRequest(5, "A change", "alice", "open", HEAD, "work", "alice", 1, "main", "c3" * 20)
GREEN, RED, GREY = Conclusion.SUCCESS, Conclusion.FAILURE, Conclusion.CANCELLED


def failing(name: str, message: str = "the order was lost", **rest: str) -> Failure:
    return made(FailureKind.TEST, message, test=name, **rest)


def made(kind: FailureKind, message: str, **rest: str) -> Failure:
    status = Status(rest.get("status", "failed"))
    test, suite = rest.get("test", ""), rest.get("suite", "")
    one = Failure("pytest", kind, status, test, message, 10, (8, 12), file="a_test.py", line=3, suite=suite)
    return replace(one, fingerprint=fingerprint_of(one))


SETUP = made(FailureKind.SETUP, "the database did not start", test="[BeforeSuite]")
BUILD = made(FailureKind.BUILD, "undefined: Total")


def job(
    *failures: Failure,
    how: Conclusion | None = None,
    name: str = "unit",
    passed: int = 10,
    attempt: int = 1,
    suite: str = "",
    **rest: object,
) -> SeenJob:
    """A job with what was read of it; totals follow from its failures."""
    how = how or (RED if failures else GREEN)
    failed = sum(one.kind is FailureKind.TEST for one in failures)
    totals = (Totals("pytest", suite, passed=passed, failed=failed, total=passed + failed),) if passed else ()
    excerpts = (Excerpt(10, ("the log",), 10),) * len(failures)
    reading = Reading(1, 20, complete=True, totals=totals, failures=failures, excerpts=excerpts)
    for key, value in rest.items():
        object.__setattr__(reading, key, value)
    run = Run(
        9, attempt, 9, 7, "CI", "", "pull_request", "completed", how, HEAD, "work", "alice", 1, created_at=NOW
    )  # fmt: skip
    one = Job(attempt * 100 + len(name), 9, attempt, name, "completed", how)
    return SeenJob(one, run, None if how is GREY else reading)


def compare(now: list[SeenJob], before: list[SeenJob], sha: str = OLD) -> Report:
    compared = Compared(sha, 8, 1, "", "work", NOW - timedelta(hours=1))
    runs = (now[0].run,)
    return build_report(
        Situation(
            "alice/shop", PULL, NOW, runs, tuple(now), previous={7: PreviousRun(compared, tuple(before))}
        )
    )


def row(report: Report, name: str = "unit") -> Row:
    green = (one for group in report.groups for one in group.rows)
    return next(one for one in (*report.rows, *green) if one.job == name)


def told(now: SeenJob, before: SeenJob, sha: str = OLD) -> tuple[int, int, int, int]:
    """New, still failing, fixed, flaked."""
    delta = row(compare([now], [before], sha)).delta
    return delta.new, delta.still, delta.fixed, delta.flaked


A, B, C = failing("test_a"), failing("test_b"), failing("test_c")
ONE = job(failing("test_a", suite="one"), suite="one")
TWO = job(failing("test_b", suite="two"), suite="two")
STOPPED = failing("test_b", status="interrupted")
OTHER_SETUP = made(FailureKind.SETUP, "the broker did not start", test="[BeforeSuite]")
STORIES = [
    ("one more fails", job(A, B), job(A), (1, 1, 0, 0)),
    ("the first to fail", job(A), job(), (1, 0, 0, 0)),
    ("it fails in another way", job(failing("test_a", "a timeout")), job(A), (0, 1, 0, 0)),
    ("one is mended, one is new", job(B), job(A), (1, 0, 1, 0)),
    ("all are mended", job(), job(A, B), (0, 0, 2, 0)),
    ("a job without tests is mended", job(passed=0), job(BUILD, passed=0), (0, 0, 1, 0)),
    ("the set-up broke before any test", job(SETUP, passed=0), job(A), (1, 0, 0, 0)),
    ("the set-up is mended, tests fail behind it", job(A), job(SETUP, passed=0), (0, 0, 1, 0)),
    ("the set-up fails for another reason", job(OTHER_SETUP), job(SETUP), (1, 0, 0, 0)),
    ("the build broke, the tests did not run", job(BUILD, passed=0), job(A), (1, 0, 0, 0)),
    ("the log before was cut short", job(A), job(B, complete=False, gap="cut"), (0, 0, 1, 0)),
    ("the run before had not summed up", job(A), job(B, unfinished=True), (0, 0, 1, 0)),
    ("the log now is cut short", job(B, complete=False, gap="cut"), job(A, B), (0, 1, 0, 0)),
    ("no test ran now", job(made(FailureKind.EXIT, "make gave up"), passed=0), job(A), (1, 0, 0, 0)),
    ("another suite ran now", TWO, ONE, (0, 0, 0, 0)),
    ("it was cancelled before", job(A), job(how=GREY), (0, 0, 0, 0)),
    ("the runner stopped early", job(STOPPED), job(A), (1, 0, 0, 0)),
]


@pytest.mark.parametrize(("story", "now", "before", "expected"), STORIES, ids=[one[0] for one in STORIES])
def test_what_changed_is_counted(
    story: str, now: SeenJob, before: SeenJob, expected: tuple[int, int, int, int]
) -> None:
    assert told(now, before) == expected, story


def test_what_passes_again_on_the_same_commit_has_flaked_and_is_not_fixed() -> None:
    assert told(job(attempt=2), job(A), HEAD) == (0, 0, 0, 1)
    report = compare([job(attempt=2)], [job(A)], HEAD)
    assert [one.retried for one in report.fixed] == [True]


def test_a_job_that_was_not_run_again_keeps_what_it_was() -> None:
    before = [job(A, name="unit"), job(B, name="slow"), job(name="lint")]
    now = [job(name="unit", attempt=2), job(B, name="slow"), job(name="lint")]
    report = compare(now, before, HEAD)
    assert row(report, "unit").delta.flaked == 1
    assert (row(report, "slow").delta.still, row(report, "slow").delta.fixed) == (1, 0)
    assert row(report, "lint").delta == replace(row(report, "lint").delta, new=0, still=0, fixed=0, flaked=0)
    assert [one.job for one in report.fixed] == ["unit"]


def test_a_job_that_did_not_run_before_is_not_compared() -> None:
    report = compare([job(A, name="unit (renamed)")], [job(A, name="unit")])
    assert not row(report, "unit (renamed)").delta.compared
    assert report.fixed == ()


def test_of_several_jobs_of_one_name_none_is_compared() -> None:
    report = compare([job(A)], [job(A), job(B)])
    assert not row(report).delta.compared


def test_twins_that_changed_in_different_ways_stay_two_rows() -> None:
    now = [job(A, B, name="unit (3.11)"), job(A, B, name="unit (3.12)")]
    same = compare(now, [job(A, name="unit (3.11)"), job(A, name="unit (3.12)")])
    assert [one.twins for one in same.rows] == [("3.11", "3.12")]
    with_green = compare([*now, job(name="unit (3.13)")], [])
    assert [(one.twins, one.green_twins) for one in with_green.rows] == [(("3.11", "3.12"), ("3.13",))]
    assert "2 of 3 legs" in render_comment(with_green)
    apart = compare(now, [job(A, name="unit (3.11)"), job(C, name="unit (3.12)")])
    assert [(one.job, one.delta.new) for one in apart.rows] == [("unit (3.11)", 1), ("unit (3.12)", 2)]


@pytest.mark.parametrize(
    ("now", "before", "cell"),
    [
        (job(A, passed=9), job(passed=10), "| 9/10 (was 10/10) |"),
        (job(A, passed=3), job(A, passed=120), "| 3/4 (was 120/121) |"),
        (job(A, passed=9), job(A, passed=9), "| 9/10 |"),
        (job(SETUP, passed=0), job(passed=121), "| none counted (was 121/121) |"),
        (job(A, passed=9), job(A, passed=0), "| 9/10 |"),
    ],
)
def test_the_suites_counts_are_compared(now: SeenJob, before: SeenJob, cell: str) -> None:
    assert cell in render_comment(compare([now], [before]))
