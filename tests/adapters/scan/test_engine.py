"""Patterns are written by strangers: good ones are taken, bad ones refused with a reason, none is slow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.signature import Pattern, PatternHit
from bot.scan.engine import MAX_HITS, RegexEngine
from bot.scan.grammar import MAX_LENGTH, MAX_PATTERNS

ENGINE = RegexEngine()
LITERAL = Pattern("connect: connection refused")
REGEX = Pattern(r"^dial tcp .*refused$", is_regex=True)
LOG = ("start", "dial tcp 127.0.0.1:5432: connect: connection refused", "end")


def regex(text: str) -> Pattern:
    return Pattern(text, is_regex=True)


def message(pattern: Pattern) -> str:
    found = ENGINE.problems((pattern,))
    return found[0].message if found else ""


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (regex("(?<=a)bcd"), "RE2 does not take it"),
        (regex(r"(a)\1"), "RE2 does not take it"),
        (regex("[a-z"), "missing ]"),
        (regex("((a{100}){100}){100}"), "RE2 does not take it"),
        (regex("a*"), "matches everything"),
        (regex(".*"), "matches everything"),
        (regex("(foo|)"), "matches everything"),
        (regex("(?s)foo.bar"), "single lines"),
        (regex("(?is:foo.bar)"), "single lines"),
        (regex(r"foo\z"), "not supported"),
        (Pattern(""), "empty"),
        (regex("  "), "empty"),
        (Pattern("two\nlines"), "line break"),
        (Pattern("x" * (MAX_LENGTH + 1)), "at most"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused_with_a_reason(pattern: Pattern, why: str) -> None:
    assert why in message(pattern)
    assert ENGINE.find((pattern,), ("foo", "", "a")) == ()


@pytest.mark.parametrize(
    "pattern",
    [
        LITERAL,
        REGEX,
        regex("(?i)timed out after"),
        regex(r"(?P<host>\w+) is gone"),
        regex(r"C:\\Apps\\zebra"),
        regex(r"\Q[FAIL]\E"),
        Pattern("(*[literal"),
    ],
)
def test_a_pattern_that_works_is_taken(pattern: Pattern) -> None:
    assert message(pattern) == ""


def test_a_pattern_too_many_is_refused() -> None:
    many = tuple(Pattern(f"pattern {n}") for n in range(MAX_PATTERNS + 1))
    assert [one.pattern for one in ENGINE.problems(many)] == [many[-1]]


def test_hits_come_in_the_order_of_the_lines_with_their_text() -> None:
    assert ENGINE.find((LITERAL, REGEX, Pattern("start")), LOG) == (
        PatternHit(Pattern("start"), 1, LOG[0]),
        PatternHit(LITERAL, 2, LOG[1]),
        PatternHit(REGEX, 2, LOG[1]),
    )


def test_nothing_is_found_across_two_lines() -> None:
    lines = ("first part", "second part")
    patterns = (regex(r"part\ssecond"), regex("part[^x]second"), Pattern("part second"))
    assert ENGINE.find(patterns, lines) == ()


def test_a_line_that_holds_a_literal_twice_is_one_hit() -> None:
    assert len(ENGINE.find((Pattern("refused"),), ("refused, refused",))) == 1


def test_of_a_pattern_that_is_everywhere_the_first_and_the_last_hits_are_kept() -> None:
    lines = ["again and again"] * (3 * MAX_HITS)
    for pattern in (Pattern("again and"), regex("^again")):
        hits = ENGINE.find((pattern,), lines)
        assert len(hits) == MAX_HITS
        assert (hits[0].line, hits[-1].line) == (1, len(lines))


@pytest.mark.parametrize(
    "expression", ["(a+)+$", "(a|aa)+$", "(a|a)*b$", "(.*)(.*)(.*)(.*)x=x", r"^(\w+\s?)+$", ".*.*.*=.*"]
)
def test_expressions_that_hang_other_engines_end_here(expression: str) -> None:
    ENGINE.find((regex(expression),), ["a" * 60_000 + "!"] * 5)


@given(
    st.lists(st.text(st.sampled_from("ab c\u00e9\u4e16.*"), max_size=12), max_size=40),
    st.sampled_from(["a", "ab", "b c", "\u00e9", "a.*b"]),
    st.sampled_from(["a.b", "^ab", "c$", r"\bb\b", "(?i)AB", r"[^a]\s", "\u00e9+", "a{2,3}", "^a$|cc"]),
)
@settings(max_examples=200, deadline=None)
def test_searching_many_at_once_finds_what_searching_line_by_line_finds(
    lines: list[str], literal: str, expression: str
) -> None:
    patterns = (Pattern(literal), regex(expression))
    expected = {(p, n) for n, line in enumerate(lines, start=1) for p in patterns if ENGINE.found(p, line)}
    assert {(hit.pattern, hit.line) for hit in ENGINE.find(patterns, lines)} == expected


@given(st.text(max_size=60))
@settings(deadline=None)
def test_no_pattern_at_all_raises(text: str) -> None:
    ENGINE.problems((regex(text),))
    ENGINE.found(regex(text), "some line")
    ENGINE.find((regex(text), Pattern(text)), ("some line", text))
