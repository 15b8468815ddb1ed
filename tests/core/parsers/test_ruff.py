"""Python's linters where fixtures cannot show it: whose line it is, steps that passed, hostile text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.log import Log
from bot.parsers import black, doctest, flake8, isort, mypy, precommit, ruff
from bot.parsers._arbitrate import Parser

FIXTURES = Path(__file__).parents[2] / "fixtures"
TOOLS: tuple[Parser, ...] = (black, doctest, flake8, isort, mypy, precommit, ruff)
STEP = ("##[group]Run make lint", "##[endgroup]")
FAILED = "##[error]Process completed with exit code 1."


def log_of(*lines: str) -> Log:
    return clean("\n".join(lines).encode())


def test_a_line_is_ruffs_where_ruff_sums_up_and_flake8s_elsewhere() -> None:
    line = "src/cart.py:1:8: F401 'os' imported but unused"
    assert len(flake8.parse(log_of(line)).failures) == 1
    assert ruff.parse(log_of(line)).failures == ()
    assert len(ruff.parse(log_of(line, "Found 1 error.")).failures) == 1
    assert flake8.parse(log_of(line, "Found 1 error.")).failures == ()


def test_both_in_one_log_keep_their_own() -> None:
    log = log_of("a.py:1:1: E501 too long", "+ ruff check", "b.py:2:1: F401 unused", "Found 1 error.")
    assert [failure.file for failure in flake8.parse(log).failures] == ["a.py"]
    assert [failure.file for failure in ruff.parse(log).failures] == ["b.py"]


@pytest.mark.parametrize(
    ("tool", "lines"),
    [
        (flake8, ("a.py:1:1: E501 line too long",)),
        (ruff, ("a.py:1:1: E501 line too long", "Found 1 error.")),
        (
            mypy,
            (
                "a.py:1: error: Name is not defined  [name-defined]",
                "Found 1 error in 1 file (checked 1 source file)",
            ),
        ),
        (black, ("would reformat a.py", "Oh no!", "1 file would be reformatted.")),
        (isort, ("ERROR: /w/a.py Imports are incorrectly sorted and/or formatted.",)),
    ],
)
def test_a_step_that_passed_has_no_failure_whatever_it_printed(tool: Parser, lines: tuple[str, ...]) -> None:
    assert len(tool.parse(log_of(*STEP, *lines, FAILED)).failures) == 1
    assert tool.parse(log_of(*STEP, *lines, *STEP, FAILED)).failures == ()


@pytest.mark.parametrize(
    "lines",
    [
        ("release.py: error: the following arguments are required: --target",),
        ("Found 3 errors (3 fixed, 0 remaining).",),
        ("cart.c:3:5: error: expected ';'",),
        ("app.py:3: warning: deprecated  [misc]", "app.py:4: note: here"),
        ("  would reformat the disk", 'File "a.py", line 1, in x'),
        ("see https://host/a.py:80: E501",),
        ("Failed example:", "    x", "Got:", "    y"),
        ("check yaml....Passed", "- hook id: yaml"),
        ("loading.......Failed", "retrying"),
    ],
)
def test_text_that_only_looks_like_a_diagnostic_is_none(lines: tuple[str, ...]) -> None:
    assert [failure for tool in TOOLS for failure in tool.parse(log_of(*lines)).failures] == []


PIECES = st.sampled_from(
    [
        line
        for path in (
            "ruff/runs/full",
            "ruff/runs/grouped",
            "mypy/runs/pretty",
            "doctest/runs/several",
            "precommit/runs/several",
        )
        for line in clean((FIXTURES / f"{path}.log").read_bytes()).lines
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_a_parser(lines: list[str]) -> None:
    for tool in TOOLS:
        for failure in tool.parse(Log(lines=tuple(lines), size=0)).failures:
            assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
            assert failure.message
            assert "\n" not in failure.message
