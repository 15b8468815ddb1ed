"""A log of any size as blocks of whole lines: nobody holds more of it than one block."""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# A block fits into a core's cache and is large enough that calls per block cost nothing.
BLOCK = 256 * 1024
# Nobody reads further into one line; control sequences and wide characters make its text shorter than this.
MAX_RAW_LINE = 256 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in a row.

    Attributes:
        first: number of the first of them, counted from 1.
        raw: the lines as they came, as UTF-8; each ends with a line feed, the log's last one perhaps not.
        lines: how many they are.
    """

    first: int
    raw: bytes
    lines: int


def blocks(chunks: Iterable[bytes], size: int = BLOCK) -> Iterator[Block]:
    """Cut a log at line feeds. Never raises on any bytes.

    Args:
        chunks: the log as it comes, in pieces of any size; UTF-16 with a byte order mark becomes UTF-8.
        size: bytes of a block, about.

    Yields:
        Blocks. Of a line longer than `MAX_RAW_LINE` what a terminal would show comes:
        its beginning, or the beginning of what overwrote it.
    """
    first = 1
    for raw in _whole_lines(_as_utf_8(chunks)):
        for part in map(_shortened, _parts(raw, size)):
            count = part.count(b"\n") + (not part.endswith(b"\n"))
            yield Block(first, part, count)
            first += count


def _as_utf_8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decode by the byte order mark; Windows PowerShell writes UTF-16 into files."""
    pieces = iter(chunks)
    head = b""
    while len(head) < len(_UTF_16[0]) and (piece := next(pieces, None)) is not None:
        head += piece
    if not head.startswith(_UTF_16):
        yield head
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    yield decoder.decode(head).encode("utf-8", "replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Give runs of whole lines; what follows the last line feed waits for its end."""
    rest, full = b"", False
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest, full = chunk[end:], False
        elif full and b"\r" not in chunk:
            continue
        else:
            rest, full = rest + chunk, False
        if len(rest) > MAX_RAW_LINE:
            rest = _shown(rest)
            # Nothing but a carriage return changes any more what is shown of it.
            full = len(rest) == MAX_RAW_LINE and not rest.endswith(b"\r") and not rest.isspace()
    if rest:
        yield rest


def _shown(line: bytes) -> bytes:
    """Shorten a line that has no end yet; a carriage return at its end goes on to count."""
    parts = line.split(b"\r")
    text = next((part for part in reversed(parts) if part.strip()), b"")[:MAX_RAW_LINE]
    return text + b"\r" if line.endswith(b"\r") else text


def _parts(raw: bytes, size: int) -> Iterator[bytes]:
    """Cut a run of whole lines at line feeds."""
    at = 0
    while len(raw) - at > size:
        end = raw.find(b"\n", at + size) + 1
        if not end:
            break
        yield raw[at:end]
        at = end
    if at < len(raw):
        yield raw[at:] if at else raw


def _shortened(part: bytes) -> bytes:
    """Shorten the long lines of a block; few blocks are as large as one."""
    if len(part) <= MAX_RAW_LINE:
        return part
    return b"\n".join(line if len(line) <= MAX_RAW_LINE else _shown(line) for line in part.split(b"\n"))
