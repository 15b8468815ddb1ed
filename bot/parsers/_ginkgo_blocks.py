"""A failed node's block in Ginkgo's output: its name, its message and where it failed.

Up to 2.4 the message has no status in front; under `-vv` it stands before the header, or in the timeline.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.model.failure import Status
from bot.model.log import Log
from bot.parsers._ginkgo_lines import (
    DELIMITER,
    HEADER_ONE,
    LEAVES,
    LOCATION,
    OPENS,
    STATUSES,
    SUITE_NODES,
    Place,
    is_delimiter,
    is_logged,
    match_header,
    place_in,
)
from bot.parsers._ginkgo_names import Name, from_parts, read_indented, read_name
from bot.parsers._ginkgo_reports import Report, find_reports, read_one, read_plain

# A name and its locations take a few lines; more of them is no block.
_LONGEST_NAME = 80
# How far above its header `-vv` looks for a spec's message.
_LONGEST_SPEC = 50_000
_SECTION_ENDS = ("<< ", "::endgroup::", "##[endgroup]")


@dataclass(frozen=True, slots=True)
class Title:
    """A spec's name and source location, and the last line that they take."""

    name: Name
    spec: Place
    last: int


@dataclass(frozen=True, slots=True)
class Block:
    """Everything printed for one failed spec or suite node."""

    header: int
    last: int
    status: Status
    title: Title
    report: Report | None

    @property
    def first(self) -> int:
        """The first line that belongs to it."""
        return min(self.header, self.report.number) if self.report else self.header


def read_block(log: Log, header: int, floor: int, end: int, places: Collection[Place]) -> Block | None:
    """Read the block that a header opens.

    Args:
        log: the log.
        header: number of the header's line.
        floor: no line above this one belongs to the run.
        end: no line below this one does.
        places: where the run's summary says that specs failed; empty when there is no summary.

    Returns:
        Nothing when no name and location follow: the header is a quotation.
    """
    found = match_header(log.line(header))
    title = read_title(log, header + 1, end)
    if found is None or title is None or _is_cut(log, title):
        return None
    status = STATUSES[found["state"]]
    last = next((n - 1 for n in range(title.last + 1, end + 1) if is_delimiter(log.line(n))), end)
    if HEADER_ONE.match(log.line(header)):
        return Block(header, last, status, title, read_one(log, title.last + 1, last, status))
    report = _read_report(log, title, (header, last), status, places) or _look_above(
        log, title, (floor, header), status, places
    )
    return Block(header, last, status, title, report)


def _is_cut(log: Log, title: Title) -> bool:
    """Tell whether the log ends inside a name: a marked leaf is always the last of it."""
    rest = log.lines[title.last : title.last + 2]
    ends_here = len(rest) < 2 and not any(not line.strip() or is_delimiter(line) for line in rest)  # noqa: PLR2004 - a text needs its location
    return ends_here and title.name.node not in LEAVES | SUITE_NODES


def read_title(log: Log, first: int, end: int) -> Title | None:
    """Read a name and the locations under it, on one line or one level per line."""
    levels: list[tuple[list[int], int]] = []
    texts: list[int] = []
    spec = Place()
    last = 0
    for number in range(first, min(end, first + _LONGEST_NAME) + 1):
        line = log.line(number)
        if is_delimiter(line) or (not line.strip() and levels):
            break
        if found := LOCATION.match(line):
            if texts:
                levels.append((texts, len(found["indent"])))
                texts = []
            elif not levels:
                return None
            spec, last = place_in(found), number
        elif levels and (OPENS.match(line) or line.lstrip().startswith((">", "STEP:"))):
            break
        elif line.strip() and not (levels and is_logged(line)):
            texts.append(number)
    return Title(_name(log, levels), spec, last) if levels else None


def _name(log: Log, levels: Sequence[tuple[list[int], int]]) -> Name:
    """Build the name out of what stood above each location."""
    chosen = [_without_noise(log, texts, indent, alone=len(levels) == 1) for texts, indent in levels]
    if len(levels) > 1:
        parts = [
            " ".join(read_indented(log.line(n), log.colours.get(n, ())) for n in numbers)
            for numbers in chosen
        ]
        return from_parts(parts)
    text = ""
    offsets: list[int] = []
    for number in chosen[0]:
        start = len(text) + bool(text)
        text = f"{text} {log.line(number)}" if text else log.line(number)
        offsets.extend(start + offset for offset in log.colours.get(number, ()))
    return read_name(text, offsets)


def _without_noise(log: Log, texts: list[int], indent: int, *, alone: bool) -> list[int]:
    """Drop what other programs wrote between a name and its location."""
    if len(texts) == 1:
        return texts
    kept = [number for number in texts if not is_logged(log.line(number))] or texts[-1:]
    if alone:
        return kept
    level = [n for n in kept if len(log.line(n)) - len(log.line(n).lstrip(" ")) == indent]
    return level[-1:] or kept[-1:]


def _read_report(
    log: Log, title: Title, lines: tuple[int, int], status: Status, places: Collection[Place]
) -> Report | None:
    """Read the message inside a block: at its end, else out of its timeline."""
    header, last = lines
    start = title.last + 1
    for number in range(last, title.last, -1):
        line = log.line(number)
        if line.startswith(("  <<", "  ::end", "  ##[end", "##[end")) and line.strip().startswith(
            _SECTION_ENDS
        ):
            start = number + 1
            break
    closing = next((r for r in find_reports(log, start, last) if r.status is status), None)
    if closing or (plain := read_plain(log, start, last, status)) is None:
        return closing or _choose(find_reports(log, header, last), title, status, places)
    return plain


def _look_above(
    log: Log, title: Title, lines: tuple[int, int], status: Status, places: Collection[Place]
) -> Report | None:
    """Read the message above the header, where `-vv` streams it."""
    floor, header = lines
    floor = max(floor, header - _LONGEST_SPEC)
    start = next((n + 1 for n in range(header - 1, floor - 1, -1) if log.line(n) == DELIMITER), floor)
    return _choose(find_reports(log, start, header - 1), title, status, places)


def _choose(
    found: Iterator[Report], title: Title, status: Status, places: Collection[Place]
) -> Report | None:
    """Choose among messages: retries, failures that followed and quotations look the same."""
    reports = [report for report in found if report.status is status]
    reports = [report for report in reports if report.place in places] or reports
    reports = [report for report in reports if report.node == title.name.node] or reports
    return reports[-1] if reports else None
