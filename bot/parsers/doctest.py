"""Python's doctest, also as Sphinx runs it: every example that failed is a failure of its own.

`test` is the name of the docstring or file that the example stands in; the line tells which example.
Format: https://github.com/python/cpython/blob/main/Lib/doctest.py
"""

import re
import shlex
from bisect import bisect_right
from dataclasses import dataclass

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._python_trace import HEAD
from bot.parsers._workspace import relative

TOOL = "doctest"
ANCHORS: tuple[str, ...] = (
    "Failed example:",
    "***Test Failed***",
    " items had no tests:",
    " passed all tests:",
)
KEEP: tuple[str, ...] = (
    r"^\*\*\*Test (?:Failed|passed)",
    r"^\d+ (?:items? had failures:|tests? in \d+ items?\.|passed(?: and \d+ failed)?\.)",
    r"^Test passed\.$",
)
TROUBLE: tuple[str, ...] = (r"^Failed example:$", r"^\*\*\*Test Failed\*\*\*")

_STARS = "*" * 70
_PLACE = re.compile(r'File "(?P<path>[^"\n]{1,1000})", line (?P<line>\d{1,7}|\?), in (?P<name>\S.{0,500})$')
_FAILED = re.compile(r"\*\*\*Test Failed\*\*\* (\d{1,7}) failures?(?: and \d{1,7} skipped tests?)?\.$")
_HEADS = re.compile(r"\d{1,7} items? had failures:$")
_TESTS = re.compile(r"(\d{1,7}) tests? in \d{1,7} items?\.$")
_SPHINX = re.compile(r"Doctest summary$")
_MARKS = ("Expected:", "Expected nothing", "Got:", "Got nothing", "Exception raised:", "Differences ")
_MOST = 400


@dataclass(slots=True)
class Example:
    """One example as printed: its first and last lines' numbers, and the place's."""

    first: int
    last: int
    path: str
    line: int
    name: str


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    examples = _examples(log)
    ends = [n for n, text in enumerate(log.lines, 1) if _is_end(text)]
    kept = [example for example in examples if ends and example.last < ends[-1]]
    claims = [(example.first, ends[bisect_right(ends, example.last)]) for example in kept]
    return Findings(
        TOOL,
        tuple(_failure(log, example) for example in kept),
        tuple(_totals(log)),
        tuple(_merged(claims)),
        unfinished=len(kept) < len(examples),
    )


def _is_end(text: str) -> bool:
    if text[:1] == "*":
        return _FAILED.match(text) is not None
    return (text[:1].isdigit() and _HEADS.match(text) is not None) or _SPHINX.match(text) is not None


def _examples(log: Log) -> list[Example]:
    found: list[Example] = []
    for number, text in enumerate(log.lines, 1):
        if text != "Failed example:" or number == 1:
            continue
        place = _PLACE.match(log.line(number - 1))
        if not place:
            continue
        last = number
        for at in range(number + 1, min(number + _MOST, len(log.lines)) + 1):
            line = log.line(at)
            if line and line[0] != " " and not line.startswith(_MARKS):
                break
            last = at if line.strip() else last
        line_of = int(place["line"]) if place["line"].isdigit() else 0
        starred = log.line(max(number - 2, 1)).startswith(_STARS)
        found.append(
            Example(number - 2 if starred else number - 1, last, place["path"], line_of, place["name"])
        )
    return found


def _failure(log: Log, example: Example) -> Failure:
    numbers = range(example.first, example.last + 1)
    body = [(n, log.line(n)) for n in numbers]
    start = next((i for i, (_, text) in enumerate(body) if text == "Failed example:"), 0)
    message, number = _message(body[start + 1 :])
    path = relative(example.path)
    return Failure(
        tool=TOOL,
        kind=FailureKind.TEST,
        status=Status.FAILED,
        test=example.name,
        message=message or "Failed example",
        detail="\n".join(text for _, text in body[start:]),
        file=path,
        line=example.line,
        log_line=number or body[start][0],
        extent=(example.first, example.last),
        rerun=f"python -m doctest {shlex.quote(path)}" if path and path[0] != "<" else "",
    )


def _message(body: list[tuple[int, str]]) -> tuple[str, int]:
    """Say in one line what was expected and came, or what was raised."""
    marks = [i for i, (_, text) in enumerate(body) if text.startswith(_MARKS)]
    if not marks:
        return "", 0
    first = marks[0]
    if body[first][1].startswith("Exception raised:"):
        raised = [(n, text) for n, text in body[first + 1 :] if text.startswith("    ") and text[4:5].strip()]
        raised = [(n, text) for n, text in raised if text.strip() != HEAD]
        return (raised[0][1].strip(), raised[0][0]) if raised else ("", 0)
    words = " ".join(text.strip() for _, text in body[first:] if text.strip())
    return words, body[first][0]


def _totals(log: Log) -> list[Totals]:
    """Read what `-v` counts: `3 tests in 2 items.` and below it passed and failed."""
    totals = []
    for number, text in enumerate(log.lines, 1):
        found = _TESTS.match(text) if text[:1].isdigit() else None
        after = log.lines[number] if found and number < len(log.lines) else ""
        sums = re.match(r"(\d{1,7}) passed(?: and (\d{1,7}) failed)?\b", after)
        if found and sums:
            failed = int(sums[2] or 0)
            totals.append(Totals(TOOL, "", passed=int(sums[1]), failed=failed, total=int(found[1])))
    return totals


def _merged(claims: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(claims):
        if merged and last <= merged[-1][1]:
            continue
        merged.append((first, last))
    return merged
