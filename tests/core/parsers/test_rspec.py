"""RSpec's logs: quotations, logs that were cut off, and any text at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.log import Log
from bot.parsers import rspec

RUNS = Path(__file__).parents[2] / "fixtures" / "rspec" / "runs"

QUOTED = (
    ("Failures:", "", "  1) Cart adds tea", "     a paragraph of a readme"),
    ("2 examples, 1 failure",),
    ("rspec ./spec/cart_spec.rb:12 # Cart adds tea",),
    ("see An error occurred while loading ./spec/a_spec.rb. in the docs",),
)


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


@pytest.mark.parametrize("lines", QUOTED)
def test_text_that_only_looks_like_a_run_is_none(lines: tuple[str, ...]) -> None:
    assert rspec.parse(Log(lines=lines, size=0)).failures == ()


def test_what_a_passing_run_prints_is_no_failure() -> None:
    failing, passing = log_of("mixed-doc-colour").lines, log_of("passing").lines
    indented = tuple(f"    | {line}" for line in failing)
    for middle in range(len(passing)):
        lines = (*passing[:middle], *indented, *passing[middle:])
        assert rspec.parse(Log(lines=lines, size=0)).failures == ()


def test_a_run_that_was_cut_off_names_no_other_tests() -> None:
    lines = log_of("mixed-doc-colour").lines
    whole = {failure.test for failure in rspec.parse(log_of("mixed-doc-colour")).failures}
    for end in range(len(lines)):
        findings = rspec.parse(Log(lines=lines[:end], size=0, complete=False))
        assert {failure.test for failure in findings.failures} <= whole


def test_a_second_run_of_what_failed_forgives_what_passes_then() -> None:
    again = (
        'Run options: include {:last_run_status=>"failed"}',
        "..",
        "Finished in 0.01 seconds (files took 0.1 seconds to load)",
        "2 examples, 0 failures",
    )
    first = log_of("one").lines
    findings = rspec.parse(Log(lines=(*first, *again), size=0))
    assert findings.failures == ()
    assert [totals.flaked for totals in findings.totals] == [0, 1]


def test_the_sum_that_parallel_tests_adds_up_is_no_run() -> None:
    assert sum(totals.total for totals in rspec.parse(log_of("parallel")).totals) == 6


PIECES = st.sampled_from([line for path in sorted(RUNS.glob("*.log")) for line in log_of(path.stem).lines])


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = rspec.parse(Log(lines=tuple(lines), size=0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message
    for first, last in findings.claims:
        assert 1 <= first <= last <= len(lines)
