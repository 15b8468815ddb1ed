"""PHPUnit's logs: quotations, logs that were cut off, and any text at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.log import Log
from bot.parsers import phpunit

RUNS = Path(__file__).parents[2] / "fixtures" / "phpunit" / "runs"

QUOTED = (
    ("There was 1 failure:", "", "1) CartTest::testAddsTea", "Failed asserting that 2 is identical to 3."),
    ("FAILURES!", "Tests: 3, Assertions: 3, Failures: 1."),
    ("PHP Fatal error:  Allowed memory size of 1 bytes exhausted in /srv/cron.php on line 6",),
    (" ✘ Adds tea",),
)


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


@pytest.mark.parametrize("lines", QUOTED)
def test_text_that_only_looks_like_a_run_is_none(lines: tuple[str, ...]) -> None:
    assert phpunit.parse(Log(lines=lines, size=0)).failures == ()


def test_what_a_passing_run_prints_is_no_failure() -> None:
    failing, passing = log_of("9-mixed").lines, log_of("9-passing").lines
    indented = tuple(f"    | {line}" for line in failing)
    for middle in range(len(passing)):
        lines = (*passing[:middle], *indented, *passing[middle:])
        assert phpunit.parse(Log(lines=lines, size=0)).failures == ()


def test_a_run_that_was_cut_off_names_no_other_tests() -> None:
    lines = log_of("9-mixed").lines
    whole = {failure.test for failure in phpunit.parse(log_of("9-mixed")).failures}
    for end in range(len(lines)):
        findings = phpunit.parse(Log(lines=lines[:end], size=0, complete=False))
        assert {failure.test for failure in findings.failures} <= whole


def test_a_deprecation_alone_fails_no_run() -> None:
    lines = (
        "PHPUnit 11.5.2 by Sebastian Bergmann and contributors.",
        "1 test triggered 1 deprecation:",
        "",
        "1) /home/runner/work/shop/shop/src/Till.php:15",
        "Old words",
        "",
        "OK, but there were issues!",
        "Tests: 1, Assertions: 1, Deprecations: 1.",
    )
    assert phpunit.parse(Log(lines=lines, size=0)).failures == ()


PIECES = st.sampled_from([line for path in sorted(RUNS.glob("*.log")) for line in log_of(path.stem).lines])


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = phpunit.parse(Log(lines=tuple(lines), size=0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message
    for first, last in findings.claims:
        assert 1 <= first <= last <= len(lines)
