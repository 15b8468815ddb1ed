"""nox: each session that failed.

What a session's command printed is read by other parsers: nox is a wrapper (`exit`) there. A session that
could not be made, or that nox itself stopped, is a failure of its own.
Format: https://github.com/wntrblm/nox/blob/main/nox/sessions.py
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._pip_errors import says_why

TOOL = "nox"
ANCHORS: tuple[str, ...] = ("nox > ",)
KEEP: tuple[str, ...] = (r"^nox > (?:Running session |Session |\* |Ran )",)
TROUBLE: tuple[str, ...] = (
    r"^nox > (?:Session .+ (?:failed|aborted)|Command .+ failed with exit code|Error )",
)

_TIME = r"(?: \(took .{1,60}\))?(?: in .{1,60})?"
_ENDED = re.compile(
    rf"nox > Session (?P<name>\S.{{0,300}}?) (?P<how>failed|aborted)(?:: (?P<why>.{{1,1000}}?))?{_TIME}\.?$"
)
_BEGAN = "nox > Running session "
_COMMAND = re.compile(
    r"nox > (?P<text>Command (?P<command>.{1,3000}?) failed with exit code (?P<code>-?\d{1,10}))\b"
)
_PROGRAM = re.compile(r"nox > (?P<text>Program .{1,500} not found\.)$")
_RAISED = re.compile(r"nox > Session .{1,300} raised exception (?P<text>.{1,1000})$")
_STOP = re.compile(
    r"nox > (?P<text>(?:Sessions not found: .{1,500}|Failed to load Noxfile .{1,500}|No"
    r" sessions selected.{0,300}))$"
)
_INSTALL = re.compile(
    r"(?:python\S{0,20} -m pip|uv pip|pip|conda|mamba) .{0,40}?\binstall\b|-m pip install\b"
)
_BACK = 20000


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    for number, text in enumerate(log.lines, 1):
        if not text.startswith("nox > "):
            continue
        ended = _ENDED.match(text)
        stop = _STOP.match(text)
        if ended:
            failures.append(_session(log, number, ended["name"], ended["how"], ended["why"] or ""))
        elif stop:
            failures.append(_make("", FailureKind.SETUP, Status.ERROR, stop["text"], number))
    return Findings(TOOL, tuple(failures))


def _session(log: Log, number: int, name: str, how: str, why: str) -> Failure:
    """Say why a session failed: what stands between its beginning and its end."""
    status = Status.ABORTED if how == "aborted" else Status.FAILED
    if why:
        return _make(name, FailureKind.SETUP, status, why, number)
    for at in range(number - 1, max(0, number - _BACK), -1):
        text = log.line(at)
        if not text.startswith("nox > "):
            continue
        if text.startswith(_BEGAN) or _ENDED.match(text):
            break
        command = _COMMAND.match(text)
        if command:
            return _from_command(log, at, number, name, command)
        other = _PROGRAM.match(text) or _RAISED.match(text)
        if other:
            return _make(name, FailureKind.SETUP, Status.ERROR, other["text"], at)
    return _make(name, FailureKind.EXIT, status, log.line(number).removeprefix("nox > "), number)


def _from_command(log: Log, at: int, end: int, name: str, command: re.Match[str]) -> Failure:
    """Tell an installation from a session's own command; pip's words below it are pip's to report."""
    installs = _INSTALL.search(command["command"]) is not None
    told = any(says_why(log.line(n)) for n in range(max(1, at - 200), end))
    if installs and not told:
        return _make(name, FailureKind.SETUP, Status.ERROR, command["text"], at)
    return _make(name, FailureKind.EXIT, Status.FAILED, command["text"], end if installs else at)


def _make(name: str, kind: FailureKind, status: Status, message: str, number: int) -> Failure:
    return Failure(
        tool=TOOL,
        kind=kind,
        status=status,
        test=name,
        message=message,
        log_line=number,
        extent=(number, number),
        rerun=f"nox -s {shlex.quote(name)}" if name else "",
    )
