"""Files out of an artifact's zip: in memory, within a budget, whatever the archive says of itself."""

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

ENTRY_HEADER = b"PK\x01\x02"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
# What `zipfile` raises on bytes that are no sound archive; `RuntimeError` is its word for a password.
UNSOUND = (zipfile.BadZipFile, zlib.error, ValueError, LookupError, OSError, EOFError, RuntimeError)
# A name that long is no file's of a test runner.
MAX_NAME = 1_000


@dataclass(frozen=True, slots=True)
class Budget:
    """What one artifact may cost.

    Attributes:
        entries: files that the archive may list; a coverage site has some thousands.
        files: reports that are read; Surefire writes one for each class.
        file: bytes of one report.
        total: bytes of all of them together.
        ratio: compression of one report from `free` bytes on; reports of many like tests reach 60.
        free: bytes that may be compressed as well as they like.
    """

    entries: int = 20_000
    files: int = 2_000
    file: int = 16 << 20
    total: int = 64 << 20
    ratio: int = 200
    free: int = 1 << 20


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files by path, in the order of their paths; and, for people, why some are missing."""

    files: tuple[tuple[str, bytes], ...] = ()
    gaps: tuple[str, ...] = ()


def unpack(data: bytes, wanted: Callable[[str], bool], budget: Budget | None = None) -> Unpacked:
    """Give the files whose path is wanted; never raises, and nothing is ever written to a disk."""
    limits = budget or Budget()
    # Counted before zipfile builds an object for each of them.
    if data.count(ENTRY_HEADER) > limits.entries:
        return Unpacked(gaps=(f"it lists more than {limits.entries} files",))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [one for one in archive.infolist() if _is_file(one) and wanted(one.filename)]
            entries.sort(key=lambda one: one.filename)
            return _read_all(archive, entries, limits)
    except UNSOUND:
        return Unpacked(gaps=("it is no sound zip archive",))


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """A plain file below the archive's root. Other names lead out of it, and no uploader writes them."""
    name = entry.filename.replace("\\", "/")
    parts = name.split("/")
    outside = name.startswith("/") or ":" in parts[0] or ".." in parts or "\0" in entry.orig_filename
    return not (entry.is_dir() or outside or len(name) > MAX_NAME)


def _read_all(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Budget) -> Unpacked:
    files: list[tuple[str, bytes]] = []
    gaps: list[str] = []
    left = limits.total
    if len(entries) > limits.files:
        gaps.append(f"{len(entries)} files are reports, the first {limits.files} were read")
    for entry in entries[: limits.files]:
        text, gap = _read_one(archive, entry, limits, left)
        left -= len(text)
        if left <= 0:
            gaps.append(f"its reports are larger than {limits.total >> 20} MiB together")
            break
        if gap:
            gaps.append(f"{entry.filename} {gap}")
        else:
            files.append((entry.filename, text))
    return Unpacked(tuple(files), tuple(gaps))


def _read_one(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Budget, left: int
) -> tuple[bytes, str]:
    """One file, or why it was not read. A size that the archive states is believed only to be refused."""
    if entry.compress_type not in METHODS or entry.flag_bits & ENCRYPTED:
        return b"", "is packed in a way that is not read"
    packed = max(limits.free, limits.ratio * entry.compress_size)
    most = min(limits.file, packed)
    if entry.file_size > limits.file:
        return b"", f"is larger than {limits.file >> 20} MiB"
    try:
        with archive.open(entry) as stream:
            text = stream.read(min(most, left) + 1)
    except UNSOUND:
        return b"", "is damaged"
    if len(text) > most:
        too_large = f"is larger than {limits.file >> 20} MiB"
        return text, too_large if most == limits.file else f"inflates more than {limits.ratio} to 1"
    return text, ""
