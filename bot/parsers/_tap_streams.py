"""TAP, versions 12 to 14, as bats and other producers print it: lines become streams of points."""

import re
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._tap_points import Line, Point, Stream, is_bats_body

_POINT = re.compile(r"( {0,40})(not )?ok (\d{1,9})(?: (.*))?$")
_PLAN = re.compile(r"1\.\.(\d{1,9})(?: *#.*)?$")
_SUBTEST = re.compile(r"( {0,40})# Subtest: (.*)")
# What tape and mocha sum up with; bats does not.
_EPILOGUE = re.compile(r"# (?:tests|pass|fail) {1,3}\d{1,9}$")
_DIRECTIVE = re.compile(r" # ?(skip|todo|timeout|time=)", re.IGNORECASE)
_TIMING = re.compile(r" in \d{1,9}ms$")
_HOOK = re.compile(r"(?:setup|teardown)_(?:file failed|suite)\b|bats-gather-tests$")
_WARNING = "bats warning: Executed "
# tape begins what it says of an assertion with the method that was called.
_OPERATOR = re.compile(r"\s{0,4}operator: ")
_OPENED = " {"
_INDENT = 4
_DEEPEST_MARGIN = 4


@dataclass(slots=True)
class _Reader:
    """What is known while the lines are read.

    Attributes:
        subtests: the name of the subtest open at each level.
        opened: points that said before their subtests' lines how these ended, by level.
        point: the point that the next lines may speak about.
        block: the margin of the YAML block that is open.
        heading: the last comment, with which tape begins a test.
    """

    streams: list[Stream] = field(default_factory=list)
    subtests: dict[int, str] = field(default_factory=dict)
    opened: dict[int, Point] = field(default_factory=dict)
    point: Point | None = None
    block: str | None = None
    heading: str = ""


def read_streams(log: Log) -> list[Stream]:
    """Give the TAP streams of a log; text that only looks like TAP has no plan and is left out."""
    reader = _Reader()
    steps = {section.first for section in log.sections}
    for number, text in enumerate(log.lines, start=1):
        if number in steps and reader.streams:
            reader.streams[-1].closed, reader.point, reader.block = True, None, None
        if not _take_block(reader, number, text):
            _take_line(reader, number, text)
    kept = [stream for stream in reader.streams if stream.plan >= 0 or _has_bats_body(stream)]
    for stream in kept:
        _settle(stream)
    return kept


def _has_bats_body(stream: Stream) -> bool:
    return any(is_bats_body(point.body) for point in stream.points)


def _take_block(reader: _Reader, number: int, text: str) -> bool:
    """Take a line of a YAML block (`---` to `...`) below a point."""
    point = reader.point
    if point is None:
        return False
    margin = reader.block
    if margin is None:
        wide = len(text) - len(text.lstrip()) - point.level * _INDENT
        if text.strip() == "---" and 0 < wide <= _DEEPEST_MARGIN:
            reader.block = text[: -len("---")]
        return reader.block is not None
    point.last = reader.streams[-1].last = number
    if text == f"{margin}...":
        reader.block, reader.point = None, None
    elif text.strip() and not text.startswith(margin):
        reader.block = None
        return False
    else:
        point.body.append((number, text[len(margin) :]))
    return True


def _take_line(reader: _Reader, number: int, text: str) -> None:
    plan = _PLAN.match(text) if text.startswith("1..") else None
    point = _POINT.match(text) if "ok " in text[:50] else None
    point = point if point and len(point[1]) % _INDENT == 0 else None
    if plan or text.startswith("TAP version 1"):
        _take_plan(reader, number, int(plan[1]) if plan else -1)
    elif point:
        _take_point(reader, number, point)
    elif text.startswith("#") or " # Subtest: " in text:
        _take_comment(reader, number, text)
    elif text.strip() == "{" and reader.point:
        _open(reader, reader.point)
    elif text.strip() and not _take_plain(reader, number, text):
        reader.point = None


def _take_plain(reader: _Reader, number: int, text: str) -> bool:
    """Take a line that stands indented below a failed point, where mocha tells what went wrong."""
    point = reader.point
    if point is None or point.state != "failed" or point.level or not text.startswith("  "):
        return False
    point.plain = point.plain or not point.body
    point.body.append((number, text[2:]))
    point.last = reader.streams[-1].last = number
    return True


def _take_plan(reader: _Reader, number: int, plan: int) -> None:
    last = reader.streams[-1] if reader.streams else None
    if last is None or last.closed or last.ended or last.plan >= 0 or not _may_close(last, plan):
        reader.streams.append(Stream(number, number, plan=plan))
        reader.subtests.clear()
        reader.opened.clear()
        reader.heading = ""
    elif plan >= 0:
        last.plan, last.last = plan, number
        last.ended = bool(last.points)
    reader.point = None


def _may_close(stream: Stream, plan: int) -> bool:
    """Whether a plan can be the end of these points, which stood there without one; a quotation has none."""
    points = [point for point in stream.points if not point.level]
    return not points or stream.summed or points[-1].number == plan


