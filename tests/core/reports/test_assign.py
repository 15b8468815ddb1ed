"""Which job a report is of: by the artifact's name, by the tests in it, else of none."""

from datetime import UTC, datetime, timedelta

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.model.reading import ArtifactReading, Reading
from bot.model.run import Artifact, Conclusion, Job, Run
from bot.reports.assign import owner_by_name, owner_by_tests
from bot.triage import SeenJob, merge_reports, owned_by_failed_jobs

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RUN = Run(1, 1, 1, 1, "CI", "", "pull_request", "completed", Conclusion.FAILURE, "a", "b", "c", 1)


def job(name: str, number: int = 1, conclusion: Conclusion = Conclusion.FAILURE) -> Job:
    return Job(number, 1, 1, name, "completed", conclusion, started_at=NOON)


def artifact(name: str, after: int = 60) -> Artifact:
    return Artifact(9, name, 10, created_at=NOON + timedelta(seconds=after))


def failure(test: str, line: int = 0) -> Failure:
    return Failure("t", FailureKind.TEST, Status.FAILED, test, "broken", line, (line, line))


def reading(*tests: str, suites: tuple[str, ...] = (), line: int = 1) -> Reading:
    totals = tuple(Totals("t", suite, passed=1, total=1) for suite in suites)
    failures = tuple(failure(test, line) for test in tests)
    return Reading(1, 1, complete=True, totals=totals, failures=failures, excerpts=(None,) * len(failures))


def report(name: str, *tests: str, suites: tuple[str, ...] = ()) -> ArtifactReading:
    return ArtifactReading(artifact(name), reading(*tests, suites=suites, line=0))


def owner(name: str, *jobs: str) -> str:
    found = owner_by_name(artifact(name), [job(one, number) for number, one in enumerate(jobs)])
    return found.name if found else ""


def test_a_matrix_legs_values_name_it():
    legs = ("Integration (gateway, 3.11)", "Integration (gateway, 3.12)", "Integration (notification, 3.11)")
    assert owner("junit-gateway-3.11", *legs) == legs[0]
    assert owner("junit-gateway-3.12", *legs) == legs[1]
    assert owner("junit-3.11", *legs) == ""


def test_the_whole_name_decides_between_legs_of_one_value():
    jobs = ("Unit (gateway)", "Integration (gateway)")
    assert owner("unit-gateway-junit", *jobs) == jobs[0]
    assert owner("integration_gateway_results", *jobs) == jobs[1]
    assert owner("gateway-junit", *jobs) == ""


def test_words_that_every_job_has_name_none():
    assert owner("test-results", "test", "integration") == ""
    assert owner("junit", "Unit tests") == ""


def test_a_number_is_not_the_beginning_of_another():
    assert owner("shard-1-junit", "e2e (shard 1)", "e2e (shard 11)") == "e2e (shard 1)"


def test_tests_in_the_log_name_a_job():
    jobs = [(job("a", 1), reading("tea > is hot")), (job("b", 2), reading("milk > is cold"))]
    found = owner_by_tests(report("junit", "milk is cold"), jobs)
    assert found is not None
    assert found.name == "b"


def test_two_legs_that_failed_alike_are_not_told_apart():
    jobs = [(job("a", 1), reading("tea > is hot")), (job("b", 2), reading("tea > is hot"))]
    assert owner_by_tests(report("junit", "tea is hot"), jobs) is None


def test_suites_name_a_job_where_no_test_does():
    jobs = [(job("a", 1), reading(suites=("./tea",))), (job("b", 2), reading(suites=("./milk",)))]
    found = owner_by_tests(report("junit", "x", suites=("./milk",)), jobs)
    assert found is not None
    assert found.name == "b"


def test_failures_that_no_log_shows_are_the_only_failed_jobs():
    jobs = [(job("a", 1), reading())]
    assert owner_by_tests(report("junit", "tea"), jobs) is not None
    assert owner_by_tests(report("junit", suites=("./milk",)), jobs) is None
    assert owner_by_tests(report("junit", "tea"), [*jobs, (job("b", 2), reading())]) is None


def test_what_an_earlier_attempt_uploaded_is_not_read():
    seen = [SeenJob(job("Integration (tea)"), RUN, reading())]
    assert owned_by_failed_jobs(seen, [artifact("junit", after=-1)]) == ()
    assert len(owned_by_failed_jobs(seen, [artifact("junit", after=0)])) == 1


def test_a_passing_jobs_artifact_is_not_read():
    seen = [
        SeenJob(job("Integration (tea)", 1), RUN, reading()),
        SeenJob(job("Integration (milk)", 2, Conclusion.SUCCESS), RUN),
    ]
    names = [one.name for one in owned_by_failed_jobs(seen, [artifact("junit-milk"), artifact("junit-tea")])]
    assert names == ["junit-tea"]


def test_a_report_of_nobody_is_said_and_changes_no_row():
    seen = [SeenJob(job("a", 1), RUN, reading()), SeenJob(job("b", 2), RUN, reading())]
    jobs, notes = merge_reports(seen, [report("junit", "one", "two", "three", "four")])
    assert list(jobs) == seen
    assert notes == ("the reports in junit are of no failed job that is known: one, two, three and 1 more",)


def test_a_job_without_a_log_is_not_judged_by_a_report():
    seen = [SeenJob(job("Integration (tea)"), RUN, gone="expired")]
    jobs, notes = merge_reports(seen, [report("junit-tea", "one")])
    assert list(jobs) == seen
    assert len(notes) == 1
