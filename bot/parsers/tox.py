"""tox 3 and 4: each environment that failed.

What a command of an environment printed is read by other parsers, so that tox is a wrapper (`exit`) there; an
environment that could not be made is a failure of its own.
Formats: https://tox.wiki/en/latest/ and https://tox.wiki/en/3.28.0/
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._pip_errors import says_why

TOOL = "tox"
ANCHORS: tuple[str, ...] = (
    "evaluation failed :(",
    "commands failed",
    "InterpreterNotFound",
    "HandledError|",
    "tox",
)
KEEP: tuple[str, ...] = (
    r"^  .+: (?:OK|FAIL|SKIP)\b",
    r"^  (?:evaluation failed :\(|congratulations :\))",
    r"^_+ summary _+$",
)
TROUBLE: tuple[str, ...] = (r": exit -?\d+ \([\d.]+ seconds\) ", r"^ROOT: HandledError\|", r"^ERROR:   .+: ")

_ENV = r"[\w.\-+]{1,100}"
_SUM = re.compile(
    rf"  (?P<env>{_ENV}): FAIL(?: code (?P<code>-?\d{{1,10}}))? \([\d.]{{1,12}}(?:=.{{1,200}})? seconds\)$"
)
_OVER = re.compile(r"  evaluation failed :\( \(")
_EXIT = re.compile(
    rf"(?P<env>{_ENV}): exit (?P<code>-?\d{{1,10}}) \([\d.]{{1,12}} seconds\) (?P<command>.{{1,2000}})$"
)
_STEP = re.compile(
    rf"(?P<env>{_ENV}): (?P<step>install_\w{{1,40}}|commands(?:_pre|_post)?\[\d{{1,4}}\]|_\w{{1,40}})> "
)
_FAILED = re.compile(rf"(?P<env>{_ENV}): (?:failed with|internal error) ?(?P<why>.{{0,1000}})$")
_ABSENT = re.compile(r"\S{1,100}: Exception running subprocess (?P<why>.{1,1000})$")
_HANDLED = re.compile(r"ROOT: HandledError\| ?(?P<why>.{1,1000})$")
_OLD = re.compile(
    rf"ERROR: {{1,4}}(?P<env>{_ENV}): (?P<why>commands failed|InterpreterNotFound: .{{1,200}}"
    rf"|could not install deps .{{1,1000}}|.{{1,20}}parallel child exit code \d{{1,5}})"
)
_OLD_HEAD = re.compile(r"_{5,100} summary _{5,100}$")
_INVOKED = "ERROR: InvocationError for command "
_BACK, _MOST = 20000, 300


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    for number, text in enumerate(log.lines, 1):
        failures += _handled(text, number)
        if _OVER.match(text):
            failures += _summed(log, number)
        elif text.startswith("_") and _OLD_HEAD.match(text):
            failures += _old(log, number)
        if len(failures) > _MOST:
            break
    return Findings(TOOL, tuple(sorted(failures, key=lambda failure: failure.log_line)))


def _handled(text: str, number: int) -> list[Failure]:
    found = _HANDLED.match(text) if text.startswith("ROOT: ") else None
    return [_make("", FailureKind.SETUP, found["why"], number, number)] if found else []


def _summed(log: Log, end: int) -> list[Failure]:
    """Read tox 4's summary upwards from its last line, and find each environment's own words above."""
    failures = []
    at = end - 1
    while at > max(0, end - _MOST) and log.line(at).startswith("  ") and ": " in log.line(at):
        found = _SUM.match(log.line(at))
        if found:
            failures.append(_environment(log, found["env"], at))
        at -= 1
    return failures


def _environment(log: Log, env: str, number: int) -> Failure:
    """Say why an environment failed: its last command, or what kept it from being made."""
    for at in range(number - 1, max(0, number - _BACK), -1):
        text = log.line(at)
        if not text.startswith(f"{env}: "):
            continue
        if _EXIT.match(text):
            absent = _ABSENT.match(log.line(at - 1)) if at > 1 else None
            if absent:
                return _make(env, FailureKind.SETUP, absent["why"], at - 1, at)
            start = _started(log, env, at)
            step = _STEP.match(log.line(start))
            inside = [(n, log.line(n)) for n in range(start, at)]
            made = step is None or step["step"].startswith("commands")
            wraps = made or any(says_why(line) for _, line in inside)
            kind = FailureKind.EXIT if wraps else FailureKind.SETUP
            return _make(env, kind, text.partition(": ")[2], at, at)
        failed = _FAILED.match(text)
        if failed:
            return _make(env, FailureKind.SETUP, failed["why"] or text, at, at)
    return _make(env, FailureKind.EXIT, log.line(number).strip(), number, number)


def _started(log: Log, env: str, number: int) -> int:
    """Find the line with which the step began that ended here."""
    for at in range(number - 1, max(0, number - _BACK), -1):
        text = log.line(at)
        if text.startswith(f"{env}: ") and _STEP.match(text):
            return at
    return number


def _old(log: Log, number: int) -> list[Failure]:
    """Read tox 3's summary downwards from its heading."""
    failures = []
    for at in range(number + 1, min(number + 200, len(log.lines)) + 1):
        text = log.line(at)
        found = _OLD.match(text)
        if found:
            failures.append(_old_environment(log, found["env"], found["why"], at))
        elif not text.startswith(("  ", "ERROR:", "SKIPPED:")):
            break
    return failures


def _old_environment(log: Log, env: str, why: str, number: int) -> Failure:
    """Say why an environment of tox 3 failed: its own lines stand far above the summary."""
    own = (f"{env} create: ", f"{env} installdeps: ", f"{env} run-test: ")
    above = range(max(1, number - _BACK), number)
    starts = [n for n in above if log.line(n).startswith(own)]
    inside = [(n, log.line(n)) for n in range(starts[-1], number)] if starts else []
    invoked = next(((n, text) for n, text in inside if text.startswith(_INVOKED)), None)
    if why.startswith("InterpreterNotFound"):
        return _make(env, FailureKind.SETUP, why, number, number)
    if why.startswith("could not install"):
        told = any(says_why(text) for _, text in inside)
        return _make(env, FailureKind.EXIT if told else FailureKind.SETUP, why, number, number)
    if invoked and "could not find executable" in invoked[1]:
        return _make(env, FailureKind.SETUP, invoked[1].removeprefix("ERROR: "), invoked[0], invoked[0])
    message = invoked[1].removeprefix("ERROR: ") if invoked else why
    return _make(env, FailureKind.EXIT, message, invoked[0] if invoked else number, number)


def _make(env: str, kind: FailureKind, message: str, number: int, last: int) -> Failure:
    return Failure(
        tool=TOOL,
        kind=kind,
        status=Status.ERROR if kind is FailureKind.SETUP else Status.FAILED,
        test=env,
        message=message,
        log_line=number,
        extent=(number, last),
        rerun=f"tox -e {shlex.quote(env)}" if env else "",
    )
