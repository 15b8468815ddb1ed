"""Logs that are damaged, mixed, forged or absurd: each has an outcome, and none is a crash or a flake."""

import gzip
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
import re2

from bot.logs.blocks import BLOCK, MAX_RAW_LINE, blocks
from bot.logs.clean import MAX_LINE, clean
from bot.logs.foreign import SAMPLE, describe_foreign
from bot.logs.plain import plain
from bot.logs.source import Given, Source
from bot.model.config import CheckConfig
from bot.model.reading import Reading
from bot.model.signature import Match, Pattern, Signature
from bot.model.verdict import Verdict, VerdictClass
from bot.report.check import render_check
from bot.report.comment import render_comment
from bot.scan.engine import HYPERSCAN, RE2, LogSearch
from bot.scan.files import CHUNK, FileSource
from bot.triage import judge_reading, marks, patterns_of, read_log
from bot.triage.reading import MAX_FAILURES, MAX_NAME
from bot.triage.skim import WHOLE, skim
from tests.core.report.builders import judge, make_red, make_report, make_signature
from tests.core.report.oracle import check_comment, walk

HOSTILE = Path(__file__).parents[1] / "fixtures" / "hostile"
RAW, RUNS = HOSTILE / "raw", HOSTILE / "runs"
GO = (RUNS / "go-plain.log").read_bytes()
SCANNERS = (HYPERSCAN, RE2)
EXCUSES = {
    VerdictClass.KNOWN_FLAKE,
    VerdictClass.INFRA,
    VerdictClass.ON_BASE,
    VerdictClass.PASSED_ON_RETRY,
    VerdictClass.SEEN_ELSEWHERE,
}
# As long as half of what is read to the last line: in front and behind, it makes a log a large one.
NOISE = "".join(f"2026-01-24T15:23:55.1145678Z info request {n:06d} was handled\n" for n in range(20_000))
assert WHOLE / 2 < len(NOISE) < WHOLE
Told = list[tuple[str, str, str]]
TEST_ADD: Told = [("gotest", "TestAdd", "got 2, want 3")]


def flake(text: str) -> Signature:
    return make_signature("FLAKE-1", "A known flake", match=Match((Pattern(text),)))


# Matches the failure of `go-plain`: nothing but what is missing of a log can keep it from being a flake.
FLAKE = flake("_test.go:7: got ")


@cache
def search(scanner: str, signature: Signature = FLAKE) -> LogSearch:
    return LogSearch(marks(), patterns_of((signature,)), scanner)


def read(source: Source | bytes, scanner: str = HYPERSCAN) -> Reading:
    return read_log(Given(source) if isinstance(source, bytes) else source, search(scanner))


def swept(scanner: str, text: bytes) -> list[tuple[int, int]]:
    """Lines of a block and the numbers of what was found there."""
    (found,) = search(scanner).sweeper().sweep([text])
    return found


def verdicts(reading: Reading, signature: Signature = FLAKE) -> tuple[Verdict, ...]:
    at = datetime(2026, 1, 24, tzinfo=UTC)
    return judge_reading(reading, (signature,), workflow="CI", job="test", at=at)


def classes(reading: Reading, signature: Signature = FLAKE) -> set[VerdictClass]:
    return {one.verdict for one in verdicts(reading, signature)}


def told(reading: Reading) -> Told:
    return [(one.tool, one.test, one.message) for one in reading.failures]


def hold_bounds(reading: Reading) -> None:
    """Hold what every reading promises."""
    assert reading.complete is (reading.gap == "")
    assert len(reading.failures) == len(reading.excerpts) <= MAX_FAILURES
    for one in reading.failures:
        assert 1 <= one.extent[0] <= one.log_line <= one.extent[1] <= reading.lines
        assert len(one.test) <= MAX_NAME
        assert "\n" not in one.message
    if not reading.complete:
        assert not classes(reading) & EXCUSES
    json.dumps([str(one) for one in reading.failures]).encode()


@dataclass(frozen=True)
class Case:
    """A damaged log and what is to be read out of it.

    Attributes:
        told: every failure.
        gap: what is missing, in part; empty: nothing is.
        codec: of the text that makes it a large one.
    """

    file: str
    told: Told
    gap: str = ""
    codec: str = "utf-8"

    @property
    def alone(self) -> bool:
        """Whether it cannot stand amid other text."""
        return self.file.endswith(".gz") or bool(self.gap)

    def large(self) -> bytes:
        """The same amid so much text that it is read around marks alone."""
        data = (RAW / self.file).read_bytes()
        mark = data[:2] if self.file.endswith("mark.log") else b""
        noise = NOISE.encode(self.codec)
        return mark + noise + data[len(mark) :] + noise


