"""What a Ginkgo suite said of its last spec before it was killed, and specs that print their state alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.failure import Status
from bot.model.log import Log
from bot.parsers._ginkgo_blocks import Title, read_title
from bot.parsers._ginkgo_lines import DELIMITER, SHORT, STATUSES, Place, is_delimiter, is_logged, place_in
from bot.parsers._ginkgo_names import Name, read_name
from bot.parsers._ginkgo_reports import find_reports

_LEAKED = "A running node failed to exit in time"
_RUNTIME = " (Spec Runtime: "
# Only `-vv` prints whole messages as they happen, and that a node begins.
_ENTERED = "  > Enter ["
_RETRY = re.compile(r"^\s*Attempt #\d{1,6} Failed\.")
_STATED = re.compile(r"^(?P<indent> *)(?P<text>.{1,1000}) \(FAILED\)$")
# How far up a tree of specs is read, and how far a leaf's containers are looked for.
_LONGEST_TREE = 20_000
_FARTHEST = 300


@dataclass(frozen=True, slots=True)
class LastWord:
    """A failed spec without a block of its own."""

    number: int
    last: int
    status: Status
    name: Name
    node: str
    place: Place
    spec: Place
    message: tuple[str, ...]


def read_running(log: Log, first: int, end: int) -> Title | None:
    """Give the spec that a serial `-v` run had begun when the log ends; its name stands under a delimiter."""
    start = next((n for n in range(end, first - 1, -1) if is_delimiter(log.line(n))), 0)
    return read_title(log, start + 1, end) if start and start < end else None


def read_last_word(log: Log, first: int, end: int) -> LastWord | None:
    """Read how the running spec had failed when the run was killed during its teardown."""
    running = read_running(log, first, end)
    if running is None:
        return None
    start = next((n + 1 for n in range(end, running.last, -1) if _RETRY.match(log.line(n))), running.last + 1)
    streamed = any(log.line(n).startswith(_ENTERED) for n in range(running.last + 1, end + 1))
    for report in find_reports(log, start, end) if streamed else ():
        return LastWord(
            report.number,
            end,
            report.status,
            running.name,
            report.node,
            report.place,
            running.spec,
            report.message,
        )
    for number in range(start, end + 1):
        if "] in [" in log.line(number) and (found := SHORT.search(log.line(number))):
            said = found[0].partition(" - ")[0].strip()
            place = place_in(found)
            status = STATUSES[found["state"]]
            return LastWord(number, number, status, running.name, found["node"], place, running.spec, (said,))
    return None


def read_leaked(log: Log, first: int, end: int) -> LastWord | None:
    """Read which node timed out and did not return; a parallel run says it in a progress report alone."""
    number = next((n for n in range(first, end + 1) if log.line(n).strip() == _LEAKED), 0)
    for below in range(number + 1, min(end, number + 8) + 1) if number else ():
        line = log.line(below)
        if _RUNTIME in line:
            start = len(line) - len(line.lstrip(" "))
            text = line[start : line.index(_RUNTIME)]
            name = read_name(text, [offset - start for offset in log.colours.get(below, ())])
            last = next((n for n in range(below, end + 1) if log.line(n).strip() == DELIMITER), end)
            title = read_title(log, below, below + 1)
            spec = title.spec if title else Place()
            return LastWord(number, last, Status.TIMEDOUT, name, "It", spec, spec, (_LEAKED,))
    return None


def read_stated(log: Log, end: int, failed: int) -> list[LastWord]:
    """Read the tree that `--fd` prints above its sum: `leaf (FAILED)` and not a word more.

    Args:
        log: the log.
        end: number of the line "Ran N of M Specs".
        failed: how many specs the sum counts as failed.
    """
    words: list[LastWord] = []
    for number in range(end - 1, max(0, end - _LONGEST_TREE), -1):
        if len(words) == failed:
            break
        line = log.line(number)
        if line.endswith(" (FAILED)") and (found := _STATED.match(line)):
            above = log.lines[max(0, number - _FARTHEST) : number - 1]
            parts = (*_containers(above, len(found["indent"])), found["text"])
            name = Name(parts, flat=" ".join(parts))
            words.append(LastWord(number, number, Status.FAILED, name, "", Place(), Place(), (line.strip(),)))
    return words[::-1]


def _containers(above: Sequence[str], indent: int) -> list[str]:
    """Climb from a leaf to the lines that are indented less."""
    parts: list[str] = []
    for line in reversed(above):
        depth = len(line) - len(line.lstrip(" "))
        if line.strip() and depth == indent - 2 and not is_logged(line):
            parts.append(line.strip())
            indent = depth
        if indent <= 0:
            break
    return parts[::-1]
