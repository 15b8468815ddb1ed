"""bats' logs, pretty and TAP, and other producers of TAP, read as a maintainer would."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Failure, FailureKind, Findings
from bot.model.log import Log
from bot.parsers import bats

RUNS = Path(__file__).parents[2] / "fixtures" / "bats" / "runs"
NAMES = sorted(path.stem for path in RUNS.glob("*.json"))
PASSING = [name for name in NAMES if name.startswith("passing")]


@dataclass(frozen=True)
class Expected:
    """One failure as the suite's source has it; the message may be a beginning."""

    test: str
    kind: str
    status: str
    file: str
    line: int
    message: str

    def says(self, failure: Failure) -> bool:
        """Whether the parser found exactly this."""
        same = (failure.test, failure.kind, failure.status, failure.file, failure.line)
        told = (self.test, self.kind, self.status, self.file, self.line)
        return same == told and failure.message.startswith(self.message)


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


def parse(name: str) -> Findings:
    return bats.parse(log_of(name))


def parse_text(*lines: str) -> Findings:
    return bats.parse(clean("\n".join(lines).encode()))


@pytest.mark.parametrize("name", NAMES)
def test_every_failure_of_a_run_is_found_in_order_and_nothing_else(name: str) -> None:
    wanted = [Expected(**row) for row in json.loads((RUNS / f"{name}.json").read_text())["failures"]]
    found = parse(name).failures
    assert len(found) == len(wanted)
    assert [(row, failure) for row, failure in zip(wanted, found, strict=True) if not row.says(failure)] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_totals_of_a_run_are_its_counts(name: str) -> None:
    wanted = json.loads((RUNS / f"{name}.json").read_text())
    findings = parse(name)
    keys = ("passed", "failed", "skipped", "total")
    assert [{key: getattr(totals, key) for key in keys} for totals in findings.totals] == wanted["totals"]
    assert {totals.tool for totals in findings.totals} == {wanted["tool"]}
    assert {failure.tool for failure in findings.failures} <= {wanted["tool"]}
    assert findings.unfinished is wanted["unfinished"]


@pytest.mark.parametrize("name", NAMES)
def test_a_failure_lies_inside_its_extent_and_the_extent_inside_a_claim(name: str) -> None:
    log = log_of(name)
    findings = bats.parse(log)
    for failure in findings.failures:
        first, last = failure.extent
        assert first <= failure.log_line <= last
        assert failure.message.split()[0] in log.line(failure.log_line)
        assert any(start <= first and last <= end for start, end in findings.claims)


@pytest.mark.parametrize("name", NAMES)
def test_every_run_has_a_word_that_makes_the_parser_be_asked(name: str) -> None:
    text = "\n".join(log_of(name).lines)
    assert any(anchor in text for anchor in bats.ANCHORS)


@pytest.mark.parametrize("name", PASSING)
def test_a_passing_run_has_no_failure_whatever_its_tests_print(name: str) -> None:
    findings = parse(name)
    assert findings.failures == ()
    assert not findings.unfinished


@pytest.mark.parametrize("name", ["several-v18", "several-pretty-v113", "several-tap13-v113"])
def test_what_a_test_printed_is_the_detail_of_its_failure(name: str) -> None:
    failure = next(failure for failure in parse(name).failures if failure.test == "multi line output")
    assert failure.detail.splitlines() == ["first", "  indented", "ok 5 fake", "--- expected", "+++ got"]


def test_the_command_that_runs_one_test_survives_a_shell_and_a_regular_expression() -> None:
    failure = next(failure for failure in parse("several-v18").failures if "gateway" in failure.test)
    assert failure.rerun == r"bats --filter '^the gateway answers \(slow\) - really$' test/cart.bats"


def test_a_hook_that_failed_is_run_again_with_its_whole_file() -> None:
    failure = next(failure for failure in parse("hooks-v113").failures if failure.test == "setup_file failed")
    assert failure.kind is FailureKind.SETUP
    assert failure.rerun == "bats test/setup_file_fails.bats"


def test_a_time_is_no_part_of_a_name_but_a_name_may_end_like_one() -> None:
    timed = [failure.test for failure in parse("several-timing-v18").failures]
    assert timed == [failure.test for failure in parse("several-v18").failures]
    assert "in 12ms" in timed


