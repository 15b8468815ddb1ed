"""A log's file is read in pieces; what is missing of it is said, and nothing raises."""

import gzip
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.scan.files import CHUNK, FileSource

TEXT = b"a line of text that packs well\n" * 100_000


def write(folder: Path, data: bytes) -> FileSource:
    path = folder / "job.log"
    path.write_bytes(data)
    return FileSource(path)


@pytest.mark.parametrize("data", [b"", b"x", TEXT])
def test_a_plain_and_a_packed_file_are_the_same_log(tmp_path: Path, data: bytes):
    for packed in (data, gzip.compress(data)):
        source = write(tmp_path, packed)
        pieces = list(source)
        assert b"".join(pieces) == data
        assert all(len(piece) <= CHUNK for piece in pieces)
        assert source.gap == ""


def test_several_packed_parts_in_a_row_are_one_log(tmp_path: Path):
    source = write(tmp_path, gzip.compress(b"one\n") + gzip.compress(TEXT) + gzip.compress(b"two\n"))
    assert b"".join(source) == b"one\n" + TEXT + b"two\n"
    assert source.gap == ""


def test_of_a_packed_file_that_was_cut_what_is_there_is_read(tmp_path: Path):
    packed = gzip.compress(bytes(range(256)) * 4_000, compresslevel=1)
    source = write(tmp_path, packed[: len(packed) // 2])
    read = b"".join(source)
    assert read
    assert (bytes(range(256)) * 4_000).startswith(read)
    assert source.gap == "the gzip file is cut short"


def test_a_damaged_packed_file_is_a_gap(tmp_path: Path):
    packed = bytearray(gzip.compress(TEXT))
    packed[20:40] = b"x" * 20
    source = write(tmp_path, bytes(packed))
    b"".join(source)
    assert source.gap.startswith("the gzip file is ")


def test_a_small_file_that_unpacks_to_a_gigabyte_is_read_in_pieces(tmp_path: Path):
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    packed = b"".join(packer.compress(b"0" * CHUNK) for _ in range(100)) + packer.flush()
    sizes = [len(piece) for piece in write(tmp_path, packed)]
    assert sum(sizes) == 100 * CHUNK
    assert max(sizes) <= CHUNK


def test_a_file_that_is_not_there_is_a_gap(tmp_path: Path):
    source = FileSource(tmp_path / "gone.log")
    assert list(source) == []
    assert source.gap == "the file cannot be read to its end: No such file or directory"
    folder = FileSource(tmp_path)
    assert list(folder) == []
    assert folder.gap


@given(st.binary(max_size=200), st.integers(0, 220))
@settings(deadline=None)
def test_no_file_at_all_raises(tmp_path_factory: pytest.TempPathFactory, data: bytes, cut: int):
    folder = tmp_path_factory.mktemp("any")
    for content in (data, gzip.compress(data)[:cut], b"\x1f\x8b" + data):
        list(write(folder, content))
