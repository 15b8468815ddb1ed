"""The TypeScript compiler, plain and pretty, and those that print as it does: vue-tsc, Angular, Next.

A diagnostic has its own line; what explains it is indented below, and pretty output shows the code under an
empty line. Indented diagnostics are quotations: ts-jest and others print them inside their own reports.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._workspace import relative

TOOL = "tsc"
ANCHORS: tuple[str, ...] = ("error TS", "Type error: ")
KEEP: tuple[str, ...] = (r"^Found \d+ errors?\b",)
TROUBLE: tuple[str, ...] = (r"\berror TS\d+: ", r"^Type error: ")

_PLAIN = re.compile(
    r"(?P<file>\S.{0,400}?)\((?P<line>\d{1,7}),\d{1,7}\): error (?P<code>TS\d{1,6}): (?P<text>.+)"
)
_PRETTY = re.compile(
    r"(?P<file>\S.{0,400}?):(?P<line>\d{1,7}):\d{1,7} - error (?P<code>TS\d{1,6}): (?P<text>.+)"
)
_GLOBAL = re.compile(r"(?:Error: )?error (?P<code>TS\d{1,6}): (?P<text>.+)")
_NEXT_PLACE = re.compile(r"\./(?P<file>\S.{0,400}?):(?P<line>\d{1,7}):\d{1,7}$")
_NEXT = "Type error: "
_FRAME = re.compile(r"\d{1,7}(?: |$)")
# Vite and Next print the code with its numbers in a column; nothing longer than a screen belongs to one.
_LONGEST = 60


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: dict[tuple[str, int, str], Failure] = {}
    for number, line in enumerate(log.lines, 1):
        failure = _read(log, number, line)
        if failure is not None:
            # A project that two others refer to is checked, and its errors printed, more than once.
            failures.setdefault((failure.file, failure.line, failure.message), failure)
    found = tuple(failures.values())
    return Findings(TOOL, found, claims=tuple(failure.extent for failure in found))


def _read(log: Log, number: int, line: str) -> Failure | None:
    if line.startswith(_NEXT):
        return _next(log, number, line)
    if "error TS" not in line or line[:1].isspace():
        return None
    found = _PLAIN.match(line) or _PRETTY.match(line)
    if found:
        file, at = _file(found["file"]), int(found["line"])
    elif found := _GLOBAL.match(line):
        file, at = "", 0
    else:
        return None
    last, detail = _below(log, number)
    message = f"{found['code']}: {found['text'].strip()}"
    return _failure(message, detail, (file, at), number, (number, last))


def _file(shown: str) -> str:
    """Give the path; task runners and Angular put a name and a colon before it."""
    return relative(shown.rsplit(": ", 1)[-1].strip())


def _next(log: Log, number: int, line: str) -> Failure | None:
    """Read Next's report of the compiler's complaint: the place stands on the line before."""
    place = _NEXT_PLACE.match(log.lines[number - 2]) if number > 1 else None
    if place is None:
        return None
    last, detail = _below(log, number)
    message = line.removeprefix(_NEXT).strip()
    return _failure(
        message, detail, (relative(place["file"]), int(place["line"])), number, (number - 1, last)
    )


def _failure(
    message: str, detail: str, place: tuple[str, int], number: int, extent: tuple[int, int]
) -> Failure:
    kind, status = FailureKind.BUILD, Status.ERROR
    return Failure(
        TOOL, kind, status, "", message, number, extent, detail=detail, file=place[0], line=place[1]
    )


def _below(log: Log, number: int) -> tuple[int, str]:
    """Give the last line that belongs to a diagnostic, and the lines that explain it."""
    last, detail, explaining = number, [], True
    for at in range(number + 1, min(number + _LONGEST, len(log.lines)) + 1):
        line = log.line(at)
        if not line.strip():
            explaining = False
        elif line[0] == " " or (not explaining and _FRAME.match(line)):
            last = at
            if explaining:
                detail.append(line[2:])
        else:
            break
    return last, "\n".join(detail)
