"""A backtest as markdown: a table, the reasons, and nothing that a log could bring to life."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.model.backtest import Backtest, Explained, Grade, PassingHit, Trial
from bot.model.failure import Failure, FailureKind, Status
from bot.model.kept import LogOrigin
from bot.model.signature import Match, Pattern, Signature
from bot.report.backtest import MOST_ROWS, render_backtest
from tests.core.report.oracle import text_of, walk

AT = datetime(2026, 1, 24, 15, 0, tzinfo=UTC)
ORIGIN = LogOrigin("Unit of run 7", passed=True, at=AT)


def trial(name: str = "F-1", grade: Grade = Grade.FINE, **rest: object) -> Trial:
    signature = Signature(name, "a flake", Match((Pattern("first thing here"),)))
    return Trial(signature, grade, "in none of 20 passing logs in scope", **rest)  # type: ignore[arg-type]  # by name


def failure(test: str = "Suite > works") -> Failure:
    return Failure("ginkgo", FailureKind.TEST, Status.FAILED, test, "no", 1, (1, 1))


def test_each_signature_has_a_row_and_the_worst_comes_first() -> None:
    found = Backtest(
        (
            trial("fine", passing=20, failures=4, jobs=3, pull_requests=2, authors=1, last=AT),
            trial("bad", Grade.FAILS, passing=40, passing_hits=5, overlap=(("other", 3),)),
        ),
        failing=3,
        passing=40,
        failures=9,
        explained=4,
    )
    text = text_of(render_backtest(found))
    assert "3 failing logs with 9 failures and on 40 passing logs; 4 of the failures" in text
    assert text.index("bad") < text.index("fine")
    assert "5 of 40 (12.5 %)" in text
    assert "other (3)" in text
    assert "2026-01-24 15:00 UTC" in text


def test_what_is_not_fine_shows_where_the_pattern_stands_in_passing_jobs() -> None:
    hit = PassingHit(ORIGIN, 12, "first thing here")
    text = text_of(render_backtest(Backtest((trial(grade=Grade.WARNING, passing=9, examples=(hit,)),))))
    assert "Unit of run 7, line 12: first thing here" in text
    assert "costs too much" in text_of(render_backtest(Backtest((trial(stopped=True),))))


def test_what_the_change_matches_and_no_longer_matches_is_folded() -> None:
    seen = (Explained(failure(), ORIGIN, ("F-1",)),)
    text = text_of(render_backtest(Backtest((), 1, 1, 1, compared=True, newly=30, newly_seen=seen)))
    assert "newly matched: 30 failures" in text
    assert "Suite > works in Unit of run 7: F-1" in text
    assert "and 29 more" in text
    assert "no other failures than before" in text_of(render_backtest(Backtest((), 1, 1, 1, compared=True)))


def test_without_kept_logs_it_says_so() -> None:
    assert text_of(render_backtest(Backtest((trial(),)))).startswith("No kept log to try signatures on.")


def test_many_signatures_are_counted_at_the_end() -> None:
    body = render_backtest(Backtest(tuple(trial(f"F-{n}") for n in range(MOST_ROWS + 5)), 1))
    assert "and 5 signatures more" in text_of(body)


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_that_a_log_or_a_name_says_comes_to_life(name: str, text: str) -> None:
    origin = LogOrigin(name, passed=True)
    found = Backtest(
        (trial(text or "x", Grade.FAILS, examples=(PassingHit(origin, 1, text),), overlap=((name, 1),)),),
        failing=1,
        compared=True,
        lost=1,
        lost_seen=(Explained(failure(text), origin, (name,)),),
        unread=(f"{name}: {text}",),
    )
    assert walk(render_backtest(found)).odd == []
