"""flake8, and pycodestyle and pyflakes through it: `path:line:column: CODE text`.

flake8 does not sum up; with `--count` a number stands at its end. Steps that passed are left alone, because
`--exit-zero` prints the same.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._python_lint import Coded, diagnostic, is_in_failed_step, read_all_coded
from bot.parsers._workspace import relative

TOOL = "flake8"
ANCHORS: tuple[str, ...] = (".py:", "flake8")
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (
    r"\.pyi?:\d+:\d+: [A-Z]+\d+ ",
    r"^There was a critical error during execution of Flake8:",
    r"^flake8: error: ",
)

_PLUGIN = re.compile(r"There was a critical error during execution of Flake8:$")
_USAGE = re.compile(r"flake8: error: (.{1,1000})$")
_CODE = re.compile(r"[A-Z]{1,4}\d{2,5}$")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    pardoned = _pardoned(log)
    every = read_all_coded(log)
    for number, text in enumerate(log.lines, 1):
        if number in every:
            coded, ruffs = every[number]
            failure = _lint(coded) if _CODE.match(coded.code) and not ruffs else None
        else:
            failure = _stop(log, number, text)
        if failure and is_in_failed_step(log, number) and not _is_pardoned(pardoned, number):
            failures.append(failure)
    return Findings(TOOL, tuple(failures))


def _lint(coded: Coded) -> Failure:
    rerun = f"flake8 {shlex.quote(relative(coded.path))}"
    message = f"{coded.code} {coded.text}"
    return diagnostic(TOOL, message, coded.number, coded.path, coded.line, rerun=rerun)


def _pardoned(log: Log) -> list[tuple[int, int]]:
    """Find what runs after a clean `flake8 --count` in a step whose other command has `--exit-zero`.

    The starter workflow for Python does this: https://github.com/actions/starter-workflows
    """
    found = []
    for section in log.sections:
        lines = range(section.first, section.last + 1)
        if any("flake8" in log.line(n) and "--exit-zero" in log.line(n) for n in lines):
            found += [(n, section.last) for n in lines if log.line(n) == "0"][:1]
    return found


def _is_pardoned(pardoned: list[tuple[int, int]], number: int) -> bool:
    return any(first <= number <= last for first, last in pardoned)


def _stop(log: Log, number: int, text: str) -> Failure | None:
    """Read why flake8 did not run at all."""
    kind, status = FailureKind.SETUP, Status.ERROR
    usage = _USAGE.match(text)
    if usage:
        return diagnostic(TOOL, usage[1], number, kind=kind, status=status)
    if _PLUGIN.match(text) and number < len(log.lines):
        message = log.lines[number].strip() or text
        return diagnostic(TOOL, message, number + 1, kind=kind, status=status)
    return None
