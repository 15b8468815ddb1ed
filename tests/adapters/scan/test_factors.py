"""A factor stands in everything that its expression matches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scan.factors import factor_of
from bot.scan.grammar import compile_expression
from bot.scan.rewrite import rewrite
from bot.triage import marks


@pytest.mark.parametrize(
    ("expression", "factor"),
    [
        ("^Running Suite: ", "Running Suite: "),
        (r"^\S.* \(.*\): Executed \d+ of", r"\): Executed "),
        ("alpha beta|gamma delta", "alpha beta|gamma delta"),
        ("alpha beta|g", ""),
        ("colou?r is wrong", "r is wrong"),
        ("abcdefghx*y", "abcdefgh"),
        ("abcdefx+gh", "abcdefx"),
        (r"\[PANICKED!\]", r"\[PANICKED!\]"),
        (r" package: \d", ""),
        ("(?i)timed out", ""),
        ("(?:some group)?x", ""),
        (r"worker [a|b] crashed", " crashed"),
        (r"ends here\.", r"ends here\."),
        (r"\x41bcdefgh", "bcdefgh"),
        (r"\pLower caseless", "ower caseless"),
        ("", ""),
    ],
)
def test_the_longest_text_outside_of_groups_is_the_factor(expression: str, factor: str):
    assert factor_of(expression) == factor


@given(st.from_regex(r"[a-e]{7,9}[+*?]?[a-e]{0,6}(?:\|[a-e]{7,9})?", fullmatch=True), st.data())
def test_every_match_holds_the_factor(expression: str, data: st.DataObject):
    factor = factor_of(rewrite(expression))
    if factor:
        text = data.draw(st.from_regex(expression))
        assert compile_expression(factor).search(text) is not None


def test_most_marks_have_one():
    rewritten = [rewrite(mark) for mark in marks()]
    assert sum(bool(factor_of(one)) for one in rewritten) > len(rewritten) / 2
