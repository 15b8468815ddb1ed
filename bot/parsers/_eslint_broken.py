"""ESLint that could not run: wrong configurations, files that do not exist, flags it does not know."""

import re
from dataclasses import dataclass

from bot.model.log import Log

_OOPS = "Oops! Something went wrong! :("
_VERSION = re.compile(r"ESLint: \d{1,4}\.\d{1,4}\.\d{1,4}")
_FLAG = re.compile(r"Invalid option '-")
_FLAT = "some command line flags are no longer available"
_FEW = 12
_MOST = 40


@dataclass(frozen=True, slots=True)
class Broken:
    """Why it could not run, said on log line `line`."""

    message: str
    detail: str
    line: int
    extent: tuple[int, int]


def read_broken(log: Log) -> list[Broken]:
    """Give each run that could not begin."""
    found = []
    for number, line in enumerate(log.lines, 1):
        if line == _OOPS and (one := _read_oops(log, number)):
            found.append(one)
        elif _FLAT in line and number > 1:
            above = next((at for at in range(number - 1, max(0, number - 3), -1) if log.line(at)), 0)
            if above and _FLAG.match(log.line(above)):
                found.append(Broken(log.line(above).strip(), line, above, (above, number)))
    return found


def _read_oops(log: Log, number: int) -> Broken | None:
    near = range(number + 1, min(number + _FEW, len(log.lines)) + 1)
    version = next((at for at in near if _VERSION.match(log.line(at))), 0)
    said = next((at for at in near if version and at > version and log.line(at).strip()), 0)
    if not said:
        return None
    last = said
    while last < min(said + _MOST, len(log.lines)) and log.line(last + 1).strip():
        last += 1
    detail = "\n".join(log.lines[said:last]).strip()
    return Broken(log.line(said).strip(), detail, said, (number, last))
