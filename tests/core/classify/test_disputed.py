"""A dispute takes excuses away on its pull request, says who and why, and never makes anything milder."""

from datetime import timedelta

import pytest
from hypothesis import given

from bot.classify.case import Case
from bot.classify.disputed import without_disputed
from bot.classify.ladder import judge
from bot.classify.past import Attempted, Past
from bot.model.failure import Failure, FailureKind
from bot.model.history import Count, Sighting, Sightings
from bot.model.label import Dispute
from bot.model.signature import SignatureStatus
from bot.model.verdict import Baseline, BaseState, VerdictClass, gravity
from bot.triage.disputes import dispute_of, subject_of
from tests.core.classify.build import DLQ, NOW, base, case, failure, matched, signature
from tests.core.classify.test_ladder import CASES, EXCUSES, FAILURES

SAID = Dispute(subject_of(failure()), "mona", "my pool", NOW - timedelta(hours=2))
TWICE = Past(
    count=Count("f", 2, 2, NOW),
    seen=(Sighting("f", 45, "hubot", NOW), Sighting("f", 46, "mojombo", NOW)),
    note="",
)
RETRIED = Past(attempts=(Attempted(1, Baseline(BaseState.PASSED)),), note="")
EXCUSED = [
    ("a known flake", 5, {"matches": (matched(),)}),
    ("on base", 6, {"baseline": base(BaseState.FAILED)}),
    ("passed on retry", 7, {"past": RETRIED}),
    ("seen elsewhere", 8, {"past": TWICE}),
]


@pytest.mark.parametrize(("rung", "known"), [pytest.param(*rest, id=story) for story, *rest in EXCUSED])
def test_what_a_rung_excuses_it_excuses_no_more(rung: int, known: dict[str, object]) -> None:
    assert judge(failure(), case(**known)).rung == rung
    found = judge(failure(), case(disputed=SAID, **known))
    assert (found.rung, found.verdict, found.signature) == (10, VerdictClass.UNKNOWN, None)
    told = next(note.why for note in found.ladder if note.rung == rung)
    assert told.startswith("disputed by @mona: my pool (it would hold: ")
    assert found.evidence[0].text.startswith("it is disputed, so that nothing excuses it")
    assert (found.evidence[-1].text, found.evidence[-1].quote) == ("disputed by @mona 2 h ago", "my pool")


def test_a_disputed_flake_that_passed_on_the_base_branch_is_a_regression() -> None:
    found = judge(failure(), case(disputed=SAID, matches=(matched(),), baseline=base(BaseState.PASSED)))
    assert found.verdict is VerdictClass.REGRESSION
    assert found.evidence[-1].quote == "my pool"


def test_a_return_stays_one_because_it_excuses_nothing() -> None:
    fixed = matched(signature(status=SignatureStatus.FIXED))
    found = judge(failure(), case(disputed=SAID, matches=(fixed,)))
    assert found.verdict is VerdictClass.RETURNED
    assert found.evidence[-1].text == "disputed by @mona 2 h ago"


def test_what_is_said_of_a_whole_job_is_not_disputed() -> None:
    found = judge(failure(), case(disputed=SAID, complete=False, gap="cut"))
    assert found.verdict is VerdictClass.UNREAD
    assert len(found.evidence) == 1


@given(FAILURES, CASES)
def test_a_dispute_never_excuses_and_never_makes_a_verdict_milder(one: Failure, known: Case) -> None:
    plain = judge(one, known)
    object.__setattr__(known, "disputed", SAID)
    found = judge(one, known)
    assert found.verdict not in EXCUSES
    assert gravity(found.verdict) <= gravity(plain.verdict)
    if plain.verdict not in EXCUSES:
        assert found.verdict is plain.verdict


def test_the_same_test_is_disputed_whatever_it_says_next_time() -> None:
    assert dispute_of(failure("another message"), [SAID]) == SAID
    assert dispute_of(failure(test="another test"), [SAID]) is None
    assert dispute_of(failure(), []) is None


def test_what_is_no_test_is_known_by_what_it_says() -> None:
    one = Failure("docker", FailureKind.BUILD, failure().status, "", DLQ, 1, (1, 1), fingerprint="f1")
    other = Failure("docker", FailureKind.BUILD, failure().status, "", DLQ, 9, (9, 9), fingerprint="f2")
    assert subject_of(one) != subject_of(other)
    assert subject_of(one)


def test_a_failure_that_nothing_tells_from_others_cannot_be_disputed() -> None:
    nameless = Failure("", FailureKind.EXIT, failure().status, "", "failed", 0, (0, 0))
    assert subject_of(nameless) == ""
    assert dispute_of(nameless, [Dispute("", "mona", "", NOW)]) is None


def test_of_several_words_the_newest_is_told() -> None:
    newer = Dispute(SAID.subject, "hubot", "no", NOW)
    assert dispute_of(failure(), [newer, SAID]) == newer


def test_a_pull_request_where_it_is_disputed_is_no_evidence_for_others() -> None:
    seen = tuple(Sighting("f", pull, f"author {pull}", NOW) for pull in (45, 46, 47))
    told = Sightings((Count("f", 5, 3, NOW),), seen)
    assert without_disputed(told, frozenset({("f", 99), ("other", 45)})) == told
    one = without_disputed(told, frozenset({("f", 46)}))
    assert [sighting.pull_request for sighting in one.seen] == [45, 47]
    assert judge(failure(), case(past=Past(count=one.counts[0], seen=one.seen, note=""))).rung == 8
    two = without_disputed(told, frozenset({("f", 46), ("f", 47)}))
    past = Past(count=two.counts[0], seen=two.seen, withheld=two.withheld, note="")
    found = judge(failure(), case(past=past))
    assert found.verdict is VerdictClass.UNKNOWN
    assert next(note.why for note in found.ladder if note.rung == 8) == (
        "not used: disputed there (2 pull requests)"
    )
