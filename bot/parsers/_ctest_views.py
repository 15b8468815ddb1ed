"""What a C++ test program printed, alone or as a test of ctest: the lines its own parser reads."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.log import Log
from bot.parsers._ctest_runs import Attempt, Run, read_runs
from bot.parsers._workspace import relative

_SPECIAL = re.compile(r"([][\\.^$*+?{}()|])")
_PROGRAM = re.compile(r"Run (?P<program>\.{0,2}/?(?:[\w.+\-]{1,80}/){1,20}[\w.+\-]{1,80})(?: |$)")


@dataclass(frozen=True, slots=True)
class View:
    """Lines of one program with their numbers in the log.

    Attributes:
        lines: number and text, without what ctest put before it.
        word: how ctest says the program ended; empty outside ctest.
        rerun: the command that runs it again; empty when it is not known.
        inside: it was run by ctest.
    """

    lines: Sequence[tuple[int, str]]
    word: str = ""
    rerun: str = ""
    inside: bool = False


def read_views(log: Log, anchors: tuple[str, ...]) -> list[View]:
    """Give the log without ctest's runs, step by step, and each finally failed test of ctest by itself.

    Args:
        log: the log.
        anchors: a view without any of these is left out.
    """
    runs = read_runs(log)
    views = [*_outside(log, runs), *(view_of(run, final) for run in runs for final in failed(run))]
    return [view for view in views if any(anchor in text for _, text in view.lines for anchor in anchors)]


def failed(run: Run) -> list[Attempt]:
    """Give the tests that failed in the end, and those that ctest had not finished when it was cut off."""
    return [final for final in run.finals() if final.failed or (not final.word and final.printed)]


def view_of(run: Run, attempt: Attempt) -> View:
    """Give what one test of ctest printed."""
    return View(attempt.printed, attempt.word, rerun_of(run, attempt), inside=True)


def rerun_of(run: Run, attempt: Attempt) -> str:
    """Give the command that runs one test of ctest."""
    folder = relative(run.folder)
    where = "" if folder.startswith("/") or not folder else f"--test-dir {shlex.quote(folder)} "
    name = shlex.quote("^" + _SPECIAL.sub(r"\\\1", attempt.name) + "$")
    return f"ctest {where}-R {name} --output-on-failure"


def _outside(log: Log, runs: Sequence[Run]) -> list[View]:
    taken = {number for run in runs for number in range(run.first, run.last + 1)}
    borders = [section.first for section in log.sections]
    starts = [1, *(first for first in borders if first > 1)]
    ends = [*(start - 1 for start in starts[1:]), len(log.lines)]
    titles = {section.first: section.title for section in log.sections}
    views = []
    for first, last in zip(starts, ends, strict=True):
        lines = [(number, log.lines[number - 1]) for number in range(first, last + 1) if number not in taken]
        program = _PROGRAM.match(titles.get(first, ""))
        views.append(View(lines, rerun=program["program"] if program else ""))
    return views
