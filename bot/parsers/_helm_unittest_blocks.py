"""helm-unittest's report as it stands in the log: charts, suites, tests that failed, and the sums.

https://github.com/helm-unittest/helm-unittest/blob/main/pkg/unittest/test_runner.go
"""

import re
from dataclasses import dataclass, field

from bot.model.log import Log

_CHART = re.compile(r"### Chart \[ (?P<name>\S.{0,200}?) \] (?P<path>\S.{0,300})$")
_SUITE = re.compile(r" ?(?P<word>PASS|FAIL) {1,2}(?P<name>[^\t]{0,300})\t(?P<file>\S[^\t]{0,400})$")
_TEST = re.compile(r"\t- (?P<name>\S.*)$")
_SKIPPED = re.compile(r"\t- SKIPPED '")
_BROKEN = re.compile(r"\t- Execution Error: ?(?P<what>.*)$")
_ERROR = re.compile(r"### Error: +(?P<what>\S.*)$")
_SUM = re.compile(r"(?P<what>Charts|Test Suites|Tests|Snapshot):\s{1,20}(?P<counts>\d.*)$")
_COUNT = re.compile(r"(?P<n>\d{1,7}) (?P<word>failed|errored|passed|skipped|total)")
_END = re.compile(r"Time:\s{1,20}\d")
_MOST = 200


@dataclass(slots=True)
class Test:
    """A test that failed, or, without a name, a suite that could not be read."""

    name: str
    number: int
    lines: list[tuple[int, str]] = field(default_factory=list)
    broken: bool = False


@dataclass(slots=True)
class Suite:
    """One test file."""

    name: str
    file: str
    number: int
    failed: bool
    tests: list[Test] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One call of helm-unittest."""

    first: int
    last: int = 0
    chart: str = ""
    suites: list[Suite] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    sums: dict[str, dict[str, int]] = field(default_factory=dict)
    ended: bool = False


def read_runs(log: Log) -> list[Run]:
    """Collect the calls; each ends with its sums."""
    runs: list[Run] = []
    run: Run | None = None
    for number, text in enumerate(log.lines, 1):
        if text.startswith("##["):
            run = None
        if starts(text) and (run is None or run.ended):
            run = Run(number)
            runs.append(run)
        if run is not None and not run.ended:
            _feed(run, number, text)
    return [one for one in runs if one.suites or one.sums or one.errors]


def starts(text: str) -> bool:
    """Whether a call's output can begin here."""
    return bool(_CHART.match(text) or _SUITE.match(text) or (_ERROR.match(text)))


def _feed(run: Run, number: int, text: str) -> None:
    """Take one line of a call's output."""
    if match := _SUITE.match(text):
        run.suites.append(Suite(match["name"].strip(), match["file"], number, match["word"] == "FAIL"))
    elif match := _CHART.match(text):
        run.chart = match["path"]
    elif match := _ERROR.match(text):
        run.errors.append((number, match["what"]))
    elif match := _SUM.match(text):
        run.sums[match["what"]] = {m["word"]: int(m["n"]) for m in _COUNT.finditer(match["counts"])}
    elif _END.match(text) and run.sums:
        run.ended = True
    elif text.startswith("\t") and run.suites and run.suites[-1].failed:
        _detail(run.suites[-1], number, text)
    if text.strip():
        run.last = number


def _detail(suite: Suite, number: int, text: str) -> None:
    """Take a line of what a suite that failed says: tests are indented once, their assertions twice."""
    if match := _BROKEN.match(text):
        suite.tests.append(Test("", number, [(number, match["what"])] if match["what"] else [], broken=True))
    elif _SKIPPED.match(text):
        return
    elif match := _TEST.match(text):
        suite.tests.append(Test(match["name"], number))
    elif suite.tests and len(suite.tests[-1].lines) < _MOST and text.strip():
        suite.tests[-1].lines.append((number, text))
