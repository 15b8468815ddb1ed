"""Gradle's test events on the console: `Class > method FAILED` with what was thrown, and each task's counts.

Formats: https://github.com/gradle/gradle, `AbstractTestLogger`, `ShortExceptionFormatter`,
`FullExceptionFormatter` and `TestCountLogger`.
"""

import re
from dataclasses import dataclass, field, replace

from bot.model.log import Log

# `> Task :cart:test FAILED`; before 4.7 `:cart:test`, and `:cart:test FAILED` once more behind its tests.
_TASK = re.compile(r"(?P<new>> Task )?(?P<task>(?::[\w.\-]{1,200}){1,12})(?P<state> [A-Z][A-Z\-]{3,12})?$")
# Before 4.7 a task's first output follows its name at once, and nothing tells where that ends.
_GLUED = re.compile(r"(?::[\w.\-]{1,200}){2,12}\S")
_EVENT = re.compile(
    r"(?P<name>\S.{0,3000}?) (?P<state>FAILED|PASSED|SKIPPED|STARTED|STANDARD_OUT|STANDARD_ERROR)$"
)
_COUNTS = re.compile(
    r"(?P<total>\d{1,9}) tests? completed(?:, (?P<failed>\d{1,9}) failed)?"
    r"(?:, (?P<skipped>\d{1,9}) skipped)?$"
)
_DOTTED = re.compile(r"(?:[\w$]{1,200}\.){1,30}[\w$]{1,200}(?:[\[(][^\n]{0,500})?$")
# Containers that Gradle puts around everything: its processes, and TestNG's own suite and test.
_AROUND = re.compile(r"(?:Gradle Test (?:Run|Executor)\b.*|Gradle suite|Gradle test)$")
_PARAMETERS = re.compile(r"[\[(]")
_THROWN = re.compile(
    r"\s{4,12}(?:[\w$]{1,100}\.){1,20}[\w$]{1,200}(?:: | at |$)|\s{4,12}[\w$]{1,100}(?:Error|Exception|"
    r"Failure)\b"
)
# A test's output may be long, what was thrown is not.
_LONGEST = 1500
_NEAR = 3
SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class Event:
    """One test that failed, as Gradle reported it when it ended.

    Attributes:
        parts: containers and the test itself.
        body: what was thrown, without the indentation.
        task: the task that ran it; empty where that is not known.
    """

    parts: tuple[str, ...]
    body: tuple[str, ...]
    task: str
    line: int
    last: int

    @property
    def name(self) -> str:
        """The name as one text."""
        return SEPARATOR.join(self.parts)


@dataclass(slots=True)
class Counts:
    """What a test task counted; Gradle prints it only where a test failed."""

    task: str
    line: int
    total: int
    failed: int
    skipped: int


@dataclass(slots=True)
class Tests:
    """All that Gradle printed of tests.

    Attributes:
        passed: names of tests that passed, each with the number of its last line.
        tasks: numbers of the lines that name a task, with its path.
        failed_tasks: tasks that Gradle marked as failed.
    """

    events: list[Event] = field(default_factory=list)
    counts: list[Counts] = field(default_factory=list)
    passed: dict[str, int] = field(default_factory=dict)
    tasks: list[tuple[int, str]] = field(default_factory=list)
    failed_tasks: set[str] = field(default_factory=set)


def read_tests(log: Log) -> Tests:
    """Read a log's test events from its first line to its last."""
    tests = Tests()
    task = ""
    number = 1
    while number <= len(log.lines):
        line = log.line(number)
        if line.startswith((":", "> Task :")) and (found := _TASK.match(line)):
            task = found["task"]
            tests.tasks.append((number, task))
            if found["state"] == " FAILED":
                tests.failed_tasks.add(task)
                if not found["new"]:
                    _settle(tests, task, number)
        elif _GLUED.match(line):
            task = ""
        elif counts := _COUNTS.match(line):
            total, failed, skipped = (int(counts[key] or 0) for key in ("total", "failed", "skipped"))
            tests.counts.append(Counts(task, number, total, failed, skipped))
        elif line[:1].strip() and line.endswith(("FAILED", "PASSED")) and (event := _EVENT.match(line)):
            number = _take(log, number, event, task, tests)
        number += 1
    return tests


def _settle(tests: Tests, task: str, number: int) -> None:
    """Give what was counted just above to a task that is named below, as before 4.7."""
    counts = tests.counts[-1] if tests.counts else None
    if counts is None or not number - _NEAR <= counts.line:
        return
    counts.task = task
    after = tests.counts[-2].line if len(tests.counts) > 1 else 0
    mine = [at for at, event in enumerate(tests.events) if after < event.line < counts.line]
    # More than were counted: tasks ran at once, and nobody knows whose they are.
    owner = task if len(mine) == counts.failed else ""
    for at in mine:
        tests.events[at] = replace(tests.events[at], task=owner)


def _take(log: Log, number: int, found: re.Match[str], task: str, tests: Tests) -> int:
    """Take one event; returns its last line."""
    parts = tuple(part for part in found["name"].split(SEPARATOR) if not _AROUND.match(part))
    name = SEPARATOR.join(parts)
    if found["state"] == "PASSED":
        tests.passed[name] = number
        return number
    if not parts:
        return number
    body, last = _body(log, number)
    thrown = bool(body) and bool(_THROWN.match(body[0]))
    if thrown and (len(parts) > 1 or SEPARATOR in found["name"] or _DOTTED.match(name)):
        if len(parts) == 1 and _DOTTED.match(name):
            # TestNG's methods carry their class in front.
            front = _PARAMETERS.split(name, maxsplit=1)[0]
            where, _, method = front.rpartition(".")
            parts = (where, method + name[len(front) :])
        dedented = tuple(line.removeprefix("    ") for line in body)
        tests.events.append(Event(parts, dedented, task, number, last))
        return last
    if len(parts) > 1 and not body:
        tests.events.append(Event(parts, (), task, number, number))
    return number


def _body(log: Log, number: int) -> tuple[list[str], int]:
    """Collect the indented lines below a heading; a blank line stands before `Caused by:`."""
    body: list[str] = []
    last = number
    for at in range(number + 1, min(len(log.lines), number + _LONGEST) + 1):
        line = log.line(at)
        if line.startswith("    "):
            body.append(line)
            last = at
        elif line.strip() or not body:
            # A message goes on at the left edge only where calls follow.
            if not line.strip() or not _goes_on(log, at, body):
                break
            body.append(line)
        else:
            body.append("")
            after = log.line(at + 1) if at < len(log.lines) else ""
            if not after.startswith("        "):
                break
    while body and not body[-1].strip():
        body.pop()
    return body, last


def _goes_on(log: Log, at: int, body: list[str]) -> bool:
    """Whether a line at the left edge is part of a message: calls stand below, and none above."""
    if not body or any(line.lstrip().startswith("at ") for line in body) or _EVENT.match(log.line(at)):
        return False
    below = (log.line(after) for after in range(at + 1, min(len(log.lines), at + 12) + 1))
    for line in below:
        if line.lstrip().startswith("at ") and line.startswith("        "):
            return True
        if _EVENT.match(line) or line.startswith(("> Task ", "FAILURE: ", "BUILD ")):
            return False
    return False
