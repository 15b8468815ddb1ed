"""pip: what kept packages from being installed.

A conflict that pip only warns of is none, nor is a build that pip tried again another way.
Format: https://github.com/pypa/pip/blob/main/src/pip/_internal/exceptions.py
"""

import re
from bisect import bisect_right

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._pip_errors import is_late, is_subprocess, reason
from bot.parsers._python_lint import diagnostic, is_in_failed_step
from bot.parsers._python_network import is_network

TOOL = "pip"
ANCHORS: tuple[str, ...] = (
    "ERROR: ",
    "error: subprocess-exited-with-error",
    "error: externally-managed-environment",
    "which is not installed.",
    "has requirement ",
)
KEEP: tuple[str, ...] = (r"^Successfully installed ",)
TROUBLE: tuple[str, ...] = (
    r"^ERROR: (?:Cannot install|Could not (?:find|open|install|build|detect)|No matching|Resolution)",
    r"^ERROR: (?:THESE PACKAGES|Package '|Invalid requirement|Failed (?:to build|building)|HTTP error \d)",
    r"^ *error: (?:subprocess-exited-with-error|externally-managed-environment|legacy-install-failure)$",
    r", which is not installed\.$| has requirement .*, but you have ",
)

_HEADLINE = re.compile(r"[ │]{0,8}× (?P<text>\S.{0,1000})$")
_RAISED = re.compile(
    r"(?:[A-Za-z_][\w.]{0,100}(?:Error|Exception|Exit|Warning)|error"
    r"|[\w./\-]{1,200}:\d{1,6}:\d{1,6}: (?:fatal )?error): \S"
)
_MANAGED = "error: externally-managed-environment"
_CHECK = re.compile(
    r"\S{1,100} \S{1,60} (?:requires \S.{0,300}, which is not installed|has requirement"
    r" \S.{0,300}, but you have \S.{0,200})\.$"
)
_ONLY_WARNS = "ERROR: pip's dependency resolver does not currently take into account"
_GOES_ON = ("ERROR: ", "Running ", "Successfully ", "Collecting ", "Processing ")
_NEAR, _MOST = 60, 3000


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    turns = _turns(log)
    skip_to = 0
    for number, text in enumerate(log.lines, 1):
        if number <= skip_to or not text:
            continue
        failure = (
            _subprocess(log, number) or _managed(log, number) or _reason(log, number) or _check(log, number)
        )
        if failure is None:
            continue
        skip_to = failure.extent[1]
        if is_in_failed_step(log, number) and not _went_on(turns, skip_to):
            failures.append(failure)
    return Findings(TOOL, tuple(failures))


def _reason(log: Log, number: int) -> Failure | None:
    """Read one of pip's own sentences, and what belongs to it."""
    text = log.line(number)
    kind = reason(text)
    if kind is None:
        return None
    above = log.lines[max(0, number - _NEAR) : number]
    if is_network(text) or (not text.startswith("ERROR: Cannot install") and any(_retried(t) for t in above)):
        kind = FailureKind.INFRA
    last = number
    for at in range(number + 1, min(number + _NEAR, len(log.lines)) + 1):
        line = log.line(at)
        if line.startswith("ERROR: "):
            last = at if is_late(line) else last
            break
        if line.startswith(("##[", "+ ", "$ ")):
            break
        last = at if line.startswith("    ") else last
    detail = "\n".join(log.line(n) for n in range(number + 1, last + 1)).strip("\n")
    message = text.removeprefix("ERROR: ")
    return diagnostic(TOOL, message, number, last=last, detail=detail, kind=kind, status=Status.ERROR)


def _retried(text: str) -> bool:
    return "after connection broken by" in text or ("WARNING: Retrying" in text and is_network(text))


def _subprocess(log: Log, number: int) -> Failure | None:
    """Read a block about a build: its headline, and the last words of what the build printed."""
    if not is_subprocess(log.line(number)):
        return None
    margin = len(log.line(number)) - len(log.line(number).lstrip())
    headline, message, at_message, last = "", "", number, number
    for at in range(number + 1, min(number + _MOST, len(log.lines)) + 1):
        text = log.line(at)
        if text.startswith(_GOES_ON):
            break
        found = _HEADLINE.match(text)
        if found and not headline:
            headline, at_message = found["text"], at
        # A compiler's own words say more than `error: command 'gcc' failed`.
        elif (
            text.startswith(" " * (margin + 4))
            and _RAISED.match(text.strip())
            and not (message and text.strip().startswith("error: "))
        ):
            message, at_message = text.strip(), at
        last = at
        if text.strip().startswith("note: This error originates from a subprocess") or text.startswith("##["):
            break
    last = _repeated(log, last)
    detail = "\n".join(log.line(n) for n in range(number + 1, last + 1))
    kind = FailureKind.INFRA if message and is_network(message) else FailureKind.BUILD
    message = message or headline or "subprocess-exited-with-error"
    return diagnostic(TOOL, message, at_message, last=last, detail=detail, kind=kind, status=Status.ERROR)


def _repeated(log: Log, number: int) -> int:
    """Go on to the end of the sentences that repeat a block's failure."""
    last = number
    for at in range(number + 1, min(number + 25, len(log.lines)) + 1):
        text = log.line(at).strip()
        if is_late(text) or text.startswith(("error: ", "× ", "╰─> ", "note: ", "hint: ", "│ exit code")):
            last = at
        elif text and not text.startswith("Failed to build"):
            break
    return last


def _managed(log: Log, number: int) -> Failure | None:
    if log.line(number) != _MANAGED:
        return None
    near = range(number + 1, min(number + 4, len(log.lines)) + 1)
    said = next((m["text"] for m in (_HEADLINE.match(log.line(n)) for n in near) if m), "")
    message = f"externally-managed-environment: {said}" if said else _MANAGED.removeprefix("error: ")
    return diagnostic(TOOL, message, number, kind=FailureKind.SETUP, status=Status.ERROR)


def _check(log: Log, number: int) -> Failure | None:
    """Read what `pip check` misses; after an installation the same sentences are only a warning."""
    text = log.line(number)
    if not text.endswith(".") or not _CHECK.match(text):
        return None
    above = log.lines[max(0, number - _NEAR) : number - 1]
    if any(line.startswith(_ONLY_WARNS) for line in above):
        return None
    return diagnostic(TOOL, text, number, kind=FailureKind.BUILD, status=Status.ERROR)


def _turns(log: Log) -> list[tuple[int, bool]]:
    """Find the lines that end what stands above them: an error, or (true) that everything was installed."""
    stops = ("##[", "ERROR: ", "error: ")
    return [
        (number, text.startswith("S"))
        for number, text in enumerate(log.lines, 1)
        if text.startswith((*stops, "Successfully installed "))
    ]


def _went_on(turns: list[tuple[int, bool]], number: int) -> bool:
    """Whether pip installed everything in spite of it."""
    at = bisect_right(turns, (number, True))
    return at < len(turns) and turns[at][1] and turns[at][0] - number < _MOST
