"""ruff: `check` in its full, concise, grouped, pylint and GitHub formats, and `format --check`.

Every diagnostic is a failure of its own. Formats: https://docs.astral.sh/ruff/settings/#output-format
"""

import re
import shlex
from bisect import bisect_right

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._python_lint import (
    Coded,
    diagnostic,
    is_in_failed_step,
    is_ruffs_sum,
    read_all_coded,
)
from bot.parsers._workspace import relative

TOOL = "ruff"
ANCHORS: tuple[str, ...] = (
    "Found 1 error",
    " errors.",
    " remaining).",
    "ruff",
    "Ruff",
    "would be reformatted",
    "Would fix ",
    "ould reformat",
    "error: Failed to parse ",
    ".py:",
)
KEEP: tuple[str, ...] = (
    r"^Found \d+ errors?(?:\.| \()",
    r"^\d+ files? (?:would be reformatted|already formatted)",
    r"^Would fix \d+ errors?",
)
TROUBLE: tuple[str, ...] = (
    r"^ruff failed$",
    r"^ *--> .+:\d+:\d+$",
    r"\.(?:py|pyi|ipynb):(?:cell \d+:)?\d+:\d+: [A-Z]+\d+ ",
    r"\.(?:py|pyi|ipynb):\d+: \[[A-Z]+\d+\] ",
    r"^ +\d+:\d+ +[A-Z]+\d+ ",
    r"^Would reformat: ",
    r"^\+\+\+ [^\t]+\.(?:py|pyi|ipynb)$",
)

_CODE = r"[A-Z]{1,6}\d{1,5}|invalid-syntax|SyntaxError|[a-z]{2,20}(?:-[a-z0-9]{1,20}){1,6}"
_HEAD = re.compile(rf"(?P<code>{_CODE}|unformatted):? (?:\[\*\] )?(?P<text>\S.{{0,2000}})$")
_ARROW = re.compile(r" {0,12}--> (?P<path>.{1,400}?):(?:cell \d{1,5}:)?(?P<line>\d{1,7}):\d{1,6}$")
_GROUP = re.compile(r"(?P<path>\S.{0,400}\.(?:py|pyi|ipynb)):$")
_GROUPED = re.compile(
    rf" {{1,10}}(?:cell \d{{1,5}}:)?(?P<line>\d{{1,7}}):\d{{1,6}} {{1,6}}(?P<code>{_CODE}):?"
    rf" (?:\[\*\] )?(?P<text>.{{1,2000}})$"
)
_PYLINT = re.compile(
    rf"(?P<path>\S[^:\n]{{0,400}}\.(?:py|pyi|ipynb)):(?P<line>\d{{1,7}}):"
    rf" \[(?P<code>{_CODE})\] (?P<text>.{{1,2000}})$"
)
_WOULD = re.compile(r"Would reformat: (\S.{0,400})$")
_SUM = re.compile(r"\d{1,7} files? would be reformatted(?:, \d{1,7} files? already formatted)?$")
_WOULD_FIX = re.compile(r"Would fix \d{1,9} errors?(?: \(.{1,200}\))?\.$")
_UNPARSED = re.compile(
    r"error: Failed to (?:parse|format|read) (?P<path>.{1,400}?)(?::(?P<line>\d{1,7}):\d{1,6})?:"
    r" (?P<text>.{1,1000})$"
)
_STOPS = ("ruff failed", "ruff error")
_BACK = 4000


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    sums = [n for n, text in enumerate(log.lines, 1) if is_ruffs_sum(text)]
    formats = [n for n, text in enumerate(log.lines, 1) if text[:1].isdigit() and _SUM.match(text)]
    fixes = [n for n, text in enumerate(log.lines, 1) if text.startswith("Would") and _WOULD_FIX.match(text)]
    ends = sorted(sums + formats)
    coded = read_all_coded(log)
    group = ""
    for number, text in enumerate(log.lines, 1):
        if not text:
            group = ""
            continue
        if text.endswith(":"):
            found = _GROUP.match(text)
            group = found["path"] if found else ""
        failure = (
            _coded(coded.get(number))
            or _check(log, number, group, ends)
            or _format(log, number, formats)
            or _diff(log, number, formats, fixes)
            or _stop(log, number)
        )
        if failure and is_in_failed_step(log, number):
            failures.append(failure)
    return Findings(TOOL, tuple(_without_echoes(failures)))


def _without_echoes(failures: list[Failure]) -> list[Failure]:
    """Leave out `Failed to parse` where a diagnostic says the same of that line."""
    said = {(f.file, f.line) for f in failures if f.status is Status.FAILED}
    return [f for f in failures if f.status is Status.FAILED or not f.file or (f.file, f.line) not in said]


