"""Lines of vitest's reporters become runs, and blocks of its report: one per error, with the tests it hit."""

import re
from dataclasses import dataclass, field

Line = tuple[int, str]

_RUN = re.compile(r"\s{0,3}(?:RUN|DEV)\s{1,4}v\d{1,3}\.\d")
_SECTION = re.compile(r"⎯{2,300} (?P<title>[A-Z][A-Za-z ]{2,40}?)(?: \d{1,6})? ⎯{2,300}$")
_BETWEEN = re.compile(r"⎯{2,300}(?:\[\d{1,6}/\d{1,6}\]⎯{1,9})?$")
_HEADER = re.compile(r"\s?FAIL {1,4}(?P<rest>\S.*)$")
_FILES = re.compile(r"\s{0,8}Test Files {1,3}(?P<counts>.*)$")
_TESTS = re.compile(r"\s{0,12}Tests {1,3}(?P<counts>.*)$")
_ERRORS = re.compile(r"\s{0,10}(?:Type )?Errors {1,3}(?:(\d{1,7}) errors?|no errors)$")
_COUNT = re.compile(r"(\d{1,7}) (failed|passed|skipped|todo|expected fail)\b")
_TOTAL = re.compile(r"\((\d{1,7})\)$")
_FILE = re.compile(r"\s{1,3}[❯×✓] (?P<rest>\S.{0,500}?) {1,2}\(\d{1,7} tests?\b[^)]{0,100}\)")
_MARK = re.compile(r"\s{1,60}× (?P<title>\S.*?)(?: {1,2}\d{1,9}ms)?(?: \(retry x\d{1,4}\))?$")
_TOLD = re.compile(r"\s{1,60}→ (?P<message>.*)$")
_RETRIED = re.compile(r"\s{1,60}✓ (?P<title>\S.{0,800}?)(?: {1,2}\d{1,9}ms)? \(retry x\d{1,4}\)")
_CLOCK = re.compile(r"\s{0,6}(?:Start at|Duration) {1,3}\d")
_LONGEST = 2000
_SUMS = "Unhandled Errors"
# Between `Test Files` and the time stand the tests, snapshots and errors.
_SUM_LINES = 8


@dataclass(slots=True)
class Block:
    """One error of the report.

    Attributes:
        section: the heading it stands under: `Failed Tests`, `Failed Suites`, `Unhandled Rejection` ...
        heads: what stands behind FAIL, one per test that it hit.
    """

    section: str
    first: int
    last: int
    heads: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Mark:
    """A failed test in the list of tests, which is all that is told when the run ends early."""

    line: int
    file: str
    title: str
    message: str = ""


@dataclass(slots=True)
class Run:
    """One run of vitest; `total` is -1 until it summed up, which it does from line `end` on; 0: never."""

    first: int
    last: int
    blocks: list[Block] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    files_failed: int = 0
    errors: int = 0
    total: int = -1
    retried: set[str] = field(default_factory=set)
    file: str = ""
    section: str = ""
    end: int = 0

    @property
    def ended(self) -> bool:
        """Whether it summed up."""
        return self.total >= 0

    @property
    def passed(self) -> bool:
        """Whether it summed up, and nothing had failed."""
        return self.ended and not (self.files_failed or self.errors or self.counts.get("failed"))


def read_runs(lines: tuple[str, ...]) -> list[Run]:
    """Give the runs of a view, their lines counted from 1."""
    runs: list[Run] = []
    for number, text in enumerate(lines, 1):
        head = text[:_LONGEST]
        if "v" in head[:12] and _RUN.match(head):
            runs.append(Run(number, number, end=_end(lines, number)))
        elif runs:
            _take(runs[-1], number, text, head)
    return [run for run in runs if run.last > run.first]


def _end(lines: tuple[str, ...], first: int) -> int:
    """Give the line of a run's own sum: the last before another run, for a test may print one as well."""
    end = 0
    for number in range(first + 1, len(lines) + 1):
        head = lines[number - 1][:60]
        if "v" in head[:12] and _RUN.match(head):
            break
        if head.lstrip().startswith("Test Files ") and _FILES.match(head):
            timed = any(_CLOCK.match(below[:60]) for below in lines[number : number + _SUM_LINES])
            end = number if timed else end
    return end


def _take(run: Run, number: int, text: str, head: str) -> None:
    if _take_sum(run, number, head):
        return
    if run.ended:
        run.last = number if head.lstrip().startswith(("Duration ", "Start at ")) else run.last
    elif head.startswith("⎯"):
        _take_rule(run, number, head)
    elif run.section:
        _take_body(run, number, text, head)
    else:
        _take_list(run, number, head)


def _take_rule(run: Run, number: int, text: str) -> None:
    """Take a horizontal line: it begins a section, or ends an error."""
    run.last = number
    if section := _SECTION.match(text):
        run.section = section["title"]
        if run.section != _SUMS:
            run.blocks.append(Block(run.section, number, number))
    elif _BETWEEN.match(text) and run.section and run.blocks:
        run.blocks[-1].last = max(run.blocks[-1].first, number - 1)
        if "[" in text:
            run.blocks.append(Block(run.section, number, number))


def _take_body(run: Run, number: int, text: str, head: str) -> None:
    block = run.blocks[-1] if run.blocks else None
    if block is None or run.section == _SUMS:
        return
    found = None if block.body or not run.section.startswith("Failed") else _HEADER.match(head)
    if found:
        block.first = block.first if block.heads else number
        block.heads.append((number, found["rest"]))
    elif text.strip() or block.body:
        block.body.append((number, text))
    block.last = number if text.strip() else block.last


def _take_list(run: Run, number: int, text: str) -> None:
    """Take a line of the list of files and tests."""
    if not text.startswith(" "):
        return
    if file := _FILE.match(text):
        run.file, run.last = file["rest"].strip(), number
    if "(retry x" in text and (retried := _RETRIED.match(text)):
        run.retried.add(retried["title"])
    if "× " in text and (mark := _MARK.match(text)):
        run.marks.append(Mark(number, run.file, mark["title"]))
        run.last = number
    elif "→ " in text and run.marks and run.marks[-1].line == number - 1 and (told := _TOLD.match(text)):
        run.marks[-1].message = told["message"]


def _take_sum(run: Run, number: int, text: str) -> bool:
    """Take `Test Files`, `Tests` and `Errors`, which stand one below the other."""
    start = text.lstrip()[:12]
    if not run.end or number < run.end:
        return False
    if start.startswith("Test Files ") and (files := _FILES.match(text)):
        run.files_failed, run.last = _counted(files["counts"]).get("failed", 0), number
    elif start.startswith("Tests ") and run.last == number - 1 and (tests := _TESTS.match(text)):
        run.counts, run.last = _counted(tests["counts"]), number
        total = _TOTAL.search(tests["counts"])
        run.total = int(total[1]) if total else sum(run.counts.values())
    elif run.ended and start.startswith(("Errors ", "Type Errors ")) and (errors := _ERRORS.match(text)):
        run.errors, run.last = run.errors + int(errors[1] or 0), number
    else:
        return False
    return True


def _counted(text: str) -> dict[str, int]:
    return {word: int(count) for count, word in _COUNT.findall(text)}
