"""bats, pretty and TAP; other producers of TAP are read too, their failures carry the tool `tap`.

`test` is the test's name, subtests joined with ` > `; bats has no other container than the file. The place of
a bats test's failure is the line of its own file. What a failed hook kept from running is only in the total.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._js_views import merge, views
from bot.parsers._tap_points import Point, Stream, Words, read_words
from bot.parsers._tap_pretty import read_pretty
from bot.parsers._tap_streams import read_streams

TOOL = "bats"
ANCHORS: tuple[str, ...] = ("ok 1", "1..", "TAP version", "bats warning:", " ✗ ", " ✓ ", ".bats")
KEEP: tuple[str, ...] = (
    r"^ *1\.\.\d+",
    r"^ *TAP version \d",
    r"^ *ok \d+",
    r"^ *# Subtest: ",
    r"^[^ ].*[\]:] +(?:1\.\.\d+|TAP version \d|ok \d+|# Subtest: )",
    r"^ (✓|-) ",
    r"\d/\d+(?: in \d+ secs?)? ?[✓-] ",
    r"\d tests?, \d+ failures?",
)
TROUBLE: tuple[str, ...] = (
    r"^ *not ok \d+",
    r"^[^ ].*[\]:] +not ok \d+",
    r"^ ✗ ",
    r"\d/\d+(?: in \d+ secs?)? ?✗ ",
    r"bats warning: ",
    r"bats-gather-tests",
    r"^Bail out!",
)

_TAP = "tap"
# What a package's lines hold that are TAP.
_MARKS = ("TAP version 1", "1..")
_HOOK = re.compile(r"(?:setup|teardown)_(?:file failed|suite)$")
_IN_HOOK = re.compile(r"from function `(?:setup|teardown)(?:_file|_suite)?' in ")
_TIMEOUT = re.compile(
    r"(?:Error: )?(?:(?:Test|Hook) timed out in \d{1,9} ?ms|Timeout of \d{1,9} ?ms exceeded"
    r"|test timed out after \d|timeout!$)|.{1,300} timed out after \d{1,9} ?ms$"
)
_HOOK_FAILED = re.compile(r"\s{0,8}failureType: '?hookFailed")
_REGEX = re.compile(r"([][\\.^$*+?{}()|])")
_GATHER = "bats-gather-tests"
_UNLOADABLE = ("syntax error", "Could not find '", "unexpected end of file", "duplicate test name")


def parse(log: Log) -> Findings:
    """Read a log, also what has a package's name before each line; never raises on purpose."""
    packages = [view for view in views(log, _MARKS) if view.name]
    parts = [view.place(_read(Log(view.lines, log.size))) for view in packages]
    return merge(TOOL, [_read(log), *parts])


def _read(log: Log) -> Findings:
    streams = sorted([*read_streams(log), *read_pretty(log)], key=lambda stream: stream.first)
    failures = [failure for stream in streams for failure in _failures(stream)]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(stream) for stream in streams if stream.points or stream.plan > 0),
        tuple((stream.first, stream.last) for stream in streams),
        any(_is_unfinished(stream) for stream in streams),
    )


def _tool(stream: Stream) -> str:
    return TOOL if stream.bats else _TAP


def _leaves(stream: Stream) -> list[Point]:
    """Give the tests; a subtest's own line only sums up the tests in it."""
    return [point for point in stream.points if not point.parent]


def _told(stream: Stream) -> list[Point]:
    """Give the failures: of tests, and of subtests that a hook of their own made fail."""
    failed = [point for point in stream.points if point.state in {"failed", "timedout"}]
    return [point for point in failed if not point.parent or _in_hook(point)]


def _in_hook(point: Point) -> bool:
    """Whether Node says that a hook failed."""
    return any(_HOOK_FAILED.match(text) for _, text in point.body)


def _failures(stream: Stream) -> list[Failure]:
    failures = [_failure(stream, point) for point in _told(stream)]
    if stream.warning and not _has_failed_hook(stream) and not _begins_late(stream):
        number, text = stream.warning
        kind, status = FailureKind.CRASH, Status.ABORTED
        failures.append(Failure(_tool(stream), kind, status, "", text, number, (number, number)))
    return failures


def _begins_late(stream: Stream) -> bool:
    """Whether the log begins inside the run: what its first tests did is not known."""
    return stream.plan < 0 and any(point.number > 1 for point in stream.points[:1])


def _has_failed_hook(stream: Stream) -> bool:
    return any(_HOOK.match(point.name) and point.state == "failed" for point in stream.points)


def _failure(stream: Stream, point: Point) -> Failure:
    words = read_words(point, bats=stream.bats)
    return Failure(
        tool=_tool(stream),
        kind=_kind(stream, point, words),
        status=Status.TIMEDOUT if point.state == "timedout" else Status.FAILED,
        test=" > ".join((*point.path, point.name)),
        message=words.message,
        detail=words.detail,
        file=words.file,
        line=words.at,
        log_line=words.line,
        extent=(point.line, max(point.last, point.line)),
        rerun=_rerun(point, words) if stream.bats else "",
    )


def _kind(stream: Stream, point: Point, words: Words) -> FailureKind:
    if point.state == "timedout":
        return FailureKind.TIMEOUT
    if not stream.bats and _in_hook(point):
        return FailureKind.SETUP
    if not stream.bats:
        return FailureKind.TIMEOUT if _TIMEOUT.match(words.message) else FailureKind.TEST
    hook = _HOOK.match(point.name)
    if point.name == _GATHER or (hook and any(word in words.message for word in _UNLOADABLE)):
        return FailureKind.COLLECTION
    if hook or any(_IN_HOOK.search(text) for _, text in point.body):
        return FailureKind.SETUP
    return FailureKind.TEST


def _rerun(point: Point, words: Words) -> str:
    if not words.file.endswith(".bats"):
        return ""
    file = shlex.quote(words.file)
    if point.name == _GATHER or _HOOK.match(point.name):
        return f"bats {file}"
    pattern = "^" + _REGEX.sub(r"\\\1", point.name) + "$"
    return f"bats --filter {shlex.quote(pattern)} {file}"


def _totals(stream: Stream) -> Totals:
    states = [point.state for point in _leaves(stream)]
    passed, skipped = states.count("passed"), states.count("skipped")
    failed = len(states) - passed - skipped
    total = stream.plan if stream.bats and stream.plan > 0 else len(states)
    return Totals(_tool(stream), "", passed=passed, failed=failed, skipped=skipped, total=total)


def _is_unfinished(stream: Stream) -> bool:
    """Whether tests are missing that neither a failed hook nor bats itself explains."""
    if _has_failed_hook(stream):
        return False
    if stream.warning or stream.ended:
        return stream.warning is not None
    return stream.plan < 0 or len([point for point in stream.points if not point.level]) < stream.plan
