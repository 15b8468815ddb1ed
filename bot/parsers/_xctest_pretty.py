"""xcpretty's and xcbeautify's short form of xcodebuild's tests: `✗ testAddsTea, XCTAssertEqual failed: …`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.parsers._workspace import relative

_FAILED = re.compile(
    r"\s{2,8}[✗✖xX] (?P<name>test\w{0,300})(?:\(\))?"
    r"(?: on '.{1,100}')?(?:, (?P<told>.*)| \(\d.{0,40})$"
)
_PASSED = re.compile(r"\s{2,8}[✓✔.] test\w{0,300}(?:\(\))?(?: on '.{1,100}')? \(\d")
_GROUP = re.compile(r"(?:Test Suite )?'?(?P<name>[A-Za-z_][\w.]{0,200})'?(?: started.{0,100})?$")
_LISTED = re.compile(r"  (?P<name>test\w{0,300})(?:\(\))?, (?P<told>\S.*)$")
_PLACE = re.compile(r"  (?P<file>\S[^:]{0,500}\.(?:swift|m|mm)):(?P<line>\d{1,7})$")
_SUM = re.compile(
    r"\s{1,8}Executed (?P<total>\d{1,9}) tests?, with (?:(?P<skipped>\d{1,9}) tests? skipped and )?"
    r"(?P<failed>\d{1,9}) failures?\b"
)
_BEAUTIFUL = re.compile(
    r"(?:\[\w{1,40}\] )?Tests (?:Passed|Failed|failed|passed): (?P<failed>\d{1,9}) failed, "
    r"(?P<skipped>\d{1,9}) skipped, (?P<total>\d{1,9}) total \("
)


@dataclass(slots=True)
class PrettyTest:
    """One failed test, with 1-based log lines."""

    name: str
    first: int
    last: int
    message: str
    file: str = ""
    line: int = 0


@dataclass(slots=True)
class PrettyRun:
    """One run that summed up."""

    first: int
    last: int
    tests: dict[str, PrettyTest] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def read_pretty(lines: Sequence[str]) -> list[PrettyRun]:
    """Give the runs: lines of tests with a sum behind them."""
    runs: list[PrettyRun] = []
    run: PrettyRun | None = None
    group = ""
    for number, text in enumerate(lines, 1):
        if found := _FAILED.match(text):
            run = run or PrettyRun(number, number)
            name = f"{group} > {found['name']}" if group else found["name"]
            told = (found["told"] or "failed").strip()
            run.tests.setdefault(name, PrettyTest(name, number, number, told))
            run.last = number
        elif _PASSED.match(text):
            run = run or PrettyRun(number, number)
            run.last = number
        elif run and (summed := _SUM.match(text) or _BEAUTIFUL.match(text)):
            run.counts = {key: int(summed[key] or 0) for key in ("total", "failed", "skipped")}
            run.last = number
            runs.append(run)
            run = None
        elif text and not text[0].isspace() and (named := _GROUP.match(text)):
            group = named["name"]
            _place(lines, number, run, group)
    return runs


def _place(lines: Sequence[str], number: int, run: PrettyRun | None, group: str) -> None:
    """Read xcpretty's list of failures: the class, the test with its message, the place."""
    if run is None or number + 1 >= len(lines):
        return
    listed, place = _LISTED.match(lines[number]), _PLACE.match(lines[number + 1])
    test = run.tests.get(f"{group.rpartition('.')[2]} > {listed['name']}") if listed else None
    if test and place:
        test.file, test.line = relative(place["file"]), int(place["line"])
        run.last = number + 2
