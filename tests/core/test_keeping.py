"""What is kept of a log is redacted, enough to try signatures on, and of a passing job all or nothing."""

import dataclasses

import pytest

from bot.classify.signatures import Place, match_signatures
from bot.logs.source import Given
from bot.model.kept import Keep, KeptLines
from bot.model.reading import Reading
from bot.model.signature import Match, Pattern, PatternHit, Signature
from bot.scan.engine import RE2, LogSearch
from bot.scan.kept import Damaged, close_up, open_up
from bot.triage import marks, read_log
from bot.triage.keeping import MOST_HITS, find_in_kept, read_and_keep
from bot.triage.skim import WHOLE

STAMP = "2026-01-24T15:23:00.8224678Z "
FAILING = """\
##[group]Run pytest
=================================== FAILURES ===================================
_________________________________ test_reserves ________________________________

    def test_reserves():
>       assert stock.reserve("a", token) == 3
E       AssertionError: stock is short of 3 pieces of a

tests/test_stock.py:7: AssertionError
=========================== short test summary info ============================
FAILED tests/test_stock.py::test_reserves - AssertionError: stock is short of 3 pieces of a
============================== 1 failed in 0.04s ===============================
##[error]Process completed with exit code 1."""
SECRET = "ghp_" + "a1B2" * 9
MEGABYTE = 1 << 20


def log_of(text: str) -> bytes:
    return "\n".join(STAMP + line for line in text.splitlines()).encode() + b"\n"


def kept(
    data: bytes, *patterns: str, passed: bool = False, most: int = MEGABYTE
) -> tuple[Reading, KeptLines | None]:
    search = LogSearch(marks(), tuple(map(Pattern, patterns)), RE2)
    return read_and_keep(Given(data), search, Keep(passed, most))


def found(lines: KeptLines | None, *patterns: str) -> tuple[PatternHit, ...]:
    assert lines is not None
    return find_in_kept(lines, LogSearch((), tuple(map(Pattern, patterns)), RE2)).hits


def noise(size: int) -> str:
    return "\n".join(f"downloading part {n} of the world" for n in range(size // 64))


def test_reading_is_the_same_with_and_without_keeping() -> None:
    data = log_of(FAILING)
    reading, _ = kept(data, "stock is short")
    assert reading == read_log(Given(data), LogSearch(marks(), (Pattern("stock is short"),), RE2))


def test_a_failing_log_keeps_all_of_its_lines_and_what_failed() -> None:
    reading, lines = kept(log_of(FAILING))
    assert lines is not None
    assert lines.whole
    assert len(lines.lines) == reading.lines
    assert lines.failures == reading.failures
    assert lines.lines[0] == "##[group]Run pytest"


def test_patterns_find_in_the_kept_log_what_they_find_when_it_is_read() -> None:
    reading, _ = kept(log_of(FAILING), "stock is short")
    _, lines = kept(log_of(FAILING))
    assert found(lines, "stock is short") == reading.hits
    assert reading.hits


def test_over_the_limit_a_failing_log_keeps_the_failures_lines_alone() -> None:
    data = log_of(noise(WHOLE) + "\n" + FAILING + "\nstock is short of what nobody asked for")
    reading, lines = kept(data, "stock is short")
    assert lines is not None
    assert not lines.whole
    assert len(lines.lines) < 50
    assert found(lines, "stock is short") == reading.hits
    signature = Signature("F-1", "a flake", Match((Pattern("stock is short of"),)))
    hits = found(lines, "stock is short of")
    assert match_signatures(reading.failures[0], Place(), [signature], hits)


def test_a_passing_log_has_no_failures_whatever_stands_in_it() -> None:
    _, lines = kept(log_of(FAILING), passed=True)
    assert lines is not None
    assert lines.failures == ()
    assert [hit.line for hit in found(lines, "stock is short")] == [7, 11]


@pytest.mark.parametrize("size", [1_000, WHOLE])
def test_a_passing_log_is_kept_whole_even_where_few_of_its_lines_are_read(size: int) -> None:
    data = log_of(noise(size) + "\n##[error]one of them failed\nall is well")
    reading, lines = kept(data, passed=True, most=len(data))
    assert lines is not None
    assert len(lines.lines) == reading.lines
    assert lines.lines[-2:] == ("one of them failed", "all is well")
    assert [hit.line for hit in found(lines, "all is well")] == [reading.lines]


def test_over_the_limit_a_passing_log_is_not_kept_at_all() -> None:
    data = log_of("all is well\n" * 100)
    assert kept(data, passed=True, most=len(data) - 1)[1] is None


def test_nothing_is_kept_of_a_log_that_was_cut_short_or_says_nothing() -> None:
    search = LogSearch(marks(), (), RE2)
    cut = read_and_keep(Given(log_of(FAILING), "it is cut short"), search, Keep(passed=False, most=MEGABYTE))
    assert cut[1] is None
    assert kept(b"", passed=True)[1] is None


@pytest.mark.parametrize("passed", [True, False])
def test_no_secret_is_kept(*, passed: bool) -> None:
    key = [
        "-----BEGIN RSA PRIVATE KEY-----",
        *["MIIEowIBAAKCAQEAxq1" * 3] * 60,
        "-----END RSA PRIVATE KEY-----",
    ]
    words = FAILING.replace("of 3 pieces", f"of {SECRET} pieces") + f"\ntoken={SECRET}\n" + "\n".join(key)
    _, lines = kept(log_of(words), passed=passed)
    assert lines is not None
    text = "\n".join(lines.lines)
    assert SECRET not in text
    assert "MIIEow" not in text
    assert "short of [redacted] pieces" in text
    assert SECRET not in repr(lines)


def test_a_pattern_that_is_everywhere_costs_a_passing_log_few_hits() -> None:
    _, lines = kept(log_of("all is well\n" * 500), passed=True)
    numbers = [hit.line for hit in found(lines, "all is well")]
    assert len(numbers) == MOST_HITS
    assert (numbers[0], numbers[-1]) == (1, 500)


def test_what_is_packed_comes_back() -> None:
    _, lines = kept(log_of(FAILING))
    assert lines is not None
    packed = close_up(lines)
    assert open_up(packed.body) == lines
    assert packed.size == sum(map(len, lines.lines))


def test_damaged_bytes_are_refused_with_a_reason() -> None:
    _, lines = kept(log_of(FAILING))
    assert lines is not None
    body = close_up(lines).body
    with pytest.raises(Damaged, match="cut short"):
        open_up(body[:-5])
    with pytest.raises(Damaged, match="damaged"):
        open_up(body[:20] + bytes(20) + body[40:])
    with pytest.raises(Damaged, match="another version"):
        open_up(b"\x09" + body[1:])
    wrong = close_up(dataclasses.replace(lines, runs=((1, 1),)))
    with pytest.raises(Damaged, match="its lines"):
        open_up(wrong.body)
