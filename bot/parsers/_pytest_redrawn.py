"""Reporters that draw pytest's output their own way, told in pytest's own words line by line.

pytest-sugar shows each failure when it happens and sums up in a list, pytest-pretty only sums up so:
https://github.com/Teemu/pytest-sugar/blob/main/pytest_sugar.py,
https://github.com/samuelcolvin/pytest-pretty/blob/main/pytest_pretty/__init__.py
"""

import re
from collections.abc import Sequence

RESULTS = "Results ("
START = "Test session starts (platform: "

_RESULTS = re.compile(r"Results \((\d{1,7}\.\d\d)s\):\s*")
_COUNT = re.compile(r"\s{1,12}(\d{1,9}) ([a-z][a-z ]{0,40})\s*")
_NAMED = re.compile(r"\s{1,12}- \S.*")
_RULE = "\u2015"
_WIDTH = 80


def redraw(lines: Sequence[str]) -> Sequence[str]:
    """Give as many lines, those of such a reporter as pytest writes them; all others stay."""
    sums = [at for at, text in enumerate(lines) if text.startswith(RESULTS) and _RESULTS.fullmatch(text)]
    starts = [at for at, text in enumerate(lines) if text.startswith(START)]
    if not sums and not starts:
        return lines
    told = list(lines)
    width = next((len(text.rstrip()) for text in lines if text.startswith(_RULE * 2)), _WIDTH)
    for at in starts:
        told[at] = " test session starts ".center(width, "=")
    if starts:
        for at in range(starts[0], len(told)):
            if told[at].startswith(_RULE):
                told[at] = told[at].replace(_RULE, "_")
    for at in sums:
        _sum_up(told, at, width)
    return told


def _sum_up(told: list[str], at: int, width: int) -> None:
    """Write the list's counts as one line below it."""
    found = _RESULTS.fullmatch(told[at])
    counts: list[str] = []
    last = at
    for below in range(at + 1, len(told)):
        count = _COUNT.fullmatch(told[below])
        if not count and not _NAMED.fullmatch(told[below]):
            break
        counts += [f"{count[1]} {count[2].strip()}"] if count else []
        last = below
    if found and counts:
        told[at : last + 1] = [""] * (last + 1 - at)
        told[last] = f" {', '.join(counts)} in {found[1]}s ".center(width, "=")
