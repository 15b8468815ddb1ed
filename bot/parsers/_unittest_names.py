"""Names of tests as unittest prints them, the identifiers they mean, and the commands that run them."""

import re
import shlex
from collections.abc import Sequence

HOOKS = ("setUpClass", "tearDownClass", "setUpModule", "tearDownModule")
METHOD_HOOKS = ("setUp", "tearDown", "asyncSetUp", "asyncTearDown", *HOOKS)
# What stands for a module that could not be loaded: unittest's own, and nose2's.
_BROKEN = ("unittest.loader._FailedTest", "nose2.loader.LoadTestsFailure")

# `test_adds (tests.test_cart.CartTest.test_adds)` since 3.11, without the last part before; then a
# subtest's own words: `[second] (price=2)`.
_NAME = re.compile(r"(\S{1,500}) \(([\w.<>:\-]{1,1000})\)(?: ((?:\[|\(|<subtest>).{0,1500}))?$")
_PARAMETERS = re.compile(r" \(([\w.]{1,500}:\d{1,6})$")


def is_broken(name: str) -> bool:
    """Whether the name stands for a module that could not be loaded."""
    return any(f"({broken}" in name for broken in _BROKEN) or name.startswith("Failure: ImportError")


def identify(name: str, title: Sequence[str] = ()) -> str:
    """Give the identifier that `python -m unittest` takes, with the subtest's words behind it.

    Args:
        name: the name as printed in a heading or a line of `-v`.
        title: the heading's further lines; nose2 puts a test's parameters and its holder there.
    """
    found = _NAME.match(name.strip())
    if found is None:
        return next((m[1] for m in map(_PARAMETERS.search, title) if m and m[1].endswith(name)), name.strip())
    test, holder, sub = found[1], found[2], found[3]
    for broken in _BROKEN:
        if holder == broken:
            return test
        if holder.startswith(broken + "."):
            return holder.removeprefix(broken + ".")
    if test in HOOKS:
        return f"{test} ({holder})"
    last = test.rpartition(".")[2]
    full = holder if holder.endswith("." + last) else f"{holder}.{last}"
    return f"{full} {sub}" if sub else full


def runnable(identifier: str) -> str:
    """Give what a command line can name: the test without subtest, or a hook's class or module."""
    hook = re.match(r"(?:setUp|tearDown)(?:Class|Module) \(([\w.<>]{1,1000})\)$", identifier)
    if hook:
        return hook[1]
    return identifier.split(" ", 1)[0]


def module_file(identifier: str) -> str:
    """Guess the end of the path of a test's own file: `tests.test_a.ATest.test_b` -> `tests/test_a.py`."""
    parts = [part for part in runnable(identifier).split(".") if part]
    holder = next((i for i, part in enumerate(parts) if part[:1].isupper()), 0)
    whole = identifier.startswith(("setUpModule (", "tearDownModule ("))
    module = parts if whole else parts[:holder] if holder else parts[:-1]
    return "/".join(module) + ".py" if module else ""


def rerun(identifier: str, file: str, runner: str) -> str:
    """Give the command that runs one test; where the log shows it, from the folder it was loaded in."""
    name = runnable(identifier)
    if not re.match(r"[\w.:]{1,1000}$", name):
        return ""
    own = module_file(identifier)
    folder = file[: len(file) - len(own)].rstrip("/") if own and file.endswith("/" + own) else ""
    command = f"{runner} {shlex.quote(name)}"
    if not folder or folder.startswith("/") or "manage.py" in runner:
        return command
    return f"cd {shlex.quote(folder)} && {command}"
