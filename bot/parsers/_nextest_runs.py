"""nextest's output cut into runs, each test's last status and what the test printed."""

import re
from dataclasses import dataclass, field

from bot.model.log import Log

_BEGIN = re.compile(r" {0,8}(?:Nextest run ID \S{8,60}|Starting \d{1,7} tests? across \d{1,6} binar)")
_STATUS = re.compile(
    r" {0,12}(?:TRY (?P<try>\d{1,4}) )?(?P<word>[A-Z][A-Z+\-]{2,11}(?: \+ [A-Z]{4})?)(?: "
    r"(?P<tries>\d{1,4}/\d{1,4}))? +"
    r"\[[ >]{0,10}(?P<time>\d{1,9}\.\d{3}s| )?\] (?:\([^()]{1,40}\) )?"
    r"(?P<binary>[\w@.\-]{1,200}(?:::[\w.\-/$@]{1,200}){0,2}) (?P<test>\S.{0,1000}?)$"
)
_SETUP = re.compile(r" {0,12}SETUP FAIL +\[ {0,9}[\d.]{1,12}s\] (?:\([^()]{1,40}\) )?(?P<name>[^:]{1,200})")
_SUMMARY = re.compile(
    r" {5}Summary \[[ \d.]{1,14}s\] +(?:\d{1,7}/)?\d{1,7} tests? run: (?P<counts>.{1,400})$"
)
_COUNT = re.compile(r"(\d{1,7}) (passed|failed|timed out|exec failed|skipped|flaky|leaky|slow)")
_FAILED_RUN = "error: test run failed"
_NOTHING = "error: no tests to run"
_OLD_OUTPUT = re.compile(
    r"--- (?:STDOUT|STDERR|TRY \d{1,3} STD(?:OUT|ERR)): {1,20}(?P<who>\S.{0,1200}?) +---$"
)
_RULE = re.compile(r"(?:[─━]{8,}|-{8,})$")
_STREAM = re.compile(r" {2}(?:stdout|stderr|output) [─-]{3}$")
_INDENTED = " " * 4
_PROGRESS = frozenset({"SLOW", "TRMNTG", "DELAY", "RETRY", "START", "SETUP", "XFAIL", "TERMINATING", "SKIP"})
_GOOD = frozenset({"PASS", "LEAK", "FLAKY"})
_NOISE = ("  Cancelling due to", "  Canceling due to")


@dataclass(slots=True)
class Entry:
    """One test, as its last status has it; a setup script has no binary."""

    binary: str
    test: str
    word: str
    line: int
    printed: list[tuple[int, str]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether nextest counts it as failed."""
        return self.word not in _GOOD


@dataclass(slots=True)
class Run:
    """One call of nextest.

    Attributes:
        counts: what it summed up; empty while it has not.
        nothing: number of the line that says that there was no test to run; 0 otherwise.
    """

    first: int
    last: int
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    nothing: int = 0


def read_runs(log: Log) -> list[Run]:
    """Give the runs in the order of the log."""
    runs: list[Run] = []
    reader: _Reader | None = None
    borders = {section.first for section in log.sections}
    for number, line in enumerate(log.lines, 1):
        if number in borders:
            reader = None
        if _BEGIN.match(line) and (reader is None or reader.run.counts or number - reader.run.first > 1):
            if reader is None or reader.run.counts or reader.run.entries:
                reader = _Reader(Run(number, number))
                runs.append(reader.run)
        elif reader is not None and not reader.take(number, line):
            reader = None
    return runs


class _Reader:
    """Reads one run line by line."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._current: Entry | None = None
        self._loose: list[tuple[int, str]] = []

    def take(self, number: int, line: str) -> bool:
        """Read a line; false when the run is over."""
        if line.startswith((_FAILED_RUN, _NOTHING)):
            self.run.last = number
            if line.startswith(_NOTHING):
                self.run.nothing = number
            return False
        if found := _SUMMARY.match(line):
            self.run.counts = {word: int(count) for count, word in _COUNT.findall(found["counts"])}
            self._current, self.run.last = None, number
        elif found := _STATUS.match(line):
            self._status(number, found)
        elif found := _SETUP.match(line):
            self._current = self._entry("", found["name"].strip(), "SETUP FAIL", number)
            self.run.last = number
        elif found := _OLD_OUTPUT.match(line):
            self._output_of(found["who"])
            self.run.last = number
        elif _RULE.match(line):
            self._current = None
            self.run.last = number
        else:
            return self._text(number, line)
        return True

    def _status(self, number: int, found: re.Match[str]) -> None:
        """Take a test's status; the list at the end repeats it, and the test keeps what it printed."""
        word = found["word"].split(" + ")[0]
        self.run.last = number
        self._current = None
        if word in _PROGRESS:
            return
        entry = self._entry(found["binary"], found["test"], word, number)
        self._loose, loose = [], self._loose
        if not entry.printed and entry.failed:
            # With `--no-capture` a test's lines come before its status.
            entry.printed = loose if any(entry.test in text for _, text in loose) else []
        self._current = entry

    def _entry(self, binary: str, test: str, word: str, number: int) -> Entry:
        entry = self.run.entries.get((binary, test))
        if entry is None:
            entry = self.run.entries[binary, test] = Entry(binary, test, word, number)
        elif not self.run.counts:
            entry.line, entry.printed = number, []
        entry.word = word
        return entry

    def _output_of(self, who: str) -> None:
        binary, _, test = who.partition(" ")
        self._current = self.run.entries.get((binary, test.strip()))

    def _text(self, number: int, line: str) -> bool:
        """Keep what a test printed; behind the summary, a line of another program ends the run."""
        if _STREAM.match(line):
            return True
        if self._current is not None and not line.startswith(_NOISE):
            own = line.removeprefix(_INDENTED)
            self._current.printed.append((number, own))
            if line.strip():
                self.run.last = number
        elif self._current is None and not self.run.counts:
            self._loose.append((number, line))
        elif self.run.counts and line.strip() and not line.startswith(("warning: ", *_NOISE)):
            return False
        return True