CASES = (
    Case("empty.log", []),
    Case("one-byte.log", []),
    Case("carriage-returns.log", []),
    Case("line-feeds.log", []),
    Case("truncated.log.gz", TEST_ADD, "the gzip file is cut short"),
    Case("trailing.log.gz", TEST_ADD, "what follows the gzip data is something else"),
    Case("members.log.gz", TEST_ADD),
    Case("twice.log.gz", [], "this is a gzip file, not a log"),
    Case("archive.log", [], "this is a ZIP archive, not a log"),
    Case("image.log", [], "this is a PNG image, not a log"),
    Case("nul.log", TEST_ADD),
    Case("invalid-utf-8.log", [("gotest", "TestAdd", "got \ufffd\ufffd(\ufffd\ufffd\ufffd 2, want 3")]),
    Case("utf-16-le-mark.log", [("gotest", "TestAdd", "got ✓ é 𝔘 2, want 3")], codec="utf-16-le"),
    Case("utf-16-be-mark.log", [("gotest", "TestAdd", "got ✓ é 𝔘 2, want 3")], codec="utf-16-be"),
    Case("utf-16-le.log", TEST_ADD, codec="utf-16-le"),
    Case("utf-16-be.log", TEST_ADD, codec="utf-16-be"),
    # As `wsl.exe` writes into a log that is UTF-8 for the rest.
    Case("utf-16-le.log", TEST_ADD),
    Case("crlf.log", TEST_ADD),
    Case("line-ends-mixed.log", TEST_ADD),
    Case("mark-amid.log", TEST_ADD),
    Case("gh-run-view.log", TEST_ADD),
    Case("backwards.log", TEST_ADD),
    Case("groups-open.log", TEST_ADD),
    Case("escapes-cut.log", TEST_ADD),
    Case("controls.log", TEST_ADD),
)


def shown(case: Case) -> str:
    return f"{case.file}-{case.codec}"


def judge_case(case: Case, reading: Reading) -> None:
    hold_bounds(reading)
    assert told(reading) == case.told
    assert case.gap in reading.gap
    assert reading.complete is not bool(case.gap)
    if case.told:
        assert classes(reading) == {VerdictClass.UNREAD if case.gap else VerdictClass.KNOWN_FLAKE}


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("case", CASES, ids=shown)
def test_a_damaged_log_has_its_outcome(case: Case, scanner: str) -> None:
    judge_case(case, read(FileSource(RAW / case.file), scanner))


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("case", [case for case in CASES if not case.alone], ids=shown)
def test_a_large_damaged_log_has_the_same_outcome(case: Case, scanner: str) -> None:
    judge_case(case, read(case.large(), scanner))


def test_every_damaged_log_is_in_the_table() -> None:
    assert {case.file for case in CASES} == {path.name for path in RAW.iterdir()}


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("cut", [1, 9, 5_000])
def test_a_large_gzip_file_that_was_cut_is_read_as_far_as_it_came(
    tmp_path: Path, scanner: str, cut: int
) -> None:
    file = tmp_path / "job.log.gz"
    file.write_bytes(gzip.compress((NOISE * 2).encode() + GO + (NOISE * 2).encode())[:-cut])
    reading = read(FileSource(file), scanner)
    hold_bounds(reading)
    assert reading.gap == "the gzip file is cut short"
    assert told(reading) == TEST_ADD
    assert classes(reading) == {VerdictClass.UNREAD}


@pytest.mark.parametrize("behind", [0, 1, 2])
def test_a_gzip_member_that_begins_at_a_chunks_end_is_no_end_of_the_log(tmp_path: Path, behind: int) -> None:
    file = tmp_path / "job.log.gz"

    def stored(size: int) -> bytes:
        return gzip.compress(NOISE.encode()[:size] + b"\n", compresslevel=0)

    # Nothing is compressed: a byte more of text is a byte more of file.
    size = CHUNK - 1_000
    first = stored(size + CHUNK - behind - len(stored(size)))
    assert len(first) == CHUNK - behind
    file.write_bytes(first + gzip.compress(GO))
    assert told(read(FileSource(file))) == TEST_ADD


