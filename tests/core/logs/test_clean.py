"""Raw bytes of a job's log become numbered lines of plain text."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.logs.clean import MAX_LINE, clean

STAMP = "2026-01-24T15:23:55.1145678Z "
BOM = "\ufeff"
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")


def lines(text: str) -> tuple[str, ...]:
    return clean(text.encode()).lines


def test_a_job_log_loses_its_byte_order_mark_and_time_stamps() -> None:
    log = clean(f"{BOM}{STAMP}one\n{STAMP}two\n".encode())
    assert log.lines == ("one", "two")
    assert log.complete
    assert log.gap == ""
    assert log.size == len(f"{BOM}{STAMP}one\n{STAMP}two\n".encode())


def test_a_log_without_time_stamps_keeps_a_programs_own() -> None:
    assert lines("2026-01-24T15:23:55Z INFO up\n2026/01/24 15:23:55 up") == (
        "2026-01-24T15:23:55Z INFO up",
        "2026/01/24 15:23:55 up",
    )


def test_an_empty_line_of_a_job_log_has_a_time_stamp_alone() -> None:
    assert lines(f"{STAMP}\n{STAMP.rstrip()}\n{STAMP}end") == ("", "", "end")


def test_the_job_and_step_that_gh_run_view_prints_are_stripped() -> None:
    text = (
        f"unit / go\tRun tests\t{BOM}{STAMP}##[group]Run make test\n"
        f"unit / go\tRun tests\t{STAMP}##[error]first\n"
        "unit / go\tRun tests\tsecond line of the same message\n"
        f"lint\tUNKNOWN STEP\t{STAMP}ok  \tpkg\t0.1s\n"
    )
    log = clean(text.encode())
    assert log.lines == (
        "##[group]Run make test",
        "first",
        "second line of the same message",
        "ok  \tpkg\t0.1s",
    )
    assert log.errors == (2,)


def test_tabs_of_a_runner_are_no_job_and_step() -> None:
    assert lines("ok  \texample.com/a\t0.012s\n--- a\tb\tc") == ("ok  \texample.com/a\t0.012s", "--- a\tb\tc")


def test_the_cut_log_keeps_its_reason() -> None:
    log = clean(b"one", complete=False, gap="the connection broke")
    assert (log.complete, log.gap) == (False, "the connection broke")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;2;255;0;0mred\x1b[m", "red"),
        ("\x9b31mred\x9b0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d0;title\x9ctext", "text"),
        ("\x1bP1;2|dcs\x1b\\text", "text"),
        ("\x1b_apc\x1b\\text", "text"),
        ("\x1b(Btext\x1b[2K\x1b[1G", "text"),
        ("text\x1b", "text"),
        ("text\x1b[", "text"),
        ("text\x1b[38;5", "text"),
        ("text\x1b]8;;https://exa", "text"),
        ("kept \x1b]a string without its end", "kept a string without its end"),
        ("a\x00b\x08c\x7fd\x0ce", "abcde"),
        ("a\tb", "a\tb"),
        ("bidi \u202e and zero\u200bwidth stay", "bidi \u202e and zero\u200bwidth stay"),
    ],
)
def test_control_sequences_go_and_text_stays(raw: str, shown: str) -> None:
    assert lines(raw) == (shown,)


def test_a_coloured_time_stamp_is_stripped_too() -> None:
    assert lines(f"\x1b[2m{STAMP}\x1b[0mtext") == ("text",)


def test_where_the_colour_changes_inside_a_line_is_remembered() -> None:
    log = clean(
        f"{STAMP}\x1b[0mouter \x1b[38;5;243minner \x1b[0m\x1b[1mleaf\x1b[0m\n"
        f"\x1b[31mall red\x1b[0m\n"
        "plain\n"
        f"\x1b[2m{STAMP}\x1b[0m##[error]a\x1b[1mb\x1b[0m\x1b[1mc\n"
        "a\x1b[31m\x1b[0mb\x1b[2Kc\x1b]0;title\x07d\x9b1me\n".encode()
    )
    assert log.lines == ("outer inner leaf", "all red", "plain", "abc", "abcde")
    assert log.colours == {1: (6, 12), 4: (1,), 5: (4,)}


def test_of_a_progress_bar_the_last_state_stays_and_the_numbers_count_line_feeds() -> None:
    assert lines(f"{STAMP}10 %\r50 %\r100 %\r\n{STAMP}next\r\nwin\r\r\n\r\rlast\r\x1b[K\r\n") == (
        "100 %",
        "next",
        "win",
        "last",
    )


def test_windows_writes_utf16() -> None:
    assert clean("one\r\ntwo ✓\r\n".encode("utf-16")).lines == ("one", "two ✓")
    assert clean(b"\xfe\xff\x00o\x00k").lines == ("ok",)


def test_what_is_no_text_is_replaced() -> None:
    assert clean(b"a\xffb\xc3(\n\xe2\x82").lines == ("a\ufffdb\ufffd(", "\ufffd")


def test_no_line_is_longer_than_the_limit() -> None:
    log = clean(b"x" * 500_000 + b"\n" + b"\x1b[0m" * 100_000 + b"end\n" + b"y\r" * 300_000 + b"z\n")
    assert [len(line) for line in log.lines] == [MAX_LINE, 0, 1]


def test_an_empty_log_has_no_lines_and_a_last_line_feed_makes_none() -> None:
    assert clean(b"").lines == ()
    assert clean(b"\n").lines == ("",)
    assert clean(b"a\n").lines == clean(b"a").lines == ("a",)


def test_a_step_begins_with_its_run_line_and_keeps_the_groups_inside() -> None:
    log = clean(
        b"Current runner version\n"
        b"##[group]Run make build\nshell: bash\n##[endgroup]\nok\n"
        b"##[group]Run make test\n##[endgroup]\n##[group]Coverage\n80 %\n##[endgroup]\n"
        b"##[warning]slow\n##[error]Process completed with exit code 2.\n"
        b"##[group]Run upload\n##[endgroup]\n"
    )
    assert [(s.title, s.first, s.last, s.failed) for s in log.sections] == [
        ("Run make build", 2, 5, False),
        ("Run make test", 6, 12, True),
        ("Run upload", 13, 14, False),
    ]
    assert log.errors == (12,)
    assert log.line(12) == "Process completed with exit code 2."
    assert log.line(11) == "##[warning]slow"


def test_workflow_commands_that_no_runner_has_read_count_as_well() -> None:
    log = clean(
        b"::group::Run tests\n  ::error file=a_test.go,line=3,title=x::it broke: why\n::error::plain\n"
        b"echo ::error::quoted\n::errors are here\n::endgroup::\n"
    )
    assert log.errors == (2, 3)
    assert log.lines[1:4] == ("it broke: why", "plain", "echo ::error::quoted")
    assert [(s.title, s.failed) for s in log.sections] == [("Run tests", True)]


@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
@example(b"\x1b]0;\n\x1b[")
def test_no_bytes_break_it_and_no_control_character_survives(raw: bytes) -> None:
    log = clean(raw)
    assert log.size == len(raw)
    assert not any(CONTROL.search(line) for line in log.lines)
    assert all(0 < number <= len(log.lines) for number in log.errors)
    assert all(0 < at < len(log.line(number)) for number, changes in log.colours.items() for at in changes)


PIECES = st.sampled_from(
    [
        "\x1b",
        "\x1b[",
        "31m",
        "]0;",
        "\x07",
        "\x1b\\",
        "\x9b",
        "\x9d",
        "\r",
        "\n",
        "\t",
        "text",
        STAMP,
        BOM,
        "ü",
        "P",
        "\x00",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
@example(f"\t\t\x07{STAMP}")
@example(f"a\tb\t\x07{STAMP}x")
@example(f"a\tb\t{STAMP}c\td\t{STAMP}x")
@example(f"10 %\ra\tb\t{STAMP}x")
@example(f"a\tb\x1b]0;\t\x07\t{STAMP}x")
def test_cleaning_again_changes_nothing_and_lines_are_line_feeds(text: str) -> None:
    log = clean(text.encode())
    again = clean("\n".join(log.lines).encode())
    wanted = log.lines[:-1] if log.lines and log.lines[-1] == "" else log.lines
    assert again.lines[: len(wanted)] == wanted
    assert len(log.lines) == text.count("\n") + (not text.endswith("\n") and text != "")


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=BOM), max_size=60).filter(
            lambda line: not line.lstrip(" \t").startswith(("##[", "::")) and not re.match(r"\d{4}-", line)
        )
    )
)
def test_plain_text_stays_as_it_is_with_or_without_time_stamps_and_colours(written: list[str]) -> None:
    plain = "".join(f"{line}\n" for line in written)
    stamped = "".join(f"{BOM}{STAMP}\x1b[36;1m{line}\x1b[0m\r\n" for line in written)
    assert clean(plain.encode()).lines == clean(stamped.encode()).lines == tuple(written)
