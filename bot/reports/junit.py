"""JUnit's XML, in every dialect that runners write, into totals and failures.

The format has no standard: https://github.com/testmoapp/junitxml collects what tools do, and
https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd is the root of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from junitparser import Error, Skipped
from junitparser import Failure as Failed
from junitparser.xunit2 import TestCase

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.reports.naming import Place, kind_of, name_of, source_of, suite_name
from bot.reports.tree import Malformed, read_tree
from bot.reports.wording import GENERIC, words_of

# What a failure from a report says its tool is, until the job's log tells which runner it was.
TOOL = "junit"
# Ginkgo's, gtest's and CTest's own words for how a test ended, where there is an attribute for it.
WORDS = {
    "error": Status.ERROR,
    "panicked": Status.PANICKED,
    "timedout": Status.TIMEDOUT,
    "interrupted": Status.INTERRUPTED,
    "aborted": Status.ABORTED,
}
# PHPUnit reports a test without assertions so, and counts it as one that passed.
RISKY = "RiskyTest"
CTEST_FAILED = "fail"
# What stands among the tests and is none.
NO_TEST = (FailureKind.BUILD, FailureKind.CRASH)
# No suite has a billion tests.
MAX_DIGITS = 9
NOT_RUN = ("notrun", "disabled", "pending", "ignored", "skipped")


@dataclass(frozen=True, slots=True)
class Results:
    """What one report says: totals of each suite, and what failed, in its order."""

    totals: tuple[Totals, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(slots=True)
class _Outcomes:
    """Everything that one name came to: a test that was run again stands in a report several times."""

    passed: bool = False
    flaked: bool = False
    failure: Failure | None = None
    skipped: str = ""
    times: int = 0


def read_report(data: bytes) -> Results:
    """Read one report.

    Raises:
        Malformed: it is no JUnit report, or one that cannot be read.
    """
    root = read_tree(data)
    if root.tag not in ("testsuites", "testsuite"):
        raise Malformed("is XML, but no JUnit report")
    totals: list[Totals] = []
    failures: list[Failure] = []
    for place, suite in _suites(root):
        own, found = _read_suite(place, suite)
        if own.total:
            totals.append(own)
        failures += found
    return Results(tuple(totals), tuple(failures))


def _suites(root: Element) -> Iterator[tuple[Place, Element]]:
    """Every suite with those around it, outermost first; in the order of the file."""
    top = Place(top=root.get("name") or "") if root.tag == "testsuites" else Place()
    # Without a suite around them: node:test's outermost tests.
    bare = root.tag == "testsuite" or root.find("testcase") is not None
    inner = [root] if bare else root.findall("testsuite")
    waiting = [(top, one) for one in reversed(inner)]
    while waiting:
        around, element = waiting.pop()
        place = around.inside(element)
        yield place, element
        waiting += [(place, one) for one in reversed(element.findall("testsuite"))]


def _read_suite(place: Place, suite: Element) -> tuple[Totals, list[Failure]]:
    outcomes: dict[tuple[str, str], _Outcomes] = {}
    cases = suite.findall("testcase")
    if not cases and suite.find("testsuite") is None:
        return _stated(suite_name(place), suite), []
    for number, element in enumerate(cases):
        case = TestCase.fromelem(element)
        skipped = _skipped(case, element)
        failure = _failure(place, case, element)
        key = (case.classname or "", case.name or f"\0{number}")
        one = outcomes.setdefault(key, _Outcomes())
        one.times += 1
        one.failure = one.failure or failure
        one.skipped = one.skipped or ("" if failure else skipped)
        one.passed = one.passed or not (failure or skipped)
        one.flaked = one.flaked or (failure is None and _was_rerun(case))
    failures = [one.failure for one in outcomes.values() if one.failure and not one.passed]
    tests = [one for one in outcomes.values() if not (one.failure and one.failure.kind in NO_TEST)]
    return _count(suite_name(place), tests), _without_containers(failures)


def _without_containers(failures: list[Failure]) -> list[Failure]:
    """Go reports a test that failed because its subtests did beside them: it says nothing of its own."""
    inner = {one.test.rpartition("/")[0] for one in failures if "/" in one.test}
    holders = {
        "/".join(parts[:n]) for parts in (name.split("/") for name in inner) for n in range(1, len(parts) + 1)
    }
    return [one for one in failures if one.test not in holders or one.message.lower() not in GENERIC]


def _stated(name: str, suite: Element) -> Totals:
    """What a suite says of itself that names none of its tests."""
    tests, failed, errors, skipped = (
        int(text)
        if (text := suite.get(key) or "").isascii() and text.isdigit() and len(text) <= MAX_DIGITS
        else 0
        for key in ("tests", "failures", "errors", "skipped")
    )
    passed = max(0, tests - failed - errors - skipped)
    return Totals(TOOL, name, passed=passed, failed=failed, errors=errors, skipped=skipped, total=tests)


def _count(suite: str, outcomes: Iterable[_Outcomes]) -> Totals:
    """Tests by how they ended. One that failed and passed, in whatever order, flaked."""
    counts: Counter[str] = Counter()
    for one in outcomes:
        if one.failure and one.passed:
            counts["flaked"] += 1
            counts["passed"] += 1
        elif one.failure:
            counts["errors" if one.failure.status is Status.ERROR else "failed"] += 1
        elif one.passed:
            # Tests of one name that all passed are several tests.
            counts["passed"] += one.times
            counts["flaked"] += one.flaked
        else:
            counts[one.skipped] += one.times
    total = counts["passed"] + counts["failed"] + counts["errors"] + counts["skipped"] + counts["pending"]
    return Totals(
        TOOL,
        suite,
        passed=counts["passed"],
        failed=counts["failed"],
        errors=counts["errors"],
        skipped=counts["skipped"],
        pending=counts["pending"],
        flaked=counts["flaked"],
        total=total,
    )


def _skipped(case: TestCase, element: Element) -> str:
    """`skipped` or `pending` for a test that did not run; empty for one that did."""
    how = (element.get("status") or element.get("result") or "").lower()
    if how == "pending" or any(one.message == "pending" for one in case.iterchildren(Skipped)):
        return "pending"
    return "skipped" if how in NOT_RUN or case.child(Skipped) is not None else ""


def _was_rerun(case: TestCase) -> bool:
    """It failed before it passed: Surefire's and nextest's `<flakyFailure>`, and their reruns."""
    return bool(case.interim_result)


def _failure(place: Place, case: TestCase, element: Element) -> Failure | None:
    """What a test case says went wrong; `None` when nothing did."""
    results = [
        one for kind in (Error, Failed) for one in case.iterchildren(kind) if RISKY not in (one.type or "")
    ]
    if not results:
        return None
    first = results[0]
    # A teardown that broke after the test itself had failed is the lesser news.
    if isinstance(first, Error) and case.child(Failed) is not None:
        first = case.child(Failed)
    test, classname = case.name or "", case.classname or ""
    name = name_of(place, test, classname)
    attribute, kind_word = first.message or "", first.type or ""
    words = words_of(attribute, first.text or "", kind_word, (test, name))
    file, line = source_of(place, element, classname)
    own = WORDS.get((element.get("status") or kind_word).lower())
    status = own or (Status.ERROR if isinstance(first, Error) else Status.FAILED)
    kind = kind_of(test, classname, attribute, words.message)
    if own is Status.TIMEDOUT:
        kind = FailureKind.TIMEOUT
    elif element.get("status") == CTEST_FAILED and test == classname and not words.message:
        # A whole program's word, as that of other wrappers: what failed in it stands in the log.
        kind = FailureKind.EXIT
    return Failure(
        tool=TOOL,
        kind=kind,
        status=status,
        test="" if kind in NO_TEST else name,
        message=words.message,
        log_line=0,
        extent=(0, 0),
        detail=words.detail,
        file=words.file if words.file.endswith(file) else file,
        line=words.line if words.file.endswith(file) else line,
        suite=suite_name(place),
    )
