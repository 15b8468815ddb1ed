"""Catch2 3, whose formats are from its published sources, and what no fixture shows."""

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers import catch2

DASHES, DOTS, EQUALS = "-" * 79, "." * 79, "=" * 79
THREE = (
    "Randomness seeded to: 1382921",
    "",
    "~" * 79,
    "till_test is a Catch2 v3.5.2 host application.",
    "Run with -? for options",
    "",
    DASHES,
    "sums a very long list of prices that somebody put into a template - Receipt",
    "<float>",
    DASHES,
    "/home/runner/work/shop/shop/tests/till.cpp:12",
    DOTS,
    "",
    "/home/runner/work/shop/shop/tests/till.cpp:14: FAILED:",
    "  {Unknown expression after the reported line}",
    "due to unexpected exception with message:",
    "  out of stock",
    "",
    DASHES,
    "needs a database",
    DASHES,
    "/home/runner/work/shop/shop/tests/till.cpp:20",
    DOTS,
    "",
    "/home/runner/work/shop/shop/tests/till.cpp:21: SKIPPED:",
    "explicitly with message:",
    "  no database",
    "",
    EQUALS,
    "test cases: 3 | 1 passed | 1 failed | 1 skipped",
    "assertions: 2 | 1 passed | 1 failed",
    "",
)
COMPACT = (
    "RNG seed: 1382921",
    "/home/runner/work/shop/shop/tests/till.cpp:14: failed: 1 == 2",
    "test cases: 2 | 1 passed | 1 failed",
    "assertions: 2 | 1 passed | 1 failed",
)


def parse(*lines: str) -> Findings:
    return catch2.parse(clean("\n".join(lines).encode()))


def test_version_three_is_read():
    findings = parse(*THREE)
    (failure,) = findings.failures
    name = "sums a very long list of prices that somebody put into a template - Receipt<float>"
    assert failure.test == name
    assert failure.message == "due to unexpected exception with message: out of stock"
    assert (failure.file, failure.line) == ("tests/till.cpp", 14)
    (totals,) = findings.totals
    assert (totals.passed, totals.failed, totals.skipped, totals.total) == (1, 1, 1, 3)


def test_version_three_sums_up_its_compact_report_like_the_console():
    findings = parse(*COMPACT)
    assert [(failure.file, failure.line) for failure in findings.failures] == [("tests/till.cpp", 14)]
    assert [totals.total for totals in findings.totals] == [2]


def test_without_its_counts_nothing_counts():
    assert parse(*THREE[:-5]).failures == ()
    assert parse(*THREE[:-5]).unfinished
    assert not parse(*THREE).unfinished
    assert parse(COMPACT[1], "a.cpp:3: failed: not a test").failures == ()


def test_a_program_named_by_the_step_is_run_again_with_the_test_case():
    lines = ("##[group]Run ./build/till_test", "##[endgroup]", *THREE)
    (failure,) = parse(*lines).failures
    assert failure.rerun.startswith("./build/till_test 'sums a very long list")


@given(st.lists(st.one_of(st.sampled_from(THREE + COMPACT), st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = catch2.parse(Log(tuple(lines), 0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
