"""Compilers and linkers that are not here, and what no fixture shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import gcc

APPLE = (
    "Undefined symbols for architecture arm64:",
    '  "open_till(int)", referenced from:',
    "      _main in main.o",
    "ld: symbol(s) not found for architecture arm64",
    "clang: error: linker command failed with exit code 1 (use -v to see invocation)",
)
MICROSOFT = (
    r"D:\a\shop\shop\src\till.cpp(12,5): error C2065: 'tea': undeclared identifier [D:\a\shop\till.vcxproj]",
    r"till.obj : error LNK2019: unresolved external symbol open_till referenced in function main",
    r"D:\a\shop\shop\build\till.exe : fatal error LNK1120: 1 unresolved externals",
)


def parse(*lines: str) -> Findings:
    return gcc.parse(clean("\n".join(lines).encode()))


def test_apples_linker_is_read():
    (failure,) = parse(*APPLE).failures
    assert failure.message == "Undefined symbol: open_till(int)"


def test_microsofts_compiler_and_linker_are_read():
    found = parse(*MICROSOFT).failures
    assert [failure.message.split(":")[0] for failure in found] == ["C2065", "LNK2019", "LNK1120"]
    assert (found[0].file, found[0].line) == ("src/till.cpp", 12)
    assert (found[1].file, found[1].line) == ("", 0)


def test_a_compiler_that_was_killed_is_a_crash():
    (failure,) = parse("c++: fatal error: Killed signal terminated program cc1plus").failures
    assert failure.kind is FailureKind.CRASH


def test_the_linkers_last_words_alone_are_a_failure():
    assert [one.message for one in parse("collect2: error: ld returned 1 exit status").failures] == [
        "ld returned 1 exit status"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "src/cart.ts:3:5: error: nothing",
        "cart.go:3:5: error: nothing",
        "src/lib.rs:4:19: error: nothing",
        "2026-01-24 10:11:12: error: nothing",
        "main.cpp:12:5: warning: unused variable [-Wunused-variable]",
        "0 errors generated.",
        "error: something else",
        "ld: warning: directory not found",
    ],
)
def test_other_tools_and_warnings_are_none(line: str) -> None:
    assert parse(line).failures == ()


PIECES = st.sampled_from(
    (*APPLE, *MICROSOFT, "a.cpp:1:2: error: x", "  1 | int", "/usr/bin/ld: cannot find -lx")
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    for failure in gcc.parse(Log(tuple(lines), 0)).failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
