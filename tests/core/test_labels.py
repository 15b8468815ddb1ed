"""A failure that a signature excused and that passes in a later attempt was a flake; nothing less says so."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.classify.fingerprint import fingerprint
from bot.model.failure import Failure, FailureKind, Totals
from bot.model.history import Count, Sighting, Sightings
from bot.model.label import Source, Word
from bot.model.reading import Reading
from bot.model.run import Conclusion, Job, PullRequest, Run
from bot.model.signature import SignatureStatus
from bot.model.verdict import VerdictClass
from bot.triage.labels import judge_all, labels_said, retry_labels
from bot.triage.situation import KnownPast, OtherAttempt, SeenJob, Situation
from tests.core.classify.build import DLQ, failure, hit, reading, signature

AT = datetime(2026, 1, 24, 15, 0, tzinfo=UTC)
SHA = "a" * 40
KNOWN = signature()
MARKED = replace(failure(), fingerprint=fingerprint(failure().test, DLQ))
COUNTED = (Totals("ginkgo", "", passed=12, total=12),)
RED, GREEN = Conclusion.FAILURE, Conclusion.SUCCESS


def run_of(attempt: int) -> Run:
    return Run(
        7,
        attempt,
        1,
        3,
        "CI",
        "ci.yml",
        "pull_request",
        "completed",
        RED,
        SHA,
        "work",
        "octo",
        42,
        "",
        AT,
        AT,
    )


def read(*failures: Failure, **rest: object) -> Reading:
    """What was read of a red log."""
    return reading(*failures, excerpts=(None,) * len(failures), **rest)  # type: ignore[arg-type]  # by name


def job_of(attempt: int, conclusion: Conclusion, said: Reading | None, ran_in: int = 0) -> SeenJob:
    """The one job, as an attempt lists it; `ran_in`: of an older attempt, where it was not run again."""
    number = ran_in or attempt
    job = Job(number * 100, 7, number, "unit", "completed", conclusion, completed_at=AT)
    return SeenJob(job, run_of(attempt), said)


def fails(attempt: int, *failures: Failure, matched: bool = True, ran_in: int = 0) -> SeenJob:
    hits = (hit(DLQ),) if matched else ()
    return job_of(attempt, RED, read(*(failures or (MARKED,)), hits=hits), ran_in)


def passes(attempt: int, totals: tuple[Totals, ...] | None = COUNTED) -> SeenJob:
    return job_of(attempt, GREEN, None if totals is None else reading(totals=totals))


def situation(*attempts: SeenJob, **rest: object) -> Situation:
    """A run's attempts of one job, the oldest first."""
    *older, newest = attempts
    pull = PullRequest(5, "a change", "mona", "open", SHA, "work", "octo", 42, "main", "b" * 40)
    others = tuple(OtherAttempt(one.run, (one,)) for one in reversed(older))
    made = Situation(
        "octo/app", pull, AT, (newest.run,), (newest,), attempts={7: others}, signatures=(KNOWN,)
    )
    return replace(made, **rest)  # type: ignore[arg-type]  # names are checked by the constructor


def test_what_a_signature_excused_and_a_later_attempt_passes_was_a_flake() -> None:
    [label] = retry_labels(situation(fails(1), passes(2)))
    assert (label.word, label.source, label.by) == (Word.FLAKE, Source.RETRY, "")
    assert (label.signature, label.rung, label.verdict) == (KNOWN.id, 5, VerdictClass.KNOWN_FLAKE)
    assert (label.pull_request, label.run_id, label.attempt, label.job_id, label.sha) == (5, 7, 1, 100, SHA)
    assert label.fingerprint == MARKED.fingerprint


def test_every_attempt_that_failed_before_has_its_own() -> None:
    found = retry_labels(situation(fails(1), fails(2), passes(3)))
    assert sorted((one.attempt, one.rung) for one in found) == [(1, 5), (2, 5)]


def test_one_that_is_fixed_according_to_its_signature_is_labelled_too() -> None:
    fixed = signature(status=SignatureStatus.FIXED)
    [label] = retry_labels(situation(fails(1), passes(2), signatures=(fixed,)))
    assert (label.rung, label.signature) == (4, KNOWN.id)


def test_what_others_had_too_is_labelled_by_its_rung() -> None:
    mark = MARKED.fingerprint
    seen = tuple(Sighting(mark, pull, f"author {pull}", AT) for pull in (45, 46))
    known = KnownPast(note="", sightings=Sightings((Count(mark, 2, 2, AT),), seen))
    [label] = retry_labels(situation(fails(1, matched=False), passes(2), past=known))
    assert (label.signature, label.rung) == ("", 8)


def test_what_passed_before_as_well_as_after_is_labelled_by_its_rung() -> None:
    found = retry_labels(situation(passes(1), fails(2, matched=False), passes(3)))
    assert [(one.attempt, one.rung) for one in found] == [(2, 7)]


OTHER_TEST = replace(failure("boom", test="Another > test"), fingerprint="ffff")
NO_LABEL = [
    ("nothing excused it", (fails(1, matched=False), passes(2))),
    ("it fails in every attempt", (fails(1), fails(2), fails(3))),
    ("the newest attempt is the one that fails", (passes(1), fails(2))),
    ("the job was not run again", (fails(1), fails(2, ran_in=1))),
    ("the later attempt was cancelled", (fails(1), job_of(2, Conclusion.CANCELLED, None))),
    ("the later attempt was skipped", (fails(1), job_of(2, Conclusion.SKIPPED, None))),
    ("the later log could not be read", (fails(1), job_of(2, RED, None))),
    ("it fails there in another way", (fails(1), fails(2, replace(MARKED, fingerprint="0" * 16)))),
    ("no test of its runner ran there", (fails(1), passes(2, (Totals("pytest", "", passed=3, total=3),)))),
    (
        "all its tests were skipped there",
        (fails(1), passes(2, (Totals("ginkgo", "", skipped=12, total=12),))),
    ),
    (
        "the log that fails was cut short",
        (job_of(1, RED, read(MARKED, hits=(hit(DLQ),), complete=False, gap="cut")), passes(2)),
    ),
]


@pytest.mark.parametrize("attempts", [pytest.param(case, id=story) for story, case in NO_LABEL])
def test_there_is_no_label_when(attempts: tuple[SeenJob, ...]) -> None:
    assert retry_labels(situation(*attempts)) == ()


def test_a_green_job_whose_counts_are_not_known_passed_as_for_the_ladder() -> None:
    assert len(retry_labels(situation(fails(1), passes(2, None)))) == 1


def test_a_red_job_passes_what_it_ran_to_its_end_and_does_not_name() -> None:
    red = job_of(2, RED, read(OTHER_TEST, totals=(Totals("ginkgo", "", passed=11, failed=1, total=12),)))
    assert len(retry_labels(situation(fails(1), red))) == 1
    stopped = replace(OTHER_TEST, kind=FailureKind.CRASH)
    cut = job_of(2, RED, read(stopped, totals=(Totals("ginkgo", "", passed=11, failed=1, total=12),)))
    assert retry_labels(situation(fails(1), cut)) == ()


def test_a_persons_word_keeps_what_the_ladder_says_without_any_dispute() -> None:
    now = situation(fails(1))
    [said] = labels_said(judge_all(now), now, "Mona", "my pool", AT)
    assert (said.word, said.source, said.by, said.reason) == (
        Word.NOT_FLAKE,
        Source.PERSON,
        "mona",
        "my pool",
    )
    assert (said.rung, said.signature, said.subject) == (5, KNOWN.id, judge_all(now)[0].subject)
