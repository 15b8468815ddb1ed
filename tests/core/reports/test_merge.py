"""A log and its reports as one reading: the report wins on counts and names, the log loses nothing."""

from hypothesis import given
from hypothesis import strategies as st

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.model.reading import ArtifactReading, Reading
from bot.model.run import Artifact
from bot.reports import merge


def logged(test: str, number: int = 1, kind: FailureKind = FailureKind.TEST, **more: str | int) -> Failure:
    values = {
        "tool": "jest",
        "status": Status.FAILED,
        "message": "as the log says",
        "fingerprint": f"f{number}",
    }
    return Failure(kind=kind, test=test, log_line=number, extent=(number, number), **{**values, **more})  # type: ignore[arg-type]


def told(test: str, message: str = "as the report says", **more: str | int | FailureKind) -> Failure:
    values = {"tool": "junit", "kind": FailureKind.TEST, "status": Status.FAILED, "fingerprint": "r"}
    return Failure(test=test, message=message, log_line=0, extent=(0, 0), **{**values, **more})  # type: ignore[arg-type]


def log_of(*failures: Failure, totals: tuple[Totals, ...] = ()) -> Reading:
    return Reading(100, 10, complete=True, failures=failures, excerpts=(None,) * len(failures), totals=totals)


def report_of(*failures: Failure, totals: tuple[Totals, ...] = ()) -> ArtifactReading:
    reading = Reading(9, 1, complete=True, failures=failures, excerpts=(None,) * len(failures), totals=totals)
    return ArtifactReading(Artifact(1, "junit", 9), reading)


def test_without_reports_nothing_changes():
    log = log_of(logged("tea > is hot"))
    assert merge(log, []) is log


def test_the_report_names_the_log_places():
    log = log_of(logged("is hot", 7, file="src/tea.test.js", line=12, rerun="jest -t 'is hot'"))
    (one,) = merge(
        log, [report_of(told("tea > is hot", file="src/tea.test.js", line=3, detail="why"))]
    ).failures
    assert (one.test, one.logged_as, one.known_as) == ("tea > is hot", "is hot", "is hot")
    assert (one.message, one.detail) == ("as the report says", "why")
    assert (one.file, one.line) == ("src/tea.test.js", 12)
    assert (one.log_line, one.extent, one.rerun, one.fingerprint) == (7, (7, 7), "jest -t 'is hot'", "f7")


def test_a_report_that_says_no_more_than_failed_does_not_hide_why():
    (one,) = merge(log_of(logged("TestTea")), [report_of(told("TestTea", "Failed"))]).failures
    assert one.message == "as the log says"


def test_a_report_fills_in_the_place_that_a_log_does_not_give():
    (one,) = merge(log_of(logged("tea")), [report_of(told("tea", file="a.py", line=3))]).failures
    assert (one.file, one.line) == ("a.py", 3)


def test_a_test_that_only_the_report_names_is_a_failure():
    merged = merge(log_of(logged("tea > is hot")), [report_of(told("tea > is hot"), told("milk > is cold"))])
    assert [one.test for one in merged.failures] == ["tea > is hot", "milk > is cold"]
    assert merged.failures[1].log_line == 0
    assert merged.failures[1].tool == "jest"
    assert len(merged.excerpts) == 2


def test_a_green_report_hides_nothing():
    log = log_of(logged("tea > is hot"), logged("", 2, FailureKind.BUILD), logged("", 3, FailureKind.EXIT))
    green = report_of(totals=(Totals("junit", "tea", passed=9, total=9),))
    assert merge(log, [green], one_step=True).failures == log.failures


def test_an_exit_code_is_explained_by_what_the_report_names_when_one_step_failed():
    log = log_of(logged("", 3, FailureKind.EXIT))
    report = report_of(told("tea > is hot"))
    assert [one.test for one in merge(log, [report], one_step=True).failures] == ["tea > is hot"]
    assert len(merge(log, [report], one_step=False).failures) == 2


def test_the_log_tells_better_what_kept_tests_from_running():
    log = log_of(logged("", 3, FailureKind.BUILD))
    report = report_of(told("", kind=FailureKind.BUILD), told("tea", kind=FailureKind.SETUP))
    assert merge(log, [report]).failures == log.failures
    assert len(merge(log_of(), [report]).failures) == 2


def test_the_reports_counts_win():
    log = log_of(totals=(Totals("jest", "", passed=4, failed=1, total=5), Totals("eslint", "", total=3)))
    counts = (Totals("junit", "a", passed=5, failed=1, total=6), Totals("junit", "b", passed=2, total=2))
    tea = logged("tea")
    merged = merge(log_of(tea, totals=log.totals), [report_of(told("tea"), totals=counts)])
    assert [(one.tool, one.suite, one.total) for one in merged.totals] == [
        ("eslint", "", 3), ("jest", "a", 6), ("jest", "b", 2),
    ]  # fmt: skip


def test_a_report_of_a_part_does_not_replace_the_logs_counts():
    totals = (Totals("jest", "", passed=40, total=40),)
    merged = merge(log_of(totals=totals), [report_of(totals=(Totals("junit", "a", passed=5, total=5),))])
    assert merged.totals == totals


def test_counts_of_several_runners_are_not_counted_twice():
    totals = (Totals("jest", "", passed=4, total=4), Totals("pytest", "", passed=4, total=4))
    merged = merge(log_of(totals=totals), [report_of(totals=(Totals("junit", "a", passed=8, total=8),))])
    assert merged.totals == totals


def test_the_same_failure_in_two_reports_counts_once():
    report = report_of(told("tea > is hot"))
    assert len(merge(log_of(), [report, report]).failures) == 1


def test_tests_of_one_name_in_two_files_are_two():
    log = log_of(logged("is hot", file="a/tea.test.js"))
    merged = merge(log, [report_of(told("tea > is hot", file="b/tea.test.js"))])
    assert len(merged.failures) == 2


names = st.lists(st.sampled_from(["tea", "milk", "is", "hot"]), max_size=4).map(" > ".join)
kinds = st.sampled_from([FailureKind.TEST, FailureKind.TEST, FailureKind.BUILD, FailureKind.EXIT])


@given(st.lists(st.tuples(names, kinds), max_size=8), st.lists(names, max_size=8), st.booleans())
def test_nothing_that_the_log_shows_is_lost(
    ours: list[tuple[str, FailureKind]],
    theirs: list[str],
    one_step: bool,  # noqa: FBT001 - hypothesis gives it
):
    log = log_of(*(logged(test, number, kind) for number, (test, kind) in enumerate(ours, start=1)))
    merged = merge(log, [report_of(*(told(test) for test in theirs))], one_step=one_step)
    kept = [one for one in merged.failures if one.log_line]
    assert len(merged.failures) == len(merged.excerpts)
    lost = {one.log_line for one in log.failures} - {one.log_line for one in kept}
    assert all(log.failures[number - 1].kind is FailureKind.EXIT for number in lost)
    assert not lost or (one_step and len(merged.failures) > 0)
    assert [one.known_as for one in kept] == [one.test for one in log.failures if one.log_line not in lost]
