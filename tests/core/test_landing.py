"""A changed configuration lands: which failures of the past it concerns, told without their logs."""

from dataclasses import replace
from datetime import date

import pytest

from bot.model.failure import FailureKind
from bot.model.history import PullFailure
from bot.model.signature import Match, Pattern, Scope, Signature, SignatureStatus
from bot.triage.changes import Landing, landing_of

REG = Signature("REG-1", "The registry is slow", Match((Pattern("no answer from the registry"),)))
MATCHED = PullFailure(7, "a" * 40, 70, 1, "E2E (gateway)", "Suite > pulls", "test", "REG-1")
UNKNOWN = replace(MATCHED, signature="")
OTHER = replace(MATCHED, signature="DB-1")


def land(before: Signature | None, after: Signature | None, *, exact: bool = True) -> Landing:
    return landing_of((before,) if before else (), (after,) if after else (), exact=exact)


def test_a_signature_that_is_only_moved_or_proven_better_concerns_nobody() -> None:
    moved = replace(
        REG,
        source="b.yml",
        source_line=9,
        examples_match=("no answer from the registry",),
        added=date(2026, 1, 4),
    )
    assert land(REG, moved).changes == ()


@pytest.mark.parametrize(
    "after",
    [None, replace(REG, status=SignatureStatus.FIXED), replace(REG, fix="Pull from the mirror")],
)
def test_what_it_matched_is_concerned_when_it_goes_or_says_something_else(after: Signature | None) -> None:
    landing = land(REG, after)
    assert landing.concerns(MATCHED)
    for other in (UNKNOWN, OTHER):
        assert not landing.concerns(other)
        assert not landing.may_concern(other)


@pytest.mark.parametrize(
    "before", [None, replace(REG, match=Match((Pattern("no answer from the old registry"),)))]
)
def test_whatever_a_new_or_wider_one_may_match_may_be_concerned(before: Signature | None) -> None:
    landing = land(before, REG)
    assert landing.may_concern(UNKNOWN)
    assert landing.may_concern(OTHER)
    assert landing.aiming == (REG,)
    assert set(landing.known) == {"", "REG-1"}


@pytest.mark.parametrize(
    ("scope", "concerned"),
    [
        (Scope(job="E2E (*)"), True),
        (Scope(job="Integration (*)"), False),
        (Scope(test="*pulls"), True),
        (Scope(test="*pushes"), False),
        (Scope(kinds=(FailureKind.TEST, FailureKind.BUILD)), True),
        (Scope(kinds=(FailureKind.BUILD,)), False),
        # History does not keep these: whoever may be meant is looked at again.
        (Scope(workflow="Nightly", step="Push", file="x.go", branch="dev"), True),
    ],
)
def test_what_is_surely_out_of_scope_is_left_alone(scope: Scope, *, concerned: bool) -> None:
    assert land(None, replace(REG, scope=scope)).may_concern(UNKNOWN) is concerned


def test_a_test_may_have_another_name_in_a_log_than_in_a_report() -> None:
    assert land(None, replace(REG, scope=Scope(test="*pushes")), exact=False).may_concern(UNKNOWN)


def test_changes_are_told_in_the_order_of_the_file_then_what_is_gone() -> None:
    names = ("B-1", "A-1", "C-1")
    after = [replace(REG, id=name, title=name) for name in names]
    changes = landing_of((REG, *after[:1]), (*after, after[0]), exact=True).changes
    assert [(one.after or one.before or REG).id for one in changes] == ["A-1", "C-1", "REG-1"]


def test_ids_know_no_letter_case() -> None:
    [change] = land(REG, replace(REG, id="reg-1", title="Other")).changes
    assert change.before is not None
    assert change.after is not None
