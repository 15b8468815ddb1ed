"""`/retriage not-flake` in one short line: the words name a failure, and the rest is the reason."""

from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify.fingerprint import fingerprint
from bot.model.failure import Failure, FailureKind
from bot.model.report import JudgedFailure
from bot.model.run import Conclusion
from bot.model.verdict import Evidence, Verdict, VerdictClass
from bot.triage.labels import Placed
from bot.triage.naming import Named, Unclear, name_failures
from tests.core.classify.build import failure, signature
from tests.core.test_labels import job_of

KNOWN, UNKNOWN, FAILS = VerdictClass.KNOWN_FLAKE, VerdictClass.UNKNOWN, VerdictClass.REGRESSION


def placed(
    test: str, verdict: VerdictClass = KNOWN, *, message: str = "boom", job: str = "unit", by: str = ""
) -> Placed:
    """A failure as the ladder sees it; `by` is the signature that matched."""
    one = replace(failure(message, test=test), fingerprint=fingerprint(test, message))
    made = Verdict(one, verdict, 5, (Evidence("because"),), signature=signature(name=by) if by else None)
    return Placed(job_of(1, Conclusion.FAILURE, None), JudgedFailure(made, job, f"https://ci.example/{job}"))


AUDIT = placed("Audit Export > Hash Chain > should verify hash chain integrity correctly", by="DS-1")
DRAIN = placed("Graceful Shutdown > drains the DLQ", by="DS-2")
DRAIN_TOO = placed("Graceful Shutdown > drains the DLQ", job="integration", by="DS-2")
FILL = placed("Graceful Shutdown > fills the DLQ", by="DS-2")
BROKEN = placed("Audit Export > should sum up", FAILS)
BUILD = placed("", VerdictClass.INFRA, message="pulling registry.example/image: 503", job="Build image")
ALL = (AUDIT, DRAIN, DRAIN_TOO, FILL, BROKEN, BUILD)

UNDERSTOOD = [
    ("should verify hash chain integrity correctly", (AUDIT,), ""),
    ("hash chain I changed the digest", (AUDIT,), "I changed the digest"),
    ("HASH CHAIN: I changed the digest", (AUDIT,), "I changed the digest"),
    ("hash chain because I changed the digest", (AUDIT,), "I changed the digest"),
    ("hash chain, because I changed it", (AUDIT,), "I changed it"),
    ("hash chain – it is mine", (AUDIT,), "it is mine"),
    ("`should verify` hash chain broke", (AUDIT,), "hash chain broke"),
    ('"drains the DLQ"', (DRAIN, DRAIN_TOO), ""),
    ("drains   the  DLQ", (DRAIN, DRAIN_TOO), ""),
    ("DS-1", (AUDIT,), ""),
    ("ds-2 both are mine", (DRAIN, DRAIN_TOO, FILL), "both are mine"),
    ("Build image the base image is gone", (BUILD,), "the base image is gone"),
    ("Audit Export is broken", (AUDIT,), "is broken"),
    ("should sum up really", (BROKEN,), "really"),
]


@pytest.mark.parametrize(("text", "found", "reason"), UNDERSTOOD, ids=[text for text, *_ in UNDERSTOOD])
def test_a_name_and_a_reason(text: str, found: tuple[Placed, ...], reason: str) -> None:
    assert name_failures(ALL, text) == Named(found, reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", ""), ("  ", ""), ("because it is mine", "it is mine"), ("Because: mine", "mine")],
)
def test_without_a_name_the_only_excused_failure_is_meant(text: str, reason: str) -> None:
    assert name_failures((AUDIT, BROKEN), text) == Named((AUDIT,), reason)
    assert name_failures((DRAIN, DRAIN_TOO, BROKEN), text) == Named((DRAIN, DRAIN_TOO), reason)


def test_without_a_name_several_are_asked_back() -> None:
    assert name_failures(ALL, "") == Unclear(
        "", (AUDIT, DRAIN, FILL, BUILD), (AUDIT, DRAIN, FILL, BROKEN, BUILD)
    )


def test_without_a_name_what_is_disputed_already_is_not_meant() -> None:
    assert name_failures((AUDIT, DRAIN), "", {AUDIT.subject}) == Named((DRAIN,))
    assert name_failures((AUDIT, DRAIN), "hash chain again", {AUDIT.subject}) == Named((AUDIT,), "again")


def test_a_long_comment_on_many_failures_is_read_in_no_time() -> None:
    many = [placed(f"Suite {number} > should work", job=f"job {number}") for number in range(1_000)]
    before = process_time()
    assert isinstance(name_failures(many, "a b " * 120), Unclear)
    assert process_time() - before < 2


def test_without_a_name_and_with_nothing_excused_there_is_nothing_to_take_away() -> None:
    assert name_failures((BROKEN,), "") == Unclear("", (), (BROKEN,))
    assert name_failures((), "") == Unclear("", (), ())


def test_a_name_of_several_is_asked_back() -> None:
    assert name_failures(ALL, "Graceful Shutdown my bad") == Unclear(
        "Graceful Shutdown", (DRAIN, FILL), (AUDIT, DRAIN, FILL, BROKEN, BUILD)
    )


@pytest.mark.parametrize("text", ["the moon", "it", "` `", '"', "because-of-you", "> > >"])
def test_words_that_name_nothing_say_so(text: str) -> None:
    found = name_failures((AUDIT,), text)
    assert isinstance(found, Unclear)
    assert found.found == ()
    assert found.known == (AUDIT,)


def test_what_is_said_of_a_whole_job_cannot_be_named() -> None:
    unread = placed("", VerdictClass.UNREAD, message="expired")
    nameless = placed("", UNKNOWN, message="")
    odd = Placed(
        nameless.seen,
        replace(
            nameless.judged,
            verdict=replace(
                nameless.judged.verdict,
                failure=Failure("", FailureKind.EXIT, failure().status, "", "failed", 0, (0, 0)),
            ),
        ),
    )
    assert name_failures((unread, odd), "unit") == Unclear("unit", (), ())


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_no_text_breaks_it_and_the_reason_is_the_texts_own(text: str) -> None:
    found = name_failures(ALL, text)
    if isinstance(found, Named):
        assert found.failures
        assert found.reason in " ".join(text.split())
