"""GoogleTest: older and Windows' formats, and what no fixture shows."""

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import gtest

# Before 1.10 suites were called test cases; Microsoft's compiler has places of its own.
OLD = (
    "[==========] Running 2 tests from 1 test case.",
    "[----------] Global test environment set-up.",
    "[----------] 2 tests from Cart",
    "[ RUN      ] Cart.Adds",
    "[       OK ] Cart.Adds (0 ms)",
    "[ RUN      ] Cart.Sums",
    r"D:\a\shop\shop\tests\cart.cpp(12): error: Expected equality of these values:",
    "  sum(1, 2)",
    "    Which is: 3",
    "  4",
    "[  FAILED  ] Cart.Sums (0 ms)",
    "[----------] 2 tests from Cart (0 ms total)",
    "",
    "[----------] Global test environment tear-down",
    "[==========] 2 tests from 1 test case ran. (1 ms total)",
    "[  PASSED  ] 1 test.",
    "[  FAILED  ] 1 test, listed below:",
    "[  FAILED  ] Cart.Sums",
    "",
    " 1 FAILED TEST",
)


def parse(*lines: str) -> Findings:
    return gtest.parse(clean("\n".join(lines).encode()))


def test_older_versions_and_windows_are_read():
    findings = parse(*OLD)
    (failure,) = findings.failures
    assert (failure.test, failure.file, failure.line) == ("Cart.Sums", "tests/cart.cpp", 12)
    assert failure.message == "Expected equality of these values: sum(1, 2) Which is: 3 4"
    (totals,) = findings.totals
    assert (totals.passed, totals.failed, totals.total) == (1, 1, 2)


def test_what_a_test_quotes_of_another_is_its_own_text():
    lines = [*OLD[:4], "[  FAILED  ] Cart.Other (0 ms)", "[ RUN      ] not a name", *OLD[4:]]
    assert [failure.test for failure in parse(*lines).failures] == ["Cart.Sums"]


def test_of_a_large_log_the_start_of_a_failed_test_may_be_missing():
    lines = [*OLD[:3], "", *OLD[6:]]
    findings = parse(*lines)
    assert [(failure.test, failure.line, failure.kind) for failure in findings.failures] == [
        ("Cart.Sums", 12, FailureKind.TEST)
    ]


def test_a_log_that_ends_inside_a_test_blames_nobody():
    findings = parse(*OLD[:6])
    assert findings.unfinished
    assert findings.failures == ()


def test_a_job_that_was_stopped_names_the_test_that_ran():
    (failure,) = parse(*OLD[:6], "##[error]The operation was canceled.").failures
    assert (failure.kind, failure.test) == (FailureKind.TIMEOUT, "Cart.Sums")


@given(st.lists(st.one_of(st.sampled_from(OLD), st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = gtest.parse(Log(tuple(lines), 0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
