"""prove's logs: quotations, logs that were cut off, and any text at all."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.log import Log
from bot.parsers import parse_all, prove

RUNS = Path(__file__).parents[2] / "fixtures" / "prove" / "runs"

QUOTED = (
    ("#   Failed test 'quoted'", "#   at t/a.t line 3."),
    ("Test Summary Report",),
    ("t/a.t (Wstat: 256 Tests: 1 Failed: 1)",),
)


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


@pytest.mark.parametrize("lines", QUOTED)
def test_text_that_only_looks_like_a_run_is_none(lines: tuple[str, ...]) -> None:
    assert prove.parse(Log(lines=lines, size=0)).failures == ()


def test_what_a_passing_run_prints_is_no_failure() -> None:
    failing, passing = log_of("all").lines, log_of("passing").lines
    indented = tuple(f"    | {line}" for line in failing)
    for middle in range(len(passing)):
        lines = (*passing[:middle], *indented, *passing[middle:])
        assert prove.parse(Log(lines=lines, size=0)).failures == ()


def test_a_run_that_was_cut_off_names_no_other_tests() -> None:
    lines = log_of("all").lines
    whole = {failure.test for failure in prove.parse(log_of("all")).failures}
    for end in range(len(lines)):
        findings = prove.parse(Log(lines=lines[:end], size=0, complete=False))
        assert {failure.test for failure in findings.failures} <= whole


def test_tap_that_prove_shows_is_not_reported_a_second_time() -> None:
    tools = {failure.tool for one in parse_all(log_of("all-v")) for failure in one.failures}
    assert tools == {"prove"}


PIECES = st.sampled_from([line for path in sorted(RUNS.glob("*.log")) for line in log_of(path.stem).lines])


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
@example(["Files=4, Tests=12,  1 wallclock secs ( 0.18 CPU)", "#   Failed test 'adds tea'"])
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = prove.parse(Log(lines=tuple(lines), size=0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message
    for first, last in findings.claims:
        assert 1 <= first <= last <= len(lines)
