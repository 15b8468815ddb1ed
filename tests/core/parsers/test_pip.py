"""Python's package managers and wrappers where fixtures cannot show it: words of others, hostile text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers import nox, pip, poetry, tox, uv
from bot.parsers._arbitrate import Parser

FIXTURES = Path(__file__).parents[2] / "fixtures"
TOOLS: tuple[Parser, ...] = (nox, pip, poetry, tox, uv)


def log_of(*lines: str) -> Log:
    return clean("\n".join(lines).encode())


@pytest.mark.parametrize(
    "lines",
    [
        ("ERROR: could not connect", "ERROR: Failed", "error: Failed to fetch the page"),
        ("error: Failed to parse src/a.py:1:2: Expected an expression",),
        ("error: File not found: cart.txt",),
        ("ERROR: pip's dependency resolver does not currently take into account all the packages.",
         "botocore 1.31.0 requires jmespath, which is not installed."),
        ("tests: exit 1 (0.10 seconds) /w> pytest", "  tests: FAIL code 1 (0.10 seconds)"),
        ("nox > Running session a", "nox > Session a was successful."),
        ("  × No solution", "it says that version solving failed"),
        ("  error: subprocess-exited-with-error", "  × python setup.py bdist_wheel did not run successfully.",
         "ERROR: Failed building wheel for a",
         "Running setup.py install for a: finished",
         "Successfully installed a-1.0"),
    ],
)  # fmt: skip
def test_words_of_others_and_warnings_are_no_failure(lines: tuple[str, ...]) -> None:
    assert [failure for tool in TOOLS for failure in tool.parse(log_of(*lines)).failures] == []


def test_a_broken_network_is_no_missing_package() -> None:
    log = log_of(
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError()': /six/",
        "ERROR: Could not find a version that satisfies the requirement six (from versions: none)",
        "ERROR: No matching distribution found for six",
    )
    (failure,) = pip.parse(log).failures
    assert failure.kind is FailureKind.INFRA


PIECES = st.sampled_from(
    [
        line
        for path in ("pip/runs/wheel", "pip/runs/conflict", "uv/runs/wheel-v0.5.31", "poetry/runs/build",
                     "tox/runs/several",
                     "tox/runs/several-v3", "nox/runs/several")
        for line in clean((FIXTURES / f"{path}.log").read_bytes()).lines
    ]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_a_parser(lines: list[str]) -> None:
    for tool in TOOLS:
        for failure in tool.parse(Log(lines=tuple(lines), size=0)).failures:
            assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
            assert failure.message
            assert "\n" not in failure.message
