"""What the parsers of Python's linters share: diagnostics of one line, and steps that did not fail."""

import re
from dataclasses import dataclass

from bot.model.failure import Failure, FailureKind, Status
from bot.model.log import Log
from bot.parsers._workspace import relative

# `src/cart.py:1:8: F401 [*] 'os' imported but unused`; the column is left out by some formats.
_CODED = re.compile(
    r"(?P<path>[^\s:][^:\n]{0,400}\.(?:py|pyi|ipynb|pyx)):(?:cell \d{1,5}:)?(?P<line>\d{1,7})(?::\d{1,6})?:"
    r" (?P<code>[A-Z]{1,6}\d{1,5}|invalid-syntax:|SyntaxError:|[a-z]{2,20}(?:-[a-z0-9]{1,20}){1,6}:)"
    r" (?:\[\*\] )?(?P<text>.{1,2000})$"
)
_FOUND = re.compile(r"Found \d{1,7} errors?(?:\.| \(\d{1,7} fixed, \d{1,7} remaining\)\.)$")
_ESCAPED = "%0A"
# What ruff prints between diagnostics and its sum, besides the sources.
_BETWEEN = ("[*] ", "help: ", "= help")


@dataclass(frozen=True, slots=True)
class Coded:
    """A diagnostic: where it stands in the log and in the code, its code and words."""

    number: int
    path: str
    line: int
    code: str
    text: str


def read_coded(log: Log, number: int) -> Coded | None:
    """Read `path:line:column: CODE text`, or nothing."""
    text = log.line(number)
    if ": " not in text or (".py" not in text and ".ipynb" not in text):
        return None
    found = _CODED.match(text)
    if found is None:
        return None
    said = found["text"].partition(_ESCAPED)[0].strip()
    return Coded(number, found["path"], int(found["line"]), found["code"], said)


def is_ruffs_sum(text: str) -> bool:
    """Whether the line is how `ruff check` sums up what it found."""
    return text.startswith("Found ") and _FOUND.match(text) is not None


def read_all_coded(log: Log) -> dict[int, tuple[Coded, bool]]:
    """Read every coded diagnostic, and whether it is ruff's: it sums up or marks lines, flake8 does not."""
    found: dict[int, tuple[Coded, bool]] = {}
    marked = set(log.errors)
    summed = False
    for number in range(len(log.lines), 0, -1):
        text = log.line(number)
        coded = read_coded(log, number)
        if coded:
            found[number] = (coded, summed or number in marked)
        elif is_ruffs_sum(text):
            summed = True
        elif text.strip() and text[0] not in " |0123456789" and not text.startswith(_BETWEEN):
            summed = False
    return found


def is_in_failed_step(log: Log, number: int) -> bool:
    """Whether what stands here can have failed the job; a step without a mark passed whatever it printed."""
    if not log.complete or not log.sections:
        return True
    step = next((s for s in log.sections if s.first <= number <= s.last), None)
    return step is None or step.failed


def diagnostic(
    tool: str,
    message: str,
    number: int,
    path: str = "",
    line: int = 0,
    *,
    last: int = 0,
    detail: str = "",
    rerun: str = "",
    kind: FailureKind = FailureKind.LINT,
    status: Status = Status.FAILED,
    test: str = "",
) -> Failure:
    """Make the failure that a line of a linter stands for."""
    return Failure(
        tool=tool,
        kind=kind,
        status=status,
        test=test,
        message=message,
        detail=detail,
        file=relative(path) if path else "",
        line=line,
        log_line=number,
        extent=(number, max(number, last)),
        rerun=rerun,
    )
