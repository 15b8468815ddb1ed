"""actionlint: what fixtures cannot show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.log import Log
from bot.parsers import actionlint

RUNS = Path(__file__).parents[2] / "fixtures" / "actionlint" / "runs"
FAILING = sorted(path for path in RUNS.glob("*.log") if '"kind"' in path.with_suffix(".json").read_text())
PIECES = st.sampled_from(
    sorted({line for path in RUNS.glob("*.log") for line in clean(path.read_bytes()).lines})
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in actionlint.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message


@pytest.mark.parametrize("path", FAILING, ids=lambda path: path.stem)
def test_the_same_text_quoted_by_another_program_is_no_failure(path: Path) -> None:
    quoted = "\n".join(f"    > {line}" for line in clean(path.read_bytes()).lines)
    assert actionlint.parse(clean(quoted.encode())).failures == ()


@pytest.mark.parametrize("text", ["a.yml:1:1: " * 6000, "[" * 60000 + "]", "could not read " * 4000])
def test_long_lines_are_read_and_mean_nothing(text: str) -> None:
    assert actionlint.parse(clean(text.encode())).failures == ()
