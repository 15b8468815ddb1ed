"""Signatures and rungs are weighed by what was said of their verdicts, and the worst comes first."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.past import wilson, wilson_lower
from bot.classify.trust import Precision, Trust, assess
from bot.model.label import Feedback, Labelled, SignatureUse
from bot.model.signature import SignatureStatus
from tests.core.classify.build import signature

TODAY = date(2026, 1, 24)
NOW = datetime(2026, 1, 24, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def used(name: str, times: int = 10, *, ago: int = 1) -> SignatureUse:
    return SignatureUse(name, times, times, NOW - 100 * DAY, NOW - ago * DAY)


def weigh(
    *uses: SignatureUse, labelled: tuple[Labelled, ...] = (), own: tuple[str, ...] | None = None
) -> Trust:
    mine = None if own is None else tuple(signature(name=name) for name in own)
    return assess(Feedback(uses, labelled), mine, (), TODAY)


def looks(found: Trust) -> dict[str, tuple[str, ...]]:
    return {one.id: one.looks for one in found.signatures}


def test_one_dispute_that_nothing_speaks_against_is_looked_at() -> None:
    found = weigh(used("A"), labelled=(Labelled("A", 5, 0, 1, 0),))
    assert looks(found)["A"] == (
        "at most 79 % of what it excuses are flakes: look at what was disputed: narrow it, or remove it",
    )
    assert found.needs_somebody


def test_one_dispute_among_many_flakes_is_not() -> None:
    found = weigh(used("A", 60), labelled=(Labelled("A", 5, 50, 1, 0),))
    assert found.signatures[0].precision.share == pytest.approx(50 / 51)
    assert not found.needs_somebody


def test_without_labels_nothing_is_claimed() -> None:
    [found] = weigh(used("A")).signatures
    assert (found.precision.share, found.precision.interval, found.unlabelled) == (None, (0.0, 1.0), 1.0)
    assert found.looks == ()


def test_the_share_without_a_label_is_told() -> None:
    [found] = weigh(used("A", 10), labelled=(Labelled("A", 5, 3, 1, 1), Labelled("A", 4, 1, 0, 0))).signatures
    assert found.precision == Precision(4, 1, 1)
    assert found.unlabelled == pytest.approx(0.5)


def test_the_worst_comes_first() -> None:
    labelled = (Labelled("B", 5, 0, 1, 0), Labelled("C", 5, 20, 0, 0), Labelled("D", 5, 0, 9, 0))
    found = weigh(used("A"), used("B"), used("C"), used("D"), labelled=labelled)
    assert [one.id for one in found.signatures] == ["D", "B", "A", "C"]


def test_what_was_not_met_for_three_weeks_is_looked_at() -> None:
    found = looks(weigh(used("A", ago=21), used("B", ago=22), used("C", ago=91), own=("A", "B", "C")))
    assert found["A"] == ()
    assert found["B"] == ("it has had no hit for 22 days; look at it again: remove it, or move `expires`",)
    assert found["C"][0].startswith("90 days have passed since its last hit on 2025-10-25;")


def test_what_was_never_met_is_looked_at_90_days_after_it_was_added() -> None:
    own = (signature(name="NEW", added=date(2026, 1, 4)), signature(name="OLD", added=date(2025, 10, 4)))
    found = looks(assess(Feedback(), own, (), TODAY))
    assert found["NEW"] == ()
    assert "it was added, and no hit is known" in found["OLD"][0]


def test_one_that_is_fixed_stays_on_guard() -> None:
    own = (signature(name="A", status=SignatureStatus.FIXED),)
    assert looks(assess(Feedback((used("A", ago=99),)), own, (), TODAY)) == {"A": ()}


def test_a_packs_signatures_never_expire_here_but_are_disputed_like_others() -> None:
    packs = (signature(name="A", added=date(2020, 1, 4)), signature(name="B"))
    labelled = (Labelled("B", 5, 0, 1, 0),)
    found = assess(Feedback((used("A", ago=99), used("B")), labelled), (), packs, TODAY)
    assert looks(found)["A"] == ()
    assert looks(found)["B"]
    assert [one.is_known for one in found.signatures] == [True, True]


def test_one_that_was_removed_needs_nobody() -> None:
    found = weigh(used("GONE"), labelled=(Labelled("GONE", 5, 0, 9, 0),), own=())
    assert (found.signatures[0].is_known, found.signatures[0].looks) == (False, ())


def test_rungs_are_weighed_over_all_signatures() -> None:
    labelled = (
        Labelled("A", 5, 3, 0, 0),
        Labelled("B", 5, 1, 1, 0),
        Labelled("", 8, 0, 2, 1),
        Labelled("", 10, 0, 7, 0),
    )
    found = weigh(labelled=labelled)
    assert [(one.rung, one.precision) for one in found.rungs] == [
        (5, Precision(4, 1, 0)),
        (7, Precision()),
        (8, Precision(0, 2, 1)),
    ]
    assert found.rungs[2].looks == ("at most 65 % of what it excuses are flakes: look at what was disputed",)
    assert found.needs_somebody


def test_wilsons_interval_at_known_points() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert list(wilson(50, 100)) == pytest.approx([0.4038, 0.5962], abs=1e-4)
    assert list(wilson(0, 1)) == pytest.approx([0.0, 0.7935], abs=1e-4)
    assert wilson(20, 20)[1] == 1.0


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilsons_interval_holds_the_share_and_mirrors(hits: int, misses: int) -> None:
    low, high = wilson(hits, hits + misses)
    assert 0.0 <= low <= high <= 1.0
    if hits + misses:
        assert low <= hits / (hits + misses) <= high
    assert low == wilson_lower(hits, hits + misses)
    assert list(wilson(misses, hits + misses)) == pytest.approx([1 - high, 1 - low])
