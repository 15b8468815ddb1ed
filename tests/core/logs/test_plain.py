"""What is scanned holds everything that is read later, on the same lines."""

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.logs.plain import plain

PIECES = st.sampled_from(
    [
        "FAIL",
        " ok ",
        "é✓",
        "\x1b[31m",
        "\x1b[0m",
        "\x1b[38;5;9m",
        "\x1b[2K",
        "\x1b]0;title\x07",
        "\x1b[1;",
        "\x1b",
        "\x00",
        "\t",
        "\x1b]8;;https://example.com\x1b\\",
        "\x1b(B",
        "\x9b1m",
    ]
)


@given(st.lists(st.lists(PIECES, max_size=12), max_size=5))
def test_every_cleaned_line_stands_in_the_plain_one(parts: list[list[str]]):
    raw = "\n".join("".join(line) for line in parts).encode()
    for cleaned, seen in zip(clean(raw).lines, plain(raw).decode().split("\n"), strict=False):
        assert cleaned == clean(seen.encode() + b"\n").line(1)
        if "\x9b" not in seen and "\x1b" not in seen:
            assert cleaned in seen


@given(st.binary(max_size=200))
def test_it_is_valid_text_with_as_many_lines(raw: bytes):
    text = plain(raw)
    text.decode("utf-8")
    assert text.count(b"\n") == raw.count(b"\n")


def test_colours_inside_a_word_do_not_hide_it():
    assert plain(b"\x1b[1m\x1b[38;5;9mFA\x1b[0mIL\n") == b"FAIL\n"
