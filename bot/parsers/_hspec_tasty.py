"""tasty's tree of tests: `name: FAIL` below its groups, what it says below that, and the count at the end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

TEST = re.compile(
    r" {0,200}(?P<name>\S.{0,1000}?): {1,200}(?P<word>OK|FAIL|TIMEOUT)(?: \(\d{1,9}\.\d{1,3}s\))?$"
)
FAILED = re.compile(r"(?P<failed>\d{1,9}) out of (?P<total>\d{1,9}) tests failed \(\d{1,9}\.\d{1,3}s\)$")
PASSED = re.compile(r"All (?P<total>\d{1,9}) tests passed \(\d{1,9}\.\d{1,3}s\)$")
RERUN = re.compile(r"\s{1,200}Use -p '(?P<pattern>.{1,2000})' to rerun this test only\.$")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class TastyTest:
    """One test that failed: its names from the outermost group on, and the numbered lines below it."""

    path: tuple[str, ...]
    word: str
    number: int
    body: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class TastyRun:
    """One run: where it is, its failed tests and its counts; the total is -1 when the log ends before it."""

    first: int
    last: int
    tests: list[TastyTest] = field(default_factory=list)
    total: int = -1
    failed: int = 0


def read_tasty(lines: Sequence[str]) -> list[TastyRun]:
    """Give tasty's runs; a tree without a count, or with one that counts no failure, has no failed tests."""
    runs: list[TastyRun] = []
    tests: list[TastyTest] = []
    groups: dict[int, tuple[int, str]] = {}
    first = 0
    for at, text in enumerate(lines):
        if not text.strip():
            continue
        counted = _counted(text)
        if counted:
            total, failed = counted
            # What stands above the tree may look like a test of it: the count tells how many there are.
            kept = tests[-failed:] if failed else []
            runs.append(TastyRun(first or at + 1, at + 1, kept, total, failed))
            tests, groups, first = [], {}, 0
            continue
        level = len(text) - len(text.lstrip())
        found = TEST.match(text) if len(text) < _LONGEST else None
        if found:
            path = tuple(name for depth, (_, name) in sorted(groups.items()) if depth < level)
            first = first or min((number for number, _ in groups.values()), default=at + 1)
            if found["word"] != "OK":
                tests.append(
                    TastyTest((*path, found["name"]), found["word"], at + 1, _body(lines, at, level))
                )
        elif len(text) < _LONGEST:
            groups = {depth: group for depth, group in groups.items() if depth < level}
            groups[level] = (at + 1, text.strip())
    return runs


def _counted(text: str) -> tuple[int, int] | None:
    """Read the count at the end: how many ran, how many failed."""
    if not text[:1].isdecimal() and not text.startswith("All "):
        return None
    failed, passed = FAILED.match(text), PASSED.match(text)
    if failed:
        return int(failed["total"]), int(failed["failed"])
    return (int(passed["total"]), 0) if passed else None


def _body(lines: Sequence[str], at: int, level: int) -> tuple[tuple[int, str], ...]:
    """Give the lines below a test: all that stand further in."""
    margin = " " * (level + 2)
    body = []
    for number in range(at + 1, len(lines)):
        text = lines[number]
        if text.strip() and not text.startswith(margin):
            break
        body.append((number + 1, text))
        if RERUN.match(text):
            break
    while body and not body[-1][1].strip():
        body.pop()
    return tuple(body)
