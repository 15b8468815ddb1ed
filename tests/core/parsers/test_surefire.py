"""Surefire's and Failsafe's logs: what fixtures cannot show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import surefire

RUNS = Path(__file__).parents[2] / "fixtures" / "surefire" / "runs"
HEADER = ("[INFO] --- surefire:3.2.5:test (default-test) @ cart ---", "[INFO]  T E S T S")
BLOCK = (
    "[ERROR] shop.CartTest.adds -- Time elapsed: 0.01 s <<< FAILURE!",
    "org.opentest4j.AssertionFailedError: expected: <1> but was: <2>",
    "\tat shop.CartTest.adds(CartTest.java:12)",
    "",
)
RESULTS = ("[INFO] Results:", "[INFO] ")
PASSED = "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0"
FAILED = "[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0"


def parse_text(*lines: str) -> Findings:
    return surefire.parse(clean("\n".join(lines).encode()))


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


def test_what_a_test_prints_of_another_run_is_no_failure() -> None:
    findings = parse_text(*HEADER, "[INFO] Running shop.RunnerTest", *BLOCK, *RESULTS, PASSED)
    assert findings.failures == ()
    assert findings.totals[0].passed == findings.totals[0].total == 3


def test_text_that_a_test_printed_is_not_added_to_a_later_module_that_was_cut_off() -> None:
    quoted = (*HEADER, "[INFO] Running shop.RunnerTest", *BLOCK, *RESULTS, PASSED)
    findings = parse_text(*quoted, *HEADER, "[INFO] Running shop.TillTest")
    assert findings.failures == ()
    assert findings.unfinished


def test_a_failure_that_the_summary_counts_and_does_not_list_is_kept() -> None:
    findings = parse_text(*HEADER, *BLOCK, *RESULTS, FAILED, "[INFO] BUILD FAILURE")
    assert [failure.test for failure in findings.failures] == ["shop.CartTest > adds"]


def test_a_run_that_was_killed_keeps_what_failed_until_then() -> None:
    findings = parse_text(*HEADER, "[INFO] Running shop.CartTest", *BLOCK, "[INFO] Running shop.TillTest")
    assert [failure.line for failure in findings.failures] == [12]
    assert findings.unfinished


def test_names_with_blanks_as_kotlin_allows_them_are_found_again_in_the_summary() -> None:
    findings = parse_text(
        *HEADER,
        "[ERROR] shop.CartTest.adds tea to the cart -- Time elapsed: 0.01 s <<< FAILURE!",
        "org.opentest4j.AssertionFailedError: expected: <1> but was: <2>",
        "\tat shop.CartTest.adds tea to the cart(CartTest.kt:12)",
        "",
        *RESULTS,
        "[ERROR] Failures: ",
        "[ERROR]   CartTest.adds tea to the cart:12 expected: <1> but was: <2>",
        FAILED,
    )
    (failure,) = findings.failures
    assert failure.test == "shop.CartTest > adds tea to the cart"
    assert (failure.line, failure.message.startswith("org.opentest4j")) == (12, True)


@pytest.mark.parametrize("front", ["", "12:31:07.123 ", "2026-01-24 12:31:07,123 ", "[main] "])
def test_lines_may_have_a_time_or_a_thread_in_front_of_their_level(front: str) -> None:
    lines = (*HEADER, *BLOCK, *RESULTS, "[ERROR] Failures: ", "[ERROR]   CartTest.adds:12 expected", FAILED)
    findings = parse_text(*(front + line if line.startswith("[") else line for line in lines))
    assert [failure.test for failure in findings.failures] == ["shop.CartTest > adds"]
    assert findings.totals[0].suite == "cart"


def test_one_test_is_run_again_by_its_class_and_method() -> None:
    reruns = {failure.test: failure.rerun for failure in surefire.parse(log_of("several-v3")).failures}
    assert (
        reruns["shop.cart.CartTest > countsTea"] == "mvn test -Dtest='shop.cart.CartTest#countsTea' -pl cart"
    )
    assert reruns["shop.cart.CartTest > isOdd(int)[2]"].endswith(
        "-Dtest='shop.cart.CartTest#isOdd*' -pl cart"
    )
    (pays, _) = surefire.parse(log_of("failsafe-v3")).failures
    assert pays.rerun == "mvn verify -Dit.test='shop.gateway.PaymentIT#pays' -pl gateway"


def test_a_log_cut_anywhere_never_invents_a_failure() -> None:
    lines = log_of("flaky-v3").lines
    whole = {f"shop.flaky.FlakyTest > {name}" for name in ("sometimes", "errsSometimes", "never")}
    for end in range(20, len(lines)):
        findings = surefire.parse(Log(lines=lines[:end], size=0, complete=False))
        assert {failure.test for failure in findings.failures} <= whole


@pytest.mark.parametrize("name", ["several-v3", "legacy-v212", "reactor-t2-v3", "quiet-v3"])
def test_failures_lie_inside_their_extents(name: str) -> None:
    log = log_of(name)
    findings = surefire.parse(log)
    for failure in findings.failures:
        assert failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(log.lines)
        assert failure.kind is not FailureKind.EXIT


PIECES = st.sampled_from(
    [line for name in ("flaky-v3", "legacy-v212", "halt-v3", "quiet-v3") for line in log_of(name).lines]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = surefire.parse(Log(lines=tuple(lines), size=0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message
