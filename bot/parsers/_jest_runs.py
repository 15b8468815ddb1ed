"""Lines of jest's default reporter become runs, test files and the blocks that tell of failures."""

import re
from dataclasses import dataclass, field

from bot.parsers._js_death import death
from bot.parsers._js_stack import same_file
from bot.parsers._workspace import relative

Line = tuple[int, str]

# `FAIL unit test/cart.test.ts (5.123 s, 80 MB heap size)`; with colours the words stand between spaces.
_HEADER = re.compile(
    r"(?:##\[group\]|::group::| {0,2})(?P<word>PASS|FAIL|Errors thrown in) {1,3}"
    r"(?:(?P<project>\S(?:.{0,80}\S)?) {1,3})?"
    r"(?P<path>[^\s:]{1,400}\.(?:[cm]?[jt]sx?|vue|svelte|json|coffee|feature|es6|mdx?))"
    r"(?: \([^()]{1,80}\))?\s{0,4}$"
)
_BLOCK = re.compile(r" {2}● (?P<name>\S.*)$")
_SUITES = re.compile(r"Test Suites: (?P<counts>(?:\d{1,7} [a-z]{2,8}, ){0,6}(?:\d{1,7} of )?\d{1,7} total)$")
_TESTS = re.compile(r"Tests: {1,8}(?P<counts>(?:\d{1,7} [a-z]{2,8}, ){0,6}\d{1,7} total)$")
_COUNT = re.compile(r"(\d{1,7}) ([a-z]{2,8})")
_MARK = re.compile(r"\s{2,200}[✕×] (?P<title>.+?)(?: \(\d[\d.]{0,9} m?s\))?$")
_RETRY = re.compile(r"\s?LOGGING RETRY ERRORS\s{1,3}(?P<name>\S.*?)\s{0,3}$")
# What stands before the first test file is the run's, too: its command, and what tests print with --verbose.
_BEFORE = re.compile(
    r" {2}console\.[a-z]{3,9}$|(?:> |\$ |\+ )(?:.{0,200}[\s/])?(?:jest|react-scripts test)\b"
)
_WORDS = ("PASS ", "FAIL ", "Errors thrown in ")
_LONGEST = 1000
# More test files of one name than these are not compared.
_ALIKE = 500
_CONSOLE = "Console"


@dataclass(slots=True)
class Block:
    """What is told of one failure; `body` holds its lines without their margin."""

    line: int
    name: str
    body: list[Line] = field(default_factory=list)
    last: int = 0


@dataclass(slots=True)
class Suite:
    """One test file as its header has it."""

    line: int
    path: str
    project: str
    failed: bool
    blocks: list[Block] = field(default_factory=list)
    marks: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One run of jest.

    Attributes:
        counts: what it said of its tests, by its own words; empty until it summed up.
        suites_failed: how many test files failed by its own sum; -1 until it summed up.
        retried: full names of tests that were tried again.
        current: the test file whose header was read last.
        named: the test files by the last part of their path.
    """

    first: int
    last: int
    suites: list[Suite] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    suites_failed: int = -1
    retried: set[str] = field(default_factory=set)
    ended: bool = False
    current: Suite | None = None
    named: dict[str, list[Suite]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether it summed up, and nothing had failed."""
        return self.ended and not self.suites_failed and not self.counts.get("failed")


@dataclass(slots=True)
class _Reader:
    """What is known while the lines are read."""

    runs: list[Run] = field(default_factory=list)
    block: Block | None = None
    before: int = 0
    charts: int = 0

    def run(self, number: int) -> Run:
        """Give the run that this line belongs to; behind a sum a new one begins."""
        if not self.runs or self.runs[-1].ended:
            self.runs.append(Run(self.before or number, number))
            self.before = 0
        return self.runs[-1]


def read_runs(lines: tuple[str, ...]) -> list[Run]:
    """Give the runs of a view, their lines counted from 1."""
    reader = _Reader()
    for number, text in enumerate(lines, 1):
        if text[:4] in {"", "    "} or text.isspace():
            _take_indented(reader, number, text)
        else:
            _take_margin(reader, number, text[:_LONGEST])
    return [run for run in reader.runs if run.counts or _began(run, lines)]