def test_a_run_that_was_cut_off_is_unfinished() -> None:
    lines = log_of("several-v113").lines
    whole = {failure.test for failure in parse("several-v113").failures}
    for end in range(2, len(lines) - 9):
        findings = bats.parse(Log(lines=lines[:end], size=0, complete=False))
        assert findings.unfinished
        assert {failure.test for failure in findings.failures} <= whole


def test_tests_that_never_ran_are_a_crash() -> None:
    (failure,) = parse("killed-v113").failures
    assert failure.kind is FailureKind.CRASH


@pytest.mark.parametrize(
    "lines",
    [
        ("not ok 1 is what a broken test prints", "ok 2"),
        ("ok 1 then", "not ok 12 parsecs"),
        ("3 tests, 1 failure",),
        (" ✗ lint", "   2 problems", "3 tests, 1 failure"),
        (" ✓ built in 3s", " ✗ cart.spec.ts", "   expected 1 to be 2"),
        ("v 1..2", "not ok 1 - quoted"),
        ("see test/cart.bats", "test/cart.bats", " ✗ uploaded"),
    ],
)
def test_text_that_only_looks_like_a_run_is_none(lines: tuple[str, ...]) -> None:
    assert parse_text(*lines).failures == ()


def test_a_test_that_is_to_be_done_may_fail() -> None:
    findings = parse_text("1..2", "not ok 1 later # TODO write it", "ok 2 now")
    assert findings.failures == ()
    assert (findings.totals[0].skipped, findings.totals[0].passed) == (1, 1)


def test_a_plan_may_stand_at_the_end() -> None:
    findings = parse_text("TAP version 13", "ok 1 - a", "not ok 2 - b", "1..2")
    assert [(failure.tool, failure.test) for failure in findings.failures] == [("tap", "b")]
    assert not findings.unfinished


PIECES = st.sampled_from(
    [
        line
        for name in (
            "several-v18",
            "several-pretty-v113",
            "several-tap13-v113",
            "hooks-pretty-v18",
            "node-tap",
        )
        for line in log_of(name).lines
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = bats.parse(Log(lines=tuple(lines), size=0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message


def test_a_failed_hook_has_no_time_and_hides_none() -> None:
    lines = (
        "1..3",
        "not ok 1 setup_file failed",
        "# (from function `setup_file' in test file test/store.bats, line 1)",
        "#   `setup_file() { false; }' failed",
        "not ok 2 helper fails in 6ms",
        "# (in test file test/install.bats, line 13)",
        "#   `need a b' failed",
        "ok 3 adds tea in 12ms",
    )
    found = parse_text(*lines).failures
    assert [failure.test for failure in found] == ["setup_file failed", "helper fails"]
    assert found[1].rerun == "bats --filter '^helper fails$' test/install.bats"


def test_a_file_that_bash_cannot_read_says_so_in_tap_13_too() -> None:
    lines = (
        "TAP version 13",
        "1..2",
        "ok 1 adds tea",
        "not ok 2 setup_file failed",
        "  ---",
        "  message: |",
        "    /home/runner/work/shop/shop/test/syntax.bats: line 3: syntax error near unexpected token `}'",
        "  ...",
    )
    (failure,) = parse_text(*lines).failures
    assert (failure.kind, failure.file, failure.line) == (FailureKind.COLLECTION, "test/syntax.bats", 3)
    assert failure.log_line == 7


def test_what_another_program_quotes_behind_a_run_or_before_it_is_no_part_of_it() -> None:
    quoted = ("--- FAIL: TestStore (0.02s)", "not ok 1 - quoted", "not ok 3 quoted", "FAIL\tshop/store\t0.3s")
    run = ("1..2", "ok 1 adds tea", "not ok 2 removes tea", "# (in test file test/tea.bats, line 4)")
    (before,) = parse_text(*quoted, *run).failures
    (behind,) = parse_text(*run, *quoted[:1], *quoted[2:]).failures
    assert before.test == behind.test == "removes tea"
    assert (5, 8) in parse_text(*quoted, *run).claims
    assert parse_text(*run, *quoted[:1], *quoted[2:]).claims == ((1, 4),)


def test_a_log_that_begins_inside_a_run_does_not_know_why_tests_are_missing() -> None:
    end = ("ok 12 adds tea", "# bats warning: Executed 11 instead of expected 12 tests")
    assert parse_text("ok 11 removes tea", *end).failures == ()
