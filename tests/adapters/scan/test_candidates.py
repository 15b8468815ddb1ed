"""Two engines name the candidates, and both name the same."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.signature import Pattern, PatternHit
from bot.scan.candidates import Candidates, FilterCandidates
from bot.scan.engine import HYPERSCAN, RE2, LogSearch
from bot.scan.factored import FactoredCandidates
from bot.scan.hyper import SHARD, HyperscanCandidates
from bot.scan.rewrite import quote, rewrite
from bot.scan.search import PatternSearch
from bot.triage import marks

EXPRESSIONS = tuple(
    map(
        rewrite,
        [
            "^ab",
            "b c",
            "c$",
            r"\bb\b",
            "a.*c",
            "[^a]b",
            r"a\sb",
            "(?i)AB",
            "é+",
            "a{2,3}",
            "a|b c",
            r"\pL1",
            "^a$",
            ".b",
            "世",
            "a*b",
        ],
    )
)
TEXT = st.lists(st.text(st.sampled_from("ab cé世1AB.\t"), max_size=14), max_size=25).map("\n".join)


def lines_of(places: Sequence[tuple[int, int]], text: bytes) -> set[tuple[int, int]]:
    return {(text.count(b"\n", 0, offset), index) for offset, index in places}


@pytest.fixture(scope="module")
def engines() -> tuple[Candidates, Candidates, Candidates]:
    return (
        FilterCandidates(EXPRESSIONS),
        HyperscanCandidates(EXPRESSIONS, once=True),
        FactoredCandidates(EXPRESSIONS, lambda texts: HyperscanCandidates(texts, once=False)),
    )


@given(text=TEXT)
@settings(max_examples=300, deadline=None)
def test_both_name_the_same_lines(engines: tuple[Candidates, Candidates, Candidates], text: str):
    slow, once, every = engines
    raw = text.encode()
    assert list(once.possible(raw)) == list(slow.possible(raw))
    assert lines_of(every.places(raw), raw) == lines_of(slow.places(raw), raw)


@given(lines=st.lists(st.text(st.sampled_from("ab cé世1AB."), max_size=14), max_size=25))
@settings(max_examples=150, deadline=None)
def test_signatures_are_found_alike_with_either(lines: list[str]):
    patterns = (
        Pattern("b c"),
        Pattern("é"),
        *(Pattern(text, is_regex=True) for text in ("^a", "b$", r"\bA", "a.+c")),
    )
    fast = LogSearch((), patterns, HYPERSCAN).find(lines)
    assert fast == LogSearch((), patterns, RE2).find(lines)
    assert all(isinstance(hit, PatternHit) for hit in fast)


def test_a_real_log_is_marked_alike_with_either(story_log: bytes):
    patterns = (Pattern("should handle rapid"), Pattern(r"phase \w+", is_regex=True))
    fast, slow = (LogSearch(marks(), patterns, scanner).sweeper() for scanner in (HYPERSCAN, RE2))
    blocks = [story_log[:1000].rpartition(b"\n")[0], story_log] * 5
    found = list(fast.sweep(blocks))
    assert any(found)
    assert found == list(slow.sweep(blocks))


def test_an_expression_that_hyperscan_refuses_is_left_to_re2():
    # A mark of RE2's own that Hyperscan does not know.
    candidates = HyperscanCandidates(["abc", r"x\pN{3}(?:a|b)*?\PLc", r"\x{10FFFF}a", "def"], once=True)
    assert candidates.possible(b"abc\ndef\n") == [0, 3]


def test_compiled_databases_are_kept_by_their_content(tmp_path: Path):
    many = [quote(f"pattern {n}") for n in range(5)]
    many += [rewrite(f"^no{n} of [0-9]+") for n in range(SHARD + 1)]
    first = HyperscanCandidates(many, tmp_path)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 3
    again = HyperscanCandidates(many, tmp_path)
    assert sorted(tmp_path.iterdir()) == files
    text = b"pattern 3\nno250 of 9\n"
    assert first.possible(text) == again.possible(text) == [3, 255]


def test_a_damaged_cache_is_made_anew(tmp_path: Path):
    HyperscanCandidates(["abc"], tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(b"damaged")
    assert HyperscanCandidates(["abc"], tmp_path).possible(b"xabcx") == [0]
    assert HyperscanCandidates(["abc"], tmp_path / "not" / "there").possible(b"xabcx") == [0]


def test_a_pattern_that_costs_too_much_is_stopped_and_the_others_stand():
    dear, cheap = Pattern("(?:a|b|c)*[xyz](?:a|b)*d", is_regex=True), Pattern("needle here")
    expressions = (expression_of(dear), expression_of(cheap))
    search = PatternSearch((dear, cheap), expressions, FilterCandidates(expressions), seconds=0.001)
    lines = ["ab" * 500 + "xd"] * 3_000 + ["needle here"]
    hits = search.find(lines)
    assert cheap in {hit.pattern for hit in hits}
    assert len(hits) < len(lines)
    assert search.take_stopped() == (dear,)
    assert search.take_stopped() == ()


def expression_of(pattern: Pattern) -> str:
    return rewrite(pattern.text) if pattern.is_regex else quote(pattern.text)
