"""An excerpt shows a few redacted lines around the one that matters."""

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.excerpt import MAX_SHOWN, excerpt
from bot.model.log import Excerpt, Log


def log_of(*lines: str) -> Log:
    return Log(lines=lines, size=1)


NUMBERED = log_of(*(f"line {n}" for n in range(1, 101)))


def test_three_lines_before_and_five_after_are_shown() -> None:
    shown = excerpt(NUMBERED, 50)
    assert shown == Excerpt(47, tuple(f"line {n}" for n in range(47, 56)), 50)


def test_the_ends_of_the_log_cut_it_short() -> None:
    assert excerpt(NUMBERED, 2).lines == tuple(f"line {n}" for n in range(1, 8))
    assert excerpt(NUMBERED, 99).lines == tuple(f"line {n}" for n in range(96, 101))
    assert excerpt(log_of(), 3).lines == ()
    assert excerpt(NUMBERED, 4000).mark == 100


def test_a_long_failure_is_shown_as_far_as_there_is_room() -> None:
    shown = excerpt(NUMBERED, 50, extent=(45, 90))
    assert (shown.first, len(shown.lines)) == (47, 20)
    assert excerpt(NUMBERED, 50, extent=(44, 52)) == excerpt(NUMBERED, 50, before=6)


def test_a_long_line_is_cut() -> None:
    shown = excerpt(log_of("x" * 5_000), 1)
    assert len(shown.lines[0]) == MAX_SHOWN
    assert shown.lines[0].endswith("x…")


def test_secrets_are_taken_out_also_where_they_begin_before_the_excerpt() -> None:
    body = ["QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2" for _ in range(30)]
    log = log_of("-----BEGIN PRIV" + "ATE KEY-----", *body, "-----END PRIV" + "ATE KEY-----", "done")
    assert set(excerpt(log, 15).lines) == {"[redacted]"}
    token = "gh" + "p_" + "a1B2" * 9
    assert excerpt(log_of("a" * 290 + " " + token), 1).lines == ("a" * 290 + " [redacte…",)


@given(
    count=st.integers(1, 60),
    mark=st.integers(-3, 80),
    before=st.integers(0, 30),
    after=st.integers(0, 30),
    extent=st.tuples(st.integers(1, 60), st.integers(0, 40)).map(lambda pair: (pair[0], sum(pair))),
)
def test_the_line_that_matters_is_always_inside(
    count: int, mark: int, before: int, after: int, extent: tuple[int, int]
) -> None:
    log = log_of(*(f"line {n}" for n in range(1, count + 1)))
    shown = excerpt(log, mark, min(before, 19), after, extent=extent)
    assert 0 < len(shown.lines) <= 20
    assert shown.lines[shown.mark - shown.first] == f"line {shown.mark}"
    assert shown.lines == log.lines[shown.first - 1 : shown.first - 1 + len(shown.lines)]
