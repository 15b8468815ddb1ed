"""A log in a file, plain or gzip, of any size."""

import zlib
from collections.abc import Iterator
from pathlib import Path

# A little less than a block of `bot.logs.blocks`, so that a piece becomes one.
CHUNK = 224 * 1024
# Nobody's log; reading one takes a minute, and a gzip bomb ends here, too.
MAX_SIZE = 8 * 1024 * 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"


class FileSource:
    """`bot.logs.source.Source` over a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.gap = ""

    def __iter__(self) -> Iterator[bytes]:
        """Read it once; errors of the disk are a gap, too."""
        left = MAX_SIZE
        try:
            for piece in self._pieces():
                if len(piece) > left:
                    self.gap = f"only the first {MAX_SIZE >> 30} GiB were read"
                    yield piece[:left]
                    return
                left -= len(piece)
                yield piece
        except OSError as error:
            self.gap = f"the file cannot be read to its end: {error.strerror or error}"

    def _pieces(self) -> Iterator[bytes]:
        with self._path.open("rb", buffering=0) as file:
            first = file.read(CHUNK)
            chunks = iter(lambda: file.read(CHUNK), b"")
            if first.startswith(GZIP_MAGIC):
                yield from self._unpacked(first, chunks)
                return
            yield first
            yield from chunks

    def _unpacked(self, first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Inflate, one member after the other, never more than a piece at a time."""
        inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        data = first
        try:
            while True:
                yield inflater.decompress(data, CHUNK)
                data = inflater.unconsumed_tail
                if inflater.eof:
                    data = inflater.unused_data
                    while len(data) < len(GZIP_MAGIC) and (more := next(chunks, b"")):
                        data += more
                    if not data.startswith(GZIP_MAGIC):
                        # Padding is allowed; what else there is was not read.
                        self.gap = "what follows the gzip data is something else" if data.strip(b"\0") else ""
                        return
                    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
                elif not data and not (data := next(chunks, b"")):
                    self.gap = "the gzip file is cut short"
                    return
        except zlib.error as error:
            self.gap = f"the gzip file is damaged: {error}"
