"""A log of any size is cut into blocks of whole lines, however it comes."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.blocks import BLOCK, MAX_RAW_LINE, Block, blocks
from bot.logs.clean import clean

TEXT = st.text(alphabet="ab é\n\r\x1b[1m\x00", max_size=200)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def lines(found: list[Block]) -> tuple[str, ...]:
    return clean(b"".join(block.raw for block in found)).lines


@given(TEXT, st.integers(1, 40), st.integers(1, 60))
def test_the_lines_are_the_same_in_whatever_pieces_they_come(text: str, piece: int, block: int):
    data = text.encode()
    found = list(blocks(pieces(data, piece), block))
    assert lines(found) == clean(data).lines
    assert sum(one.lines for one in found) == len(clean(data).lines)


@given(st.binary(max_size=300), st.integers(1, 40))
def test_no_bytes_at_all_raise(data: bytes, piece: int):
    found = list(blocks(pieces(data, piece), 16))
    first = 1
    for one in found:
        assert one.first == first
        assert one.raw.count(b"\n") + (not one.raw.endswith(b"\n")) == one.lines
        first += one.lines


def test_a_block_ends_with_a_line_and_not_far_behind_its_size():
    data = b"".join(b"line %06d\n" % n for n in range(100_000))
    found = list(blocks(pieces(data, 1 << 20)))
    assert len(found) > 2
    assert all(one.raw.endswith(b"\n") and len(one.raw) <= 2 * BLOCK for one in found)
    assert b"".join(one.raw for one in found) == data


@given(TEXT, st.integers(1, 7))
def test_utf_16_with_a_byte_order_mark_is_text_too(text: str, piece: int):
    data = text.encode("utf-16")
    assert lines(list(blocks(pieces(data, piece)))) == clean(data).lines


def test_of_a_line_without_end_no_more_is_held_than_is_read():
    data = b"begin " + b"x" * 40_000_000 + b"\nnext\n"
    first, second = lines(list(blocks(pieces(data, 1 << 20))))
    assert first == clean(data).lines[0]
    assert second == "next"
    assert max(len(one.raw) for one in blocks(pieces(data, 1 << 20))) <= MAX_RAW_LINE + (1 << 20)


def test_a_line_that_overwrites_itself_for_ever_shows_its_last_text():
    data = (
        b"2026-01-24T15:23:55.1145678Z start\r"
        + b"".join(b"%9d %%\r" % n for n in range(200_000))
        + b"done\n"
    )
    assert lines(list(blocks(pieces(data, 4096)))) == clean(data).lines == ("done",)