def _began(run: Run, lines: tuple[str, ...]) -> bool:
    """Whether a run without sums is one: a single `PASS a.js` may be any tool's."""
    told = any(suite.blocks or suite.marks for suite in run.suites)
    if told or len(run.suites) > 1 or any(run.first < suite.line for suite in run.suites):
        return True
    return bool(run.suites) and death(lines, run.last) >= 0


def _take_indented(reader: _Reader, number: int, text: str) -> None:
    """Take a line that stands inside something: a block's text, or the tree of tests."""
    block = reader.block
    if block is not None:
        block.body.append((number, text[4:]))
        block.last = number if text.strip() else block.last
    elif text.strip() and reader.runs and not reader.runs[-1].ended:
        _take_mark(reader.runs[-1], number, text[:_LONGEST])


def _take_margin(reader: _Reader, number: int, text: str) -> None:
    if _take_header(reader, number, text) or _take_sum(reader, number, text):
        return
    found = _BLOCK.match(text)
    run = reader.runs[-1] if reader.runs else None
    reader.block = None
    if (run is None or run.ended) and not reader.before and _BEFORE.match(text):
        reader.before = number
    if retry := _RETRY.match(text):
        reader.run(number).retried.add(retry["name"])
    elif run is None:
        return
    elif found and run.current and not run.ended:
        suite = run.current
        reader.block = Block(number, found["name"].strip(), last=number)
        run.last = number
        if found["name"] != _CONSOLE and suite.failed:
            suite.blocks.append(reader.block)
    elif text.startswith("Ran all test suites") and run.ended:
        run.last = number
    elif not run.ended:
        _take_mark(run, number, text)


def _take_mark(run: Run, number: int, text: str) -> None:
    found = _MARK.match(text) if "✕" in text or "×" in text else None
    if found and run.current and run.current.failed:
        run.current.marks.append((number, found["title"]))


def _take_header(reader: _Reader, number: int, text: str) -> bool:
    found = _HEADER.match(text) if any(word in text[:30] for word in _WORDS) else None
    if found is None or (found["word"] == "Errors thrown in" and not text.startswith(("#", ":"))):
        return False
    run = reader.run(number)
    run.last, reader.block = number, None
    path, project = relative(found["path"]), (found["project"] or "").strip()
    failed = found["word"] != "PASS"
    alike = run.named.setdefault(path.rpartition("/")[2], [])
    again = next(
        (one for one in alike[:_ALIKE] if one.failed == failed and _is_same(one, path, project)), None
    )
    if again is None:
        again = Suite(number, path, project, failed)
        run.suites.append(again)
        alike.append(again)
    # "Summary of all failing tests" tells everything once more.
    run.current = again
    return True


def _is_same(suite: Suite, path: str, project: str) -> bool:
    """Whether it is the same file; the reporter for GitHub Actions names it from its project's folder."""
    return same_file(suite.path, path) and (not project or suite.project == project)


def _take_sum(reader: _Reader, number: int, text: str) -> bool:
    """Take `Test Suites: 1 failed, 2 total` and `Tests: ...`, which stand one below the other."""
    # Helm's unit tests sum up in jest's words, their charts first.
    reader.charts = number if text.startswith("Charts: ") else reader.charts
    own = text.startswith("Test Suites: ") and reader.charts != number - 1
    suites = _SUITES.match(text) if own else None
    tests = _TESTS.match(text) if text.startswith("Tests: ") else None
    if suites:
        run = reader.run(number)
        run.suites_failed, run.last = _counted(suites["counts"]).get("failed", 0), number
        reader.block = None
    elif tests and reader.runs and reader.runs[-1].suites_failed >= 0 and not reader.runs[-1].ended:
        run = reader.runs[-1]
        run.counts, run.last, run.ended = _counted(tests["counts"]), number, True
    return bool(suites or tests)


def _counted(text: str) -> dict[str, int]:
    return {word: int(count) for count, word in _COUNT.findall(text)}
