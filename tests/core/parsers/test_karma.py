"""What Karma's fixtures cannot show: other browsers, bundled sources, quotations, hostile text."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers import karma

RUNS = Path(__file__).parents[2] / "fixtures" / "karma" / "runs"
CHROME = "Chrome Headless 120.0.6099.109 (Linux x86_64)"
FIREFOX = "Firefox 121.0 (Ubuntu 0.0.0)"


def parse_text(*lines: str) -> Findings:
    return karma.parse(clean("\n".join(lines).encode()))


def test_each_browser_has_its_own_failures_and_counts() -> None:
    findings = parse_text(
        f"{CHROME} cart adds tea FAILED",
        "\tExpected 1 to be 2.",
        f"{CHROME}: Executed 2 of 2 (1 FAILED) (0.1 secs / 0.09 secs)",
        f"{FIREFOX}: Executed 2 of 2 SUCCESS (0.1 secs / 0.09 secs)",
        "TOTAL: 1 FAILED, 3 SUCCESS",
    )
    assert [(failure.suite, failure.test) for failure in findings.failures] == [(CHROME, "cart adds tea")]
    assert [(one.suite, one.passed, one.failed) for one in findings.totals] == [
        (CHROME, 1, 1),
        (FIREFOX, 2, 0),
    ]


def test_a_place_is_found_through_a_bundler() -> None:
    place = "http://localhost:9876/_karma_webpack_/webpack:/src/app/cart.spec.ts:14:17"
    (failure,) = parse_text(
        f"{CHROME} cart adds tea FAILED",
        "\tError: Expected 1 to be 2.",
        f"\t    at UserContext.apply ({place})",
        f"{CHROME}: Executed 1 of 1 (1 FAILED) (0.1 secs / 0.09 secs)",
    ).failures
    assert (failure.file, failure.line) == ("src/app/cart.spec.ts", 14)


def test_what_a_page_prints_is_no_failure_of_a_browser_that_passed() -> None:
    printed = (f"{CHROME} quoted FAILED", "\tExpected 1 to be 2.")
    assert parse_text(*printed, f"{CHROME}: Executed 1 of 1 SUCCESS (0.1 secs / 0.09 secs)").failures == ()


PIECES = st.sampled_from(
    [
        line
        for name in ("several-progress", "several-mocha", "several-spec", "crash")
        for line in clean((RUNS / f"{name}.log").read_bytes()).lines
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in karma.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