@pytest.mark.parametrize("scanner", SCANNERS)
def test_bytes_that_are_no_text_are_no_log(scanner: str) -> None:
    noise = b"".join(sha256(b"%d" % n).digest() for n in range(3 * WHOLE // 64))
    for data in (noise[:3_000], noise):
        reading = read(data, scanner)
        hold_bounds(reading)
        assert reading.gap == "this is not text"


class Pieces:
    """A log that is made while it is read."""

    gap = ""

    def __init__(self, pieces: Callable[[], Iterator[bytes]]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces()


FIRST = b"--- FAIL: TestFirst (0.00s)\n    a_test.go:3: one\n"
LAST = b"--- FAIL: TestLast (0.00s)\n    a_test.go:4: two\nFAIL\nFAIL\texample.com/calc\t0.005s\n"
MEGABYTE = 1 << 20


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("piece", [b"x", b"progress 10 %\r", b"\x1b[31mx", "é".encode()])
def test_a_line_of_300_megabytes_hides_nothing_around_it(piece: bytes, scanner: str) -> None:
    def pieces() -> Iterator[bytes]:
        yield FIRST
        yield from itertools.repeat(piece * (MEGABYTE // len(piece)), 300)
        yield b"\n" + LAST

    reading = read(Pieces(pieces), scanner)
    hold_bounds(reading)
    assert told(reading) == [("gotest", "TestFirst", "one"), ("gotest", "TestLast", "two")]
    assert reading.size > 299 * MEGABYTE
    assert reading.lines == 7
    assert [one.log_line for one in reading.failures] == [2, 5]
    assert reading.complete


@pytest.mark.parametrize("chunk", [1000, MEGABYTE, 5 * MEGABYTE])
def test_nobody_holds_more_of_a_line_than_is_read_of_it(chunk: int) -> None:
    line = b"x" * (4 * MEGABYTE)
    data = FIRST + line + b"\n" + line + b"\n" + LAST
    given = [data[at : at + chunk] for at in range(0, len(data), chunk)]
    found = list(blocks(given))
    assert max(len(block.raw) for block in found) <= BLOCK + 2 * MAX_RAW_LINE + 2
    text = b"".join(block.raw for block in found)
    assert [len(part) for part in text.split(b"\n")[2:4]] == [MAX_RAW_LINE] * 2
    assert text.count(b"\n") == data.count(b"\n")


@pytest.mark.parametrize("behind", [b"", b"\r", b"\rnew", b"\rnew\r", b"\r" + b"y" * 2 * MAX_RAW_LINE])
def test_what_overwrites_a_line_of_which_enough_was_seen_is_shown(behind: bytes) -> None:
    pieces = [b"x" * MAX_RAW_LINE, b"xx", b"xx", behind, b"", b"\n", LAST]
    whole = b"".join(block.raw for block in blocks([b"".join(pieces)]))
    assert b"".join(block.raw for block in blocks(pieces)) == whole
    shown = behind.strip(b"\r")[:MAX_RAW_LINE] or b"x" * MAX_RAW_LINE
    assert whole.split(b"\n")[0].rstrip(b"\r") == shown


def test_a_log_in_memory_is_given_in_pieces() -> None:
    assert max(map(len, Given(b"x" * (5 * MEGABYTE)))) <= MEGABYTE
    assert list(Given(b"")) == []


@pytest.mark.parametrize("scanner", SCANNERS)
def test_a_line_with_100_000_colour_changes_is_read_as_far_as_any_line(scanner: str) -> None:
    line = b"".join(b"\x1b[3%dmx" % (n % 8) for n in range(100_000)) + b"\n"
    for data in (GO + line + GO, GO + line * 10 + GO):
        reading = read(data, scanner)
        hold_bounds(reading)
        assert told(reading) == TEST_ADD * 2
        assert reading.complete
    log = clean(line)
    assert len(log.lines[0]) <= MAX_LINE
    assert len(log.colours[1]) < MAX_LINE


# Failures and the log around them, each as a runner writes it.
MANY = {
    "go": (
        lambda n: b"--- FAIL: TestA%d (0.00s)\n    a_test.go:%d: boom\n" % (n, n + 1),
        b"FAIL\nFAIL\tshop/a\t3.1s\n",
    ),
    "pytest": (
        lambda n: b"FAILED tests/test_a.py::test_%d - assert 1 == 2\n" % n,
        b"============ 100000 failed in 3.00s ============\n",
    ),
    "gcc": (lambda n: b"src/a%d.c:%d:3: error: boom %d\n" % (n, n + 1, n), b""),
}


@pytest.mark.parametrize("tool", ["pytest", "gcc"])
def test_a_log_with_100_000_failures_tells_the_first_and_that_there_are_more(tool: str) -> None:
    one, end = MANY[tool]
    reading = read(b"".join(map(one, range(100_000))) + end)
    hold_bounds(reading)
    assert 0 < len(reading.failures) <= MAX_FAILURES
    assert sum(len(failure.detail) for failure in reading.failures) < MEGABYTE


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("count", [MAX_FAILURES, MAX_FAILURES + 1])
def test_failures_that_are_not_kept_may_be_no_flakes(count: int, scanner: str) -> None:
    data = b"".join(map(MANY["go"][0], range(count))) + MANY["go"][1]
    signature = flake("_test.go:")
    for text in (data, NOISE.encode() + data + NOISE.encode()):
        reading = read_log(Given(text), search(scanner, signature))
        assert len(reading.failures) == MAX_FAILURES
        more = count > MAX_FAILURES
        assert reading.gap == (f"of its {count} failures the first {MAX_FAILURES} were kept" if more else "")
        expected = VerdictClass.UNREAD if more else VerdictClass.KNOWN_FLAKE
        assert classes(reading, signature) == {expected}


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("group", [b"##[group]Run make %d\n", b"##[group]inner %d\n", b"::group::%d\n"])
def test_200_000_groups_that_nobody_closes_hide_nothing(group: bytes, scanner: str) -> None:
    groups = b"".join(group % n for n in range(100_000))
    reading = read(groups + GO + groups + b"##[error]Process completed with exit code 1.\n", scanner)
    hold_bounds(reading)
    assert told(reading) == TEST_ADD
    assert reading.complete


@pytest.mark.parametrize("line", [b"not ok 1 - a\n", b"E\n", b"FAILED a::b - c\n", b"a.c:1:2: error: x\n"])
def test_scanners_mark_the_same_lines_however_many_they_are(line: bytes) -> None:
    text = line * (BLOCK // len(line)) + GO
    first, second = (swept(scanner, text) for scanner in SCANNERS)
    assert first == second
    assert first[-1][0] > BLOCK // len(line)


FAIL = "--- FAIL: TestAdd (0.00s)"
DISGUISES = (
    f"\x1b]{FAIL}",
    f"\x1b]0;title\x07{FAIL}",
    f"\x1b]8;;https://a.example\x1b\\{FAIL}\x1b]8;;\x1b\\",
    f"\x1b]8;;https://a.example/{FAIL}",
    f"\x1bP{FAIL}",
    f"\x1bPq#0;2\x1b\\{FAIL}",
    f"\x1b_G\x1b\\{FAIL}",
    f"\x1b[3{FAIL}",
    f"\x1b[31;{FAIL}",
    f"\x1b{FAIL}",
    f"{FAIL}\x1b",
    f"{FAIL}\x1b[0",
    f"{FAIL}\x1b]0;go te",
    f"\u009b31m{FAIL}\u009b0m",
    f"\u009d0;title\u009c{FAIL}",
    f"\x1b\0[\x0031m{FAIL}",
    f"10 %\r\x1b[2K{FAIL}",
    f"{FAIL}\r\x1b[K",
    f"\ufeff{FAIL}",
    f"\u200b{FAIL}",
    f"\u202e{FAIL}",
    f"\x02{FAIL}",
    f"\x0c{FAIL}",
    "--- F\x0fAIL: TestAdd\x07 (0.00s)",
    f"test\tRun go\t2026-01-24T15:23:55.1145678Z \x1b[31m{FAIL}",
    f"::error file=a.go,line=3::{FAIL}",
)


@cache
def expressions() -> tuple[tuple[int, "re2._Regexp[str]"], ...]:
    return tuple((number, re2.compile(text)) for number, text in enumerate(marks()))


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("line", DISGUISES, ids=repr)
def test_what_a_cleaned_line_shows_is_marked_in_the_raw_one(line: str, scanner: str) -> None:
    raw = line.encode()
    (cleaned,) = clean(raw).lines
    found = {number for _, number in swept(scanner, plain(raw))}
    assert {number for number, one in expressions() if one.search(cleaned)} <= found


@pytest.mark.parametrize("line", DISGUISES, ids=repr)
def test_where_a_log_is_cut_into_chunks_and_blocks_changes_nothing(line: str) -> None:
    data = (f"{line}\n" * 40).encode() + GO
    whole = clean(data).lines
    for size in (1, 7, 64):
        chunks = [data[at : at + size] for at in range(0, len(data), size)]
        text = b"".join(block.raw for block in blocks(chunks, size))
        assert clean(text).lines == whole
        skimmed = skim(Pieces(chunks.__iter__), search(HYPERSCAN), whole=0, block=size)
        assert skimmed.log.lines == whole


PYTEST_QUOTES = ("pytest", "test_runner.py::test_go_suite_is_green", "AssertionError: assert 1 == 0")
QUOTING = {
    "pytest-quotes-go": PYTEST_QUOTES,
    "pytest-s-quotes-go": PYTEST_QUOTES,
    "go-quotes-pytest": ("gotest", "TestReadsTheSummary", "one failure too many was read out of:"),
    "jest-quotes-tap": ("jest", "prints a report", "expect(received).toMatchInlineSnapshot(snapshot)"),
    "bats-quotes-go": ("bats", "the Go suite is green", "`false' failed"),
}


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("name", QUOTING)
def test_a_quoted_runner_has_no_failure_of_its_own(name: str, scanner: str) -> None:
    data = (RUNS / f"{name}.log").read_bytes()
    for text in (data, NOISE.encode() + data + NOISE.encode()):
        reading = read(text, scanner)
        hold_bounds(reading)
        assert told(reading) == [QUOTING[name]]


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("name", ["compose", "make-j"])
def test_two_runners_in_one_log_are_both_heard(name: str, scanner: str) -> None:
    data = (RUNS / f"{name}.log").read_bytes()
    for text in (data, NOISE.encode() + data + NOISE.encode()):
        reading = read(text, scanner)
        hold_bounds(reading)
        assert told(reading) == [*TEST_ADD, ("pytest", "test_cart.py::test_total[4]", "assert 4 != 4")]


def test_runners_that_alternate_line_by_line_never_make_a_job_look_passed() -> None:
    lines = [(RUNS / f"{name}.log").read_bytes().splitlines() for name in ("go-plain", "bats-quotes-go")]
    mixed = [line for row in itertools.zip_longest(*lines) for line in row if line is not None]
    reading = read(b"\n".join(mixed))
    hold_bounds(reading)
    assert reading.failures


def rendered(reading: Reading) -> str:
    """What the pull request's comment and check run say; both are walked as GitHub renders them."""
    judged = [
        judge(VerdictClass.REGRESSION, failure, "test", excerpt=excerpt)
        for failure, excerpt in zip(reading.failures, reading.excerpts, strict=True)
    ]
    report = make_report(make_red("test", *judged, totals=reading.totals))
    body = render_comment(report)
    check_comment(report, body)
    assert walk(render_check(report, CheckConfig()).summary).odd == []
    return body


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("name", ["go", "pytest", "jest", "bats"])
def test_names_that_hurt_reach_the_comment_as_text(name: str, scanner: str) -> None:
    data = (RUNS / f"{name}-names.log").read_bytes()
    found = [read(text, scanner) for text in (data, NOISE.encode() + data + NOISE.encode())]
    small, large = found
    assert told(small) == told(large)
    assert len({one.fingerprint for one in small.failures}) == len(small.failures) > 1
    assert len({one.test for one in small.failures}) == len(small.failures)
    for reading in found:
        hold_bounds(reading)
        rendered(reading)


SECRET = "ghp_" + "A1b2C3d4" * 5


def test_a_secret_in_a_name_goes_no_further() -> None:
    data = GO.replace(b"TestAdd", b"TestLogin/with_" + SECRET.encode())
    data += (RUNS / "pytest-plain.log").read_bytes().replace(b"[4]", f"[token={SECRET}]".encode())
    reading = read(data)
    hold_bounds(reading)
    assert len(reading.failures) == len(["Go's", "pytest's"])
    assert SECRET not in str(reading)
    assert SECRET not in rendered(reading)


def test_no_real_log_is_taken_for_anything_else() -> None:
    logs = [path for path in HOSTILE.parent.rglob("*") if path.suffix in {".log", ".txt"}]
    odd = [path for path in logs if describe_foreign(path.read_bytes()[:SAMPLE])]
    assert {path.name for path in odd} == {"archive.log", "image.log"}
    assert len(logs) > len(CASES)
