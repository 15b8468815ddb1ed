"""What ctest prints: its runs, each test's attempts, and what the tests printed themselves.

Format: https://github.com/Kitware/CMake/blob/master/Source/CTest/cmCTestRunTest.cxx and
https://github.com/Kitware/CMake/blob/master/Source/CTest/cmCTestTestHandler.cxx
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from bot.model.log import Log

START = "Test project "
_STARTED = re.compile(r" {2,12}Start {1,8}(\d{1,6}): (.{1,2000})$")
_ENDED = re.compile(r" {0,8}(?:\d{1,6}/\d{1,6})? {1,6}Test {1,8}#(\d{1,6}): (.{1,2000}?) \.{3,}(.{0,2000})$")
_PRINTED = re.compile(r"(\d{1,6}): ?(.*)$")
_SUMMARY = re.compile(r"\d{1,3}% tests passed, (\d{1,6}) tests? failed out of (\d{1,6})$")
_LISTED = re.compile(r"\s{1,8}(\d{1,6}) - (.{1,2000}) \(([A-Za-z_ ]{1,40})\)(?:\s.*)?$")
_LIST = "The following tests FAILED:"
_ENDS = ("Errors while running CTest", "No tests were found!!!")
_BEHIND = ("Output from these tests are in:", 'Use "--rerun-failed')
_ANNOUNCED = re.compile(r"test \d{1,6}$")
_SECONDS = re.compile(r"\s{0,4}\d{1,9}\.\d{2} sec\s{0,4}$")


@dataclass(slots=True)
class Attempt:
    """One execution of one test.

    Attributes:
        line: number of the line that says how it ended; of its start while it has not.
        word: ctest's words for how it ended, `Passed` or `***Failed ...`; empty while it has not.
        printed: the test's own lines with their numbers, without what `-V` puts before them.
        before: what ctest itself said before the end, such as which file it looked for.
    """

    number: int
    name: str
    line: int
    word: str = ""
    printed: list[tuple[int, str]] = field(default_factory=list)
    before: list[tuple[int, str]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether ctest counts it as failed."""
        return "***" in self.word and not self.skipped and not self.disabled

    @property
    def skipped(self) -> bool:
        """Whether the test said that it cannot run here."""
        return self.word.startswith("***Skipped")

    @property
    def disabled(self) -> bool:
        """Whether the project says that it must not run."""
        return self.word.startswith("***Not Run (Disabled)")


@dataclass(slots=True)
class Run:
    """One call of ctest."""

    first: int
    last: int
    folder: str
    attempts: list[Attempt] = field(default_factory=list)
    listed: dict[int, str] = field(default_factory=dict)
    failed: int = -1
    total: int = -1
    ended: bool = False

    def finals(self) -> list[Attempt]:
        """Give each test's last attempt."""
        last = {attempt.number: attempt for attempt in self.attempts}
        return list(last.values())

    def flaked(self) -> int:
        """Count the tests that passed after they had failed."""
        once = {attempt.number for attempt in self.attempts if attempt.failed}
        return sum(final.number in once and final.word.startswith("Passed") for final in self.finals())


def read_runs(log: Log) -> list[Run]:
    """Give ctest's runs in the order of the log; tests that were run again alone replace their first run."""
    runs: list[Run] = []
    reader: _Reader | None = None
    borders = {section.first for section in log.sections}
    for number, line in enumerate(log.lines, 1):
        if number in borders:
            reader = None
        if line.startswith(START):
            reader = _Reader(Run(number, number, line.removeprefix(START).strip()))
            runs.append(reader.run)
        elif reader is not None and not reader.take(number, line):
            reader = None
    runs = [run for run in runs if run.attempts or run.ended]
    _forget_repeated(runs)
    return runs


def _forget_repeated(runs: list[Run]) -> None:
    """Drop failures that a later run of nothing but the failed tests (`--rerun-failed`) says anew."""
    for before, after in pairwise(runs):
        again = {final.name for final in after.finals() if final.word}
        failed = {final.name for final in before.finals() if final.failed}
        if before.folder == after.folder and again and again <= failed and len(before.finals()) > len(again):
            before.attempts = [one for one in before.attempts if one.name not in again]


class _Reader:
    """Reads one run line by line."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._open: dict[int, Attempt] = {}
        self._current: Attempt | None = None
        self._loose: list[tuple[int, str]] = []
        self._listing = False
        # `-V` puts each test's number before its lines; what has none is ctest's own.
        self._verbose = False

    def take(self, number: int, line: str) -> bool:
        """Read a line; false when it is no longer ctest's."""
        if self.run.failed >= 0:
            return self._sum_up(number, line)
        if found := _STARTED.match(line):
            self._begin(number, int(found[1]), found[2].rstrip())
        elif (found := _ENDED.match(line)) and self._ends(found):
            self._end(number, found)
        elif found := _SUMMARY.match(line):
            self.run.failed, self.run.total = int(found[1]), int(found[2])
            self.run.ended = True
            self._mark(number)
        elif line.startswith(_ENDS):
            self.run.ended = True
            self._mark(number)
            return line.startswith(_ENDS[1])
        elif line.startswith(_BEHIND) and self.run.ended:
            self._mark(number)
        else:
            self._keep(number, line)
        return True

    def _ends(self, found: re.Match[str]) -> bool:
        """Whether a test of this run ends here; a test may print another ctest's lines."""
        return int(found[1]) in self._open and found[2].rstrip(" .") == self._open[int(found[1])].name

    def _mark(self, number: int) -> None:
        self.run.last = number

    def _begin(self, number: int, test: int, name: str) -> None:
        attempt = Attempt(test, name, number)
        self._open[test] = attempt
        self.run.attempts.append(attempt)
        self._current, self._loose = None, []
        self._mark(number)

    def _end(self, number: int, found: re.Match[str]) -> None:
        attempt = self._open.pop(int(found[1]))
        attempt.line, attempt.word = number, _SECONDS.sub("", found[3]).strip()
        attempt.before, self._loose = self._loose, []
        self._current = None if self._verbose else attempt
        self._mark(number)

    def _keep(self, number: int, line: str) -> None:
        """Give a line to the test that printed it."""
        found = _PRINTED.match(line)
        if found and (attempt := self._open.get(int(found[1]))):
            attempt.printed.append((number, found[2]))
            self._verbose = True
            self._current = None
            self._mark(number)
        elif self._verbose and _ANNOUNCED.match(line):
            self._mark(number)
        elif self._current is not None:
            self._current.printed.append((number, line))
        elif line.strip():
            self._loose.append((number, line))

    def _sum_up(self, number: int, line: str) -> bool:
        """Read what follows the percentage."""
        if line.startswith(_LIST):
            self._listing = True
        elif self._listing and (found := _LISTED.match(line)):
            self.run.listed[int(found[1])] = found[3]
        elif line.startswith(("Errors while running CTest", *_BEHIND)):
            self._listing = False
        elif not line.strip() or line.startswith(("Total Test time", "The following tests", "Label Time")):
            return True
        elif line.startswith(("\t", "    ")) or " sec*proc" in line:
            pass
        else:
            return False
        self._mark(number)
        return True
