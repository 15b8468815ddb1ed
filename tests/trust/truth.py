"""What really failed, from the runner's own machine report and never from Retriage's parsers."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import parse

# A run that failed without saying which test.
WHOLE = "*"
_WORD = re.compile(r"[A-Za-z0-9_]+")
# A file's ending stands in one form of a test's name and not in the other.
_ENDINGS = ("py", "js", "ts", "mjs", "cjs", "go", "rs")
# Ginkgo's word in front of a spec.
_MARKS = ("It",)


@dataclass(frozen=True, slots=True)
class Truth:
    """What one run did: the names of the tests that failed, and how many ran."""

    failed: frozenset[str]
    ran: int


def read_truth(kind: str, root: Path, pattern: str, *, ended_well: bool) -> Truth:
    """Read the report of one run; a run that ended badly and names no failed test failed as a whole."""
    files = sorted(root.glob(pattern))
    readers = {"junit": _junit, "gotest": _gotest, "lines": _lines}
    failed, ran = readers[kind](files)
    if not ended_well and not failed:
        failed = {WHOLE}
    return Truth(frozenset(failed), ran)


def tokens(name: str) -> tuple[str, ...]:
    """A test's name as words, by which the report's and Retriage's forms are compared."""
    return tuple(word for word in _WORD.findall(name) if word not in (*_ENDINGS, *_MARKS))


def same_test(one: str, other: str) -> bool:
    """Whether two forms name one test: the shorter is the longer's end."""
    short, long = sorted((tokens(one), tokens(other)), key=len)
    return bool(short) and long[-len(short) :] == short


def broken_by(controls: Sequence[Truth]) -> tuple[frozenset[str], frozenset[str]]:
    """What a bug breaks: the tests that fail in every control run, and those that fail in some only."""
    always = frozenset.intersection(*(one.failed for one in controls))
    ever = frozenset().union(*(one.failed for one in controls))
    return always, ever - always


def _junit(files: Iterable[Path]) -> tuple[set[str], int]:
    failed, ran = set(), 0
    for path in files:
        try:
            root = parse(path).getroot()
        except ParseError:
            # The runner died while it wrote: the run counts as a whole.
            continue
        for case in () if root is None else root.iter("testcase"):
            ran += case.find("skipped") is None
            if _went_wrong(case):
                failed.add(f"{case.get('classname', '')} {case.get('name', '')}".strip())
    return failed, ran


def _went_wrong(case: Element) -> bool:
    return case.find("failure") is not None or case.find("error") is not None


def _gotest(files: Iterable[Path]) -> tuple[set[str], int]:
    tests: dict[tuple[str, str], str] = {}
    packages: dict[str, str] = {}
    for path in files:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            event = json.loads(line) if line.startswith("{") else {}
            action, package, test = (event.get(key, "") for key in ("Action", "Package", "Test"))
            if action in ("pass", "fail") and test:
                tests[package, test] = action
            elif action == "fail":
                packages[package] = action
            elif action == "run":
                # A test that never ended took its package with it.
                tests.setdefault((package, test), "run")
    failed = {test for test, action in tests.items() if action == "fail"}
    inner = {one for one in failed if not any(_is_inside(other, one) for other in failed)}
    silent = {name for name in packages if not any(package == name for package, _ in failed)}
    return {f"{package} {test}" for package, test in inner} | silent, len(tests)


def _is_inside(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] == other[0] and one[1].startswith(f"{other[1]}/")


def _lines(files: Iterable[Path]) -> tuple[set[str], int]:
    failed, ran = set(), 0
    for path in files:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            word, _, name = line.partition(" ")
            ran += word in ("ok", "failed")
            if word == "failed" and name:
                failed.add(name.strip())
    return failed, ran
