"""GoogleTest's output cut into runs, tests and what each test printed.

Format: https://github.com/google/googletest/blob/main/googletest/src/gtest.cc (PrettyUnitTestResultPrinter
and BriefUnitTestResultPrinter). The list at the end says which tests failed; a program that died has none.
"""

import re
from dataclasses import dataclass, field

from bot.parsers._ctest_views import View

START = "[==========] Running "
_START = re.compile(r"\[==========\] Running (\d{1,7}) tests? from \d{1,7} test (?:suite|case)s?\.$")
_RAN = re.compile(r"\[==========\] (\d{1,7}) tests? from \d{1,7} test (?:suite|case)s? ran\.")
_SUITE = re.compile(r"\[----------\] \d{1,7} tests? from ([^\s,]{1,500})(?:, where .*)?$")
_SUITE_END = re.compile(r"\[----------\] \d{1,7} tests? from \S{1,500} \(\d{1,12} ms total\)$")
_RUN = re.compile(r"\[ RUN      \] (\S{1,1000})$")
_OVER = re.compile(
    r"\[(       OK|  FAILED |  SKIPPED) ?\] ([^\s,]{1,1000})(?:, where .*)?(?: \(\d{1,12} ms\))?$"
)
_COUNT = re.compile(r"\[  (PASSED|SKIPPED|FAILED ) ? ?\] (\d{1,7}) tests?(?:, listed below:|\.)$")
_LISTED = re.compile(r"\[  FAILED  \] ([^\s,]{1,1000})(?:, where .*)?$")
_SUITE_FAILED = re.compile(r"\[  FAILED  \] (\S{1,500}): SetUpTestSuite or TearDownTestSuite$")
_REPEAT = "Repeating all tests (iteration "
_ENDINGS = (
    " FAILED TEST",
    " FAILED TESTS",
    " FAILED TEST SUITE",
    " FAILED TEST SUITES",
    " DISABLED TEST",
    " DISABLED TESTS",
)

Lines = list[tuple[int, str]]


@dataclass(slots=True)
class Block:
    """One test, or what stands around the tests of a suite (`name` is the suite's then).

    Attributes:
        state: `OK`, `FAILED`, `SKIPPED`; empty while the test has not ended.
    """

    name: str
    first: int
    last: int
    lines: Lines = field(default_factory=list)
    state: str = ""


@dataclass(slots=True)
class GtestRun:
    """One run of all tests of a program, one iteration of a repeated one."""

    first: int
    last: int
    announced: int
    blocks: list[Block] = field(default_factory=list)
    around: list[Block] = field(default_factory=list)
    current: Block | None = None
    counts: dict[str, int] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    suites: list[str] = field(default_factory=list)
    ran: bool = False
    repeated: bool = False


def read_gtest(view: View) -> list[GtestRun]:
    """Give the runs of a program's output in their order."""
    reader = _Reader()
    for number, text in view.lines:
        reader.take(number, text)
    return reader.finish()


