"""rustc's and clippy's diagnostics, as cargo shows them and in the short format.

Only errors count, and only where the compiler or cargo says that it gave up: a quoted diagnostic is none. A
lint that was made an error (`-D warnings`, `#![deny(...)]`, clippy's own) has the kind `lint`, all else
`build`. Format: https://doc.rust-lang.org/rustc/json.html (`rendered`), and the compiler's annotate-snippets
emitter.
"""

import re
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._workspace import relative

TOOL = "rustc"
ANCHORS: tuple[str, ...] = ("error: could not compile", "error: aborting due to", "could not document")
KEEP: tuple[str, ...] = (r"^error: (?:could not (?:compile|document) |aborting due to )",)
TROUBLE: tuple[str, ...] = (
    r"^error(?:\[E\d{4}\])?: ",
    r"^\S+\.rs:\d+:\d+: error",
    r"^error: could not compile ",
)

_HEAD = re.compile(r"error(?:\[(?P<code>E\d{4})\])?: (?P<text>\S.{0,4000})$")
_ARROW = re.compile(r" {0,12}(?:-->|╭▸|::>) (?P<file>.{1,1000}?):(?P<line>\d{1,9}):\d{1,9}$")
_SHORT = re.compile(
    r"(?P<file>\S{1,1000}\.rs):(?P<line>\d{1,9}):\d{1,9}: error(?:\[(?P<code>E\d{4})\])?: "
    r"(?P<text>\S.{0,4000})$"
)
_GAVE_UP = re.compile(r"error: (?:could not (?:compile|document) `(?P<crate>[^`]{1,200})`|aborting due to )")
_SUMS = ("aborting due to ", "could not compile ", "could not document ", "build failed")
_BODY = re.compile(
    r"(?: {0,12}(?:\||-->|=|╭▸|╰╴|│|\.\.\.)| {0,8}\d{1,7} +[|│]| {2,}\S|\.\.\.|help: |note: |$)"
)
_LINTED = re.compile(
    r"rust-clippy|`-D |#!?\[deny\(|#!?\[forbid\(|requested on the command line with|on by default.{0,40}deny|"
    r"`#\[deny\("
)
_WITHOUT_PLACE = (
    "internal compiler error: ",
    "linking with ",
    "linker ",
    "cannot ",
    "crate ",
    "unrecognized ",
    "the following ",
    "extern ",
)
_SIGNAL = re.compile(r"  process didn't exit successfully: `.{1,60000}` \((?P<how>signal: .{1,100})\)$")
_LONGEST = 300
_MOST = 200


@dataclass(slots=True)
class _Error:
    """One diagnostic."""

    first: int
    last: int
    code: str
    text: str
    file: str = ""
    line: int = 0
    body: list[str] = field(default_factory=list)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    borders = [section.first for section in log.sections]
    starts = [1, *(first for first in borders if first > 1)]
    ends = [*(start - 1 for start in starts[1:]), len(log.lines)]
    failures = [one for first, last in zip(starts, ends, strict=True) for one in _read(log, first, last)]
    return Findings(TOOL, tuple(failures))


def _read(log: Log, first: int, last: int) -> list[Failure]:
    """Read one step's lines."""
    errors: list[_Error] = []
    ended = 0
    stops: list[Failure] = []
    for number in range(first, last + 1):
        line = log.line(number)
        if _GAVE_UP.match(line):
            ended = number
            if stop := _killed(log, number, last):
                stops.append(stop)
        elif "error" in line[:1200] and (error := _error(log, number, last)):
            errors.append(error)
    if not ended and log.complete:
        return stops
    known: dict[tuple[str, int, str], _Error] = {}
    for error in errors:
        if error.first < ended or not log.complete:
            # The library and its test build print the same.
            known.setdefault((error.file, error.line, error.text), error)
    failures = [_failure(error) for error in known.values()] + stops
    if not failures:
        text = log.line(ended).removeprefix("error: ")
        failures = [
            Failure(TOOL, FailureKind.BUILD, Status.ERROR, "", text[:_LONGEST], ended, (ended, ended))
        ]
    return failures


def _error(log: Log, number: int, last: int) -> _Error | None:
    line = log.line(number)
    if found := _SHORT.match(line):
        place = relative(found["file"])
        return _Error(number, number, found["code"] or "", found["text"], place, int(found["line"]))
    found = _HEAD.match(line) if line.startswith("error") else None
    if found is None or found["text"].startswith(_SUMS):
        return None
    error = _Error(number, number, found["code"] or "", found["text"])
    for at in range(number + 1, min(number + _MOST, last) + 1):
        text = log.line(at)
        if not text.strip() or not _BODY.match(text):
            break
        if not error.file and (arrow := _ARROW.match(text)):
            error.file, error.line = relative(arrow["file"]), int(arrow["line"])
        error.body.append(text)
        error.last = at
    return error if error.file or error.code or error.text.startswith(_WITHOUT_PLACE) else None


def _killed(log: Log, number: int, last: int) -> Failure | None:
    """Read what cargo says of a compiler that a signal ended."""
    for at in range(number + 1, min(number + 4, last) + 1):
        if found := _SIGNAL.match(log.line(at)):
            text = log.line(number).removeprefix("error: ")
            message = f"{text}: {found['how']}"[:_LONGEST]
            return Failure(TOOL, FailureKind.CRASH, Status.ABORTED, "", message, number, (number, at))
    return None


def _failure(error: _Error) -> Failure:
    linted = not error.code and any(_LINTED.search(text[:1000]) for text in error.body)
    message = f"error[{error.code}]: {error.text}" if error.code else f"error: {error.text}"
    foreign = error.file.startswith("/")
    broken = error.text.startswith("internal compiler error: ")
    kind = FailureKind.CRASH if broken else FailureKind.LINT if linted else FailureKind.BUILD
    return Failure(
        TOOL, kind, Status.ERROR, "", message[:_LONGEST],
        error.first, (error.first, error.last), "\n".join(error.body), error.file,
        0 if foreign else error.line,
    )  # fmt: skip