def _ends_later(sums: list[int], number: int) -> bool:
    at = bisect_right(sums, number)
    return at < len(sums) and sums[at] - number < _BACK


def _coded(found: tuple[Coded, bool] | None) -> Failure | None:
    """Take a diagnostic of one line that ruff sums up."""
    if not found or not found[1]:
        return None
    coded = found[0]
    return _lint(coded.code, coded.text, coded.number, coded.path, coded.line)


def _check(log: Log, number: int, group: str, sums: list[int]) -> Failure | None:
    """Read a diagnostic of `ruff check` in whichever format."""
    text = log.line(number)
    if group and text[:1] == " ":
        found = _GROUPED.match(text)
        if found and _ends_later(sums, number):
            return _lint(found["code"], found["text"], number, group, int(found["line"]))
        return None
    if ": [" in text:
        found = _PYLINT.match(text)
        if found:
            return _lint(found["code"], found["text"], number, found["path"], int(found["line"]))
    return _full(log, number, sums)


def _full(log: Log, number: int, sums: list[int]) -> Failure | None:
    """Read the full format: code and words, below them an arrow and the place."""
    below = log.lines[number] if number < len(log.lines) else ""
    arrow = _ARROW.match(below) if "--> " in below else None
    head = _HEAD.match(log.line(number)) if arrow else None
    if not arrow or not head or head["code"] == "unformatted" or not _ends_later(sums, number):
        return None
    return _lint(head["code"], head["text"], number, arrow["path"], int(arrow["line"]), number + 1)


def _lint(code: str, text: str, number: int, path: str, line: int, last: int = 0) -> Failure:
    code = code.rstrip(":")
    message = f"{code} {text}" if code[-1].isdigit() else f"{code}: {text}"
    rerun = f"ruff check {shlex.quote(relative(path))}"
    return diagnostic(TOOL, message, number, path, line, last=last, rerun=rerun)


def _format(log: Log, number: int, formats: list[int]) -> Failure | None:
    """Read what `ruff format --check` would change, and what it cannot read."""
    text = log.line(number)
    would = _WOULD.match(text)
    if would and _ends_later(formats, number):
        return _unformatted(would[1], 0, number)
    if text.startswith("unformatted: "):
        below = log.lines[number] if number < len(log.lines) else ""
        arrow = _ARROW.match(below)
        if arrow and _ends_later(formats, number):
            return _unformatted(arrow["path"], int(arrow["line"]), number)
    unparsed = _UNPARSED.match(text)
    if unparsed:
        line = int(unparsed["line"] or 0)
        return diagnostic(TOOL, text, number, unparsed["path"], line, status=Status.ERROR)
    return None


def _diff(log: Log, number: int, formats: list[int], fixes: list[int]) -> Failure | None:
    """Read a file's head in the output of `--diff`: its name twice, without git's `a/` and time stamps."""
    text = log.line(number)
    path = text.removeprefix("--- ")
    if path == text or not path.endswith((".py", ".pyi", ".ipynb")) or number + 1 >= len(log.lines):
        return None
    if log.line(number + 1) != f"+++ {path}" or not log.line(number + 2).startswith("@@ "):
        return None
    if _ends_later(formats, number):
        return _unformatted(path, 0, number)
    if _ends_later(fixes, number):
        rerun = f"ruff check --diff {shlex.quote(relative(path))}"
        return diagnostic(TOOL, f"Would fix: {relative(path)}", number, path, rerun=rerun)
    return None


def _unformatted(path: str, line: int, number: int) -> Failure:
    rerun = f"ruff format {shlex.quote(relative(path))}"
    return diagnostic(TOOL, f"Would reformat: {relative(path)}", number, path, line, rerun=rerun)


def _stop(log: Log, number: int) -> Failure | None:
    """Read why ruff did not run at all: its configuration or its arguments."""
    if log.line(number) not in _STOPS:
        return None
    causes: list[str] = []
    at = number + 1
    while (
        at <= min(number + 12, len(log.lines)) and log.line(at).strip() and not log.line(at).startswith("##[")
    ):
        causes.append(log.line(at).strip().removeprefix("Cause: "))
        at += 1
    if not causes:
        return None
    detail = "\n".join(causes[1:])
    kind, status = FailureKind.SETUP, Status.ERROR
    return diagnostic(TOOL, causes[0], number, last=at - 1, detail=detail, kind=kind, status=status)
