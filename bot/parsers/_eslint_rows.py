"""What ESLint's formatters print: rows, and the sentence that sums them up."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.model.log import Log
from bot.parsers._workspace import relative

_RULE = r"(?: {2,}(?P<rule>@?[\w.-]{1,80}(?:/[\w.-]{1,80}){0,3}))?"
_STYLISH = re.compile(
    r" +(?P<line>\d{1,7}):\d{1,7} +(?P<level>error|warning) {2,}(?P<text>\S.*?)" + _RULE + r" *$"
)
_NEXT = re.compile(r"(?P<line>\d{1,7}):\d{1,7} {2}(?P<level>Error|Warning): (?P<text>\S.*?)" + _RULE + r" *$")
_COMPACT = re.compile(
    r"(?P<file>\S.{0,400}?): line (?P<line>\d{1,7}), col \d{1,7}, (?P<level>Error|Warning) - (?P<text>.+?)"
    r"(?: \((?P<rule>[\w@./-]{1,200})\))?$"
)
_UNIX = re.compile(
    r"(?P<file>\S.{0,400}?):(?P<line>\d{1,7}):\d{1,7}: (?P<text>.+) "
    r"\[(?P<level>Error|Warning)(?:/(?P<rule>[\w@./-]{1,200}))?\]$"
)
_VISUAL = re.compile(
    r"(?P<file>\S.{0,400}?)\((?P<line>\d{1,7}),\d{1,7}\): (?P<level>error|warning)"
    r"(?: (?P<rule>[\w@./-]{1,200}))? : (?P<text>.+)$"
)
_STYLISH_SUM = re.compile(r"[✖×] (?P<all>\d{1,9}) problems? \(\d{1,9} errors?, \d{1,9} warnings?\)$")
_PLAIN_SUM = re.compile(r"(?P<all>\d{1,9}) problems?$")
_FIXABLE = re.compile(r"  \d{1,9} errors? and \d{1,9} warnings? potentially fixable")
_LIMIT = re.compile(r"ESLint found too many warnings")
# A message may have several lines; a row is never longer.
_MOST_LINES = 20
_LONGEST_NAME = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint, on log line `number`, its message going on until `last`."""

    number: int
    last: int
    file: str
    line: int
    severe: bool
    text: str
    rule: str
    head: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run printed, from its first line to its last; `limit`: the line about too many warnings."""

    first: int
    last: int
    rows: tuple[Row, ...]
    limit: tuple[int, str] | None = None
    cut: bool = False


@dataclass(slots=True)
class _Reader:
    """Rows since the last sum; they are nobody's until a sum shows whose they are."""

    log: Log
    runs: list[Run]
    grouped: list[Row]
    lined: list[Row]
    header: tuple[int, str] = (0, "")
    below: int = 0

    def close(self, number: int, rows: list[Row], count: int) -> None:
        """End a run at its sum, with as many rows as it says: those before them are another linter's."""
        rows = rows[-count:] if count else []
        if rows:
            self.runs.append(Run(rows[0].head, number, tuple(rows)))
        self.grouped, self.lined, self.header, self.below = [], [], (0, ""), 0


def read_runs(log: Log) -> list[Run]:
    """Give ESLint's runs in the order of the log."""
    reader = _Reader(log, [], [], [])
    for number, line in enumerate(log.lines, 1):
        if line:
            _read_line(reader, number, line)
    if not log.complete and reader.grouped and all(row.rule or not row.severe for row in reader.grouped):
        first, last = reader.grouped[0].head, reader.grouped[-1].last
        reader.runs.append(Run(first, last, tuple(reader.grouped), cut=True))
    return reader.runs


def _read_line(reader: _Reader, number: int, line: str) -> None:
    steps: tuple[Callable[[_Reader, int, str], bool], ...] = (_sum, _limit, _grouped, _lined)
    if not any(step(reader, number, line) for step in steps):
        _other(reader, number, line)


def _sum(reader: _Reader, number: int, line: str) -> bool:
    if found := _STYLISH_SUM.match(line):
        reader.close(number, reader.grouped, int(found["all"]))
        return True
    if _FIXABLE.match(line) and reader.runs and reader.runs[-1].last == number - 1:
        reader.runs[-1] = replace(reader.runs[-1], last=number)
        return True
    if found := _PLAIN_SUM.match(line):
        reader.close(number, reader.lined, int(found["all"]))
        return True
    return False


def _limit(reader: _Reader, number: int, line: str) -> bool:
    if not _LIMIT.match(line):
        return False
    if reader.runs and not any(row.severe for row in reader.runs[-1].rows):
        reader.runs[-1] = replace(reader.runs[-1], last=number, limit=(number, line.strip()))
    else:
        reader.runs.append(Run(number, number, (), (number, line.strip())))
    return True


def _grouped(reader: _Reader, number: int, line: str) -> bool:
    """Read a row below its file's name."""
    found = _STYLISH.match(line)
    if not found and (found := _NEXT.match(line)) and not reader.header[1].startswith("./"):
        return False
    if not found or not reader.header[0]:
        return False
    reader.below = number
    row = _row(number, found, reader.header[1], reader.header[0])
    if found.re is _NEXT:
        # Next has no sum; the row's own structure below a `./` file is all there is.
        reader.runs.append(Run(row.head, number, (row,)))
    else:
        reader.grouped.append(row)
    return True


def _lined(reader: _Reader, number: int, line: str) -> bool:
    """Read a row that has its file's name itself."""
    if line[0].isspace():
        return False
    found = _COMPACT.match(line) or _UNIX.match(line) or _VISUAL.match(line)
    if not found:
        return False
    reader.lined.append(_row(number, found, found["file"], number))
    return True


def _row(number: int, found: re.Match[str], file: str, head: int) -> Row:
    text, rule = found["text"].strip(), found["rule"] or ""
    severe = found["level"].lower() == "error"
    return Row(number, number, relative(file), int(found["line"]), severe, text, rule, head)


def _other(reader: _Reader, number: int, line: str) -> None:
    """Read a file's name, or the next line of a message."""
    rows = reader.grouped
    if rows and reader.below and number - rows[-1].number <= _MOST_LINES and rows[-1].last == number - 1:
        detail = f"{rows[-1].detail}\n{line}" if rows[-1].detail else line
        rows[-1] = replace(rows[-1], last=number, detail=detail)
    elif not line[0].isspace():
        is_name = len(line) < _LONGEST_NAME and any(sign in line for sign in "/.\\")
        reader.header, reader.below = (number, line.strip()) if is_name else (0, ""), 0
