"""The guards of the ladder hold in every report, whatever jobs, logs, base runs and changes come together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.classify.causes import EXCUSED
from bot.classify.fingerprint import fingerprint_of
from bot.classify.generic import is_generic
from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.model.log import Excerpt
from bot.model.reading import Reading
from bot.model.report import Compared, JobState, Report
from bot.model.run import ChangedFile, Conclusion, Job, PullRequest, Run
from bot.model.signature import Match, Pattern, PatternHit, Signature, SignatureKind, SignatureStatus
from bot.model.verdict import VerdictClass
from bot.report.comment import render_comment
from bot.triage import BaseRun, SeenJob, Situation, build_report

NOW = datetime(2026, 1, 24, 16, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
PULL = PullRequest(5, "A change", "alice", "open", "a1" * 20, "work", "alice", 1, "main", "c3" * 20)
FLAKE, GENERIC = "Expected at least 1 message in stream, found: 0", "Process completed with exit code 1."
BROKEN = "the total of the order is wrong"
# A whole report is dear to make: fewer of them, with everything in them.
MANY = settings(max_examples=35, suppress_health_check=[HealthCheck.too_slow])
LOOKS_AWAY = ("safe to merge", "you can merge", "ignore")
PATTERN = Pattern(FLAKE)
SIGNATURES = st.sampled_from(
    [
        (),
        (Signature("F-1", "waits too short", Match((PATTERN,))),),
        (Signature("F-2", "waits too short", Match((PATTERN,)), status=SignatureStatus.FIXED),),
        (Signature("I-1", "it is down", Match((PATTERN,)), kind=SignatureKind.INFRA),),
        (Signature("G-1", "says nothing", Match((Pattern(GENERIC),))),),
    ]
)
ENDS = st.sampled_from(
    (
        Conclusion.SUCCESS,
        Conclusion.FAILURE,
        Conclusion.FAILURE,
        Conclusion.CANCELLED,
        Conclusion.SKIPPED,
        Conclusion.NONE,
    )
)


def failure(message: str, kind: FailureKind, status: Status, test: str, line: int) -> Failure:
    one = Failure("pytest", kind, status, test, message, line, (line, line), file="shop/test_a.py", line=3)
    return replace(one, fingerprint=fingerprint_of(one))


FAILURES = st.builds(
    failure,
    st.sampled_from([FLAKE, BROKEN, FLAKE, GENERIC, ""]),
    st.sampled_from([FailureKind.TEST, FailureKind.INFRA, *FailureKind]),
    st.sampled_from([Status.FAILED, Status.FAILED, *Status]),
    st.sampled_from(["test_a", "test_b", ""]),
    st.integers(1, 9),
)
GAPS = st.sampled_from(["", "", "", "", "it was cut short"])
RED = st.tuples(st.just(Conclusion.FAILURE), st.lists(FAILURES, min_size=1, max_size=3), GAPS)
ANY = st.tuples(ENDS, st.lists(FAILURES, max_size=2), GAPS)
JOBS = st.lists(st.one_of(RED, RED, ANY), min_size=1, max_size=4)


def seen(number: int, name: str, end: Conclusion, failures: list[Failure], gap: str) -> SeenJob:
    """A job with a reading of its log that has the patterns' hits on the lines of its failures."""
    status = "completed" if end is not Conclusion.NONE else "in_progress"
    run = Run(
        9, 1, 9, 7, "CI", "", "pull_request", status, end, PULL.head_sha, "work", "alice", 1, created_at=NOW
    )
    hits = tuple(
        PatternHit(Pattern(one.message), one.log_line, one.message) for one in failures if one.message
    )
    reading = Reading(
        1, 20, complete=not gap, gap=gap, totals=(Totals("pytest", "", passed=3, total=3),), hits=hits,
        failures=tuple(failures), excerpts=(Excerpt(1, ("x",), 1),) * len(failures),
    )  # fmt: skip
    return SeenJob(Job(number, 9, 1, name, status, end), run, reading)


