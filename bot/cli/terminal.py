"""What the verbs share in speaking to a terminal."""

import gzip
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from bot.errors import TellUser

EXIT_NOTHING = 0
EXIT_SOMETHING = 1
EXIT_WRONG_USE = 2

# A log file on a maintainer's own disk; the server has its own, smaller limit.
MAX_FILE = 1024 * 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
CHUNK = 1024 * 1024

Item = TypeVar("Item")


def say(text: str) -> None:
    """A line for people, beside the output."""
    sys.stderr.write(text + "\n")


def emit(text: str) -> None:
    """A line of the output."""
    sys.stdout.write(text + "\n")


def has_colour() -> bool:
    """Whether colours are wanted: a terminal, and no `NO_COLOR` (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def paint(text: str, code: str) -> str:
    """Colour a text where colours are wanted; `code` as in `31`."""
    return f"\x1b[{code}m{text}\x1b[0m" if has_colour() else text


def read_input(name: str) -> tuple[bytes, str]:
    """The bytes of a file, or of standard input for `-`; a gzip file is unpacked.

    Returns:
        The bytes and what is missing of them: empty when all of them came.

    Raises:
        TellUser: the file cannot be read; the text names it.
    """
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise TellUser(f"{name}: {error.strerror or error}") from error
    if data.startswith(GZIP_MAGIC):
        return _unpack(data)
    if len(data) > MAX_FILE:
        return data[:MAX_FILE], f"only the first {MAX_FILE >> 20} MiB were read"
    return data, ""


@contextmanager
def input_file(name: str) -> Iterator[Path]:
    """A file to read, or for `-` what comes from standard input, put into one.

    Raises:
        TellUser: the file cannot be read; the text names it.
    """
    try:
        if name != "-":
            with Path(name).open("rb") as file:
                file.read(1)
            yield Path(name).absolute()
            return
        with tempfile.NamedTemporaryFile(prefix="retriage-") as spool:
            shutil.copyfileobj(sys.stdin.buffer, spool, CHUNK)
            spool.flush()
            yield Path(spool.name)
    except OSError as error:
        raise TellUser(f"{name}: {error.strerror or error}") from error


def _unpack(data: bytes) -> tuple[bytes, str]:
    """Inflate within the limit; what a cut file still holds is given with its gap."""
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = inflater.decompress(data, MAX_FILE)
    except (zlib.error, gzip.BadGzipFile) as error:
        return b"", f"the gzip file is damaged: {error}"
    if inflater.eof:
        return text, ""
    return text, "the gzip file is cut short" if len(text) < MAX_FILE else "the unpacked log is too large"


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Say on a terminal what is being waited for."""
    show = sys.stderr.isatty()
    if show:
        sys.stderr.write(f"{text} …")
        sys.stderr.flush()
    try:
        yield
    finally:
        if show:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def each(items: Iterable[Item], text: str) -> Iterator[Item]:
    """Go through items, saying on a terminal how far it got."""
    known = list(items)
    for number, item in enumerate(known, start=1):
        with progress(f"{text} {number} of {len(known)}"):
            yield item
