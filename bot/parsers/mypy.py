"""mypy, plain and `--pretty`: each error is a failure of its own; notes belong to none.

Format: https://mypy.readthedocs.io/en/stable/command_line.html#configuring-error-messages
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._python_lint import diagnostic, is_in_failed_step
from bot.parsers._workspace import relative

TOOL = "mypy"
ANCHORS: tuple[str, ...] = (": error: ", "mypy: ", "Found 1 error in ", " errors in ")
KEEP: tuple[str, ...] = (r"^Found \d+ errors? in \d+ files? \(", r"^Success: no issues found in ")
TROUBLE: tuple[str, ...] = (r"\.pyi?(?::\d+)*: error: ", r"^mypy: (?:error|can't read)")

_ERROR = re.compile(
    r"(?P<path>[^\s:'\"][^:\n]{0,400}\.(?:pyi?|ipynb)(?::cell_\d{1,5})?)"
    r"(?::(?P<line>\d{1,7})(?::\d{1,6}){0,3})?: error: (?P<text>\S.{0,3000})$"
)
_NOTE = re.compile(r"[^\s:'\"][^:\n]{0,400}\.(?:pyi?|ipynb)(?::\d{1,7}){0,4}: (?:note|error): ")
_CODE = re.compile(r"\s{0,3}\[[a-z][a-z0-9\-]{1,40}\]$")
_CARET = re.compile(r"\s{4,2000}\^~{0,2000}$")
_STOP = re.compile(r"mypy: (?:error: (?P<usage>.{1,1000})|(?P<file>can't read file .{1,1000}))$")
_SUM = re.compile(r"Found \d{1,7} errors? in \d{1,7} files? \(")
_NEAR = 10


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    for number, text in enumerate(log.lines, 1):
        if "error: " not in text and not text.startswith("mypy: "):
            continue
        failure = _error(log, number) or _stop(text, number)
        if failure and is_in_failed_step(log, number):
            failures.append(failure)
    return Findings(TOOL, tuple(failures))


def _error(log: Log, number: int) -> Failure | None:
    found = _ERROR.match(log.line(number))
    # Every script that uses argparse says `tool.py: error: …` of its arguments.
    if found is None or not (found["line"] or _is_summed(log, number)):
        return None
    text, last = _wrapped(log, number, found["text"].strip())
    path = found["path"]
    rerun = f"mypy {shlex.quote(relative(path))}"
    line, status = int(found["line"] or 0), Status.ERROR
    return diagnostic(TOOL, text, number, path, line, last=last, rerun=rerun, status=status)


def _is_summed(log: Log, number: int) -> bool:
    """Whether mypy sums up soon below."""
    return any(_SUM.match(text) for text in log.lines[number : number + 2 * _NEAR])


def _wrapped(log: Log, number: int, text: str) -> tuple[str, int]:
    """Join what `--pretty` broke at the terminal's width; a caret below shows that it did."""
    below = range(number + 1, min(number + _NEAR, len(log.lines)) + 1)
    caret = 0
    for at in below:
        if _CARET.match(log.line(at)):
            caret = at
            break
        if _NOTE.match(log.line(at)):
            return text, number
    if not caret:
        return text, number
    for at in range(number + 1, caret - 1):
        if not log.line(at) or log.line(at).startswith("    "):
            break
        text = f"{text} {log.line(at).strip()}"
    return text, caret


def _stop(text: str, number: int) -> Failure | None:
    found = _STOP.match(text)
    if found is None:
        return None
    message = found["usage"] or found["file"]
    return diagnostic(TOOL, message, number, kind=FailureKind.SETUP, status=Status.ERROR)
