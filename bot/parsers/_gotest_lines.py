"""The lines that `go test`, test2json and gotestsum print, and what a package's run is made of.

Sources: https://pkg.go.dev/cmd/test2json, https://go.dev/src/testing/testing.go and
https://github.com/gotestyourself/gotestsum.
"""

import re
from dataclasses import dataclass, field

MARK = re.compile(r"=== (RUN|PAUSE|CONT|NAME)\s{0,4}(\S*)$")
RESULT = re.compile(
    r"--- (PASS|FAIL|SKIP): ((?:Test|Fuzz|Example|Benchmark)\S*)( \((?:-?\d+\.\d+ ?s(?:econds)?|unknown)\))?$"
)
STATUS = re.compile(
    r"(ok|FAIL|\?)(?:\t| {1,12}\t?)(\S+)\s{1,12}(\d+\.\d+s|\(cached\)|\[[^\]]{1,40}\])(?:\s|$)"
)
ENTRY = re.compile(
    r"((?: {4}){1,20}|\t{1,9})(?:(?:Test|Fuzz|Benchmark)\S*: )?"
    r"((?:[A-Za-z]:)?[^\s:()\"]+\.go):(\d{1,9}):(?: (.*))?$"
)
# Output without a line end of its own runs into the line that follows it.
GLUED_ENTRY = re.compile(r"\S {4}([^\s:]{1,300}_test\.go):(\d{1,9}): (.*)$")
BENCH = re.compile(r"(Benchmark\S*?)(?:-\d+)?\s+\d+\s+[\d.]+ ns/op")
BENCH_NAME = re.compile(r"Benchmark[^\s()]*$")
TERSE = re.compile(
    r"(?:PASS|FAIL|SKIP) \S*\.(?:Test|Fuzz|Example|Benchmark)\S* (?:\(re-run \d+\) )?\([\w.-]+\)$"
)
GINKGO = re.compile(r"\s{0,8}Ran \d+ of \d+ Specs in ")
# A character before a result, marker or panic in a line that shows it to be quoted, not printed by Go.
QUOTES = " \t\"'`|:>"
MARKERS = ("##[error]", "##[warning]")
INDENT = 4
# Subtests are rarely more than five deep; a name of slashes alone must not cost anything.
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its number in the log, its text, and the test that owns it, if one does."""

    number: int
    text: str
    test: str = ""


@dataclass(slots=True)
class Case:
    """One test, subtest, example, fuzz test or benchmark, run once.

    Attributes:
        name: as Go prints it, subtests behind a slash.
        start: number of the line that announced it.
        result: `PASS`, `FAIL` or `SKIP`; empty while it has not ended.
        result_line: number of the line that says so.
        foreign: another runner's whole suite ran inside it and reports for itself.
        lines: what it printed.
        spans: runs of log lines that belong to it alone.
    """

    name: str
    start: int
    result: str = ""
    result_line: int = 0
    foreign: bool = False
    lines: list[Line] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def touch(self, number: int) -> None:
        """Remember that a log line belongs to this test."""
        if self.spans and self.spans[-1][1] >= number - 1:
            self.spans[-1] = (self.spans[-1][0], max(number, self.spans[-1][1]))
        else:
            self.spans.append((number, number))

    def write(self, line: Line) -> None:
        """Take a line that the test printed."""
        self.lines.append(line)
        self.touch(line.number)
        if is_foreign(line.text):
            self.foreign = True

    def end(self, result: str, number: int) -> None:
        """Take the line that says how the test ended."""
        self.result, self.result_line = result, number
        self.touch(number)

    @property
    def last(self) -> int:
        """Number of the last log line that belongs to it."""
        return self.spans[-1][1] if self.spans else self.start


@dataclass(slots=True)
class Block:
    """One package's run.

    Attributes:
        package: import path; empty when the log does not tell.
        status: `ok`, `FAIL` or `?`; empty when the run never said how it ended.
        note: `build failed` or `setup failed`, where Go says so.
        end: number of the line that says how it ended.
        verbose: every test is announced, so the tests can be counted.
        events: the run was printed as test2json events, so results are facts and not text.
        summed: the test binary printed its closing `PASS` or `FAIL`.
        cases: in the order in which they started.
        lines: everything printed, in order.
        alive: how many of `lines` were printed while the test binary was certainly alive.
        failed_build: import path of the package that did not build, as test2json names it.
        short: the package relative to its module, as gotestsum prints it.
        partial: only some of its tests were announced, so they cannot be counted.
    """

    package: str = ""
    status: str = ""
    note: str = ""
    end: int = 0
    verbose: bool = False
    events: bool = False
    summed: bool = False
    cases: list[Case] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    alive: int = 0
    failed_build: str = ""
    short: str = ""
    partial: bool = False

    @property
    def begun(self) -> int:
        """Number of a line near its beginning; 0 when nothing stands for it."""
        return self.cases[0].start if self.cases else self.lines[0].number if self.lines else 0

    def forget(self) -> None:
        """Drop what a passing package printed; only its tests count."""
        self.lines.clear()
        for case in self.cases:
            case.lines.clear()
            case.spans.clear()

    def running(self) -> list[Case]:
        """Tests that started and never ended, innermost ones only."""
        names = [case for case in self.cases if not case.result and not case.name.startswith("Benchmark")]
        parents = {parent for case in names for parent in ancestors(case.name)}
        return [case for case in names if case.name not in parents]


def is_foreign(text: str) -> bool:
    """Tell whether Ginkgo sums up here: the test is only its entry point, and Ginkgo names what failed."""
    return "Specs in " in text and GINKGO.match(text) is not None


def ancestors(name: str) -> list[str]:
    """Name the tests that a subtest ran in, outermost first."""
    parts = name.split("/", MAX_DEPTH)
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def strip_marker(text: str) -> str:
    """Take off the mark that a problem matcher (setup-go has one) puts before a line."""
    if text.startswith("##["):
        for marker in MARKERS:
            if text.startswith(marker):
                return text[len(marker) :]
    return text


def measure_indent(text: str) -> int:
    """Count the columns before the text; Go up to 1.9 used one tab where it now uses four spaces."""
    count = 0
    for char in text:
        if char == " ":
            count += 1
        elif char == "\t":
            count += INDENT
        else:
            break
    return count


def read_status(text: str) -> tuple[str, str, str] | None:
    """Read a package's closing line: status, import path, note."""
    if text[:1] not in {"o", "F", "?"}:
        return None
    match = STATUS.match(text)
    if match is None or (match[1] == "FAIL" and text[4] != "\t" and text[4:6] != "  "):
        return None
    note = match[3].strip("[]") if match[3].endswith("failed]") else ""
    return match[1], match[2], note
