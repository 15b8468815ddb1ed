"""What a test is called, and where it stands, in a report: each runner puts it into other attributes."""

import re
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from bot.model.failure import FailureKind

# A class or a suite's name that is a file's path: vitest, Playwright, bats, node-tap.
_PATH = re.compile(
    r"^[^\n]{0,500}\.(?:[cm]?[jt]sx?|py|rb|php|go|rs|bats|sh|feature|exs?|java|kt|cpp|cc|c|dart|lua|t)$"
)
# `Cart adds tea [label]`: Ginkgo's labels after a test's name.
_LABELS = re.compile(r"(?: \[[\w ,.:/-]{1,200}\]){1,5}$")
_NODE = re.compile(r"^\[(It|(?:Synchronized|Report)?(?:Before|After)Suite|(?:Before|After)(?:Each|All))\] ?")
_SETUP_NODES = ("BeforeSuite", "AfterSuite")
_BUILD = ("[build failed]", "[setup failed]", "[no test files]")
# go-junit-report's words for a package that died.
_DIED = ("Failure", "Runtime error")
_NOT_BUILT = ("Failure", "Build error")
# gotestsum's test for a package whose tests did not run; what is wrong stands in the text.
_PACKAGE = "TestMain"
_COLLECTION = ("collection failure", "Test suite failed to run")
_CLASS_NAMES = ("initializationError", "classMethod", "executionError")
_SETUP = ("failed on setup with", "failed on teardown with")
# Suites that runners put around everything and that say nothing: mocha's, pytest's, gtest's.
_PLAIN_SUITES = ("Root Suite", "Mocha Tests", "pytest", "AllTests", "rspec", "(root)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a test case stands.

    Attributes:
        top: the name of the whole report; some runners sign there.
        suites: names of the suites around it, outermost first.
        file: the file that the innermost suite with one names.
        runner: the runner, where the report tells: it decides how a name is put together.
    """

    top: str = ""
    suites: tuple[str, ...] = ()
    file: str = ""
    runner: str = ""

    def inside(self, suite: Element) -> "Place":
        """The place inside one more suite."""
        name = suite.get("name") or ""
        file = suite.get("file") or suite.get("filepath") or self.file
        return replace(
            self, suites=(*self.suites, name), file=file, runner=self.runner or _runner(self.top, suite, name)
        )


def _runner(top: str, suite: Element, name: str) -> str:
    """Who wrote this report, by what it signs with; empty when nothing tells."""
    case = suite.find(".//testcase")
    first = {} if case is None else case.attrib
    signs = {
        "pytest": name == "pytest" or top == "pytest tests",
        "nextest": top.startswith("nextest"),
        "rspec": name.startswith("rspec") and first.get("classname", "").startswith("spec."),
        "ginkgo": _NODE.match(first.get("name", "")) is not None,
        "phpunit": "assertions" in first and "class" in first,
        "gtest": top == "AllTests",
        # node:test gives every test the same class.
        "node": first.get("classname") == "test"
        and (suite.tag == "testsuites" or "hostname" in suite.attrib),
    }
    return next((runner for runner, signed in signs.items() if signed), "")


def suite_name(place: Place) -> str:
    """The innermost suite's name that says something."""
    return next((one for one in reversed(place.suites) if one and one not in _PLAIN_SUITES), "")


def name_of(place: Place, test: str, classname: str) -> str:
    """A test's full name, as the runner itself writes it in a log where that is known."""
    name = " ".join(test.replace(" › ", " > ").split())
    inside = " ".join(classname.replace(" › ", " > ").split())
    ways = {
        "pytest": lambda: _pytest_id(name, inside),
        "nextest": lambda: name,
        "rspec": lambda: name,
        "ginkgo": lambda: _LABELS.sub("", _NODE.sub("", name) or name) or name,
        "phpunit": lambda: f"{inside.replace('.', chr(92))}::{name}",
        "gtest": lambda: f"{inside}.{name}",
        "node": lambda: " > ".join((*(one for one in place.suites if one), name)),
    }
    return ways.get(place.runner, lambda: _generic_name(name, inside))()


def _generic_name(name: str, inside: str) -> str:
    if not inside or inside in name or name in inside.split(" > ") or _is_path(inside):
        return name or inside
    if name and inside.endswith((f" {name}", f".{name}")):
        return inside
    return f"{inside} > {name}" if name else inside


def _is_path(text: str) -> bool:
    """A file, or an import path of Go: it says where, and is no part of the name."""
    return "/" in text or bool(_PATH.match(text))


def _pytest_id(name: str, inside: str) -> str:
    """`tests/test_tea.py::TestCup::test_hot` out of `tests.test_tea.TestCup` and `test_hot`."""
    parts = inside.split(".") if inside else []
    if not parts:
        return name
    module = parts
    while len(module) > 1 and module[-1][:1].isupper():
        module = module[:-1]
    classes = parts[len(module) :]
    return "::".join((f"{'/'.join(module)}.py", *classes, *((name,) if name else ())))


def kind_of(test: str, classname: str, attribute: str, message: str) -> FailureKind:
    """What sort of thing failed: most are tests; runners also report what kept tests from running."""
    if _is_build(test, attribute, message):
        return FailureKind.BUILD
    if (test, attribute) == _DIED:
        return FailureKind.CRASH
    if (
        attribute.startswith(_COLLECTION)
        or message.startswith(_COLLECTION)
        or _COLLECTION[1] in f"{test} {classname}"
    ):
        return FailureKind.COLLECTION
    if test == classname and _PATH.match(test):
        # vitest's, for a file whose tests did not run.
        return FailureKind.COLLECTION
    node = _NODE.match(test)
    # Surefire reports what a class does before or after its tests under no name, Gradle under a few.
    nameless = (not test.strip() and bool(classname)) or test in _CLASS_NAMES
    if nameless or attribute.startswith(_SETUP) or (node and node[1].endswith(_SETUP_NODES)):
        return FailureKind.SETUP
    return FailureKind.TEST


def _is_build(test: str, attribute: str, message: str) -> bool:
    package = test == _PACKAGE and message.startswith("FAIL") and message.endswith(_BUILD)
    return package or test.strip() in _BUILD or (test, attribute) == _NOT_BUILT


def source_of(place: Place, case: Element, classname: str) -> tuple[str, int]:
    """The file and the line, where the report gives them; `("", 0)` where it does not."""
    file = case.get("file") or case.get("filepath") or ""
    if not file:
        holders = (classname, case.get("name") or "", *reversed(place.suites))
        file = place.file or next((one for one in holders if _PATH.match(one) and " " not in one), "")
    text = case.get("line") or case.get("lineno") or ""
    line = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004 - no file is longer
    # pytest counts from 0: https://github.com/pytest-dev/pytest/blob/main/src/_pytest/junitxml.py
    return file, line + 1 if place.runner == "pytest" and text else line
