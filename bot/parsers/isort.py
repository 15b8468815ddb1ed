"""isort `--check`: which files' imports are not in order."""

import re
import shlex

from bot.model.failure import Failure, Findings
from bot.model.log import Log
from bot.parsers._python_lint import diagnostic, is_in_failed_step
from bot.parsers._workspace import relative

TOOL = "isort"
ANCHORS: tuple[str, ...] = ("Imports are incorrectly sorted",)
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (r"^ERROR: .+ Imports are incorrectly sorted",)

_WRONG = re.compile(r"ERROR: (\S.{0,400}) (Imports are incorrectly sorted(?: and/or formatted)?\.)$")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    for number, text in enumerate(log.lines, 1):
        found = _WRONG.match(text) if text.startswith("ERROR: ") else None
        if found and is_in_failed_step(log, number):
            path = relative(found[1])
            rerun = f"isort {shlex.quote(path)}"
            failures.append(diagnostic(TOOL, found[2], number, path, rerun=rerun))
    return Findings(TOOL, tuple(failures))
