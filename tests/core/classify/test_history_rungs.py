"""Rungs 7 and 8 excuse only on independent evidence; every guard of DESIGN section 2 is an invariant here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.blind import why_hidden
from bot.classify.case import Case
from bot.classify.ladder import judge
from bot.classify.past import Attempted, Past, wilson_lower
from bot.model.failure import Failure, FailureKind, Status
from bot.model.history import Asker, Count, Hits, Rate, Sighting, Withheld
from bot.model.run import ChangedFile
from bot.model.signature import SignatureStatus
from bot.model.verdict import Baseline, BaseState, VerdictClass
from tests.core.classify.build import DLQ, NOW, base, case, failure, matched, signature

GENERIC = "Error: Process completed with exit code 1."
TOUCHED = (ChangedFile("test/integration/datastorage/shutdown_test.go", "modified"),)
DAY = timedelta(days=1)
EXCUSED_BY_HISTORY = (VerdictClass.PASSED_ON_RETRY, VerdictClass.SEEN_ELSEWHERE)


def sighting(pull: int, author: str = "mona", age: timedelta = 2 * DAY) -> Sighting:
    return Sighting("f", pull, author, NOW - age)


def counted(sightings: Sequence[Sighting], times: int = 0) -> Count | None:
    pulls = {one.pull_request for one in sightings}
    last = max((one.last for one in sightings), default=NOW)
    return Count("f", times or len(sightings), len(pulls), last) if sightings else None


def seen(*sightings: Sighting, times: int = 0, **rest: object) -> Past:
    count = counted(sightings, times)
    made = Past(count=count, seen=sightings, note="", pages="https://ci.example/pull/")
    for key, value in rest.items():
        object.__setattr__(made, key, value)
    return made


def attempt(state: BaseState, number: int = 1, note: str = "") -> Attempted:
    return Attempted(number, Baseline(state, url="https://ci.example/job/7", note=note))


def why(rung: int, past: Past, **rest: object) -> str:
    found = judge(failure(), case(past=past, **rest))
    return next(note.why for note in found.ladder if note.rung == rung)


def test_two_pull_requests_of_others_are_enough() -> None:
    found = judge(failure(), case(past=seen(sighting(45), sighting(46, "hubot", age=DAY), times=12)))
    assert (found.rung, found.verdict) == (8, VerdictClass.SEEN_ELSEWHERE)
    told = found.evidence[1]
    assert told.text == "12 times in 7 days on 2 pull requests, last 24 h ago, #46"
    assert told.url == "https://ci.example/pull/46"


def test_one_is_not() -> None:
    past = seen(sighting(45), times=50)
    assert judge(failure(), case(past=past)).rung == 10
    assert why(8, past) == "seen on 1 pull request of others in 7 days; two are needed"


def test_pull_requests_of_one_stack_count_once() -> None:
    past = seen(sighting(45), sighting(46, "hubot"), stacks=(frozenset({45, 46}), frozenset({47})))
    assert judge(failure(), case(past=past)).rung == 10
    assert why(8, past) == "seen on 2 pull requests of others that hang together in 7 days; two are needed"


def test_what_is_withheld_is_named_with_its_reason() -> None:
    past = seen(withheld=(Withheld("f", "same author", 2), Withheld("f", "newer", 1)))
    assert why(8, past) == "not used: same author (2 pull requests), newer (1 pull request)"


def test_without_history_the_reason_is_told() -> None:
    assert why(8, Past(note="its commits could not be read")) == "not compared: its commits could not be read"
    assert why(7, seen()) == "not compared: this commit has no other attempt"


def test_what_passed_in_another_attempt_of_the_commit_passed_on_retry() -> None:
    found = judge(failure(), case(past=seen(attempts=(attempt(BaseState.PASSED),))))
    assert (found.rung, found.verdict) == (7, VerdictClass.PASSED_ON_RETRY)
    assert found.evidence[0].text == "passed in attempt 1, on the same commit"
    assert found.evidence[0].url == "https://ci.example/job/7"


@pytest.mark.parametrize("state", [BaseState.FAILED, BaseState.DID_NOT_RUN, BaseState.NOT_COMPARED])
def test_an_attempt_that_did_not_pass_it_excuses_nothing(state: BaseState) -> None:
    past = seen(attempts=(attempt(state, 2, "the log could not be read"),))
    assert judge(failure(), case(past=past)).rung == 10
    assert why(7, past) == f"no other attempt passed it; attempt 2: {state.value}: the log could not be read"


def test_a_flake_of_a_test_that_the_pull_request_touches_is_its_own() -> None:
    found = judge(failure(), case(past=seen(attempts=(attempt(BaseState.PASSED),)), changed=TOUCHED))
    assert (found.rung, found.verdict) == (9, VerdictClass.REGRESSION)
    assert "this pull request brings a flake" in found.evidence[0].text
    assert found.touched


def test_where_not_everything_was_counted_it_is_at_least_so_often() -> None:
    past = seen(sighting(45), sighting(46, "hubot", age=DAY), times=301)
    assert past.count is not None
    found = judge(failure(), case(past=replace(past, count=replace(past.count, more=True))))
    assert [one.text for one in found.evidence] == [
        "the same failure on at least 2 pull requests of other authors in 7 days",
        "at least 301 times in 7 days on at least 2 pull requests, last 24 h ago, #46",
    ]


def test_others_with_the_same_failure_do_not_excuse_a_test_that_is_touched() -> None:
    past = seen(sighting(45), sighting(46, "hubot"))
    assert judge(failure(), case(past=past, changed=TOUCHED)).rung == 10
    assert "but this pull request touches the test" in why(8, past, changed=TOUCHED)


def test_a_known_flake_says_how_often_and_since_when() -> None:
    hits = Hits("DS-FLAKY-003a", 12, 9, NOW - 20 * DAY, NOW - timedelta(hours=2), 45)
    past = seen(hits={"DS-FLAKY-003a": hits}, rate=Rate(7, "unit", "DS-FLAKY-003a", 3, 120))
    found = judge(failure(), case(matches=(matched(),), past=past))
    texts = [one.text for one in found.evidence]
    assert texts[1] == "12 times in 7 days on 9 pull requests, last 2 h ago, #45"
    assert texts[2] == "first seen 2026-01-04; in 3 of 120 runs of this job"
    assert found.flake_rate == pytest.approx(wilson_lower(3, 120))


def test_a_known_flake_that_nobody_else_had_says_so() -> None:
    found = judge(failure(), case(matches=(matched(),), past=seen()))
    assert found.evidence[1].text == "no match elsewhere in 7 days"
    late = Hits("DS-FLAKY-003a", 0, 0, NOW - 20 * DAY, NOW - 9 * DAY, 45)
    found = judge(failure(), case(matches=(matched(),), past=seen(hits={late.signature: late})))
    assert found.evidence[1].text == "not in 7 days, last 9 days ago, #45"


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_rate_is_never_put_higher_than_it_was_seen(hits: int, runs: int) -> None:
    lower = wilson_lower(min(hits, runs), runs)
    assert 0.0 <= lower <= (min(hits, runs) / runs if runs else 0.0)


def test_more_runs_make_the_same_rate_surer() -> None:
    assert wilson_lower(0, 100) == 0.0
    assert wilson_lower(1, 10) < wilson_lower(10, 100) < wilson_lower(100, 1000) < 0.1
    assert wilson_lower(50, 100) == pytest.approx(0.4038, abs=0.0001)


MESSAGES = st.sampled_from([DLQ, GENERIC, "FAIL", "", "cancelled"])
FAILURES = st.builds(
    lambda message, kind, status, test: failure(message, kind=kind, status=status, test=test),
    MESSAGES,
    st.sampled_from(FailureKind),
    st.sampled_from(Status),
    st.sampled_from(["", "a test"]),
)
SIGHTINGS = st.lists(st.builds(sighting, st.integers(1, 4), st.sampled_from(["a", "b"])), max_size=5)
PASTS = st.builds(
    lambda found, stacked, attempts, note: Past(
        tuple(attempts), counted(found), tuple(found), stacked, (), note
    ),
    SIGHTINGS,
    st.sampled_from([(), (frozenset({1, 2}),), (frozenset({1, 2, 3, 4}),)]),
    st.lists(st.sampled_from([attempt(state) for state in BaseState]), max_size=2),
    st.sampled_from(["", "its commits could not be read"]),
)
CASES = st.builds(
    lambda past, complete, crashed, changed, state: case(
        past=past, complete=complete, crashed=crashed, changed=changed, baseline=base(state)
    ),
    PASTS,
    st.booleans(),
    st.booleans(),
    st.sampled_from([(), TOUCHED]),
    st.sampled_from(BaseState),
)


@given(FAILURES, CASES)
def test_a_line_that_says_nothing_supports_neither_rung(one: Failure, known: Case) -> None:
    if one.message != DLQ:
        assert judge(one, known).verdict not in EXCUSED_BY_HISTORY


@given(FAILURES, CASES)
def test_an_incomplete_log_supports_neither_rung(one: Failure, known: Case) -> None:
    if not known.complete or known.crashed:
        assert judge(one, known).verdict not in EXCUSED_BY_HISTORY


@given(FAILURES, CASES)
def test_a_touched_test_is_excused_by_neither_rung(one: Failure, known: Case) -> None:
    if known.changed:
        assert judge(one, known).verdict not in EXCUSED_BY_HISTORY


@given(FAILURES, CASES)
def test_each_rung_rests_on_what_it_names(one: Failure, known: Case) -> None:
    found, past = judge(one, known), known.past
    if found.verdict is VerdictClass.PASSED_ON_RETRY:
        assert any(other.result.state is BaseState.PASSED for other in past.attempts)
    if found.verdict is VerdictClass.SEEN_ELSEWHERE:
        pulls = {other.pull_request for other in past.seen}
        assert not past.note
        assert len(pulls) >= 2
        assert not any(pulls <= stack for stack in past.stacks)


@given(FAILURES, CASES)
def test_what_a_runner_stopped_is_excused_by_neither_rung(one: Failure, known: Case) -> None:
    if one.status in (Status.INTERRUPTED, Status.ABORTED):
        assert judge(one, known).verdict not in EXCUSED_BY_HISTORY


@given(FAILURES, CASES)
def test_history_never_turns_a_fixed_signatures_match_into_an_excuse(one: Failure, known: Case) -> None:
    fixed = signature(status=SignatureStatus.FIXED)
    object.__setattr__(known, "matches", (matched(fixed),))
    assert judge(one, known).rung <= 4


TIMES = st.integers(-2, 2).map(lambda hours: NOW + timedelta(hours=hours))
NAMES = st.sampled_from(["mona", "hubot", ""])


@given(
    st.integers(0, 3), NAMES, TIMES,
    st.builds(Asker, st.integers(1, 3), NAMES, TIMES, TIMES, st.frozensets(st.integers(1, 3))),
)  # fmt: skip
def test_evidence_is_of_somebody_else_who_is_known_unrelated_and_earlier(
    pull: int, author: str, pushed_at: datetime, asker: Asker
) -> None:
    if not why_hidden(pull, author, pushed_at, asker):
        assert 0 < pull != asker.pull_request
        assert author
        assert asker.author
        assert author != asker.author
        assert pull not in asker.kin
        assert pushed_at <= asker.pushed_at
