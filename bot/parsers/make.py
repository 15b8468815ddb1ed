"""make (GNU, with or without levels): its own faults, and `Error N` lines for a command that failed.

`*** [target] Error N` only says that the command below failed: kind `exit`, the deepest line of a chain of
sub-makes. A missing rule, a broken makefile or `$(error ...)` is make's own: kind `build`.
Format: https://www.gnu.org/software/make/manual/html_node/Error-Messages.html
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._workspace import relative

TOOL = "make"
ANCHORS: tuple[str, ...] = (": *** ",)
KEEP: tuple[str, ...] = (r": \*\*\* .+(?:Error \d+|Stop\.)",)
TROUBLE: tuple[str, ...] = (r"^(?:g|mingw32-)?make(?:\[\d+\])?: \*\*\* ", r"^[^\s:]+:\d+: \*\*\* .+  Stop\.$")

_NAME = r"(?:\S{0,200}/)?(?:g|b|mingw32-|n)?make(?:\.exe)?(?:\[(?P<level>\d{1,3})\])?: \*\*\* "
_FAILED = re.compile(
    _NAME + r"\[(?:(?P<file>[^\[\]:]{1,500}):(?P<line>\d{1,7}): )?(?P<target>[^\[\]]{1,1000})\] "
    r"(?P<how>Error \d{1,10}|Error -?0x[0-9a-fA-F]{1,16}|Segmentation fault|Killed|Aborted|"
    r"Terminated|Interrupt|Hangup|"
    r"Bus error|Illegal instruction|Floating point exception|Broken pipe|Trace/breakpoint trap)"
    r"(?P<core> \(core dumped\))?$"
)
_STOP = re.compile(_NAME + r"(?P<text>\S.{0,2000}?)\.? {1,2}Stop\.$")
_BROKEN = re.compile(
    r"(?P<file>[^\s:][^:]{0,500}):(?P<line>\d{1,7}): \*\*\* (?P<text>.{1,2000}?)\.?  Stop\.$"
)
_CRASHES = frozenset({
    "Segmentation fault", "Killed", "Aborted", "Bus error", "Illegal instruction", "Floating point exception",
    "Trace/breakpoint trap",
})  # fmt: skip
_RUNNERS = (
    "[ RUN      ] ",
    "process didn't exit successfully",
    "=== RUN ",
    "Test project ",
    "fatal error condition",
)
_LOOK_BACK = 80


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    borders = {section.first for section in log.sections}
    deepest = -1
    for number, line in enumerate(log.lines, 1):
        if number in borders:
            deepest = -1
        if ": *** " not in line[:2000]:
            continue
        level, failure = _read(log, number, line[:8000])
        if failure is None:
            continue
        # A parent repeats its child's failure; a child of another chain is one of its own.
        if failure.kind is not FailureKind.EXIT or level >= deepest:
            failures.append(failure)
        deepest = max(level, 0 if failure.kind is FailureKind.EXIT else level + 1)
    return Findings(TOOL, tuple(failures))


def _read(log: Log, number: int, line: str) -> tuple[int, Failure | None]:
    if found := _FAILED.match(line):
        level = int(found["level"] or 0)
        return level, _command(log, number, found, level)
    if found := _STOP.match(line):
        return int(found["level"] or 0), _own(number, found["text"], "", 0)
    if found := _BROKEN.match(line):
        return 0, _own(number, found["text"], relative(found["file"]), int(found["line"]))
    return 0, None


def _command(log: Log, number: int, found: re.Match[str], level: int) -> Failure:
    crashed = found["how"] in _CRASHES and not _reported(log, number)
    target = found["target"]
    rerun = f"make {target}" if level == 0 and re.fullmatch(r"[\w.+/\-]{1,200}", target) else ""
    return Failure(
        TOOL,
        FailureKind.CRASH if crashed else FailureKind.EXIT,
        Status.ABORTED if crashed else Status.INTERRUPTED if found["how"] == "Interrupt" else Status.FAILED,
        "",
        f"{target}: {found['how']}"[:300],
        number,
        (number, number),
        file=relative(found["file"]) if found["file"] else "",
        line=int(found["line"] or 0),
        rerun=rerun,
    )


def _reported(log: Log, number: int) -> bool:
    """Whether a test runner that died speaks for itself just above."""
    above = log.lines[max(0, number - _LOOK_BACK) : number]
    return any(word in text for text in above for word in _RUNNERS)


def _own(number: int, text: str, file: str, line: int) -> Failure:
    return Failure(
        TOOL, FailureKind.BUILD, Status.ERROR, "", text[:300], number, (number, number), file=file, line=line
    )
