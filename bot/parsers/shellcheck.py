"""ShellCheck's findings, as a terminal shows them (`tty`) and in gcc's form; each is a failure of kind lint.

`tty` shows the source line with carets under it; of one line with several findings each counts. A step that
went well printed findings nobody acts on.
https://github.com/koalaman/shellcheck/blob/master/src/ShellCheck/Formatter/TTY.hs
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._steps import Steps
from bot.parsers._workspace import relative

TOOL = "shellcheck"
ANCHORS: tuple[str, ...] = (" SC1", " SC2", " SC3", "[SC1", "[SC2", "[SC3", ": openBinaryFile: ")
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (
    r"^In \S.{0,300} line \d{1,7}:$",
    r"^ *\^(-+\^|--) SC\d{4} \((error|warning|info|style)\): ",
    r":\d+:\d+: (error|warning|note): .* \[SC\d{4}\]$",
    r": openBinaryFile: does not exist",
)

_HEAD = re.compile(r"In (?P<file>\S.{0,300}) line (?P<line>\d{1,7}):$")
_CARET = re.compile(r" *\^(?:-*\^|--) (?P<code>SC\d{4}) \((?P<level>\w{1,10})\): (?P<what>\S.*)$")
_GCC = re.compile(
    r"(?P<file>[^\s:][^:]{0,300}):(?P<line>\d{1,7}):(?P<column>\d{1,7}): (?P<level>error|warning|note"
    r"|info|style): (?P<what>\S.*) \[(?P<code>SC\d{4})\]$"
)
_UNREADABLE = re.compile(r"(?P<file>\S.{0,300}?): (?P<what>\S.{0,300}: openBinaryFile: .+)$")
_SPAN = 12


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    steps = Steps(log)
    failures: list[Failure] = []
    head: tuple[int, str, int] | None = None
    for number, text in enumerate(log.lines, 1):
        if text.startswith("In ") and (match := _HEAD.match(text)):
            head = (number, match["file"], int(match["line"]))
        elif head and "^" in text and (match := _CARET.match(text)):
            if number - head[0] <= _SPAN:
                failures.append(_finding(match, head[1], head[2], number, head[0]))
        elif text.endswith("]") and (match := _GCC.match(text)):
            failures.append(_finding(match, match["file"], int(match["line"]), number, number))
        elif ": openBinaryFile: " in text and (match := _UNREADABLE.match(text)):
            failures.append(_failure(match["what"], relative(match["file"]), 0, number, number))
    kept = tuple(failure for failure in failures if not steps.passed(failure.log_line))
    return Findings(TOOL, kept, claims=_claims(kept))


def _finding(match: re.Match[str], file: str, line: int, number: int, first: int) -> Failure:
    message = f"{match['code']} ({match['level']}): {match['what']}"
    if message not in match.string:
        message = match["what"]
    return _failure(message, relative(file), line, number, first, match["code"])


def _failure(message: str, file: str, line: int, number: int, first: int, code: str = "") -> Failure:
    return Failure(
        tool=TOOL,
        kind=FailureKind.LINT,
        status=Status.FAILED if code else Status.ERROR,
        test="",
        message=message,
        detail=code if code and code not in message else "",
        file=file,
        line=line,
        log_line=number,
        extent=(first, number),
        rerun=f"shellcheck {shlex.quote(file)}" if code else "",
    )


def _claims(failures: tuple[Failure, ...]) -> tuple[tuple[int, int], ...]:
    """Claim each finding with the source that it shows."""
    return tuple(dict.fromkeys(failure.extent for failure in failures))
