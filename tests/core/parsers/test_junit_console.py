"""JUnit's console launcher: what fixtures cannot show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.log import Log
from bot.parsers import junit_console

RUNS = Path(__file__).parents[2] / "fixtures" / "junit_console" / "runs"


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


@pytest.mark.parametrize(
    "lines",
    [
        ("Failures (1):", "  JUnit Jupiter:A:b()", "    => java.lang.Error: x"),
        ("Suite > a :: FAILED", "\tjava.lang.Error: x", "Test run finished after 3 ms"),
        ("Test run finished after 3 ms", "[         1 tests failed          "),
        ("Failures (1):", "  A:b()", "    => x", "Test run finished after 3 ms", "[    0 tests failed   ]"),
    ],
)
def test_text_without_the_table_is_no_run(lines: tuple[str, ...]) -> None:
    assert junit_console.parse(Log(lines=lines, size=0)).failures == ()


PIECES = st.sampled_from(
    [line for name in ("several-v10", "setup-v6", "several-testfeed-v10") for line in log_of(name).lines]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in junit_console.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert "\n" not in failure.message
