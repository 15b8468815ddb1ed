"""bats' pretty output (`bats --pretty`), as it looks without a terminal.

A point is written over its own announcement: what is left of the line holds both,
`   adding tea 2/7 ✗ adding tea`.
https://github.com/bats-core/bats-core/blob/master/libexec/bats-core/bats-format-pretty
"""

import re

from bot.model.log import Log
from bot.parsers._tap_points import Point, Stream, is_bats_body

_ANNOUNCED = re.compile(r"\d{1,9}/\d{1,9}(?: in \d{1,9} secs?)? ([✓✗-]) ")
_SUMMARY = re.compile(
    r"(\d{1,9}) tests?, (\d{1,9}) failures?"
    r"(?:, \d{1,9} (?:skipped|timed out|not run)){0,3}(?: in \d{1,9} seconds?)?$"
)
_TIMING = re.compile(r" \[\d{1,9}\]$")
_SKIPPED = re.compile(r" \(skipped(?:: .*)?\)$")
_TIMEOUT = re.compile(r" \[timeout: \d{1,9}s\]$")
_WARNING = "   bats warning: Executed "
_MARGIN = "   "
# More lines between mean that somebody else is speaking.
_GAP = 2


def read_pretty(log: Log) -> list[Stream]:
    """Give the streams of a log; each begins with a file's name or its first point."""
    streams: list[Stream] = []
    opened: Stream | None = None
    steps = {section.first for section in log.sections}
    for number, text in enumerate(log.lines, start=1):
        if number in steps:
            opened = None
        header = text.endswith(".bats") and not text.startswith(" ") and " " not in text
        point = _read_point(number, text)
        if (header or point) and opened is None:
            opened = Stream(number, number, bats=header)
            streams.append(opened)
        if opened is None:
            continue
        if _take(opened, number, text, point):
            opened = None
    return [_settled(stream) for stream in streams if _is_bats(stream)]


def _is_bats(stream: Stream) -> bool:
    """Whether more than a tick speaks for bats."""
    told = stream.bats and bool(stream.points) and (stream.plan >= 0 or stream.warning is not None)
    return told or any(is_bats_body(point.body) for point in stream.points)


def _take(stream: Stream, number: int, text: str, point: Point | None) -> bool:
    """Take one line; whether it closes the stream."""
    summary = _SUMMARY.match(text) if text[:1].isdigit() else None
    if summary:
        stream.plan, stream.last, stream.ended = int(summary[1]), number, True
        return True
    if point:
        stream.points.append(point)
    elif text.startswith(_WARNING):
        stream.warning = (number, text.strip())
    elif text.startswith(_MARGIN) and stream.points and number - stream.points[-1].last <= _GAP:
        stream.points[-1].body.append((number, text[len(_MARGIN) :]))
        stream.points[-1].last = number
    if text.strip() and (point or text.startswith(_MARGIN) or text.endswith(".bats")):
        stream.last = number
    return False


def _read_point(number: int, text: str) -> Point | None:
    if not text.startswith(" "):
        return None
    if text.startswith((" ✓ ", " ✗ ", " - ")):
        mark, name = text[1], text[3:]
    else:
        found = _ANNOUNCED.search(text) if "/" in text else None
        if not found:
            return None
        mark, name = found[1], text[found.end() :]
    name = name.rstrip()
    skipped = _SKIPPED.search(_TIMING.sub("", name))
    if mark == "-" and not skipped:
        return None
    state = {"✓": "passed", "✗": "failed", "-": "skipped"}[mark]
    if mark == "✗" and _TIMEOUT.search(name):
        name, state = _TIMEOUT.sub("", name), "timedout"
    return Point(state, 0, name, number, last=number)


def _settled(stream: Stream) -> Stream:
    """Take the times off the names where `--timing` put one behind each."""
    untimed = {"timedout"}
    tests = [
        point for point in stream.points if point.state not in untimed and " failed" not in point.name[-7:]
    ]
    timed = bool(tests) and all(_TIMING.search(point.name) for point in tests)
    for point in stream.points:
        if timed:
            point.name = _TIMING.sub("", point.name)
        if point.state == "skipped":
            point.name = _SKIPPED.sub("", point.name)
    return stream
