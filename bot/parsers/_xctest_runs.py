"""XCTest's runs as `swift test` and `xcodebuild` print them: cases, their errors, suites and sums."""

import re
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._workspace import relative

# Apple: `-[Module.Class test]`; Linux: `Class.test`; parallel: `Test case 'Class.test()' failed on 'iPhone'`.
_CASE = re.compile(
    r"Test [Cc]ase '(?P<name>[^'\n]{1,600})' (?P<word>started|passed|failed|skipped)(?P<rest>\b.{0,300})$"
)
_ERROR = re.compile(
    r"(?P<file>[^\s:][^:]{0,500}\.(?:swift|m|mm)|<\w{1,20}>):(?P<line>\d{1,7}): error: "
    r"(?P<name>-\[[^\]]{1,500}\]|[\w.]{1,500}) : (?P<told>.*)$"
)
_SUITE = re.compile(r"Test Suite '(?P<name>[^'\n]{1,300})' (?P<word>started|passed|failed) at \d")
_SUM = re.compile(
    r"\s{1,8}Executed (?P<total>\d{1,9}) tests?, with (?:(?P<skipped>\d{1,9}) tests? skipped and )?"
    r"(?P<failed>\d{1,9}) failures? \((?P<unexpected>\d{1,9}) unexpected\) in "
)
_OUTER = ("All tests", "Selected tests")
_CRASH = re.compile(
    r"(?:(?P<file>\S.{0,400}?\.swift):(?P<line>\d{1,7}): )?(?P<told>Fatal error: .*)$"
    r"|error: (?P<exited>Exited with (?:unexpected )?signal code \d{1,3})"
    r"|Restarting after unexpected exit, crash, or test timeout"
)
_DONE = re.compile(r"\*\* TEST (?:EXECUTE )?(?P<word>SUCCEEDED|FAILED) \*\*$")


@dataclass(slots=True)
class Case:
    """One test case, with 1-based log lines."""

    name: str
    first: int
    last: int
    word: str = "started"
    errors: list[tuple[int, str, str, int]] = field(default_factory=list)
    rest: str = ""


@dataclass(slots=True)
class Run:
    """One run; `crash` is the line, the words, the file and the line of what ended it early."""

    first: int
    last: int
    cases: dict[str, Case] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    suites: list[str] = field(default_factory=list)
    crash: tuple[int, str, str, int] | None = None
    suite: str = ""
    outer: bool = False
    flaked: int = 0
    open: str = ""


def read_runs(log: Log) -> list[Run]:
    """Give the runs of a log: from the outermost suite's start to its sum."""
    runs: list[Run] = []
    steps = {section.first for section in log.sections}
    run: Run | None = None
    ended = ""
    for number, text in enumerate(log.lines, 1):
        if number in steps:
            run, ended = None, ""
        if text.startswith("Test ") and (suite := _SUITE.match(text)):
            if run is None and suite["word"] == "started":
                run = Run(number, number)
                runs.append(run)
            ended = _take_suite(run, number, suite) if run else ""
        elif ended and run and (counts := _SUM.match(text)):
            _take_sum(run, number, ended, counts)
            run, ended = (None if run.outer and ended in _OUTER else run), ""
        elif text.startswith("Test ") and (case := _CASE.match(text)):
            if run is None:
                run = Run(number, number)
                runs.append(run)
            _take_case(run, number, case)
        elif run is not None:
            _take_trouble(run, number, text)
    return [one for one in runs if one.cases or one.counts]


def _take_suite(run: Run, number: int, found: re.Match[str]) -> str:
    """Take a suite's line; gives its name where a sum follows."""
    run.last = number
    if found["word"] == "started":
        run.suites.append(found["name"])
        run.outer = run.outer or found["name"] in _OUTER
        return ""
    return found["name"]


def _take_sum(run: Run, number: int, name: str, found: re.Match[str]) -> None:
    """Keep the widest sum: inner suites are summed up first, the outermost last."""
    counts = {key: int(found[key] or 0) for key in ("total", "failed", "unexpected", "skipped")}
    run.last = number
    if name in _OUTER or (not run.outer and counts["total"] >= run.counts.get("total", 0)):
        run.counts, run.suite = counts, name


def _take_case(run: Run, number: int, found: re.Match[str]) -> None:
    name = bare(found["name"])
    case = run.cases.get(name)
    if case is None:
        case = run.cases[name] = Case(name, number, number)
    elif case.word == "failed" and found["word"] == "passed":
        # xcodebuild's -retry-tests-on-failure runs it again.
        run.flaked += 1
    run.last = case.last = number
    if found["word"] == "started":
        run.open = name
        case.first = number if case.word == "started" else case.first
        return
    case.word, case.rest = found["word"], found["rest"].strip()
    run.open = "" if run.open == name else run.open


def _take_trouble(run: Run, number: int, text: str) -> None:
    """Take an assertion that failed, or what ended the process."""
    if ": error: " in text and (error := _ERROR.match(text)):
        name = bare(error["name"])
        case = run.cases.setdefault(name, Case(name, number, number))
        file = "" if error["file"].startswith("<") else relative(error["file"])
        told = error["told"].removesuffix(" - ").strip()
        case.errors.append((number, told, file, int(error["line"]) if file else 0))
        case.last = run.last = number
    elif ("rror: " in text or text.startswith("Restarting after")) and (crash := _CRASH.match(text)):
        told = crash["told"] or crash["exited"] or text.strip()
        own = crash["file"] and not crash["file"].startswith("Swift/")
        place = (relative(crash["file"]), int(crash["line"])) if own else ("", 0)
        run.crash = run.crash or (number, told, *place)
        run.last = number


def bare(name: str) -> str:
    """Give `Module.Class > test` of `-[Module.Class test]`, and `Class > test` of `Class.test()`."""
    if name.startswith("-[") and name.endswith("]"):
        group, _, test = name[2:-1].partition(" ")
        return f"{group} > {test}"
    group, _, test = name.removesuffix("()").rpartition(".")
    return f"{group} > {test}" if group else name