class _Reader:
    """Reads lines into runs."""

    def __init__(self) -> None:
        self._runs: list[GtestRun] = []
        self._run: GtestRun | None = None
        self._suite = ""
        self._repeated = False
        # What a brief run prints before its first result belongs to it, though nothing announces it.
        self._loose: Lines = []
        self._brief_blocks: list[Block] = []

    def finish(self) -> list[GtestRun]:
        return self._runs

    def take(self, number: int, text: str) -> None:
        """Read one line."""
        at = text.find("[")
        if text.startswith(START) and (found := _START.match(text)):
            self._begin(number, int(found[1]))
        elif text.startswith(_REPEAT):
            self._repeated = True
        elif at < 0 or not self._structure(number, text, at):
            self._text(number, text)

    def _begin(self, number: int, announced: int) -> None:
        self._run = GtestRun(number, number, announced, repeated=self._repeated)
        self._runs.append(self._run)
        self._suite = ""
        self._loose, self._brief_blocks = [], []

    def _structure(self, number: int, text: str, at: int) -> bool:
        """Read a line with a mark in brackets; false when it is a test's own text."""
        run = self._run
        if found := _RAN.match(text):
            return self._end(number, int(found[1]))
        if run is None or run.ran:
            return (run is not None and self._sum_up(run, number, text)) or self._brief(number, text)
        if at == 0 and (found := _SUITE.match(text)):
            self._suite, run.last = found[1], number
            return True
        if at == 0 and (_SUITE_END.match(text) or text.startswith("[----------] Global test environment")):
            run.last = number
            return True
        return self._test(run, number, text)

    def _test(self, run: GtestRun, number: int, text: str) -> bool:
        mark = text.find("[ RUN      ] ")
        if mark >= 0 and (found := _RUN.match(text, mark)):
            run.current = Block(found[1], number, number)
            run.blocks.append(run.current)
            run.last = number
            return True
        for mark in (text.rfind("[       OK ] "), text.rfind("[  FAILED  ] "), text.rfind("[  SKIPPED ] ")):
            if (
                mark >= 0
                and run.current
                and (found := _OVER.match(text, mark))
                and found[2] == run.current.name
            ):
                if mark:
                    run.current.lines.append((number, text[:mark]))
                run.current.state, run.current.last, run.last = found[1].strip(), number, number
                run.current = None
                return True
        return self._late(run, number, text)

    def _late(self, run: GtestRun, number: int, text: str) -> bool:
        """Read the end of a failed test whose start is not there: of a large log not every line is read."""
        found = _OVER.match(text)
        if not found or found[1].strip() != "FAILED" or not found[2].startswith(f"{self._suite}."):
            return False
        holder = run.current or (
            run.around[-1] if run.around and run.around[-1].name == self._suite else None
        )
        gap = max((at for at, (_, line) in enumerate(holder.lines) if not line), default=-1) if holder else -1
        if holder is None or (run.current is not None and gap < 0):
            return False
        own = holder.lines[gap + 1 :]
        del holder.lines[gap + 1 :]
        run.blocks.append(Block(found[2], own[0][0] if own else number, number, own, "FAILED"))
        run.current, run.last = None, number
        return True

    def _brief(self, number: int, text: str) -> bool:
        """Read a failed test of a run without headings."""
        found = _OVER.match(text)
        if not found or found[1].strip() != "FAILED" or not self._loose:
            return False
        self._brief_blocks.append(Block(found[2], self._loose[0][0], number, self._loose, "FAILED"))
        self._loose = []
        return True

    def _end(self, number: int, announced: int) -> bool:
        run = self._run
        if run is None or run.ran:
            first = self._brief_blocks[0].first if self._brief_blocks else number
            run = GtestRun(first, number, announced, self._brief_blocks, repeated=self._repeated)
            self._runs.append(run)
            self._run, self._brief_blocks, self._loose = run, [], []
        run.ran, run.last, run.current = True, number, None
        return True

    def _sum_up(self, run: GtestRun, number: int, text: str) -> bool:
        if found := _COUNT.match(text):
            run.counts[found[1].strip()] = int(found[2])
        elif found := _SUITE_FAILED.match(text):
            run.suites.append(found[1])
        elif (found := _LISTED.match(text)) and len(run.listed) < run.counts.get("FAILED", 0):
            run.listed.append(found[1])
        elif not text.startswith("[  SKIPPED ] "):
            return False
        run.last = number
        return True

    def _text(self, number: int, text: str) -> None:
        """Keep a line that a test, or a suite's set-up, printed."""
        run = self._run
        if run is None or run.ran:
            if run is not None and text.endswith(_ENDINGS):
                run.last = number
            elif self._loose or text.endswith(": Failure"):
                self._loose.append((number, text))
        elif run.current is not None:
            run.current.lines.append((number, text))
        else:
            if not run.around or run.around[-1].name != self._suite:
                run.around.append(Block(self._suite, number, number))
            run.around[-1].lines.append((number, text))
            run.around[-1].last = number
