"""ScalaTest's reporter: what fixtures cannot show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.log import Log
from bot.parsers import scalatest

RUNS = Path(__file__).parents[2] / "fixtures" / "scalatest" / "runs"


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


@pytest.mark.parametrize(
    "lines",
    [
        ("CartSpec:", "- adds *** FAILED ***", "  1 did not equal 2 (CartSpec.scala:3)"),
        ("- adds *** FAILED ***", "Tests: succeeded 0, failed 1, canceled 0, ignored 0, pending 0"),
        (
            "- quoted *** FAILED ***",
            "  1 did not equal 2",
            "Tests: succeeded 1, failed 0, canceled 0, ignored 0, pending 0",
        ),
    ],
)
def test_text_that_no_run_confirms_is_none(lines: tuple[str, ...]) -> None:
    assert scalatest.parse(Log(lines=lines, size=0)).failures == ()


def test_a_run_that_was_cut_off_keeps_what_failed_until_then() -> None:
    findings = scalatest.parse(Log(lines=log_of("several").lines[:12], size=0, complete=False))
    assert findings.unfinished
    assert [failure.line for failure in findings.failures] == [9, 10]


PIECES = st.sampled_from([line for name in ("aborted", "sbt") for line in log_of(name).lines])


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in scalatest.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message
