"""Yarn 1: `error` lines, and the address of its documentation behind them."""

import re

from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers._npm_faults import is_fault
from bot.parsers._yarn_said import Said

_ERROR = "error "
_VISIT = "info Visit https://yarnpkg.com/"
_SCRIPT = re.compile(r"Command failed(?: with exit code \d{1,10})?\.$")
_SIGNAL = re.compile(r'Command failed with signal "')
_SUM = "error Found incompatible module"
_FEW = 40


def read_classic(log: Log) -> list[Said]:
    """Give Yarn 1's complaints: several may share one address."""
    said: list[Said] = []
    for number, line in enumerate(log.lines, 1):
        if not line.startswith(_ERROR) or not line[len(_ERROR) :].strip() or line.startswith(_SUM):
            continue
        last = _end(log, number)
        if last:
            text = line.removeprefix(_ERROR).strip()
            detail = "\n".join(log.lines[number:last]).strip()
            said.append(Said(_kind(text, detail), text, detail, number, last))
    return said


def _end(log: Log, number: int) -> int:
    """Give the last line of a complaint, 0 where no address shows that it is Yarn's."""
    last = 0
    for at in range(number + 1, min(number + _FEW, len(log.lines)) + 1):
        line = log.line(at)
        if line.startswith(_VISIT):
            return last or at - 1
        if line.startswith(_ERROR):
            last = last or at - 1
    return 0


def _kind(text: str, detail: str) -> FailureKind:
    if _SIGNAL.match(text):
        return FailureKind.CRASH
    if _SCRIPT.match(text):
        return FailureKind.EXIT
    return FailureKind.INFRA if is_fault("", f"{text}\n{detail}") else FailureKind.BUILD
