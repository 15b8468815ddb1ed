"""go.mod and go.sum that `go mod tidy` would change: `-diff`, and a checkout that differs after it."""

import re

from bot.model.failure import Failure, FailureKind, Status
from bot.model.log import Log
from bot.parsers._steps import Steps

TOOL = "go-mod"
_DIFF = re.compile(
    r"diff (?:current/(?P<tidy>(?:\S{0,300}/)?go\.(?:mod|sum)) tidy/\S+"
    r"|--git a/(?P<git>(?:\S{0,300}/)?go\.(?:mod|sum)) b/\S+)$"
)
_BODY = re.compile(r"[-+@ \\]|index [0-9a-f]|$|diff ")
_MOST = 200
_COMMAND = "go mod tidy"


def read_untidy(log: Log, steps: Steps) -> list[Failure]:
    """Report the first file of each diff in a step; git's only where the step tidied before it."""
    failures: list[Failure] = []
    told: set[int] = set()
    tidied: set[int] = set()
    for number, text in enumerate(log.lines, 1):
        if _COMMAND in text:
            tidied.add(steps.key(number))
        match = _DIFF.match(text) if text.startswith("diff ") else None
        if match is None or steps.key(number) in told or steps.passed(number):
            continue
        if match["git"] and steps.key(number) not in tidied:
            continue
        told.add(steps.key(number))
        failures.append(_failure(log, number, match["tidy"] or match["git"]))
    return failures


def _failure(log: Log, number: int, file: str) -> Failure:
    end = number
    while end < len(log.lines) and end - number < _MOST and _BODY.match(log.line(end + 1)):
        if log.line(end + 1).startswith("diff ") and not _DIFF.match(log.line(end + 1)):
            break
        end += 1
    while end > number and not log.line(end).strip():
        end -= 1
    return Failure(
        tool=TOOL,
        kind=FailureKind.LINT,
        status=Status.FAILED,
        test="",
        message=f"{file} is not tidy",
        detail="\n".join(log.lines[number - 1 : end]),
        file=file,
        log_line=number,
        extent=(number, end),
        rerun=_COMMAND,
    )
