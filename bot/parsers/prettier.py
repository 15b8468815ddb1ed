"""Prettier's `--check`: one failure per file that it would write otherwise, or could not read.

Everything but the first and the last line is marked `[warn]` or `[error]`, which other tools do as well: a
run is known by its first line or by the sentence that sums it up.
"""

import re
import shlex
from dataclasses import replace

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._js_views import merge, views
from bot.parsers._workspace import relative

TOOL = "prettier"
ANCHORS: tuple[str, ...] = ("Checking formatting...", "Code style issues ", "when checking code style in")
KEEP: tuple[str, ...] = (r"^Checking formatting\.\.\.", r"^All matched files use Prettier code style!")
TROUBLE: tuple[str, ...] = (
    r"^(?:\[warn\] )?Code style issues (?:found )?in ",
    r"^Error occurred when checking code style in ",
    r"^\[error\] .*: SyntaxError: ",
)

_FIRST = "Checking formatting..."
_CLEAN = "All matched files use Prettier code style!"
_SUM = re.compile(
    r"(?:\[(?:warn|error)\] )?(?:Code style issues |Error occurred when checking code style in )"
)
_WARN, _ERROR = "[warn] ", "[error] "
_PATH = re.compile(r"\S+$|\S.*\.[A-Za-z0-9]{1,12}$")
_BROKEN = re.compile(
    r"(?P<file>\S.{0,400}?): (?P<text>\w{0,40}Error: .*?)(?: \((?P<line>\d{1,7}):\d{1,7}\))?$"
)
_FRAME = re.compile(r"\[error\](?: [\s>]| ?$)")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    parts = views(log, (_FIRST, f"{_WARN}Code style issues"))
    return merge(TOOL, [part.place(_read(replace(log, lines=part.lines))) for part in parts])


def _read(log: Log) -> Findings:
    failures: list[Failure] = []
    claims: list[tuple[int, int]] = []
    for first, last, summed in _runs(log):
        claims.append((first, last))
        failures += _errors(log, first, last)
        if summed:
            failures += _unformatted(log, first, last)
    return Findings(TOOL, tuple(sorted(failures, key=lambda one: one.log_line)), claims=tuple(claims))


def _runs(log: Log) -> list[tuple[int, int, bool]]:
    """Give each run's first and last line, and whether it said that files are not formatted."""
    runs: list[tuple[int, int, bool]] = []
    start, last = 0, 0
    for number, line in enumerate(log.lines, 1):
        marked = line.startswith((_WARN, _ERROR)) or line in {_WARN.strip(), _ERROR.strip()}
        if _SUM.match(line):
            runs.append((start or number, number, True))
            start = 0
        elif line.startswith(_FIRST):
            start, last = number, number
        elif start and line.startswith(_CLEAN):
            runs.append((start, number, False))
            start = 0
        elif marked:
            start, last = start or number, number
        elif start and (not log.line(start).startswith(_FIRST) or number - last > 1):
            if log.line(start).startswith(_FIRST):
                runs.append((start, last, False))
            start = 0
    if start and log.line(start).startswith(_FIRST):
        runs.append((start, last, False))
    return runs


def _unformatted(log: Log, first: int, last: int) -> list[Failure]:
    failures = []
    for number in range(first, last):
        line = log.line(number)
        name = line.removeprefix(_WARN).strip()
        if line.startswith(_WARN) and _PATH.match(name):
            failures.append(_failure("Code style issues found", (number, number), relative(name)))
    return failures


def _errors(log: Log, first: int, last: int) -> list[Failure]:
    failures = []
    number = first
    while number <= last:
        begin, number = number, number + 1
        line = log.line(begin)
        if not line.startswith(_ERROR) or _SUM.match(line):
            continue
        broken = _BROKEN.match(line.removeprefix(_ERROR))
        while number <= last and _goes_on(log.line(number), broken=broken is not None):
            number += 1
        detail = "\n".join(log.line(at)[len(_ERROR) :] for at in range(begin + 1, number))
        if broken:
            at = int(broken["line"] or 0)
            failures.append(
                _failure(broken["text"], (begin, number - 1), relative(broken["file"]), at, detail)
            )
        else:
            text = line.removeprefix(_ERROR).strip() or "Prettier failed"
            failures.append(_failure(text, (begin, number - 1), detail=detail))
    return failures


def _goes_on(line: str, *, broken: bool) -> bool:
    """Whether a line goes on with the error above it: the code of a broken file, or any other's sentences."""
    if _SUM.match(line):
        return False
    return bool(_FRAME.match(line)) if broken else line.startswith(_ERROR) and not _BROKEN.match(line[8:])


def _failure(
    message: str, extent: tuple[int, int], file: str = "", line: int = 0, detail: str = ""
) -> Failure:
    rerun = f"npx prettier --check {shlex.quote(file)}" if file else ""
    kind, status = FailureKind.LINT, Status.ERROR
    return Failure(
        TOOL, kind, status, "", message, extent[0], extent, detail=detail, file=file, line=line, rerun=rerun
    )
