"""What Cypress' samples cannot show: Mocha's report inside them is Cypress' own, hostile text."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.log import Log
from bot.parsers import cypress, parse_all

RUNS = Path(__file__).parents[2] / "fixtures" / "cypress" / "runs"


def test_the_report_inside_belongs_to_cypress_alone() -> None:
    found = parse_all(clean((RUNS / "several.log").read_bytes()))
    assert {failure.tool for one in found for failure in one.failures} == {"cypress"}
    assert {totals.tool for one in found for totals in one.totals} == {"cypress"}


def test_a_log_that_ends_at_any_line_names_only_what_failed() -> None:
    log = clean((RUNS / "several.log").read_bytes())
    whole = {failure.test for failure in cypress.parse(log).failures}
    for end in range(len(log.lines)):
        found = cypress.parse(Log(lines=log.lines[:end], size=0, complete=False))
        assert {failure.test for failure in found.failures} <= whole


PIECES = st.sampled_from(
    [
        line
        for name in ("several", "retries", "broken", "no-server")
        for line in clean((RUNS / f"{name}.log").read_bytes()).lines
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in cypress.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
