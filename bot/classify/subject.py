"""Which changed file a failing test is about, by the names that test runners' users give their files.

A signature says that a test is flaky; it cannot say that it is nothing else. Where the pull request changes
the very code that the test is for, a real failure may print the text of its flake (docs/adr/0019-subject.md).
"""

import re
from collections.abc import Iterable

from bot.classify.touched import may_be
from bot.model.failure import Failure
from bot.model.run import ChangedFile

# What marks a test's file, in front of its subject's name or behind it.
_BEFORE = re.compile(r"^(?:test[-_.]|tests[-_.]|Test(?=[A-Z]))")
_BEHIND = re.compile(
    r"(?:[-_.](?:test|tests|spec|specs|unittest|it|e2e|(?:unit|integration|acceptance|e2e)[-_.](?:test|tests|spec))"
    r"|(?<=[a-z0-9])(?:Tests?|TestCase|Specs?|IT))$"
)
_FOLDERS = ("test", "tests", "__tests__", "spec", "specs", "testing")
# Endings of one language: a test in one may be for code in another.
_FAMILIES = (
    ("js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"),
    ("java", "kt", "kts", "scala", "groovy"),
    ("c", "cc", "cpp", "cxx", "h", "hh", "hpp", "m", "mm"),
    ("ex", "exs"),
    ("pl", "pm", "t"),
    ("py", "pyi", "pyx"),
)
# Every package has one of these: the same name says nothing.
_COMMON = (
    "index",
    "main",
    "mod",
    "lib",
    "init",
    "conftest",
    "utils",
    "util",
    "helpers",
    "common",
    "types",
    "app",
)


def changed_subject(failure: Failure, changed: Iterable[ChangedFile]) -> str:
    """The path of the changed file that a failing test is named after; empty when there is none.

    A Go test belongs to its package: every file of the same folder is what it tests.
    """
    path = failure.file.removeprefix("./")
    if not path or not failure.test:
        return ""
    return next((one.path for one in changed if _is_about(path, failure.suite, one.path)), "")


def _is_about(test: str, package: str, path: str) -> bool:
    stem, ending = _split(path)
    own, language = _split(test)
    if not _is_test(test) and may_be(test, package, path):
        # Tests beside the code in one file, or a failure that the code itself raised.
        return True
    if _family(ending) != _family(language) or _is_test(path):
        return False
    if ending == "go" and _folder(path) and _folder(path) in (_folder(test), package.rpartition("/")[2]):
        return True
    subject = _plain(_subject(own))
    return _is_test(test) and subject == _plain(stem) and subject not in _COMMON


def _is_test(path: str) -> bool:
    stem, _ = _split(path)
    folders = path.lower().split("/")[:-1]
    return _subject(stem) != stem or any(one in _FOLDERS for one in folders)


def _subject(stem: str) -> str:
    return _BEHIND.sub("", _BEFORE.sub("", stem))


def _plain(stem: str) -> str:
    return re.sub(r"[-_.]", "", stem).lower()


def _split(path: str) -> tuple[str, str]:
    name = path.rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    return (stem, ending.lower()) if stem else (name, "")


def _folder(path: str) -> str:
    """The name of the folder that a file lies in."""
    return path.rpartition("/")[0].rpartition("/")[2]


def _family(ending: str) -> str:
    return next((one[0] for one in _FAMILIES if ending in one), ending)
