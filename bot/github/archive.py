"""Logs out of an attempt's archive: in memory, within a budget, whatever the archive says of itself."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.ports import FetchedLog

# Real logs compress 5 to 30 times; short ones of one repeated line more, and they harm nobody.
MAX_RATIO = 100
RATIO_FREE = 8 << 20
ENTRY_HEADER = b"PK\x01\x02"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
# GitHub cuts names at 90 characters; a shorter one is whole.
CUT_FROM = 80
# `12_Integration (gateway).txt` in the archive's root is the whole log of a job.
ROOT_ENTRY = re.compile(r"\d{1,6}_([^/\\]{1,300})\.txt")


@dataclass(frozen=True, slots=True)
class Budget:
    """What one archive may cost.

    Attributes:
        inflated: bytes of all logs read; an archive over it is not used at all.
        log: bytes of one log; a longer one is cut, and says so.
        entries: a run has at most some hundred jobs, each with one entry and a folder of its steps.
    """

    inflated: int = 256 << 20
    log: int = 64 << 20
    entries: int = 5000


class _OverBudget(Exception):
    """The archive inflates to more than it may."""


def read_archive(
    data: bytes, job_names: tuple[str, ...], budget: Budget | None = None
) -> Mapping[str, FetchedLog]:
    """Give the logs of these jobs, as far as their entries can be told apart; {} when it is not sound.

    GitHub leaves out or replaces characters of job names that a file name may not have, so letters
    and digits decide. Only entries of the root are read; nothing is ever written to a disk.
    """
    limits = budget or Budget()
    # Counted before zipfile builds an object for each of them.
    if data.count(ENTRY_HEADER) > limits.entries:
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            chosen = _match(archive.infolist(), job_names)
            return _read_all(archive, chosen, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        _OverBudget,
        ValueError,
        LookupError,
        OSError,
        EOFError,
        RuntimeError,  # zipfile's word for an entry that needs a password or a method that it has not
    ):
        return {}


def _match(entries: list[zipfile.ZipInfo], job_names: tuple[str, ...]) -> dict[str, zipfile.ZipInfo]:
    """Find the one entry of each job; a job or an entry that could be two is left out."""
    found: dict[str, zipfile.ZipInfo] = {}
    named = [(match[1], entry) for entry in entries if (match := ROOT_ENTRY.fullmatch(entry.filename))]
    for job in dict.fromkeys(job_names):
        same = [entry for name, entry in named if _is_name(name, job)]
        if len(same) == 1:
            found[job] = same[0]
    claims = Counter(id(entry) for entry in found.values())
    return {job: entry for job, entry in found.items() if claims[id(entry)] == 1}


def _is_name(name: str, job: str) -> bool:
    in_archive, wanted = _letters(name), _letters(job)
    if not in_archive:
        return False
    return in_archive == wanted or (len(name) >= CUT_FROM and wanted.startswith(in_archive))


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _read_all(
    archive: zipfile.ZipFile, chosen: Mapping[str, zipfile.ZipInfo], limits: Budget
) -> dict[str, FetchedLog]:
    logs: dict[str, FetchedLog] = {}
    left = limits.inflated
    for job, entry in chosen.items():
        if entry.compress_type not in METHODS or entry.flag_bits & ENCRYPTED:
            continue
        most = min(limits.log, max(RATIO_FREE, MAX_RATIO * entry.compress_size))
        with archive.open(entry) as stream:
            text = stream.read(min(most, left) + 1)
        left -= len(text)
        if left < 0:
            raise _OverBudget
        whole = len(text) <= most
        reason = f"longer than {most} bytes" if most == limits.log else f"inflates more than {MAX_RATIO} to 1"
        gap = "" if whole else f"{reason}: the rest was not read"
        logs[job] = FetchedLog(text[:most], complete=whole, gap=gap)
    return logs
