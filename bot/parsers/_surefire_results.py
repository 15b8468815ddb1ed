"""Surefire's summary of a module: which tests failed for good, which only at first, and the counts.

Formats: https://github.com/apache/maven-surefire, `DefaultReporterFactory` and `SmartStackTraceParser`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._maven_goals import Line, strip
from bot.parsers._surefire_blocks import FINAL, RESULTS

_SECTION = re.compile(
    r"(?P<title>Failed tests|Tests in error|Failures|Errors|Flakes|Flaked tests|Tests in flakes):"
    r"(?: {0,3}(?P<first>\S.{0,4000}))?\s{0,3}$"
)
_OLD = re.compile(
    r"(?P<method>\S.{0,1500}?)\((?P<owner>(?:[\w$]{1,200}\.){0,30}[\w$]{1,200})\)(?:: (?P<text>.{0,4000}))?$"
)
_SMART = re.compile(
    r"(?P<owner>[\w$.]{1,500}?)(?:>(?P<base>[\w$.]{1,300}))?"
    r"\.(?P<method>[^\s.:>]{1,300}(?:\([^()]{0,300}\)(?:\[[^\]]{0,300}\])?)?)(?::(?P<line>\d{1,9}))?"
    r"(?P<calls>(?:->[^\s>:]{1,300}(?::\d{1,9})?){0,40})(?: (?P<text>.{0,4000}))?$"
)
_CLASS_ONLY = re.compile(r"(?P<owner>(?:[\w$]{1,200}\.){1,30}[\w$]{1,200}): (?P<text>.{0,4000})$")
_RUN = re.compile(r"\s{1,4}Run \d{1,5}: (?P<what>.{0,4000})$")
_AT = re.compile(r":(\d{1,9})$")
_LONGEST_SUMMARY = 20000


@dataclass(slots=True)
class Entry:
    """One test in the summary.

    Attributes:
        owner: its class, with or without package; empty where the line could not be read.
        method: its method.
        at: the source line that the summary names, of the innermost call in the test's class; 0 without.
        text: what went wrong.
        error: it stands below `Errors`.
        line: number of the log line.
        last: number of its last line.
        raw: the line as printed.
        flaky: it passed when it was run again.
        runs: what each of its runs said, where it ran more than once.
    """

    owner: str
    method: str
    at: int
    text: str
    error: bool
    line: int
    last: int
    raw: str
    flaky: bool = False
    runs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Summary:
    """One module's summary.

    Attributes:
        first: number of its first line.
        last: number of the line with the counts; 0 where the log ends before.
        counts: tests run, failures, errors, skipped and flakes, as printed.
    """

    first: int
    last: int = 0
    entries: list[Entry] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """How many tests failed or broke for good."""
        return self.counts.get("failures", 0) + self.counts.get("errors", 0)


def starts(line: Line) -> bool:
    """Whether a line begins a summary; with `-q` only the headings of what failed are printed."""
    if RESULTS.match(line.text):
        return line.level in {"", "INFO"}
    return line.level in {"ERROR", "WARNING"} and bool(_SECTION.match(line.text))


def read_summary(log: Log, number: int) -> Summary:
    """Read a summary from its first line to its counts."""
    summary = Summary(number)
    title = ""
    for at, line in _lines(log, number):
        if final := FINAL.match(line.text):
            summary.counts = {key: int(value or 0) for key, value in final.groupdict().items()}
            summary.last = at
            break
        if section := _SECTION.match(line.text):
            title = section["title"]
            if section["first"]:
                _add(summary, title, f"  {section['first']}", at)
        elif title and line.text.strip():
            _take(summary, title, line, at)
    return summary


def _lines(log: Log, number: int) -> Iterator[tuple[int, Line]]:
    for at in range(number, min(len(log.lines), number + _LONGEST_SUMMARY) + 1):
        line = strip(log.line(at))
        if line.text.startswith(("BUILD ", "--- ", "Reactor Summary", "Failed to execute goal ")):
            return
        yield at, line


def _take(summary: Summary, title: str, line: Line, at: int) -> None:
    """Take one line below a heading: a test, one of its runs, or more of the message above."""
    entries = summary.entries
    run = _RUN.match(line.text)
    if run and entries:
        entry = entries[-1]
        entry.runs.append(run["what"])
        if run["what"] != "PASS" and not entry.text:
            smart = _SMART.match(run["what"])
            entry.text = (smart["text"] or "" if smart else run["what"]).removeprefix("» ")
            entry.at = _place(smart) if smart else 0
        entry.last = at
    elif line.level in {"INFO", "DEBUG"}:
        return
    elif line.level or not entries or _is_old(line.text):
        _add(summary, title, line.text, at)
    else:
        entries[-1].last = at
        if not entries[-1].text:
            entries[-1].text = line.text.strip()


def _is_old(text: str) -> bool:
    """Whether a line without a level is a test of its own: before 2.20 no line had one."""
    return (
        text.startswith("  ")
        and text[2:3].strip() != ""
        and any(form.match(text[2:]) for form in (_OLD, _SMART, _CLASS_ONLY))
    )


def _add(summary: Summary, title: str, text: str, at: int) -> None:
    entry = _entry(text.strip(), at)
    entry.error = title in {"Tests in error", "Errors"}
    entry.flaky = title in {"Flakes", "Flaked tests", "Tests in flakes"}
    summary.entries.append(entry)


def _entry(text: str, at: int) -> Entry:
    """Read `method(class): text`, `class.method:12->helper:30 » Type text` or `class: text`."""
    if old := _OLD.match(text):
        # `class.method(class)` heads the runs of a test that ran more than once.
        method = old["method"].removeprefix(f"{old['owner']}.")
        return Entry(old["owner"], method, 0, old["text"] or "", error=False, line=at, last=at, raw=text)
    if whole := _CLASS_ONLY.match(text):
        return Entry(whole["owner"], "", 0, whole["text"], error=False, line=at, last=at, raw=text)
    if smart := _SMART.match(text):
        words = (smart["text"] or "").removeprefix("» ")
        return Entry(
            smart["owner"], smart["method"], _place(smart), words, error=False, line=at, last=at, raw=text
        )
    return Entry("", "", 0, text, error=False, line=at, last=at, raw=text)


def _place(smart: re.Match[str]) -> int:
    """Give the line of the innermost call in the test's own class; a base class is in another file."""
    if smart["base"]:
        return 0
    calls = [call for call in smart["calls"].split("->") if call]
    for call in reversed(calls):
        found = _AT.search(call)
        if found and "." not in call:
            return int(found[1])
    return int(smart["line"] or 0)
