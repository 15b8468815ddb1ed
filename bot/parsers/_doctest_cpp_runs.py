"""doctest's (C++) console reporter: its blocks, what failed in them, and the counts.

Format: https://github.com/doctest/doctest/blob/master/doctest/parts/doctest.cpp (ConsoleReporter).
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.parsers._ctest_views import View
from bot.parsers._workspace import relative

TOOL = "doctest-cpp"
ANCHORS: tuple[str, ...] = ("[doctest] ",)
_EQUALS = "=" * 79
_PLACE = re.compile(r"(?P<file>\S.{0,2000}?)(?::(?P<line>\d{1,9})|\((?P<other>\d{1,9})\)):$")
_ERROR = re.compile(
    r"(?P<file>.{1,2000}?)(?::(?P<line>\d{1,9})|\((?P<other>\d{1,9})\)): "
    r"(?P<what>FATAL ERROR|ERROR): (?P<text>.*)$"
)
_CASES = re.compile(
    r"\[doctest\] test cases: +(\d{1,9}) +\| +(\d{1,9}) passed +\| +(\d{1,9}) failed +\|"
    r"(?: +(\d{1,9}) skipped)?"
)
_STATUS = re.compile(r"\[doctest\] Status: (?:SUCCESS|FAILURE)!$")
_VERDICTS = ("Should have failed but didn't!", "Test case exceeded time limit of ", "Didn't fail exactly ")
_PARDONS = ("Allowed to fail so marking it as not failed", "Failed as expected so marking it as not failed",
            "Failed exactly ")  # fmt: skip
_SPECIAL = re.compile(r"([\\,*])")
_LONGEST = 300
_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Story:
    """What one program's output says."""

    failures: tuple[Failure, ...]
    totals: tuple[Totals, ...]
    claims: tuple[tuple[int, int], ...]
    unfinished: bool


@dataclass(slots=True)
class _Block:
    """What is printed under one heading."""

    first: int
    file: str
    line: int
    suite: str = ""
    names: list[str] = field(default_factory=list)
    lines: list[tuple[int, str]] = field(default_factory=list)


def judge_doctest(view: View) -> Story:
    """Judge all runs of a program's output."""
    lines = view.lines
    failures: list[Failure] = []
    totals: list[Totals] = []
    claims: list[tuple[int, int]] = []
    begin, opened = 0, False
    for at, (number, text) in enumerate(lines):
        if text.startswith("[doctest] doctest version is "):
            begin, opened = at, True
        elif at > 1 and _STATUS.match(text) and (cases := _CASES.match(lines[at - 2][1])):
            total, passed, failed, skipped = (int(group or 0) for group in cases.groups())
            totals.append(Totals(TOOL, "", passed, failed, 0, skipped, total=total + skipped))
            start = begin if opened else _first_block(lines, begin, at)
            claims.append((lines[start][0], number))
            if failed:
                failures += _failures(_blocks(lines[start : at - 2]), view)
            begin, opened = at + 1, False
    if view.inside:
        return Story(tuple(failures), (), (), unfinished=False)
    return Story(tuple(failures), tuple(totals), tuple(claims), unfinished=opened)


def _first_block(lines: Sequence[tuple[int, str]], begin: int, end: int) -> int:
    """Find where a run begins that was told not to introduce itself."""
    return next((at for at in range(begin, end) if lines[at][1] == _EQUALS), begin)


def _blocks(lines: Sequence[tuple[int, str]]) -> list[_Block]:
    """Cut at the headings: equals signs, a place, suite, test case, subcases, a blank line."""
    blocks: list[_Block] = []
    at = 0
    while at < len(lines):
        place = _PLACE.match(lines[at + 1][1]) if lines[at][1] == _EQUALS and at + 1 < len(lines) else None
        if place:
            block = _Block(lines[at + 1][0], relative(place["file"]), int(place["line"] or place["other"]))
            at = _read_names(block, lines, at + 2)
            blocks.append(block)
            continue
        if blocks:
            blocks[-1].lines.append(lines[at])
        at += 1
    return blocks


def _read_names(block: _Block, lines: Sequence[tuple[int, str]], at: int) -> int:
    for index in range(at, min(at + _MOST_NAMES, len(lines))):
        text = lines[index][1]
        if not text.strip():
            return index + 1
        if text.startswith("TEST SUITE: "):
            block.suite = text.removeprefix("TEST SUITE: ").strip()
        elif text.startswith("TEST CASE: "):
            block.names.append(text.removeprefix("TEST CASE: ").strip())
        elif not text.startswith("DESCRIPTION: "):
            block.names.append(text.strip())
    return min(at + _MOST_NAMES, len(lines))


def _failures(blocks: Sequence[_Block], view: View) -> list[Failure]:
    pardoned = {(b.file, b.line) for b in blocks if any(text.startswith(_PARDONS) for _, text in b.lines)}
    found: dict[str, Failure] = {}
    for block in blocks:
        if (block.file, block.line) not in pardoned and (failure := _failure(block, view)):
            found.setdefault(failure.test, failure)
    return list(found.values())


def _failure(block: _Block, view: View) -> Failure | None:
    marks = [
        (at, found)
        for at, (_, text) in enumerate(block.lines)
        if "ERROR: " in text and (found := _ERROR.match(text, max(0, text.find("/home/runner/work/"))))
    ]
    verdict = next((one for one in block.lines if one[1].startswith(_VERDICTS)), None)
    if not marks and verdict is None:
        return None
    number = block.lines[marks[0][0]][0] if marks else verdict[0] if verdict else block.first
    last = max(at for at, text in block.lines if text.strip())
    failure = Failure(
        TOOL, FailureKind.TEST, Status.FAILED, " > ".join(block.names), verdict[1] if verdict else "", number,
        (block.first, max(last, number)), "", block.file, block.line, _rerun(block, view), block.suite,
    )  # fmt: skip
    if not marks:
        late = "exceeded time limit" in failure.message
        return replace(failure, kind=FailureKind.TIMEOUT, status=Status.TIMEDOUT) if late else failure
    return _with_words(failure, block, marks[0])


def _with_words(failure: Failure, block: _Block, mark: tuple[int, re.Match[str]]) -> Failure:
    at, found = mark
    detail = "\n".join(text for _, text in block.lines[at + 1 :]).strip("\n")
    crashed = "test case CRASHED" in found["text"]
    return replace(
        failure,
        message=found["text"].strip()[:_LONGEST] or found["what"],
        detail=detail,
        file=relative(found["file"]),
        line=int(found["line"] or found["other"]),
        kind=FailureKind.CRASH if crashed else failure.kind,
        status=Status.ABORTED if crashed else failure.status,
    )


def _rerun(block: _Block, view: View) -> str:
    if not view.rerun or view.inside or not block.names:
        return view.rerun
    name = _SPECIAL.sub(lambda found: f"\\{found[1]}", block.names[0])
    return f"{view.rerun} {shlex.quote('--test-case=' + name)}"
