"""ninja: commands that failed, as one `exit` failure where it stops, and faults of its own.

The compiler or tool that a failed edge ran says what went wrong; ninja only says that it stopped.
Format: https://github.com/ninja-build/ninja/blob/master/src/status_printer.cc and src/ninja.cc
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log

TOOL = "ninja"
ANCHORS: tuple[str, ...] = ("ninja: ",)
KEEP: tuple[str, ...] = (r"^ninja: ", r"^FAILED: ")
TROUBLE: tuple[str, ...] = (r"^FAILED: ", r"^ninja: (?:build stopped|error|fatal)")

_FAILED = re.compile(r"FAILED: (?:\[code=(?P<code>-?\d{1,10})\] )?(?P<target>\S.{0,2000}?)\s*$")
_STOPPED = re.compile(r"ninja: build stopped: (?P<why>.{1,500}?)\.?$")
_OWN = re.compile(r"ninja: (?P<word>error|fatal): (?P<text>.{1,2000})$")
_LONGEST = 300


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    borders = {section.first for section in log.sections}
    edges: list[tuple[int, str]] = []
    for number, line in enumerate(log.lines, 1):
        if number in borders:
            edges = []
        if line.startswith("FAILED: ") and (found := _FAILED.match(line)):
            edges.append((number, found["target"]))
        elif line.startswith("ninja: build stopped: ") and (found := _STOPPED.match(line)):
            failures.append(_stopped(number, found["why"], edges))
            edges = []
        elif line.startswith(("ninja: error: ", "ninja: fatal: ")) and (found := _OWN.match(line)):
            if not found["text"].startswith("rebuilding "):
                text = found["text"][:_LONGEST]
                failures.append(
                    Failure(TOOL, FailureKind.BUILD, Status.ERROR, "", text, number, (number, number))
                )
            else:
                failures.append(_stopped(number, found["text"], edges))
    return Findings(TOOL, tuple(failures))


def _stopped(number: int, why: str, edges: list[tuple[int, str]]) -> Failure:
    """Make one failure of all failed edges; it stands where ninja stopped, behind what the tools said."""
    targets = [target for _, target in edges]
    message = f"build stopped: {why}" + (f": {targets[0]}" if targets else "")
    status = Status.INTERRUPTED if "interrupted" in why else Status.FAILED
    detail = "\n".join(f"FAILED: {target}" for target in targets[1:])
    first = edges[0][0] if edges else number
    return Failure(TOOL, FailureKind.EXIT, status, "", message[:_LONGEST], number, (first, number), detail)
