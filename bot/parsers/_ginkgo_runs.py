"""Which lines of a log are runs of a Ginkgo suite, from its banner to its last word.

https://github.com/onsi/ginkgo/blob/master/ginkgo/run/run_command.go prints what follows a suite.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.model.failure import Totals
from bot.model.log import Log
from bot.parsers._ginkgo_lines import HEADER_ONE, LONGEST_MARK, LOST, match_header

_BANNER = "Running Suite: "
_SUCCINCT = re.compile(
    r"^\[\d{1,20}\] (?P<suite>.{0,500}?) (?:\[.{0,500}\] )?- (?P<run>\d{1,9})/(?P<total>\d{1,9}) specs "
)
_RAN = re.compile(r"^Ran (\d{1,9}) of (?P<total>\d{1,9}) Specs in \d")
_RESULT = re.compile(r"^(?P<word>SUCCESS|FAIL)!(?: - (?P<reason>.{1,500}?))?(?: --(?: |$)|$)")
_COUNTS = re.compile(
    r"(?P<passed>\d{1,9}) Passed \| (?P<failed>\d{1,9}) Failed \| (?:(?P<flaked>\d{1,9}) Flaked \| )?"
    r"(?:\d{1,9} Repeated \| )?(?P<pending>\d{1,9}) Pending \| (?P<skipped>\d{1,9}) Skipped"
)
_QUICK = re.compile(r" SUCCESS! \d[\dhmnsµ.]{0,30} ")
_STREAM = re.compile(r"[•SP]*(?: SUCCESS! .*)?")
_SUMMARY = re.compile(r"^Summarizing (?P<count>\d{1,6}) Failures?:$")
# How far below "Ran 3 of 4 Specs" the counts may stand when other output comes between.
_NEAR = 12
# What the `ginkgo` command, `go test` and the test binary say after a suite.
_TAIL = re.compile(
    r"^(?:|PASS|FAIL|exit status \d+|(?:FAIL|ok  )\t.*|(?:composite )?coverage: .*"
    r"|Ginkgo ran \d+ suites? in .*|There were failures detected in the following suites:"
    r"| +\S+ \.(?:/\S*)?(?: \[[^\]]+\])?|Test Suite (?:Passed|Failed)|Detected Programmatic Focus .*"
    r"|(?:\*\* End \*\*)?Could not open .*|open .*: no such file or directory|\*\* End \*\*)$"
)
_BOOTSTRAP = re.compile(r"^--- (?:PASS|FAIL): Test\S* \(\d")
_OVER = ("Ginkgo ran ", "Test Suite Failed", "Test Suite Passed")
# The last word on a package whose process died; a test may print the same of another one.
_PACKAGE_OVER = ("FAIL\t", "ok  \t")
# gotestsum repeats a failed test's output under this; a test may have printed before its suite began.
_SUMMED = ("=== FAIL: ", "=== Failed")
_NEAR_TITLE = 200
_RACE = "WARNING: DATA RACE"
_RACE_RULE = "=================="


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one suite; line numbers count from 1, 0 where the log has no such line.

    Attributes:
        suite: its name; empty when the log begins after the banner.
        path: the suite's folder as the banner gives it.
        first: its first line.
        last: its last line, what the runner says afterwards included.
        end: its last line without that.
        headers: lines that open a failed node's block.
        summary: the line "Summarizing N Failures".
        count: that N.
        ran: the line "Ran N of M Specs".
        word: `SUCCESS`, `FAIL`, or empty when it never came to its end.
        reason: what Ginkgo adds to the word: "Suite Timeout Elapsed".
        totals: what it counted.
        races: line ranges of data race reports, which are not Ginkgo's.
        old: Ginkgo 1 printed it.
    """

    first: int
    suite: str = ""
    path: str = ""
    last: int = 0
    end: int = 0
    headers: tuple[int, ...] = ()
    summary: int = 0
    count: int = 0
    ran: int = 0
    word: str = ""
    reason: str = ""
    totals: Totals | None = None
    races: tuple[tuple[int, int], ...] = ()
    old: bool = False


