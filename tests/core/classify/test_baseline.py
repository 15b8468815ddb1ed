"""The base branch says of a test: failed, passed, or did not run; never more than its run proves."""

from datetime import timedelta

import pytest

from bot.classify.baseline import BaseJob, BaseRun, attempt_of, baseline_of, of_both
from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.model.reading import Reading
from bot.model.run import Conclusion, Job
from bot.model.verdict import BaseState
from tests.core.classify.build import NOW, base, failure, job, reading

JOB = "Integration (datastorage)"
RAN = (Totals("ginkgo", "", passed=96, failed=1, total=97),)
OTHER = failure("another thing broke here", test="Other > test")
MINE = failure()


def of(
    *jobs: tuple[Job, Reading | None], one: Failure = MINE, age: timedelta = timedelta(hours=3)
) -> BaseState:
    run = BaseRun("main", "abc", NOW - age, tuple(BaseJob(*two) for two in jobs))
    return baseline_of(one, JOB, run, NOW).state


def red(*failures: Failure, totals: tuple[Totals, ...] = RAN, **rest: object) -> tuple[Job, Reading]:
    return job(JOB), reading(*failures, totals=totals, **rest)


def test_the_same_failure_in_the_same_job_failed() -> None:
    assert of(red(OTHER, failure(extent=(1, 2), line=1))) is BaseState.FAILED


def test_numbers_that_differ_are_the_same_failure() -> None:
    mine = failure("Expected 115 to be >= 150")
    assert of(red(failure("Expected 140 to be >= 150")), one=mine) is BaseState.FAILED


def test_the_same_failure_in_another_job_says_nothing() -> None:
    assert of((job("Integration (gateway)"), reading(MINE))) is BaseState.DID_NOT_RUN


def test_a_green_job_passed() -> None:
    assert of((job(JOB, Conclusion.SUCCESS), None)) is BaseState.PASSED


def test_a_red_job_whose_runner_came_to_its_end_without_this_failure_passed() -> None:
    assert of(red(OTHER)) is BaseState.PASSED


def test_the_same_test_that_fails_in_another_way_is_neither() -> None:
    run = BaseRun("main", "abc", NOW, (BaseJob(*red(failure("something else is wrong here"))),))
    found = baseline_of(MINE, JOB, run, NOW)
    assert found.state is BaseState.NOT_COMPARED
    assert "in another way" in found.note


@pytest.mark.parametrize(
    ("why", "base_job"),
    [
        ("skipped", (job(JOB, Conclusion.SKIPPED), None)),
        ("cancelled", (job(JOB, Conclusion.CANCELLED), None)),
        ("still running", (job(JOB, Conclusion.NONE, "in_progress"), None)),
        ("log not read", (job(JOB), None)),
        ("log cut short", red(OTHER, complete=False)),
        ("runner killed", red(OTHER, unfinished=True)),
        ("no totals", red(OTHER, totals=())),
        ("another runner's totals", red(OTHER, totals=(Totals("pytest", "", passed=3, total=3),))),
        ("nothing ran", red(OTHER, totals=(Totals("ginkgo", "", skipped=97, total=97),))),
        ("setup failed", red(failure("no database here", kind=FailureKind.SETUP, test="BeforeSuite"))),
        ("collection failed", red(failure("no module", kind=FailureKind.COLLECTION, test=""))),
        ("build failed", red(failure("undefined: x", kind=FailureKind.BUILD, test=""))),
        ("suite timed out", red(failure("too slow", status=Status.TIMEDOUT, test="other"))),
        ("suite interrupted", red(failure("stopped here", status=Status.INTERRUPTED, test="other"))),
    ],
)
def test_it_did_not_run(why: str, base_job: tuple[Job, Reading | None]) -> None:
    assert of(base_job) is BaseState.DID_NOT_RUN, why


