"""An expression over a cleaned line finds the same line in raw text, and nothing across two lines."""

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.logs.plain import plain
from bot.scan.grammar import compile_expression
from bot.scan.rewrite import quote, rewrite

EXPRESSIONS = [
    "^ab",
    "b$",
    "^a b$",
    r"\bb\b",
    "a.c",
    "[^a]b",
    r"a\sb",
    r"\W[0-9]",
    r"[\s:]b",
    "(?i)AB",
    r"\Qa.b\E",
    "[[:alpha:]]1",
    "[]a]b",
    r"[a\]]b",
    "a{2,3}",
    "a{2,900}",
    "(^a|b)c",
    "é+",
    r"\pLb",
    r"\p{Greek}|a1",
    r"\$",
    "[$^]",
    r"\D\d",
    "(?P<n>a)1",
    "^ a",
]
FRONTS = st.sampled_from(
    [
        "",
        "2026-01-24T15:23:55.1145678Z ",
        "job\tstep\t2026-01-24T15:23:55.1145678Z ",
        "\ufeff2026-01-24T15:23:55.1145678Z ",
        "2026-01-24T15:23:55.1145678Z ##[error]",
        "::error file=a.go,line=3::",
        "##[error]",
        "old\r",
    ]
)
LINE = st.text(alphabet="ab1 .:é$^]c", max_size=12)


def finds(expression: str, line: str) -> bool:
    return compile_expression(expression).search(line) is not None


def lines_found(expression: str, raw: bytes) -> list[bool]:
    several = re2.compile(f"(?m:{rewrite(expression)})".encode())
    return [several.search(line) is not None for line in raw.split(b"\n")]


@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(lines=st.lists(st.tuples(FRONTS, LINE), min_size=1, max_size=5), end=st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=60, deadline=None)
def test_what_is_found_in_a_cleaned_line_is_found_in_the_raw_one(
    expression: str, lines: list[tuple[str, str]], end: str
):
    raw = end.join(front + text for front, text in lines).encode()
    cleaned = clean(raw).lines
    for line, found in zip(cleaned, lines_found(expression, plain(raw)), strict=False):
        assert found or not finds(expression, line), (expression, line)


@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(lines=st.lists(LINE, min_size=2, max_size=4))
@settings(max_examples=40, deadline=None)
def test_nothing_is_found_that_needs_two_lines(expression: str, lines: list[str]):
    raw = "\n".join(lines).encode()
    several = re2.compile(f"(?m:{rewrite(expression)})".encode())
    if several.search(raw):
        assert any(lines_found(expression, raw))


@given(st.text(alphabet=r"ab.\*+?()[]{}|^$-# é", min_size=1, max_size=20))
def test_a_literal_is_found_as_it_stands(literal: str):
    assert compile_expression(quote(literal)).search(f"x{literal}y") is not None