@dataclass(slots=True)
class _Scanner:
    """Walks over the lines once and cuts them into runs."""

    log: Log
    runs: list[Run] = field(default_factory=list)
    run: Run | None = None
    headers: list[int] = field(default_factory=list)
    planned: tuple[int, int] | None = None
    paused: tuple[list[int], tuple[int, int] | None] | None = None

    def read(self, number: int, line: str) -> None:
        if line.startswith(_BANNER):
            self.open(number, *_split_banner(line))
        elif " specs " in line and (found := _SUCCINCT.match(line)):
            self.open(number, found["suite"], "")
            self.planned = (int(found["run"]), int(found["total"]))
        elif " seconds" in line and match_header(line):
            self.run = self.run or Run(number)
            self.headers.append(number)
        elif found := _SUMMARY.match(line):
            self.resume()
            self.run = replace(self.run or Run(number), summary=number, count=int(found["count"]))
        elif _RAN.match(line):
            self.resume()
            self.run = replace(self.run or Run(number), ran=number)
        elif line.startswith(LOST):
            self.run = self.run or Run(number)
        elif line.startswith(_OVER):
            self.close(number)
        elif line.startswith(_PACKAGE_OVER):
            self.pause(number)
        if "! " in line or " Skipped" in line or "were skipped" in line or line.endswith("!"):
            self.read_result(number, line)

    def open(self, number: int, suite: str, path: str) -> None:
        self.close(number - 1)
        self.run = Run(number, suite, path)
        self.planned = None

    def read_result(self, number: int, line: str) -> None:
        """Close the run at its counts, or at the one word of a succinct green one."""
        result = _RESULT.match(line)
        if result or _QUICK.search(line + " "):
            self.resume()
        run = self.run or (Run(number) if result and _COUNTS.search(line) else None)
        if run is None:
            return
        if result and (not run.ran or number - run.ran <= _NEAR):
            run = replace(run, word=result["word"], reason=result["reason"] or "")
        if run.word and (counted := _counts(line, run, self.total())):
            self.run = replace(run, totals=counted)
            self.close(number)
        elif run.word and run.ran:
            self.run = run
        elif self.planned and not run.ran and _QUICK.search(line + " "):
            totals = _count_stream(self.log.lines[run.first - 1 : number], run.suite, *self.planned)
            self.run = replace(run, word="SUCCESS", totals=totals)
            self.close(number)

    def total(self) -> int:
        found = _RAN.match(self.log.line(self.run.ran)) if self.run and self.run.ran else None
        return int(found["total"]) if found else 0

    def close(self, number: int) -> None:
        """End the open run at this line."""
        if self.run is None:
            return
        end = max(number, self.run.first)
        if not self.run.word:
            end = min(
                [end, *(step.last for step in self.log.sections if step.first <= self.run.first <= step.last)]
            )
        last = _tail(self.log.lines, end, self.run.word)
        races = tuple(_find_races(self.log.lines, self.run.first, end))
        old = any(HEADER_ONE.match(self.log.line(header)) for header in self.headers[:1])
        headers = tuple(self.headers)
        self.runs.append(replace(self.run, end=end, last=last, headers=headers, races=races, old=old))
        self.run = None
        self.headers = []
        self.planned = self.paused = None

    def pause(self, number: int) -> None:
        """End the open run where its package seems to be over."""
        paused = (self.headers, self.planned) if self.run and not self.run.ran else None
        self.close(number)
        self.paused = paused

    def resume(self) -> None:
        """Go on with the run that seemed to be over: it sums up, so that a test had printed that."""
        if self.run is None and self.paused:
            self.headers, self.planned = self.paused
            self.run = self.runs.pop()
            self.paused = None


def find_runs(log: Log) -> list[Run]:
    """Find every run of a suite, in the order of the log."""
    scanner = _Scanner(log)
    for number, line in enumerate(log.lines, 1):
        if len(line) <= LONGEST_MARK:
            scanner.read(number, line)
    scanner.close(len(log.lines))
    return scanner.runs