CHANGES = st.sampled_from(
    [(), (ChangedFile("shop/test_a.py", "modified"),), (ChangedFile("b.py", "modified", "", 9),)]
)
AGES = st.sampled_from([timedelta(hours=-1), timedelta(hours=3), WEEK, WEEK + timedelta(hours=1)])


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    jobs = tuple(seen(n, f"job {n}", *one) for n, one in enumerate(draw(JOBS)))
    based = tuple(seen(n, f"job {n}", *one) for n, one in enumerate(draw(JOBS)))
    compared = Compared("b2" * 20, 3, 1, "", "main", NOW - draw(AGES))
    run = jobs[0].run if all(one.job.finished for one in jobs) else replace(jobs[0].run, status="in_progress")
    return Situation(
        "alice/shop", PULL, NOW, (run,), jobs, base={7: BaseRun(compared, based)},
        changed=draw(CHANGES), signatures=draw(SIGNATURES),
    )  # fmt: skip


def headline_of(report: Report) -> str:
    return render_comment(report).split("\n\n")[1]


@MANY
@given(situations())
def test_what_is_excused_was_read_and_says_something(known: Situation) -> None:
    logs = {one.job.name: one.reading for one in known.jobs}
    for judged in build_report(known).judged:
        if judged.verdict.verdict not in EXCUSED:
            continue
        reading = logs[judged.job]
        assert reading is not None
        assert reading.complete
        if judged.verdict.signature is None:
            assert not is_generic(judged.verdict.failure.message)
        assert judged.verdict.signature is None or judged.verdict.signature.id != "G-1"
        assert not any(one.hidden for one in known.changed)


@MANY
@given(situations())
def test_a_base_run_that_is_newer_or_old_says_nothing(known: Situation) -> None:
    at = known.base[7].compared.at
    assert at is not None
    if not timedelta(0) <= NOW - at <= WEEK:
        told = {one.verdict.verdict for one in build_report(known).judged}
        assert not told & {VerdictClass.ON_BASE, VerdictClass.REGRESSION}


@MANY
@given(situations())
def test_what_a_pull_request_touches_is_said_and_never_run_again(known: Situation) -> None:
    report = build_report(known)
    if any(one.verdict.touched for one in report.judged):
        assert "this pull request touches it" in render_comment(report)
        assert not any(step.text.startswith("Re-run") for step in report.next_steps)


@MANY
@given(st.integers(1, 4), CHANGES, st.sampled_from(["F-1", "I-1"]))
def test_a_run_of_known_flakes_alone_may_be_run_again_unless_it_is_touched(
    size: int, changed: tuple[ChangedFile, ...], name: str
) -> None:
    flake = failure(FLAKE, FailureKind.TEST, Status.FAILED, "test_a", 5)
    jobs = tuple(seen(n, f"job {n}", Conclusion.FAILURE, [flake], "") for n in range(size))
    known = (Signature(name, "waits too short", Match((PATTERN,))),)
    report = build_report(
        Situation("alice/shop", PULL, NOW, (jobs[0].run,), jobs, changed=changed, signatures=known)
    )
    again = any(step.text.startswith("Re-run") for step in report.next_steps)
    assert again is (changed == ())


@MANY
@given(situations())
def test_green_is_said_of_what_ran_was_read_and_ended_alone(known: Situation) -> None:
    report = build_report(known)
    if "✅" in headline_of(report):
        ends = {one.job.conclusion for one in known.jobs}
        assert Conclusion.SUCCESS in ends
        assert ends <= {Conclusion.SUCCESS, Conclusion.SKIPPED}
        assert {row.state for group in report.groups for row in group.rows} == {JobState.PASSED}
        assert report.facts.finished == report.facts.workflows


@MANY
@given(situations())
def test_an_outage_is_said_only_where_most_jobs_fail_for_reasons_that_nobody_knows(known: Situation) -> None:
    report = build_report(known)
    if report.outage:
        ran = [
            one.job for one in known.jobs if one.job.finished and one.job.conclusion is not Conclusion.SKIPPED
        ]
        assert 2 * sum(job.conclusion.is_red for job in ran) > len(ran)
        unknown = sum(one.verdict.verdict is VerdictClass.UNKNOWN for one in report.judged)
        assert unknown > 0


@MANY
@given(situations(), st.randoms(use_true_random=False))
def test_in_whatever_order_jobs_come_the_same_is_to_fix_first(known: Situation, shuffle: Random) -> None:
    mixed = list(known.jobs)
    shuffle.shuffle(mixed)
    first, second = build_report(known).causes, build_report(replace(known, jobs=tuple(mixed))).causes
    assert [(one.title, one.verdict) for one in first] == [(one.title, one.verdict) for one in second]


@MANY
@given(situations())
def test_nobody_is_told_to_look_away(known: Situation) -> None:
    text = render_comment(build_report(known)).lower()
    assert not [words for words in LOOKS_AWAY if words in text]
