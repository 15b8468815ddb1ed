"""A large log is read in parts, and what is found in it is what reading every line finds."""

import gzip
from itertools import groupby
from pathlib import Path

import pytest

from bot.logs.source import Given
from bot.model.log import Log
from bot.model.signature import Pattern
from bot.parsers import parse_all
from bot.scan.engine import HYPERSCAN, LogSearch
from bot.triage import marks, read_log
from bot.triage.skim import Skimmed, line_counters, skim


def evenly(paths: list[Path], most: int) -> list[Path]:
    """Give at most so many of them, from the whole range."""
    step = max(1, -(-len(paths) // most))
    return paths[::step]


FIXTURES = Path(__file__).parents[1] / "fixtures"
ALL_LOGS = sorted(
    path
    for pattern in (
        "*/runs/**/*.log",
        "ginkgo/**/log.txt",
        "gotest/**/*.txt",
        "seeds/**/*.log.gz",
        "*/runs/**/*.txt",
    )
    for path in FIXTURES.glob(pattern)
)
# Of each tool so many, evenly: all of them would take minutes.
MOST = 14
LOGS = [
    path
    for _, group in groupby(ALL_LOGS, key=lambda path: path.relative_to(FIXTURES).parts[0])
    for path in evenly(list(group), MOST)
]
# Small blocks make a small log large: its beginning and its end are far away from what matters.
BLOCK = 4 * 1024
NOISE = b"".join(
    b"2026-01-24T15:23:55.1145678Z info request %06d handled by worker %d in queue\n" % (n, n % 7)
    for n in range(400)
)
SEARCH = LogSearch(marks(), (), HYPERSCAN)
# What differs, and why.
EXCEPTIONS = {
    # Nothing but a file that cannot be opened is left of this run; as in other logs, words are a hint only.
    "ginkgo/corpus/exiting_synchronized_setup-serial/log.txt",
}
Row = tuple[object, ...]


def shown(path: Path) -> str:
    return str(path.relative_to(FIXTURES))


def content(path: Path) -> bytes:
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    return NOISE + data + (b"" if data.endswith(b"\n") else b"\n") + NOISE


def view(skimmed: Skimmed) -> tuple[list[Row], list[Row]]:
    numbers, findings = skimmed.numbers, parse_all(skimmed.log)
    failures = sorted(
        (f.tool, f.kind, f.test, f.status, f.file, f.line, f.message, f.rerun, numbers[f.log_line - 1])
        for one in findings
        for f in one.failures
    )
    totals = sorted(
        (t.tool, t.suite, t.passed, t.failed, t.errors, t.skipped, t.pending, t.flaked, t.total)
        for one in findings
        for t in one.totals
        if t.tool not in line_counters()
    )
    return list[Row](failures), list[Row](totals)


@pytest.mark.parametrize("path", LOGS, ids=shown)
def test_a_part_of_a_large_log_tells_what_all_of_it_tells(path: Path):
    data = content(path)
    whole = skim(Given(data), SEARCH)
    large = skim(Given(data), SEARCH, whole=0, block=BLOCK)
    assert large.lines == whole.lines == data.count(b"\n")
    assert [large.log.line(n) for n in range(1, len(large.log.lines) + 1) if large.log.line(n)] == [
        whole.log.line(large.numbers[n - 1]) for n in range(1, len(large.log.lines) + 1) if large.log.line(n)
    ]
    if shown(path) not in EXCEPTIONS:
        assert view(large) == view(whole)


def test_what_is_left_out_is_one_empty_line_and_numbers_stay_those_of_the_file():
    data = NOISE * 4 + b"2026-01-24T15:23:55.1145678Z ##[error]broken\n" + NOISE * 4
    skimmed = skim(Given(data), SEARCH, whole=0, block=BLOCK)
    number = next(n for n, line in enumerate(skimmed.log.lines) if line == "broken")
    assert skimmed.numbers[number] == 1_601
    assert skimmed.log.errors == (number + 1,)
    jumps = [n for n in range(1, len(skimmed.numbers)) if skimmed.numbers[n] != skimmed.numbers[n - 1] + 1]
    assert jumps
    assert all(skimmed.log.lines[n - 1] == "" for n in jumps)


def test_an_excerpt_ends_where_lines_were_left_out_and_a_reading_has_the_numbers_of_the_file():
    data = (
        NOISE * 400
        + b"--- FAIL: TestPay (0.00s)\n    pay_test.go:7: no money\nFAIL\nFAIL\tshop/pay\t0.1s\n"
        + NOISE * 400
    )
    search = LogSearch(marks(), (Pattern("no money"), Pattern("worker 3 in queue")), HYPERSCAN)
    reading = read_log(Given(data), search)
    (failure,), (excerpt,) = reading.failures, reading.excerpts
    start = 160_000
    assert (failure.test, failure.log_line) == ("TestPay", start + 2)
    assert excerpt is not None
    assert excerpt.lines[excerpt.mark - excerpt.first] == "    pay_test.go:7: no money"
    assert excerpt.mark == start + 2
    assert [(hit.pattern.text, hit.line) for hit in reading.hits] == [("no money", start + 2)]
    assert (reading.size, reading.lines, reading.complete) == (len(data), 320_004, True)
    assert reading.best is not None
    assert reading.best.number == start + 2


def test_a_log_with_more_trouble_than_is_read_is_incomplete_and_says_so():
    data = b"".join(b"##[error]%07d %s\n" % (n, b"x" * 2_000) for n in range(4_000))
    skimmed = skim(Given(data), SEARCH)
    assert not skimmed.log.complete
    assert "more goes wrong" in skimmed.log.gap
    assert isinstance(skimmed.log, Log)


def test_a_mark_that_is_everywhere_costs_the_totals_and_nothing_else():
    data = b"Running Suite: x - /y\n" * 200_000 + b"##[error]broken\n"
    skimmed = skim(Given(data), SEARCH)
    assert skimmed.sums_lost
    assert skimmed.log.complete
