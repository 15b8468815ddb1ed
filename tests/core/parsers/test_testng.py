"""TestNG's own console: what fixtures cannot show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.log import Log
from bot.parsers import testng

RUNS = Path(__file__).parents[2] / "fixtures" / "testng" / "runs"


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


@pytest.mark.parametrize(
    "lines",
    [
        ("FAILED: upload", "java.lang.IllegalStateException: logged"),
        ("Total tests run: 3, Failures: 1, Skips: 0",),
        (
            "FAILED: a",
            "java.lang.Error: x",
            "",
            "=" * 47,
            "suite",
            "Total tests run: 1, Failures: 0, Skips: 0",
        ),
    ],
)
def test_text_without_a_suite_s_counts_is_no_run(lines: tuple[str, ...]) -> None:
    assert testng.parse(Log(lines=lines, size=0)).failures == ()


PIECES = st.sampled_from(
    [line for name in ("several-verbose-v7", "several-verbose-v6", "retry-v7") for line in log_of(name).lines]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in testng.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert "\n" not in failure.message
