"""Runs that a test started and printed: quotations inside the run that they stand in."""

import re
from collections.abc import Sequence

from bot.model.log import Log
from bot.parsers._unittest_runs import Run, name_of, outcome_of

_SIGNS = re.compile(r"[.FEsxu]{1,2000}$")
_WORDS = re.compile(r"(?:ok|FAIL|ERROR|skipped .{0,300}|expected failure|unexpected success)$")
_AFTER = 400


def without_quoted(log: Log, runs: Sequence[Run]) -> list[Run]:
    """Leave out every run that stands inside another one's progress."""
    kept: list[Run] = []
    for index, run in enumerate(runs):
        outer = runs[index + 1] if index + 1 < len(runs) else None
        if outer is not None and (_inside_verbose(log, run, outer) or _inside_signs(log, run, outer)):
            outer.first = min(outer.first, run.first)
            continue
        kept.append(run)
    return kept


def _inside_verbose(log: Log, run: Run, outer: Run) -> bool:
    """Whether a test's line of `-v` stands open above the run, and its outcome below."""
    above = next((t for t in reversed(log.lines[max(0, run.first - 4) : run.first]) if t.strip()), "")
    if not name_of(above) or " ... " not in above or outcome_of(above):
        return False
    below = log.lines[run.last : min(outer.last, run.last + _AFTER)]
    return any(_WORDS.match(text) for text in below)


def _inside_signs(log: Log, run: Run, outer: Run) -> bool:
    """Whether the signs add up: before the run the outer's and its own, behind it the outer's."""
    if run.ran <= 0 or outer.ran <= 0:
        return False
    before = sum(len(text) for text in log.lines[run.first - 1 : run.first] if _SIGNS.match(text))
    end = outer.blocks[0].first - 1 if outer.blocks else outer.last
    behind = sum(len(text) for text in log.lines[run.last : end] if _SIGNS.match(text))
    return behind < outer.ran and before > run.ran and before - run.ran + behind == outer.ran