def without_repeated(log: Log, runs: Sequence[Run]) -> list[Run]:
    """Leave out runs that gotestsum's summary prints a second time."""
    kept: list[Run] = []
    seen: set[tuple[str, str, str]] = set()
    floor = 0
    for run in runs:
        known = (run.suite, run.path, log.line(run.ran)) if run.ran else None
        above = log.lines[max(floor, run.first - _NEAR_TITLE) : run.first - 1]
        floor = run.last
        if known in seen and any(line.startswith(_SUMMED) for line in above):
            continue
        kept.append(run)
        if known:
            seen.add(known)
    return kept


def _split_banner(line: str) -> tuple[str, str]:
    """Split "Running Suite: name - /path"; Ginkgo 1 prints no path, and a name may hold the separator."""
    banner = line.removeprefix(_BANNER)
    name, _, path = banner.rpartition(" - ")
    rooted = path.startswith("/") or path[1:2] == ":"
    return (name, path.strip()) if name and rooted else (banner.strip(), "")


def _counts(line: str, run: Run, total: int) -> Totals | None:
    """Read "3 Passed | 1 Failed | …", or that nothing ran at all."""
    if found := _COUNTS.search(line):
        figures = {key: int(value or 0) for key, value in found.groupdict().items()}
        counted = sum(figures.values()) - figures["flaked"]
        return Totals("ginkgo", run.suite, **figures, total=total or counted)
    if "A BeforeSuite node failed so all tests were skipped." in line:
        return Totals("ginkgo", run.suite, total=total)
    return None


def _count_stream(lines: Sequence[str], suite: str, planned: int, total: int) -> Totals:
    """Count a green suite that printed a mark per spec and no sum.

    The marks are only believed when they add up; a program's output may look like them.
    """
    marks = "".join(_marks(lines))
    flaked = sum(line.startswith(("↺ [FLAKEY TEST", "R [FLAKEY TEST", "• [FLAKEY TEST")) for line in lines)
    pending, skipped = marks.count("P"), marks.count("S")
    if len(marks) != total:
        return Totals("ginkgo", suite, passed=planned, skipped=total - planned, flaked=flaked, total=total)
    return Totals(
        "ginkgo", suite, passed=marks.count("•"), skipped=skipped, pending=pending, flaked=flaked, total=total
    )


def _marks(lines: Sequence[str]) -> Iterator[str]:
    """Give the mark of every spec: one for a block of its own, else those of a line of marks alone."""
    first = _SUCCINCT.match(lines[0])
    rest = lines[0][first.end() :] if first else ""
    rest = rest.split("procs ", 1)[-1] if rest.startswith("- ") else rest
    for line in (rest, *lines[1:]):
        if line.startswith(("• [", "↺ [", "R [", "•! [")):
            yield "•"
        elif line.startswith(("P [PENDING]", "S [SKIPPED]")):
            yield line[0]
        elif line and (found := _STREAM.fullmatch(line)):
            yield found[0].partition(" ")[0]


def _tail(lines: Sequence[str], end: int, word: str) -> int:
    """Give the last line of what the runner says after a suite.

    A green suite explains no failure, so that what `go test` reports after it stays visible.
    """
    last = end
    bootstrap = 0
    for number in range(end + 1, len(lines) + 1):
        line = lines[number - 1]
        if word == "SUCCESS" and line.startswith(("--- FAIL", "FAIL", "exit status")):
            break
        if not bootstrap and _BOOTSTRAP.match(line):
            bootstrap = number
        elif len(line) > LONGEST_MARK or not _TAIL.match(line):
            break
        last = number if line else last
    return last


def _find_races(lines: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Find the reports of Go's race detector between two rules of equals signs."""
    start = 0
    for number in range(first, last + 1):
        line = lines[number - 1]
        if line.startswith(_RACE):
            start = number - 1 if lines[number - 2] == _RACE_RULE else number
        elif start and line == _RACE_RULE:
            yield start, number
            start = 0
