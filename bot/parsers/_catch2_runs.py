"""Catch2's console and compact reporters: which test cases and sections failed, and the counts.

Format: https://github.com/catchorg/Catch2/blob/devel/src/catch2/reporters/catch_reporter_console.cpp and
`catch_reporter_compact.cpp` beside it. A test case that may fail looks like one that failed; only the counts
tell how many of them there are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.parsers._catch2_compact import read_compact
from bot.parsers._catch2_lines import TOOL, Check, check_of, rerun_of
from bot.parsers._ctest_views import View

_DASHES = "-" * 79
_DOTS = "." * 79
_EQUALS = "=" * 79
_HOST = re.compile(r"\S.{0,300} is a Catch2? v[\w.\-]{1,40} host application\.$")
_CASES = re.compile(r"test cases: +(\d{1,9}) ?(\|.*)?$")
_PASSED = re.compile(r"All tests passed \((?:\d{1,12}|no) assertions? in (\d{1,9}) test cases?\)")
_SKIPPED_TOO = re.compile(r"All tests passed .*?, (\d{1,9}) test cases? skipped|(\d{1,9}) skipped")
_COUNT = re.compile(r"\| +(\d{1,9}) (passed|failed as expected|failed|skipped)")
_FAILED = re.compile(r"(?P<place>.{1,2000}(?::\d{1,9}|\(\d{1,9}\))): FAILED:$")
_PLACE = re.compile(r"\S.{0,2000}(?::\d{1,9}|\(\d{1,9}\))$")
_NO_ASSERTIONS = re.compile(r"No (?:assertions|tests) in (?:test case|section) '(.{0,1000})'")
# What Catch2 writes below; a test that prints such a line itself does not.
_BELOW = ("  ", "due to ", "explicitly", "because ", "with ")
_MOST_NAMES = 30


@dataclass(frozen=True, slots=True)
class Story:
    """What one program's output says."""

    failures: tuple[Failure, ...]
    totals: tuple[Totals, ...]
    claims: tuple[tuple[int, int], ...]
    unfinished: bool


@dataclass(slots=True)
class _Case:
    """A block under a heading: one test case, or one of its sections."""

    names: tuple[str, ...]
    first: int
    lines: list[tuple[int, str]] = field(default_factory=list)


def judge_catch2(view: View) -> Story:
    """Judge all runs of a program's output."""
    lines = view.lines
    ends = [(at, totals) for at in range(len(lines)) if (totals := _totals(lines, at))]
    cut = not view.inside and _is_open(lines, ends[-1][0] if ends else 0)
    if not ends:
        return Story((), (), (), unfinished=True) if cut else read_compact(view, Story)
    failures: list[Failure] = []
    claims: list[tuple[int, int]] = []
    begin = 0
    for at, totals in ends:
        start = _start(lines, begin, at)
        cases = _cases(lines[start:at])
        found = [one for case in cases if (one := _failure(case, view))]
        if totals.failed:
            failures += found
        claims.append(
            (lines[start][0], lines[min(at + 1, len(lines) - 1)][0] if totals.failed else lines[at][0])
        )
        begin = at + 1
    merged = _once(failures)
    whole = () if view.inside else tuple(totals for _, totals in ends)
    return Story(tuple(merged), whole, () if view.inside else tuple(claims), cut)


def _is_open(lines: Sequence[tuple[int, str]], begin: int) -> bool:
    """Whether a program introduces itself behind the last counts."""
    return any(_HOST.match(text) for _, text in lines[begin:] if text.endswith("host application."))


def _totals(lines: Sequence[tuple[int, str]], at: int) -> Totals | None:
    """Read the counts, which stand below a line of equals signs."""
    text = lines[at][1]
    if not text.startswith(("test cases: ", "All tests passed (")) or not at or lines[at - 1][1] != _EQUALS:
        return None
    if found := _PASSED.match(text):
        skipped = _SKIPPED_TOO.search(text[:400])
        left = int(skipped[1] or skipped[2]) if skipped else 0
        return Totals(TOOL, "", passed=int(found[1]), skipped=left, total=int(found[1]) + left)
    if found := _CASES.match(text):
        counts = {word: int(count) for count, word in _COUNT.findall(text[:400])}
        expected = counts.get("failed as expected", 0)
        return Totals(
            TOOL, "", passed=counts.get("passed", 0) + expected, failed=counts.get("failed", 0),
            skipped=counts.get("skipped", 0), total=int(found[1]),
        )  # fmt: skip
    return None


