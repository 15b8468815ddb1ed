"""Maven's own errors: what fixtures cannot show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Failure, FailureKind
from bot.model.log import Log
from bot.parsers import maven

RUNS = Path(__file__).parents[2] / "fixtures" / "maven" / "runs"
GOAL = (
    "[ERROR] Failed to execute goal org.apache.maven.plugins:maven-{}-plugin:3.2.5:{} "
    "(default) on project cart: {}"
)
HELP = " -> [Help 1]"


def parse_text(*lines: str) -> tuple[Failure, ...]:
    return maven.parse(clean("\n".join(lines).encode())).failures


@pytest.mark.parametrize(("plugin", "goal"), [("surefire", "test"), ("failsafe", "verify")])
def test_what_tests_failed_for_is_read_by_their_own_parser(plugin: str, goal: str) -> None:
    assert parse_text(GOAL.format(plugin, goal, "There are test failures."), "[ERROR] " + HELP) == ()


def test_a_compiler_that_printed_its_errors_is_not_told_twice() -> None:
    place = "[ERROR] /home/runner/work/shop/shop/src/main/java/A.java:[3,5] ';' expected"
    assert (
        parse_text(GOAL.format("compiler", "compile", "Compilation failure"), place, "[ERROR]" + HELP) == ()
    )


def test_a_compiler_that_could_not_start_is() -> None:
    said = "Fatal error compiling: error: release version 99 not supported"
    (failure,) = parse_text(GOAL.format("compiler", "compile", said) + HELP)
    assert (failure.message, failure.kind) == (said, FailureKind.BUILD)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Could not transfer artifact a:b:jar:1 from/to central: Connection refused", FailureKind.INFRA),
        ("Could not find artifact a:b:jar:1 in central", FailureKind.BUILD),
        ("status code: 503, reason phrase: Service Unavailable", FailureKind.INFRA),
    ],
)
def test_a_repository_that_does_not_answer_is_no_fault_of_the_project(reason: str, kind: FailureKind) -> None:
    goal = "[ERROR] Failed to execute goal on project cart: Could not resolve dependencies for project a: "
    (failure,) = parse_text(goal + reason + HELP)
    assert failure.kind is kind


def test_every_goal_that_failed_counts_with_fail_at_end() -> None:
    lines = [GOAL.format("checkstyle", "check", "You have 3 Checkstyle violations.") + HELP] * 2
    assert [failure.kind for failure in parse_text(*lines)] == [FailureKind.LINT] * 2


@pytest.mark.parametrize(
    "line",
    [
        "Failed to execute goal x on project y: quoted -> [Help 1]",
        "[INFO] see -> [Help 1]",
        "[ERROR] one line",
    ],
)
def test_text_that_only_looks_like_maven_is_none(line: str) -> None:
    assert parse_text(line, "[INFO] BUILD SUCCESS") == ()


PIECES = st.sampled_from(
    [line for path in sorted(RUNS.glob("*.log")) for line in clean(path.read_bytes()).lines]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in maven.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message
