"""A backtest says what a signature would have matched: failures, and, worse, jobs that passed."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.classify.backtest import Tally, backtest
from bot.model.backtest import Grade
from bot.model.kept import Found, LogOrigin, SearchedLog
from bot.model.signature import PatternHit, Scope
from tests.core.classify.build import DLQ, NOW, SHUTDOWN, failure, hit, signature

OTHER = "dial tcp: lookup registry.example: no such host"


def origin(number: int = 1, *, passed: bool = False, **rest: object) -> LogOrigin:
    known = {
        "workflow": "CI Pipeline",
        "job": "Integration (datastorage)",
        "step": "" if passed else "Run make test",
        "branch": "main",
        "run_id": number,
        "pull_request": number,
        "author": f"author-{number}",
        "at": NOW + timedelta(hours=number),
    }
    return LogOrigin(f"run {number}", passed, **(known | rest))  # type: ignore[arg-type]  # by name


def red(number: int = 1, *hits: PatternHit, **rest: str) -> SearchedLog:
    return SearchedLog(origin(number, passed=False, **rest), Found((failure(),), hits))


def green(number: int = 1, *hits: PatternHit, **rest: str) -> SearchedLog:
    return SearchedLog(origin(number, passed=True, **rest), Found((), hits))


def test_failures_are_counted_with_where_they_are_from() -> None:
    logs = [red(1, hit(DLQ)), red(2, hit(DLQ)), red(3, hit(DLQ), author="author-2"), red(4)]
    (trial,) = backtest([signature()], logs).trials
    assert (trial.failures, trial.jobs, trial.pull_requests, trial.authors) == (3, 3, 3, 2)
    assert (trial.first, trial.last) == (NOW + timedelta(hours=1), NOW + timedelta(hours=3))


def test_two_failures_of_one_job_are_one_job() -> None:
    log = SearchedLog(origin(), Found((failure(), failure(test="another one")), (hit(DLQ),)))
    (trial,) = backtest([signature()], [log]).trials
    assert (trial.failures, trial.jobs) == (2, 1)


def test_a_hit_outside_of_the_failures_lines_is_none() -> None:
    (trial,) = backtest([signature()], [red(1, hit(DLQ, 5_000))]).trials
    assert trial.failures == 0


def test_a_passing_log_is_hit_wherever_the_pattern_stands() -> None:
    logs = [green(1, hit(DLQ, 5_000)), *map(green, range(2, 200))]
    (trial,) = backtest([signature()], logs).trials
    assert (trial.passing_hits, trial.passing, trial.grade) == (1, 199, Grade.FINE)
    (example,) = trial.examples
    assert (example.line, example.text, example.origin.name) == (5_000, DLQ, "run 1")


def grade_of(hits: int, passing: int) -> Grade:
    logs = [green(n, *([hit(DLQ)] if n < hits else [])) for n in range(passing)]
    return backtest([signature()], logs).trials[0].grade


def test_more_than_one_percent_warns_and_more_than_ten_fails() -> None:
    assert grade_of(1, 100) is Grade.FINE
    assert grade_of(2, 100) is Grade.WARNING
    assert grade_of(10, 100) is Grade.WARNING
    assert grade_of(11, 100) is Grade.FAILS
    assert backtest([signature()], [green(n, hit(DLQ)) for n in range(20)]).fails


def test_a_few_passing_logs_are_said_to_be_too_few() -> None:
    assert grade_of(0, 10) is Grade.FINE
    assert grade_of(0, 3) is Grade.TOO_FEW
    (trial,) = backtest([signature()], [green(n) for n in range(3)]).trials
    assert trial.why == "3 passing logs in scope: too few to tell"
    (trial,) = backtest([signature()], []).trials
    assert (trial.grade, trial.why) == (Grade.TOO_FEW, "no passing log in scope")


def test_one_hit_among_a_few_passing_logs_warns_and_a_second_fails() -> None:
    assert grade_of(1, 3) is Grade.WARNING
    assert grade_of(2, 3) is Grade.FAILS


def test_passing_jobs_out_of_scope_do_not_count() -> None:
    scoped = signature(scope=Scope(workflow="CI*", job="Integration (*)", branch="main", test=f"*{SHUTDOWN}"))
    logs = [green(1, hit(DLQ)), green(2, hit(DLQ), job="Unit"), green(3, hit(DLQ), branch="release-1")]
    logs.append(green(4, hit(DLQ), workflow="Nightly"))
    (trial,) = backtest([scoped], logs).trials
    assert (trial.passing_hits, trial.passing) == (1, 1)


def test_a_pattern_that_is_mended_later_in_a_passing_log_hits_nothing() -> None:
    one = signature("connection to redis lost", absent="connected to redis")
    lost, back = hit("connection to redis lost", 5), hit("connected to redis", 9)
    (trial,) = backtest([one], [green(1, lost, back), green(2, lost)]).trials
    assert trial.passing_hits == 1


def test_a_generic_line_of_a_passing_log_hits_nothing() -> None:
    text = "Error: Process completed with exit code 137."
    (trial,) = backtest([signature("exit code 137")], [green(1, hit(text, pattern="exit code 137"))]).trials
    assert trial.passing_hits == 0


def test_what_else_matches_the_same_failures_is_named() -> None:
    mine, twin, pack = signature(name="mine"), signature("in stream", name="twin"), signature(name="pack")
    hits = (hit(DLQ), hit(DLQ, pattern="in stream"))
    found = backtest([mine, twin], [red(1, *hits), red(2, hit(DLQ))], others=[pack])
    assert found.trials[0].overlap == (("pack", 2), ("twin", 1))
    assert [trial.signature.id for trial in found.trials] == ["mine", "twin"]


def test_what_a_change_newly_explains_and_what_no_longer_is_told() -> None:
    old, new = signature(OTHER, name="old"), signature(DLQ, name="new")
    pack = signature("third thing here", name="pack")
    logs = [red(1, hit(DLQ)), red(2, hit(OTHER)), red(3, hit("third thing here")), red(4)]
    found = backtest([new], logs, others=[pack], against=[old, pack])
    assert found.compared
    assert [(one.origin.run_id, one.signatures) for one in found.newly_seen] == [(1, ("new",))]
    assert [(one.origin.run_id, one.signatures) for one in found.lost_seen] == [(2, ("old",))]
    assert (found.newly, found.lost, found.failures, found.explained) == (1, 1, 4, 2)
    assert not backtest([new], logs).compared


def test_of_a_log_whose_place_is_unknown_the_scope_decides_nothing() -> None:
    scoped = signature(scope=Scope(workflow="CI", job="Unit*", step="Run ?", branch="main", test=SHUTDOWN))
    bare = LogOrigin("a.log", passed=False)
    found = backtest([scoped], [SearchedLog(bare, Found((failure(), failure(test="other")), (hit(DLQ),)))])
    assert found.trials[0].failures == 1
    found = backtest([scoped], [SearchedLog(LogOrigin("b.log", passed=True), Found((), (hit(DLQ),)))])
    assert (found.trials[0].passing, found.trials[0].passing_hits) == (1, 1)
    known = SearchedLog(LogOrigin("c.log", passed=False, job="Lint"), Found((failure(),), (hit(DLQ),)))
    assert backtest([scoped], [known]).trials[0].failures == 0


def test_a_pattern_that_was_stopped_is_told_of() -> None:
    slow = SearchedLog(origin(), Found((failure(),), (), stopped=(DLQ,)))
    first, second = backtest([signature(), signature(OTHER, name="quick")], [slow]).trials
    assert (first.stopped, second.stopped) == (True, False)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_the_order_of_the_logs_changes_nothing(drawn: list[tuple[bool, bool]]) -> None:
    def made(number: int, *, passed: bool, found: bool) -> SearchedLog:
        hits = (hit(DLQ),) if found else ()
        return green(number, *hits) if passed else red(number, *hits)

    logs = [made(n, passed=passed, found=found) for n, (passed, found) in enumerate(drawn)]
    (one,), (other,) = (backtest([signature()], some).trials for some in (logs, logs[::-1]))
    assert one.failures == sum(found and not passed for passed, found in drawn)
    assert one.passing_hits == sum(found and passed for passed, found in drawn)
    assert (one.failures, one.passing_hits, one.grade, one.first, one.last) == (
        other.failures,
        other.passing_hits,
        other.grade,
        other.first,
        other.last,
    )


def test_logs_that_could_not_be_tried_are_named() -> None:
    tally = Tally([signature()])
    tally.miss("run 7", "it is damaged")
    assert tally.result().unread == ("run 7: it is damaged",)