def _start(lines: Sequence[tuple[int, str]], begin: int, end: int) -> int:
    """Find the line that names the program; without one the run begins with its counts."""
    for at in range(begin, end):
        if _HOST.match(lines[at][1]):
            return max(begin, at - 1)
    return max(begin, end - 1)


def _cases(lines: Sequence[tuple[int, str]]) -> list[_Case]:
    """Cut at the headings: dashes, names, dashes, place, dots."""
    cases: list[_Case] = []
    at = 0
    while at < len(lines):
        if lines[at][1] == _DASHES and (heading := _heading(lines, at)):
            names, at = heading
            cases.append(_Case(names, lines[at - 1][0]))
            continue
        if cases:
            cases[-1].lines.append(lines[at])
        at += 1
    return cases


def _heading(lines: Sequence[tuple[int, str]], at: int) -> tuple[tuple[str, ...], int] | None:
    """Read a heading; gives the names and the index behind it."""
    names: list[str] = []
    for index in range(at + 1, min(at + _MOST_NAMES, len(lines) - 2)):
        text = lines[index][1]
        if text == _DASHES:
            behind = lines[index + 2][1] if index + 2 < len(lines) else ""
            if names and _PLACE.match(lines[index + 1][1]) and behind == _DOTS:
                return _join(names), index + 3
            return None
        names.append(text)
    return None


def _join(lines: Sequence[str]) -> tuple[str, ...]:
    """Put names together that the console broke: sections are indented, the test case is not."""
    names: list[str] = []
    for text in lines:
        inner = text.startswith("  ")
        broken = names and (
            not inner or (text.startswith("    ") and ": " not in text[:14] and len(names) > 1)
        )
        if broken:
            # The console breaks before `<`, too, where no space was.
            space = "" if text.strip().startswith("<") else " "
            names[-1] = f"{names[-1]}{space}{text.strip()}"
        else:
            names.append(text.strip())
    return tuple(names)


def _failure(case: _Case, view: View) -> Failure | None:
    """Give the failure of a block; None when all of its checks passed."""
    below = [text for _, text in case.lines[1:]] + [""]
    marks = [
        at
        for at, (_, text) in enumerate(case.lines)
        if text.endswith(": FAILED:") and _FAILED.match(text) and below[at].startswith(_BELOW)
    ]
    if not marks:
        bare = next((one for one in case.lines if _NO_ASSERTIONS.match(one[1])), None)
        if bare is None:
            return None
        return _made(case, Check(bare[1], "", bare[0]), bare[0], view)
    ends = [*marks[1:], len(case.lines)]
    checks = [check_of(case.lines[at:end]) for at, end in zip(marks, ends, strict=True)]
    last = max(number for number, text in case.lines if text.strip())
    return _made(case, _with_more(checks), last, view)


def _with_more(checks: Sequence[Check]) -> Check:
    first = checks[0]
    more = [f"{check.file}:{check.line}: {check.message}\n{check.detail}".strip() for check in checks[1:]]
    detail = "\n".join(filter(None, [first.detail, *more]))
    return Check(
        first.message, detail, first.number, first.file, first.line, any(one.fatal for one in checks)
    )


def _made(case: _Case, check: Check, last: int, view: View) -> Failure:
    kind, status = FailureKind.TEST, Status.FAILED
    if check.fatal:
        kind, status = FailureKind.CRASH, Status.ABORTED
    return Failure(
        TOOL, kind, status, " > ".join(case.names), check.message, check.number,
        (min(case.first, check.number), max(last, check.number)), check.detail, check.file, check.line,
        rerun_of(view, case.names[0]),
    )  # fmt: skip


def _once(failures: Sequence[Failure]) -> list[Failure]:
    """Keep one failure per section: a generator runs the same one many times."""
    seen: dict[str, Failure] = {}
    for failure in failures:
        seen.setdefault(failure.test, failure)
    return list(seen.values())
