"""Catch2's compact reporter: one line per failed check, without the test case's name."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.parsers._catch2_lines import TOOL, place_in
from bot.parsers._ctest_views import View

Story = TypeVar("Story")
_FAILED = re.compile(r"(?:.{1,2000}?)(?::\d{1,9}|\(\d{1,9}\)): failed: (?P<what>.{1,4000})$")
_END = re.compile(
    r"Failed (?:all |both )?(?P<failed>\d{1,9}) test cases?, failed (?:all |both )?\d{1,9} assertions?\.$"
)
_PASSED = re.compile(
    r"(?:Passed (?:all |both )?(?P<old>\d{1,9}) test cases? (?:with \d{1,9} assertions?|\(no assertions\))\.|"
    r"All tests passed \((?:\d{1,12}|no) assertions? in (?P<new>\d{1,9}) test cases?\))$"
)
_COUNTS = re.compile(r"test cases: +(?P<total>\d{1,9}) \|(?P<rest>.{1,200})$")
_COUNT = re.compile(r"(\d{1,9}) (passed|failed as expected|failed|skipped)")
_LONGEST = 300


def read_compact(
    view: View,
    story: Callable[[tuple[Failure, ...], tuple[Totals, ...], tuple[tuple[int, int], ...], bool], Story],
) -> Story:
    """Judge a program's output by its one-line reports; they count only where the closing line stands."""
    failures: list[Failure] = []
    totals: list[Totals] = []
    claims: list[tuple[int, int]] = []
    pending: list[Failure] = []
    for at, (number, text) in enumerate(view.lines):
        if ": failed: " in text and (found := _FAILED.match(text)):
            pending.append(_failure(number, text, found["what"], view))
        elif end := _end(view.lines, at):
            totals.append(end)
            claims.append((pending[0].log_line if pending else number, number))
            failures += pending if end.failed else []
            pending = []
    outside = not view.inside
    return story(tuple(failures), tuple(totals) if outside else (), tuple(claims) if outside else (), False)  # noqa: FBT003


def _end(lines: Sequence[tuple[int, str]], at: int) -> Totals | None:
    text = lines[at][1]
    if not text.startswith(("Failed ", "Passed ", "All tests passed (", "test cases: ")):
        return None
    if found := _END.match(text):
        return Totals(TOOL, "", failed=int(found["failed"]), total=int(found["failed"]))
    if found := _PASSED.match(text):
        passed = int(found["old"] or found["new"])
        return Totals(TOOL, "", passed=passed, total=passed)
    below = lines[at + 1][1] if at + 1 < len(lines) else ""
    if (found := _COUNTS.match(text)) and below.startswith("assertions: "):
        counts = {word: int(count) for count, word in _COUNT.findall(found["rest"])}
        passed = counts.get("passed", 0) + counts.get("failed as expected", 0)
        failed, skipped = counts.get("failed", 0), counts.get("skipped", 0)
        return Totals(TOOL, "", passed=passed, failed=failed, skipped=skipped, total=int(found["total"]))
    return None


def _failure(number: int, text: str, what: str, view: View) -> Failure:
    file, line = place_in(text)
    fatal = what.startswith("fatal error condition")
    kind, status = (FailureKind.CRASH, Status.ABORTED) if fatal else (FailureKind.TEST, Status.FAILED)
    return Failure(
        TOOL, kind, status, "", what[:_LONGEST], number, (number, number), "", file, line, view.rerun
    )
