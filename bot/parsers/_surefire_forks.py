"""Surefire's own failures: the forked JVM died, was killed for its time, could not start, or ran no test."""

import re
from collections.abc import Sequence

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._maven_goals import Goal, Modules
from bot.parsers._surefire_runs import Runs

_CRASH = (
    "The forked VM terminated",
    "There was an error in the forked process",
    "Error occurred in starting fork",
    "The fork terminated",
)
_TIMEOUT = ("There was a timeout or other error in the fork", "There was a timeout in the fork")
_NONE = re.compile(r"No tests (?:matching pattern .{1,500} )?were executed|No tests were executed")
_CRASHED = "Crashed tests:"
_CLASS = re.compile(r"(?:[\w$]{1,200}\.){0,30}[\w$]{1,200}(?:#[\w$]{1,200})?$")
_EXIT = re.compile(r"Process Exit Code: (\d{1,5})$")
_FRAME = re.compile(r"\s{0,8}at [\w$.]")
_SAID = "There are test failures."


def read_forks(
    tool: str, goals: Sequence[Goal], runs: Runs, modules: Modules, failures: Sequence[Failure]
) -> list[Failure]:
    """Read the goals that failed for more than their tests' failures."""
    found: list[Failure] = []
    for goal in goals:
        kind, message, at = _reason(goal)
        if kind is None:
            if not any(failure.suite in {goal.project, ""} for failure in failures):
                found.append(_one(tool, goal, FailureKind.EXIT, goal.lines[0] or _SAID, goal.first, ""))
            continue
        tests = _crashed(goal) if kind is not FailureKind.COLLECTION else []
        if not tests and kind is not FailureKind.COLLECTION:
            tests = [
                name
                for name, line in runs.running.items()
                if modules.at(line)[0] == goal.project and name != "TestSuite"
            ][-1:]
        found += [_one(tool, goal, kind, message, at, test) for test in tests or [""]]
    return found


def _reason(goal: Goal) -> tuple[FailureKind | None, str, int]:
    """Say what the goal failed for, and in which line of the log; no kind where only tests failed."""
    for offset, line in enumerate(goal.lines):
        number = min(goal.first + offset, goal.last)
        if any(words in line for words in _CRASH):
            code = next((found[1] for text in goal.lines if (found := _EXIT.search(text))), "")
            return (
                FailureKind.CRASH,
                _from(line, _CRASH) + (f" (exit code {code})" if code else _next(goal, offset)),
                number,
            )
        if any(words in line for words in _TIMEOUT):
            return FailureKind.TIMEOUT, _from(line, _TIMEOUT), number
        if found := _NONE.search(line):
            return FailureKind.COLLECTION, line[found.start() :], number
    said = " ".join(goal.lines[:1])
    if _SAID not in "\n".join(goal.lines[:4]) and said.strip():
        return FailureKind.SETUP, said.strip(), goal.first
    return None, "", goal.first


def _from(line: str, words: Sequence[str]) -> str:
    at = min(line.find(one) for one in words if one in line)
    return line[at:].strip()[:300]


def _next(goal: Goal, offset: int) -> str:
    """Join the line below, which says what the error was, to one that says only that there was one."""
    below = goal.lines[offset + 1].strip() if offset + 1 < len(goal.lines) else ""
    if not goal.lines[offset].rstrip().endswith("forked process") or not below or _FRAME.match(below):
        return ""
    return f": {below}"


def _crashed(goal: Goal) -> list[str]:
    """Read the classes listed as crashed; the list stands twice."""
    listed: list[str] = []
    inside = False
    for line in goal.lines:
        if line.strip() == _CRASHED:
            inside = True
        elif inside and _CLASS.match(line.strip()) and not line.startswith("\tat"):
            listed.append(line.strip().replace("#", " > "))
        else:
            inside = False
    return list(dict.fromkeys(listed))


def _one(tool: str, goal: Goal, kind: FailureKind, message: str, at: int, test: str) -> Failure:
    timed = kind is FailureKind.TIMEOUT
    status = Status.TIMEDOUT if timed else Status.ABORTED if kind is FailureKind.CRASH else Status.ERROR
    detail = "\n".join(line for line in goal.lines[:12] if line.strip() and not _FRAME.match(line))
    return Failure(
        tool=tool,
        kind=kind,
        status=Status.FAILED if kind is FailureKind.EXIT else status,
        test=test,
        message=message,
        detail=detail,
        log_line=at,
        extent=(goal.first, goal.last),
        suite=goal.project,
    )
