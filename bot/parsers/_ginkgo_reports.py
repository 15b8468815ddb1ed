"""A Ginkgo failure's message as printed, and where it says that it failed.

From 2.5 on a message has its status in front (`[FAILED] boom`); up to 2.4 it stands alone; Ginkgo 1 prints
the location under it without a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model.failure import Status
from bot.model.log import Log
from bot.parsers._ginkgo_lines import (
    AT_GITHUB,
    IN_AT,
    LEAVES,
    LOCATION,
    OPENS,
    SHORT,
    SPEC_NODES,
    STATUSES,
    SUITE_NODES,
    Place,
    is_delimiter,
    place_in,
)

# Nobody reads a longer message, and an unclosed one must not swallow the log.
_LONGEST = 600
_PANICKED = "Test Panicked"
_TRACE = "Full Stack Trace"
_NODES = LEAVES | SPEC_NODES | SUITE_NODES


@dataclass(frozen=True, slots=True)
class Report:
    """A failure's message as printed: `number` is its first line, `last` its last."""

    number: int
    last: int
    message: tuple[str, ...]
    status: Status
    node: str = ""
    place: Place = Place()  # noqa: RUF009 - frozen, so that one instance may be shared


def find_reports(log: Log, first: int, last: int) -> Iterator[Report]:
    """Find messages with their status in front, from top to bottom."""
    number = first
    while number <= last:
        line = log.line(number)
        number += 1
        if not line.startswith("  [") or SHORT.search(line) or (found := OPENS.match(line)) is None:
            continue
        report = _read_message(log, number - 1, last, [found["text"] or ""], STATUSES[found["state"]])
        yield report
        number = report.last + 1


def _read_message(log: Log, first: int, end: int, message: list[str], status: Status) -> Report:
    """Read on to the line that says where it failed; what is not indented is not the message's."""
    last = first
    for number in range(first + 1, min(end, first + _LONGEST) + 1):
        line = log.line(number)
        if is_delimiter(line) or OPENS.match(line):
            break
        if (found := IN_AT.match(line) or AT_GITHUB.match(line)) and found["node"] in _NODES:
            text = _with_panic(message, _read_panic(log, number + 1, end))
            return Report(first, number, tuple(text), status, found["node"], place_in(found))
        if line.startswith("  ") or not line.strip():
            message.append(line[2:])
            last = number if line.strip() else last
    return Report(first, last, tuple(message[: last - first + 1]), status)


def _with_panic(message: list[str], value: Sequence[str]) -> list[str]:
    """Add what a panic was called with to the two words that Ginkgo has for it."""
    if message[0] != _PANICKED or not value:
        return message
    return [f"{_PANICKED}: {value[0]}", *message[1:], *value[1:]]


def _read_panic(log: Log, first: int, end: int) -> list[str]:
    """Give a panic's value: it stands between the location and the stack trace."""
    value: list[str] = []
    for number in range(first, min(end, first + _LONGEST) + 1):
        line = log.line(number)
        if _TRACE in line or is_delimiter(line):
            break
        if line.startswith("  "):
            value.append(line[2:])
    return value


def read_plain(log: Log, start: int, last: int, status: Status) -> Report | None:
    """Read a message without a status in front (up to 2.4): all that is indented above its location."""
    close = next((n for n in range(start, last + 1) if IN_AT.match(log.line(n))), 0)
    first = next((n for n in range(start, close) if log.line(n).startswith("  ") and log.line(n).strip()), 0)
    if not first:
        return None
    return _read_message(log, first, last, [log.line(first)[2:]], status)


def read_one(log: Log, start: int, last: int, status: Status) -> Report | None:
    """Read Ginkgo 1's message: what stands above the first location under the name."""
    first = next((n for n in range(start, last + 1) if log.line(n).strip()), 0)
    close = next((n for n in range(first, last + 1) if LOCATION.match(log.line(n))), 0)
    if not first or not close or close - first > _LONGEST:
        return None
    found = LOCATION.match(log.line(close))
    indent = len(log.line(first)) - len(log.line(first).lstrip(" "))
    lines = [log.line(number)[indent:] for number in range(first, close)]
    message = _with_panic(lines[:1], lines[1:]) if lines[:1] == [_PANICKED] else lines
    place = place_in(found) if found else Place()
    return Report(first, close, tuple(message), status, place=place)
