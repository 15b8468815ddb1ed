"""The list "Summarizing N Failures" at the end of a Ginkgo suite: which specs failed, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.failure import Status
from bot.model.log import Log
from bot.parsers._ginkgo_lines import ENTRY, ENTRY_ONE, LOCATION, STATUSES, Place, is_logged, place_in
from bot.parsers._ginkgo_names import Name, read_name

# A spec's name takes one line unless its text holds line breaks.
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One failure of the list."""

    number: int
    last: int
    status: Status
    name: Name
    place: Place


def read_entries(log: Log, first: int, end: int, count: int) -> list[Entry]:
    """Read the list.

    Args:
        log: the log.
        first: number of the line under "Summarizing".
        end: no line below this one belongs to the list.
        count: how many entries the list announces.
    """
    entries: list[Entry] = []
    number = first
    while number <= end and len(entries) < count:
        entry = _read_entry(log, number, end)
        if entry:
            entries.append(entry)
        number = (entry.last if entry else number) + 1
    return entries


def _read_entry(log: Log, number: int, end: int) -> Entry | None:
    """Read one failure: a name and, below it, its location; without that the list is cut off here."""
    line = log.line(number)
    found = ENTRY.match(line) or ENTRY_ONE.match(line)
    if found is None:
        return None
    texts = [number]
    for below in range(number + 1, min(end, number + _LONGEST_NAME) + 1):
        text = log.line(below)
        if place := LOCATION.match(text):
            name = _read_name(log, texts, found.end())
            return Entry(number, below, STATUSES[found["state"]], name, place_in(place))
        if ENTRY.match(text) or ENTRY_ONE.match(text):
            break
        if text.startswith("  ") and not is_logged(text):
            texts.append(below)
    return None


def _read_name(log: Log, numbers: Sequence[int], start: int) -> Name:
    """Read a name that begins behind the status; its line breaks become spaces."""
    text = ""
    offsets: list[int] = []
    for number in numbers:
        shift = len(text) + 1 if text else -start
        line = log.line(number) if text else log.line(number)[start:]
        text = f"{text} {line}" if text else line
        offsets.extend(shift + offset for offset in log.colours.get(number, ()))
    return read_name(text, offsets)