def test_another_suite_that_could_not_start_says_nothing_of_this_one() -> None:
    mine = failure(suite="pkg/a", tool="go test")
    totals = (Totals("go test", "pkg/a", passed=3, total=3),)
    broken = failure("undefined: x", kind=FailureKind.BUILD, test="", suite="pkg/b", tool="go test")
    assert of(red(broken, totals=totals), one=mine) is BaseState.PASSED
    elsewhere = (Totals("go test", "pkg/c", passed=3, total=3),)
    assert of(red(broken, totals=elsewhere), one=mine) is BaseState.DID_NOT_RUN


def test_a_step_that_is_no_test_passed_only_where_the_job_did() -> None:
    mine = failure("undefined: NewRouter", kind=FailureKind.BUILD, test="")
    assert of(red(OTHER), one=mine) is BaseState.DID_NOT_RUN
    assert of((job(JOB, Conclusion.SUCCESS), None), one=mine) is BaseState.PASSED


def test_without_a_run_nothing_is_compared() -> None:
    assert baseline_of(MINE, JOB, None, NOW).state is BaseState.NOT_COMPARED


@pytest.mark.parametrize("age", [timedelta(days=7, seconds=1), timedelta(seconds=-1)])
def test_a_run_that_is_too_old_or_newer_is_not_compared(age: timedelta) -> None:
    assert of((job(JOB, Conclusion.SUCCESS), None), age=age) is BaseState.NOT_COMPARED


def test_of_several_jobs_with_one_name_a_failure_counts_most() -> None:
    green = (job(JOB, Conclusion.SUCCESS), None)
    assert of(green, red(MINE)) is BaseState.FAILED
    assert of((job(JOB, Conclusion.SKIPPED), None), green) is BaseState.PASSED


FAILED, PASSED = BaseState.FAILED, BaseState.PASSED
NEITHER = (BaseState.DID_NOT_RUN, BaseState.NOT_COMPARED)


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("newest", list(BaseState))
def test_where_the_merge_base_says_nothing_the_newest_run_decides(newest: BaseState, *, merged: bool) -> None:
    for branched in (None, *(base(state) for state in NEITHER)):
        assert of_both(branched, base(newest), merged=merged) == base(newest)


@pytest.mark.parametrize("newest", list(BaseState))
@pytest.mark.parametrize("branched", [FAILED, PASSED])
def test_of_a_branch_that_was_run_alone_the_merge_base_decides(
    branched: BaseState, newest: BaseState
) -> None:
    assert of_both(base(branched), base(newest), merged=False).state is branched


@pytest.mark.parametrize(
    ("branched", "newest", "state", "note"),
    [
        (PASSED, FAILED, FAILED, "it broke there after 1a2b3c4"),
        (FAILED, PASSED, BaseState.NOT_COMPARED, "it failed where this one branched off"),
        (PASSED, PASSED, PASSED, ""),
        (FAILED, FAILED, FAILED, ""),
        (PASSED, BaseState.DID_NOT_RUN, PASSED, ""),
        (FAILED, BaseState.NOT_COMPARED, FAILED, ""),
    ],
)
def test_a_merge_holds_what_came_to_the_base_since(
    branched: BaseState, newest: BaseState, state: BaseState, note: str
) -> None:
    found = of_both(base(branched), base(newest, sha="9" * 40), merged=True)
    assert found.state is state
    assert note in found.note


def test_another_attempt_speaks_by_the_same_rules() -> None:
    assert attempt_of(MINE, JOB, [BaseJob(job(JOB, Conclusion.SUCCESS), None)]).state is PASSED
    assert attempt_of(MINE, JOB, [BaseJob(*red(OTHER))]).state is PASSED
    assert attempt_of(MINE, JOB, [BaseJob(*red(MINE))]).state is FAILED
    assert attempt_of(MINE, JOB, [BaseJob(*red(OTHER, complete=False))]).state is BaseState.DID_NOT_RUN
    assert attempt_of(MINE, JOB, []).state is BaseState.DID_NOT_RUN
