"""pnpm: scripts that failed (`exit`), installations without a solution, registries that did not answer.

It prints a word in capitals between two thin spaces, from version 11 on in brackets, then the sentence; what
explains it stands below. Version 12 draws the chain of causes instead.
"""

import re
from dataclasses import replace

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._npm_faults import is_fault
from bot.parsers._pnpm_chain import Chain, read_chain

TOOL = "pnpm"
ANCHORS: tuple[str, ...] = ("ERR_PNPM_", "ELIFECYCLE", "\u2009E", "For help, run: pnpm ")
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (
    r"^(?:Error: |[\s\x{2009}])?\[?(?:ERR_PNPM_[A-Z0-9_]+|ELIFECYCLE|ERROR)\]?(?:[\s\x{2009}]|$)",
)

_LINE = re.compile(
    r"(?:\u2009(?P<thin>[A-Z][A-Z0-9_]{2,60})\u2009"
    r"|[ \u2009]?\[?(?P<code>ERR_PNPM_[A-Z0-9_]{2,60}|ELIFECYCLE|(?<=\[)ERROR)(?![A-Z0-9_])\]?)"
    r"[ \u2009]{0,4}(?P<text>\S.*)?$"
)
_HARMLESS = {"WARN", "INFO", "DEBUG", "NOTICE", "DEPRECATED"}
_SCRIPTS = {
    "ELIFECYCLE",
    "ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL",
    "ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL",
    "ERR_PNPM_RECURSIVE_FAIL",
}
_NOT_FOUND = re.compile(r"Command \"[^\"]{1,200}\" not found")
# Behind all packages (`--no-bail`) each script that failed is told once more.
_SCRIPT = re.compile(r"\S{1,200}@\S{1,100} \S{1,200}: `")
_LONGEST = 25
_FEW = 4


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    for number, line in enumerate(log.lines, 1):
        if line.startswith("Error: ERR_PNPM_") and (chain := read_chain(log.lines, number)):
            one = _chained(log, number, chain)
            if one.kind is FailureKind.EXIT and _told(failures, number):
                # Told by the script's own line: the chain only says in which package.
                before = failures.pop()
                one = replace(before, extent=(before.extent[0], chain.last))
            failures.append(one)
            continue
        found = _LINE.match(line) if "E" in line[:70] else None
        if not found:
            continue
        code = found["thin"] or found["code"]
        if code not in _HARMLESS and (code != "ERROR" or found["thin"] or _is_own(log, number)):
            failures.append(_failure(log, number, code, (found["text"] or "").strip()))
    # A code alone sums up the scripts that are told one by one below it.
    telling = [one for one in failures if one.message not in _SCRIPTS]
    failures = telling or failures
    return Findings(TOOL, tuple(failures), claims=tuple(failure.extent for failure in failures))


def _failure(log: Log, number: int, code: str, text: str) -> Failure:
    last = _end(log, number)
    detail = "\n".join(log.lines[number:last]).strip()
    kind = _kind(code, text)
    status = Status.FAILED if kind is FailureKind.EXIT else Status.ERROR
    return Failure(TOOL, kind, status, "", text or code, number, (number, last), detail=detail)


def _is_own(log: Log, number: int) -> bool:
    """Whether an error in brackets, which many tools print, is pnpm's."""
    return any(line.startswith("For help, run: pnpm ") for line in log.lines[number : number + _FEW])


def _told(failures: list[Failure], number: int) -> bool:
    """Whether the script that failed has been reported right before."""
    return bool(failures) and failures[-1].kind is FailureKind.EXIT and failures[-1].extent[1] >= number - 2


def _chained(log: Log, number: int, chain: Chain) -> Failure:
    kind = _kind(chain.code, "\n".join(chain.causes))
    status = Status.FAILED if kind is FailureKind.EXIT else Status.ERROR
    detail = "\n".join(log.lines[number : chain.last]).strip("\n")
    extent = (number, chain.last)
    return Failure(TOOL, kind, status, "", chain.message, number, extent, detail=detail)


def _kind(code: str, text: str) -> FailureKind:
    if (code in _SCRIPTS or (code == "ERROR" and _SCRIPT.match(text))) and not _NOT_FOUND.match(text):
        return FailureKind.EXIT
    if "SIGKILL" in text or "SIGSEGV" in text:
        return FailureKind.CRASH
    faulty = code.endswith("_NETWORK_ERROR") or is_fault(code, text)
    return FailureKind.INFRA if faulty else FailureKind.BUILD


def _end(log: Log, number: int) -> int:
    """Give the last line of the explanation: until pnpm says something else, or two empty lines."""
    last, empty = number, 0
    for at in range(number + 1, min(number + _LONGEST, len(log.lines)) + 1):
        line = log.line(at)
        empty = 0 if line.strip() else empty + 1
        if empty > 1 or at in log.errors or line.startswith(("\u2009", "##[", "> ", "Error: ERR_PNPM_")):
            break
        if line.strip():
            last = at
    return last
