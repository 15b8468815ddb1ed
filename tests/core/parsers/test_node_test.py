"""What the fixtures of Node's test runner cannot show: quotations, runs without an end, hostile text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers import node_test

RUNS = Path(__file__).parents[2] / "fixtures" / "node_test" / "runs"


def lines_of(name: str) -> tuple[str, ...]:
    return clean((RUNS / f"{name}.log").read_bytes()).lines


def parse_text(*lines: str) -> Findings:
    return node_test.parse(clean("\n".join(lines).encode()))


@pytest.mark.parametrize(
    "lines",
    [
        ("✔ built in 3s", "✖ 2 problems (2 errors, 0 warnings)"),
        ("  ✔ adds tea (12ms)", "  ✖ removes tea (3ms)"),
        ("✖ failing tests:", "", "test at x.js:1:1", "✖ fake (1ms)", "  Error: fake"),
        ("ℹ tests 3", "ℹ pass 2"),
    ],
)
def test_what_only_looks_like_a_run_is_none(lines: tuple[str, ...]) -> None:
    assert parse_text(*lines) == Findings(node_test.TOOL)


def test_a_test_that_is_to_be_done_may_fail() -> None:
    assert "is todo" not in [failure.test for failure in node_test.parse(clean_of("several-v24")).failures]


def clean_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


def test_a_run_that_was_cut_off_is_unfinished_and_names_what_failed_until_then() -> None:
    lines = lines_of("several-v24")
    end = next(at for at, line in enumerate(lines) if line.startswith("✖ top level fails")) + 1
    findings = node_test.parse(Log(lines=lines[:end], size=0, complete=False))
    assert findings.unfinished
    names = [failure.test for failure in findings.failures]
    assert names == ["cart > counts items", "cart > discounts > applies 10% > 5%", "top level fails"]


def test_the_command_that_runs_one_test_survives_a_shell_and_a_regular_expression() -> None:
    failure = next(one for one in node_test.parse(clean_of("several-v24")).failures if "applies" in one.test)
    assert failure.rerun == "node --test --test-name-pattern='^applies 10% > 5%$' test/cart.test.js"


PIECES = st.sampled_from(
    [line for name in ("several-v20", "load-v22", "several-dot-v22") for line in lines_of(name)]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in node_test.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
