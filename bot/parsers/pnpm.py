"""pnpm: scripts that failed (`exit`), installations without a solution, registries that did not answer.

It prints a word in capitals between two thin spaces, then the sentence; what explains it stands below.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._npm_faults import is_fault

TOOL = "pnpm"
ANCHORS: tuple[str, ...] = ("ERR_PNPM_", "ELIFECYCLE", "\u2009E")
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (r"^[\s\x{2009}]?\[?(?:ERR_PNPM_[A-Z0-9_]+|ELIFECYCLE|ERROR)\]?[\s\x{2009}]",)

_LINE = re.compile(
    r"(?:\u2009(?P<thin>[A-Z][A-Z0-9_]{2,60})\u2009"
    r"|[ \u2009]?\[?(?P<code>ERR_PNPM_[A-Z0-9_]{2,60}|ELIFECYCLE)\]?)"
    r"[ \u2009]{0,4}(?P<text>\S.*)$"
)
_HARMLESS = {"WARN", "INFO", "DEBUG", "NOTICE", "DEPRECATED"}
_SCRIPTS = {
    "ELIFECYCLE",
    "ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL",
    "ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL",
    "ERR_PNPM_RECURSIVE_FAIL",
}
_NOT_FOUND = re.compile(r"Command \"[^\"]{1,200}\" not found")
_LONGEST = 25


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures = []
    for number, line in enumerate(log.lines, 1):
        found = _LINE.match(line) if "E" in line[:70] else None
        if not found:
            continue
        code = found["thin"] or found["code"]
        if code not in _HARMLESS:
            failures.append(_failure(log, number, code, found["text"].strip()))
    return Findings(TOOL, tuple(failures), claims=tuple(failure.extent for failure in failures))


def _failure(log: Log, number: int, code: str, text: str) -> Failure:
    last = _end(log, number)
    detail = "\n".join(log.lines[number:last]).strip()
    kind = _kind(code, text)
    status = Status.FAILED if kind is FailureKind.EXIT else Status.ERROR
    return Failure(TOOL, kind, status, "", text, number, (number, last), detail=detail)


def _kind(code: str, text: str) -> FailureKind:
    if code in _SCRIPTS and not _NOT_FOUND.match(text):
        return FailureKind.EXIT
    if "SIGKILL" in text or "SIGSEGV" in text:
        return FailureKind.CRASH
    return FailureKind.INFRA if is_fault(code, text) else FailureKind.BUILD


def _end(log: Log, number: int) -> int:
    """Give the last line of the explanation: until pnpm says something else, or two empty lines."""
    last, empty = number, 0
    for at in range(number + 1, min(number + _LONGEST, len(log.lines)) + 1):
        line = log.line(at)
        empty = 0 if line.strip() else empty + 1
        if empty > 1 or at in log.errors or line.startswith(("\u2009", "##[", "> ")):
            break
        if line.strip():
            last = at
    return last
