"""Images that did not build and services that did not start: what fixtures cannot show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import docker

RUNS = Path(__file__).parents[2] / "fixtures" / "docker" / "runs"


def parse(name: str) -> Findings:
    return docker.parse(clean((RUNS / f"{name}.log").read_bytes()))


def parse_text(*lines: str) -> Findings:
    return docker.parse(clean("\n".join(lines).encode()))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "classic-20.10-multi",
            "The command '/bin/sh -c sleep 1; echo api; exit 2' returned a non-zero code: 2",
        ),
        (
            "buildkit-20.10-multi",
            "executor failed running [/bin/sh -c sleep 1; echo api; exit 2]: exit code: 2",
        ),
        ("buildx-0.24-multi", "executor failed running [/bin/sh -c sleep 1; echo api; exit 2]: exit code: 2"),
        ("podman-multi", 'building at STEP "RUN sleep 1; echo api; exit 2": exit status 2'),
        ("buildah-multi", 'building at STEP "RUN sleep 1; echo api; exit 2": exit status 2'),
        ("compose-tests", "tests-1 exited with code 4"),
        ("compose-abort", "tests-1 exited with code 4"),
    ],
)
def test_a_command_that_failed_in_silence_is_an_exit(name: str, message: str) -> None:
    (failure,) = parse(name).failures
    assert (failure.kind, failure.message) == (FailureKind.EXIT, message)


def test_a_cache_that_is_not_there_fails_no_build() -> None:
    found = parse_text(
        "#0 building with default",
        "#2 ERROR: failed to configure registry cache importer: registry.example/a:b: not found",
        "#5 DONE 0.1s",
    )
    assert found.failures == ()


def test_what_the_action_repeats_is_one_failure() -> None:
    words = 'failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2'
    found = parse_text("#7 ERROR: process", f"ERROR: {words}", f"##[error]buildx failed with: ERROR: {words}")
    assert len(found.failures) == 1


def test_a_killed_step_is_a_crash() -> None:
    words = 'ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 137'
    assert parse_text(words).failures[0].kind is FailureKind.CRASH


def test_what_a_step_prints_in_front_of_its_prefix_is_quoted() -> None:
    assert parse_text("#7 0.061 ERROR: failed to solve: process is quoted here", "#7 DONE").failures == ()


def test_a_refusal_that_the_script_went_on_after_is_none() -> None:
    lines = ["Error response from daemon: No such container: shop", *(f"line {n}" for n in range(30))]
    assert parse_text(*lines).failures == ()


PIECES = st.sampled_from(
    sorted({line for path in RUNS.glob("*.log") for line in clean(path.read_bytes()).lines})
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in docker.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message


def test_long_lines_cost_little() -> None:
    for text in (
        "ERROR: " * 9000,
        "Error: [" + "a/" * 30000,
        "x" * 60000 + " exited with code 1",
        "| " * 30000,
    ):
        assert parse_text(text).failures == ()
