"""swift-testing's lines: `✘ Test "name" recorded an issue at File.swift:12:3: …` and the sum at the end.

https://github.com/swiftlang/swift-testing, `Sources/Testing/Events/Recorder`; macOS draws other marks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.parsers._workspace import relative

# The mark is one character of its own: a cross, a circle, or a private one of Apple's symbols.
_ISSUE = re.compile(
    r"\S{1,2}  ?Test (?P<name>\S.{0,1000}?) recorded an issue(?: with \d{1,4} arguments? .{1,1000}?)?"
    r" at (?P<file>[^:\s][^:]{0,400}\.swift):(?P<line>\d{1,7}):\d{1,6}: (?P<told>.*)$"
)
_FAILED = re.compile(
    r"\S{1,2}  ?Test (?P<name>\S.{0,1000}?) failed after \d{1,9}\.\d{1,6} seconds "
    r"with (?P<issues>\d{1,6}) issues?\b"
)
_RUN = re.compile(
    r"\S{1,2}  ?Test run with (?P<total>\d{1,9}) tests?(?: in \d{1,9} suites?)? "
    r"(?P<word>passed|failed) after "
    r"\d{1,9}\.\d{1,6} seconds(?: with (?P<issues>\d{1,9}) issues?)?"
)
_STARTED = re.compile(r"\S{1,2}  ?Test run started\.$")
_SKIPPED = re.compile(r"\S{1,2}  ?Test (?P<name>\S.{0,1000}?) skipped(?:: .*|\.)$")
_MORE = re.compile(r"↳ (?P<text>.*)$")
_WITH = re.compile(r" with \d{1,6} test cases?$")


@dataclass(slots=True)
class Issue:
    """One test's first issue, with 1-based log lines."""

    name: str
    first: int
    last: int
    message: str
    detail: list[str] = field(default_factory=list)
    file: str = ""
    line: int = 0


@dataclass(slots=True)
class TestingRun:
    """One run of swift-testing; the total is -1 when the log ends before its sum."""

    first: int
    last: int
    issues: dict[str, Issue] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    total: int = -1
    passed: bool = False


def read_testing(lines: Sequence[str]) -> list[TestingRun]:
    """Give the runs; a test that recorded an issue but did not fail had a known or a forgiven one."""
    runs: list[TestingRun] = []
    run: TestingRun | None = None
    last: Issue | None = None
    for number, text in enumerate(lines, 1):
        if last and (more := _MORE.match(text)):
            last.detail.append(more["text"])
            last.last = number
            continue
        if " Test " not in text[:8] or "##[" in text[:4]:
            last = None
            continue
        if _STARTED.match(text):
            run = TestingRun(number, number)
            runs.append(run)
        elif run is not None and run.total < 0:
            last = _take(run, number, text)
    return runs


def _take(run: TestingRun, number: int, text: str) -> Issue | None:
    """Take a line of a run, and give the issue that it begins."""
    if done := _RUN.match(text):
        run.total, run.last, run.passed = int(done["total"]), number, done["word"] == "passed"
    elif found := _ISSUE.match(text):
        run.last = number
        name = _bare(found["name"])
        if name not in run.issues:
            place = relative(found["file"]), int(found["line"])
            run.issues[name] = Issue(name, number, number, found["told"], [], *place)
            return run.issues[name]
        run.issues[name].detail.append(found["told"])
    elif failed := _FAILED.match(text):
        run.failed.add(_bare(failed["name"]))
        run.issues.setdefault(_bare(failed["name"]), Issue(_bare(failed["name"]), number, number, "failed"))
        run.last = number
    elif skipped := _SKIPPED.match(text):
        run.skipped.add(skipped["name"])
    return None


def _bare(name: str) -> str:
    """Take off the quotes of a display name and the count of its cases."""
    name = _WITH.sub("", name)
    return name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' else name
