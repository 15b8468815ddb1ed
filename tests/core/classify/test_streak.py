"""A signature describes a flake; what fails in one run after the other is none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.causes import EXCUSED
from bot.classify.ladder import judge
from bot.classify.past import Past
from bot.classify.streak import in_a_row
from bot.model.failure import Failure
from bot.model.history import Rate
from bot.model.reading import Reading
from bot.model.report import Compared
from bot.model.run import Conclusion, Job, PullRequest, Run
from bot.model.signature import PatternHit, Signature, SignatureKind
from bot.model.verdict import BaseState, Verdict, VerdictClass
from bot.triage import BaseRun, PreviousRun, SeenJob, Situation, build_report
from bot.triage.situation import OtherAttempt
from tests.core.classify.build import DLQ, NOW, base, case, failure, matched, signature

PULL = PullRequest(5, "A change", "alice", "open", "a1" * 20, "work", "alice", 1, "main", "c3" * 20)
PASSED, FAILED, DID_NOT_RUN = BaseState.PASSED, BaseState.FAILED, BaseState.DID_NOT_RUN


@pytest.mark.parametrize(
    ("states", "count"),
    [
        ((), 0),
        ((PASSED, FAILED), 0),
        ((FAILED, FAILED, PASSED, FAILED), 2),
        ((DID_NOT_RUN, FAILED, DID_NOT_RUN, FAILED), 2),
        ((FAILED, BaseState.NOT_COMPARED, FAILED), 1),
    ],
)
def test_a_row_ends_where_it_passed_or_failed_in_another_way(states: Sequence[BaseState], count: int) -> None:
    assert in_a_row(states) == count


def judged(one: Signature, on_base: int, here: int, state: BaseState) -> Verdict:
    return judge(
        failure(), case(matches=(matched(one),), baseline=base(state), row_on_base=on_base, row_here=here)
    )


def test_what_the_base_branch_fails_with_again_and_again_is_on_base() -> None:
    once, twice = (judged(signature(), row, 1, FAILED) for row in (1, 2))
    assert (once.verdict, once.rung) == (VerdictClass.KNOWN_FLAKE, 5)
    assert (twice.verdict, twice.rung) == (VerdictClass.ON_BASE, 6)
    assert any("in 2 runs, one after the other" in one.text for one in twice.evidence)


def test_what_this_pull_request_fails_with_again_and_again_needs_somebody() -> None:
    twice, thrice = (judged(signature(), 0, row, PASSED) for row in (2, 3))
    assert twice.verdict is VerdictClass.KNOWN_FLAKE
    assert thrice.verdict is VerdictClass.REGRESSION
    assert any("failed in this way in 3 runs" in one.text for one in thrice.evidence)


@pytest.mark.parametrize(
    ("failed", "ran", "row", "rung"),
    [(20, 100, 2, 5), (20, 100, 3, 6), (10, 100, 2, 6), (4, 9, 2, 6), (2, 22, 2, 6), (5, 22, 2, 5)],
)
def test_a_flake_that_comes_often_needs_a_longer_row(failed: int, ran: int, row: int, rung: int) -> None:
    past = Past(rate=Rate(7, "unit", "DS-FLAKY-003a", failed, ran), note="")
    known = case(matches=(matched(),), baseline=base(FAILED), row_on_base=row, past=past)
    assert judge(failure(), known).rung == rung


@pytest.mark.parametrize("kind", [SignatureKind.INFRA, SignatureKind.KNOWN_BUG])
def test_what_is_down_or_known_to_be_broken_may_fail_every_time(kind: SignatureKind) -> None:
    assert judged(signature(kind=kind), 9, 9, FAILED).rung == 5


@given(st.integers(0, 5), st.integers(1, 5), st.sampled_from(BaseState))
def test_a_row_never_excuses(on_base: int, here: int, state: BaseState) -> None:
    plain, steady = judged(signature(), 0, 1, state), judged(signature(), on_base, here, state)
    excusing = (VerdictClass.KNOWN_FLAKE, VerdictClass.INFRA)
    assert plain.verdict in excusing
    if steady.verdict is not plain.verdict:
        assert steady.verdict not in excusing
        assert steady.verdict not in EXCUSED or state is FAILED


def seen(run_id: int, *failures: Failure, attempt: int = 1) -> SeenJob:
    end = Conclusion.FAILURE if failures else Conclusion.SUCCESS
    run = Run(
        run_id, attempt, run_id, 7, "CI", "", "pull_request", "completed", end, PULL.head_sha, "work",
        "alice", 1, created_at=NOW,
    )  # fmt: skip
    hits = tuple(PatternHit(signature().match.patterns[0], one.log_line, one.message) for one in failures)
    reading = Reading(1, 200, complete=True, failures=failures, excerpts=(None,) * len(failures), hits=hits)
    return SeenJob(Job(run_id, run_id, attempt, "unit", "completed", end), run, reading)


def report_of(bases: Sequence[bool], attempts: Sequence[bool], *, before: bool | None) -> VerdictClass:
    """The verdict on the known flake's text; each run says whether it failed there, too, the newest first."""
    said = (failure(),)
    known = [
        BaseRun(Compared("b2" * 20, 3, 1, "", "main", NOW - timedelta(hours=n + 1)), (seen(3, *said * bad),))
        for n, bad in enumerate(bases)
    ]
    now = seen(9, *said, attempt=1 + len(attempts))
    others = [seen(9, *said * bad, attempt=len(attempts) - n) for n, bad in enumerate(attempts)]
    earlier = Compared("d4" * 20, 8, 1, "", "work", NOW - timedelta(hours=9))
    situation = Situation(
        "alice/shop", PULL, NOW, (now.run,), (now,), signatures=(signature(),),
        base={7: replace(known[0], before=tuple(known[1:]))} if known else {},
        attempts={9: tuple(OtherAttempt(one.run, (one,)) for one in others)},
        previous={} if before is None else {7: PreviousRun(earlier, (seen(8, *said * before),))},
    )  # fmt: skip
    (found,) = build_report(situation).judged
    assert found.verdict.failure.message == DLQ
    return found.verdict.verdict


def test_rows_are_counted_over_the_base_s_runs_the_attempts_and_the_push_before() -> None:
    flake = VerdictClass.KNOWN_FLAKE
    assert report_of([True, False, True], [], before=None) is flake
    assert report_of([True, True], [], before=None) is VerdictClass.ON_BASE
    assert report_of([False], [True, False], before=True) is flake
    assert report_of([False], [True], before=True) is VerdictClass.REGRESSION
    assert report_of([False], [True, True], before=False) is VerdictClass.REGRESSION
    assert report_of([False], [], before=True) is flake
