"""JUnit Platform's console launcher: the list of failures and the table of counts below it.

Format: https://github.com/junit-team/junit-framework, `MutableTestExecutionSummary` and
`TestFeedPrintingListener`.
With `--details` `flat` and `verbose` there is no list.
"""

import re
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._jvm_stack import read_frame

_LIST = re.compile(r"Failures \((?P<count>\d{1,7})\):$")
_NAME = re.compile(r" {2}(?P<name>\S.{0,4000})$")
_SOURCE = re.compile(r" {4}(?P<kind>\w{1,40}(?:Source|Selector)) \[(?P<fields>.{0,4000})\]$")
_THROWN = re.compile(r" {4}=> (?P<text>.{0,4000})$")
_FIELD = re.compile(r"(?P<key>className|methodName) = '(?P<value>[^']{1,500})'")
_COUNT = re.compile(
    r"\[ {0,20}(?P<count>\d{1,9}) (?P<what>tests|containers) (?P<how>found|skipped|started|aborted|"
    r"successful|failed) {0,20}\]$"
)
# `--details testfeed`: the path with ` > `, then type, message and calls behind a tab.
_FEED = " :: FAILED"
_FINISHED = "Test run finished after "
_LONGEST = 100_000
_LONGEST_THROWN = 2000


@dataclass(slots=True)
class Problem:
    """One entry of the list.

    Attributes:
        name: the path of display names, joined with `:` by the launcher.
        owner: the class; empty where the launcher names none.
        method: the method; empty for a container.
        body: message and calls, the latter without `at`.
    """

    name: str
    line: int
    last: int
    owner: str = ""
    method: str = ""
    body: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One run of the launcher: its failures, and its counts by `tests failed` and the like."""

    first: int
    last: int
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_runs(log: Log) -> list[Run]:
    """Read every run that came to its end; the list counts only where the table follows."""
    runs: list[Run] = []
    listed: tuple[int, list[Problem]] | None = None
    fed: list[Problem] = []
    number = 1
    while number <= len(log.lines):
        line = log.line(number)
        if _LIST.match(line):
            problems, last = _problems(log, number)
            listed = (number, problems)
            number = last
        elif line.endswith(_FEED) and " > " in line and line[:1].strip():
            fed.append(_feed(log, number, line.removesuffix(_FEED)))
            number = fed[-1].last
        elif line.startswith(_FINISHED):
            run = _run(log, number)
            if listed or fed:
                run.first, run.problems = listed or (fed[0].line, fed)
            if run.counts:
                runs.append(run)
            number, listed, fed = run.last, None, []
        number += 1
    return runs


def _feed(log: Log, number: int, name: str) -> Problem:
    """Read one test of the feed with what it threw."""
    problem = Problem(":".join(name.split(" > ")), number, number)
    for at in range(number + 1, min(len(log.lines), number + _LONGEST_THROWN) + 1):
        line = log.line(at)
        called = any(body.lstrip().startswith("at ") for body in problem.body)
        if not line.startswith("\t") and (called or not problem.body or " :: " in line):
            break
        problem.body.append(line.removeprefix("\t"))
        problem.last = at
    calls = [frame for line in problem.body if (frame := read_frame(line))]
    simple = name.split(" > ")[1] if " > " in name else ""
    problem.owner = next((call.outer for call in calls if call.outer.rpartition(".")[2] == simple), simple)
    problem.method = name.rpartition(" > ")[2] if name.count(" > ") > 1 else ""
    return problem


def _run(log: Log, number: int) -> Run:
    run = Run(number, number)
    for at in range(number + 1, min(len(log.lines), number + 13) + 1):
        found = _COUNT.match(log.line(at).rstrip())
        if not found:
            break
        run.counts[f"{found['what']} {found['how']}"] = int(found["count"])
        run.last = at
    return run


def _problems(log: Log, number: int) -> tuple[list[Problem], int]:
    """Read the list; a message's further lines may stand anywhere, so that only a source begins an entry."""
    problems: list[Problem] = []
    last = number
    for at in range(number + 1, min(len(log.lines), number + _LONGEST) + 1):
        line = log.line(at)
        if line.startswith(_FINISHED):
            break
        below = log.line(at + 1) if at < len(log.lines) else ""
        name = _NAME.match(line)
        if name and (_SOURCE.match(below) or _THROWN.match(below)):
            problems.append(Problem(name["name"], at, at))
        elif problems:
            _add(problems[-1], line, at)
        last = at
    return problems, last


def _add(problem: Problem, line: str, at: int) -> None:
    if source := _SOURCE.match(line):
        fields = {found["key"]: found["value"] for found in _FIELD.finditer(source["fields"])}
        problem.owner, problem.method = fields.get("className", ""), fields.get("methodName", "")
    elif thrown := _THROWN.match(line):
        problem.body.append(thrown["text"])
    elif line.strip() and problem.body:
        problem.body.append(_as_call(line))
    if line.strip():
        problem.last = at


def _as_call(line: str) -> str:
    """Give a call the `at` that the launcher leaves out."""
    text = line.strip()
    if (
        line.startswith("       ")
        and text.endswith(")")
        and not text.startswith(("at ", "Caused by", "Suppressed"))
    ):
        return f"\tat {text}"
    return line if text != "[...]" else ""