def _take_point(reader: _Reader, number: int, found: re.Match[str]) -> None:
    level, count = len(found[1]) // _INDENT, int(found[3])
    last = reader.streams[-1] if reader.streams else None
    # Bats gives a failed hook a number that a test has, too.
    if last and not level and _is_quoted(last, count) and not _HOOK.match(found[4] or ""):
        return
    if last is None or _is_over(last, level, count):
        last = Stream(number, number)
        reader.streams.append(last)
    text = found[4] or ""
    opens = text.endswith(_OPENED)
    name, state = _read_name(text.removesuffix(_OPENED) if opens else text, failed=bool(found[2]))
    path = tuple(reader.subtests[depth] for depth in range(level) if depth in reader.subtests)
    point = Point(state, count, name, number, level, path, last=number, heading=reader.heading)
    if level - 1 in reader.opened:
        reader.opened[level - 1].parent = True
    point.parent = level not in reader.opened and any(p.level > level for p in last.points[-1:])
    for at in [at for at in reader.opened if at >= level]:
        del reader.opened[at]
    if opens:
        _open(reader, point)
    last.points.append(point)
    last.last = number
    reader.point = point


def _open(reader: _Reader, point: Point) -> None:
    """Remember a point whose subtests follow in braces."""
    reader.subtests[point.level] = point.name.removeprefix("- ")
    reader.opened[point.level] = point


def _is_quoted(stream: Stream, count: int) -> bool:
    """Whether a stream with a plan is past this number: another program's words behind it or in it."""
    tests = (point for point in reversed(stream.points) if not point.level and not _HOOK.match(point.name))
    before = next((point.number for point in tests), 0)
    return stream.plan >= 0 and not stream.closed and 1 < count <= before


def _is_over(stream: Stream, level: int, count: int) -> bool:
    """Whether a point with this number cannot belong to the stream any more."""
    if stream.closed or stream.ended or level:
        return stream.closed or stream.ended
    again = count == 1 and any(point.number == 1 and not point.level for point in stream.points)
    return again or 0 <= stream.plan < count


def _read_name(text: str, *, failed: bool) -> tuple[str, str]:
    found = next(iter([*_DIRECTIVE.finditer(" " + text)][-1:]), None)
    state = "failed" if failed else "passed"
    if not found:
        return text.strip(), state
    word = found[1].lower()
    states = {"skip": "skipped", "todo": "skipped", "timeout": "timedout"}
    return text[: max(found.start() - 1, 0)].strip(), states.get(word, state)


def _take_comment(reader: _Reader, number: int, text: str) -> None:
    subtest = _SUBTEST.match(text)
    if subtest:
        reader.subtests[len(subtest[1]) // _INDENT] = subtest[2].strip()
        reader.point = None
        return
    stream = reader.streams[-1] if reader.streams else None
    reader.heading = text[2:].strip()
    if stream and _EPILOGUE.match(text):
        _sum_up(reader, number, stream)
    elif stream and _WARNING in text:
        stream.warning, stream.last, stream.bats, reader.point = (number, text[2:]), number, True, None
    elif stream and reader.point:
        reader.point.body.append((number, text[2:] if text.startswith("# ") else text[1:]))
        reader.point.last = stream.last = number


def _sum_up(reader: _Reader, number: int, stream: Stream) -> None:
    """Take the sum of a run; ava's plan stands right before it and leaves out what is no test."""
    before = reader.streams[-2] if len(reader.streams) > 1 else None
    if before and before.plan < 0 and before.points and not (stream.points or before.closed):
        before.plan, before.ended = stream.plan, True
        reader.streams.pop()
        stream = before
    stream.summed, stream.last = True, number


def _settle(stream: Stream) -> None:
    """Say who wrote the stream, and take off what is not the tests' names."""
    named = [point.name for point in stream.points if point.name]
    dashed = [name for name in named if name.startswith("- ")]
    # Other producers that put no dash before a name say last how many tests there were.
    own = bool(named and not dashed) and not stream.ended and not stream.summed
    stream.bats = stream.bats or _has_bats_body(stream) or own
    # A failed hook is a point without a time.
    tests = [name for name in named if not _HOOK.match(name)]
    timed = stream.bats and bool(tests) and all(_TIMING.search(name) for name in tests)
    for point in stream.points:
        point.body = _without_key(point.body) if stream.bats else point.body
        if not stream.bats:
            point.name = point.name.removeprefix("- ")
            if point.heading and any(_OPERATOR.match(text) for _, text in point.body[:1]):
                point.path = (point.heading,)
        elif timed:
            point.name = _TIMING.sub("", point.name)


def _without_key(body: list[Line]) -> list[Line]:
    """Leave out the keys of bats' own YAML block, which holds its text as `message: |`."""
    keys = [at for at, (_, text) in enumerate(body) if text == "message: |"]
    if not keys:
        return body
    return [(line, text.removeprefix("  ")) for line, text in body[keys[0] + 1 :]]
