"""black `--check`: which files it would change, and which it cannot read."""

import re
import shlex

from bot.model.failure import Failure, Findings, Status
from bot.model.log import Log
from bot.parsers._python_lint import diagnostic, is_in_failed_step
from bot.parsers._workspace import relative

TOOL = "black"
ANCHORS: tuple[str, ...] = ("would reformat ", "error: cannot format ", "error: cannot parse: ")
KEEP: tuple[str, ...] = (r"would be reformatted", r"reformatted\.$", r"^Oh no! ")
TROUBLE: tuple[str, ...] = (r"^would reformat ", r"^error: cannot (?:format|parse: )")

_WOULD = re.compile(r"would reformat (\S.{0,400})$")
_CANNOT = re.compile(
    r"error: cannot format (?P<path>.{1,400}?): "
    r"(?P<text>(?:.{1,200}?: (?P<line>\d{1,7}):\d{1,6}: )?.{1,1000})$"
)
_UNPARSED = re.compile(r"error: cannot parse: (?P<path>.{1,400}):(?P<line>\d{1,7}):\d{1,6}$")
_SUM = re.compile(
    r"\d{1,7} files? (?:would be reformatted|would fail to reformat|failed to reformat|reformatted)\b"
)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    if not any((text[:1].isdigit() and _SUM.match(text)) or text.startswith("Oh no!") for text in log.lines):
        return Findings(TOOL)
    found = [_failure(text, number) for number, text in enumerate(log.lines, 1)]
    failures = [failure for failure in found if failure and is_in_failed_step(log, failure.log_line)]
    return Findings(TOOL, tuple(failures))


def _failure(text: str, number: int) -> Failure | None:
    would = _WOULD.match(text)
    if would:
        path = relative(would[1])
        return diagnostic(TOOL, f"would reformat {path}", number, path, rerun=f"black {shlex.quote(path)}")
    unparsed = _UNPARSED.match(text)
    if unparsed:
        path, line = relative(unparsed["path"]), int(unparsed["line"])
        rerun = f"black {shlex.quote(path)}"
        return diagnostic(
            TOOL, f"cannot parse: {path}:{line}", number, path, line, status=Status.ERROR, rerun=rerun
        )
    cannot = _CANNOT.match(text)
    if cannot:
        path, line = relative(cannot["path"]), int(cannot["line"] or 0)
        message = f"cannot format {path}: {cannot['text']}"
        return diagnostic(
            TOOL, message, number, path, line, status=Status.ERROR, rerun=f"black {shlex.quote(path)}"
        )
    return None
