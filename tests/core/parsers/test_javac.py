"""The JVM's compilers below other tools, and text that is none of theirs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Failure, FailureKind
from bot.model.log import Log
from bot.parsers import javac

FIXTURES = Path(__file__).parents[2] / "fixtures"


def parse_text(*lines: str) -> tuple[Failure, ...]:
    return javac.parse(clean("\n".join(lines).encode())).failures


@pytest.mark.parametrize(
    ("line", "tool", "message"),
    [
        (
            "e: file:///home/runner/work/shop/shop/src/A.kt:3:5 Unresolved reference: x",
            "kotlinc",
            "Unresolved",
        ),
        ("e: /home/runner/work/shop/shop/src/A.kt: (3, 5): Unresolved reference: x", "kotlinc", "Unresolved"),
        (
            "[error] /home/runner/work/shop/shop/src/A.scala:3:5: not found: value x",
            "scalac",
            "not found: value x",
        ),
        ("[error] -- [E006] Not Found Error: src/A.scala:3:5 -----", "scalac", "Not Found Error"),
        (
            "/__w/shop/shop/src/A.groovy: 3: unable to resolve class X @ line 3, column 1.",
            "groovyc",
            "unable",
        ),
        ("src/A.kt:3:5: error: unresolved reference: x", "kotlinc", "unresolved reference: x"),
    ],
)
def test_each_form_gives_file_and_line(line: str, tool: str, message: str) -> None:
    (failure,) = parse_text(line)
    assert (failure.tool, failure.line, failure.kind) == (tool, 3, FailureKind.BUILD)
    assert failure.file.startswith("src/A.")
    assert failure.message.startswith(message)


def test_ant_puts_its_task_in_front() -> None:
    front = "    [javac] "
    lines = ("src/test/java/ATest.java:3: error: ';' expected", "    int x", "         ^", "1 error")
    (failure,) = parse_text(*(front + line for line in lines))
    assert (failure.file, failure.line, failure.kind) == (
        "src/test/java/ATest.java",
        3,
        FailureKind.COLLECTION,
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("src/A.java:3: error: quoted by a test of an annotation processor", "BUILD SUCCESS"),
        ("ProcessorTest > reports() STANDARD_ERROR", "    A.java:3: error: quoted", "    1 error"),
        ("src/A.java:3: warning: [deprecation] stop() in Thread", "1 warning"),
        ("w: file:///src/A.kt:3:5 Parameter 'x' is never used",),
        ("[WARNING] /src/A.java:[3,5] [deprecation] stop() in Thread",),
        ("[ERROR] src/main/java/A.java:[3,5] (javadoc) JavadocVariable: Missing a Javadoc comment.",),
        ("main.c:3:5: error: expected ';'", "1 error generated."),
        ("error: pathspec 'A.java' did not match any file(s) known to git",),
        ("error: release failed",),
    ],
)
def test_what_is_no_compiler_s_error_is_left_alone(lines: tuple[str, ...]) -> None:
    assert parse_text(*lines) == ()


PIECES = st.sampled_from(
    [
        line
        for path in sorted((FIXTURES / "javac" / "runs").glob("*c-*.log"))
        for line in clean(path.read_bytes()).lines
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in javac.parse(Log(lines=tuple(lines), size=0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message
