"""Yarn from 2 on: numbered messages, summed up by `Failed with errors`, and its command line's own errors.

Codes: https://yarnpkg.com/advanced/error-codes
"""

import re
from collections.abc import Sequence

from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers._npm_faults import is_fault
from bot.parsers._yarn_said import Said

_LINE = re.compile(r"(?:\S{1,3} )?YN(?P<code>\d{4}):(?: [│┌└·|])? ?(?P<text>.*)$")
_FAILED = re.compile(r"(?:· )?Failed with errors")
_DONE = re.compile(r"(?:· )?(?:Done|Yarn \d)")
# What only informs or warns; the rest fails the run.
_HARMLESS = frozenset(
    [
        "0000",
        "0002",
        "0003",
        "0004",
        "0005",
        "0006",
        "0007",
        "0008",
        "0012",
        "0013",
        "0014",
        "0019",
        "0020",
        "0025",
        "0032",
        "0033",
        "0034",
        "0042",
        "0043",
        "0050",
        "0060",
        "0061",
        "0062",
        "0063",
        "0065",
        "0068",
        "0069",
        "0070",
        "0072",
        "0076",
        "0077",
        "0084",
        "0085",
        "0086",
        "0087",
        "0092",
    ]
)
_FORBIDDEN = "explicitly forbidden"
_OWN = re.compile(r"(?P<what>(?:Usage|Internal|Syntax) Error): (?P<text>\S.*)$")
_WORKSPACE = re.compile(r"The command failed in workspace \S{1,300} with exit code \d{1,10}$")
_LOST = re.compile(r"command not found: \S{1,200}$")
_FEW = 12


def read_berry(log: Log) -> list[Said]:
    """Give modern Yarn's complaints."""
    said: list[Said] = []
    run: list[tuple[int, str, str]] = []
    for number, line in enumerate(log.lines, 1):
        if found := _LINE.match(line):
            if found["code"] == "0000" and _FAILED.match(found["text"]):
                said += _failed(run, number)
                run = []
            elif found["code"] == "0000" and _DONE.match(found["text"]):
                run = []
            elif found["code"] not in _HARMLESS:
                run.append((number, found["code"], found["text"].rstrip()))
        elif one := _own(log, number, line):
            said.append(one)
    return said


def _failed(run: Sequence[tuple[int, str, str]], end: int) -> list[Said]:
    """Join lines of one code: the second line on explains the first, and a group repeats it behind itself."""
    groups: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    key, before = ("", ""), 0
    for number, code, text in run:
        begins = not text.startswith(" ") and code != "0028"
        if code != key[0] or number > before + 1 or begins:
            key = (code, text if begins else "")
        groups.setdefault(key, []).append((number, code, text))
        before = number
    if not groups:
        return [Said(FailureKind.BUILD, "Failed with errors", "", end, end)]
    return [_said(rows) for rows in groups.values()]


def _said(rows: Sequence[tuple[int, str, str]]) -> Said:
    number, code, text = next((row for row in rows if _FORBIDDEN in row[2]), rows[0])
    texts = list(dict.fromkeys(row[2] for row in rows))
    detail = "\n".join(other for other in texts if other != text)
    kind = FailureKind.INFRA if is_fault("", "\n".join(texts)) else FailureKind.BUILD
    last = number
    for row in rows:
        last = row[0] if row[0] <= last + _FEW and row[0] > last else last
    return Said(kind, text.strip() or f"YN{code}", detail, number, last)


def _own(log: Log, number: int, line: str) -> Said | None:
    """Read what the command line says before anything ran, or behind a script of a workspace."""
    if _WORKSPACE.match(line):
        return Said(FailureKind.EXIT, line, "", number, number)
    if _LOST.match(line):
        return Said(FailureKind.BUILD, line, "", number, number)
    found = _OWN.match(line)
    below = log.lines[number : number + _FEW]
    if found and any("yarn" in other for other in below):
        kind = FailureKind.INFRA if is_fault("", line) else FailureKind.BUILD
        return Said(kind, found["text"].strip(), "", number, number)
    return None
