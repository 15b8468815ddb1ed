"""Stack frames as Node and its test runners print them: where in the repository an error was thrown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.parsers._workspace import relative

# `at fn (file:12:5)`, `at async file:12:5`, `❯ fn file:12:5`, `› fn (file://file:12:5)`, `file:12:5` alone.
_FRAME = re.compile(
    r"\s{0,20}(?:at (?:async )?|❯ |› )(?P<name>[^()]{1,300}? )?\(?"
    r"(?P<file>(?:file:///[A-Za-z]:|file://|[A-Za-z]:)?[^\s():]{1,500}):(?P<line>\d{1,7})(?::\d{1,7})?\)?$"
)
_MARKS = ("at ", "❯ ", "› ")
_LONGEST = 2000
_FOREIGN = ("node:", "internal/", "<anonymous>", "native", "webpack-internal:")
# What hooks are called in the runners' interfaces, and what tests and their containers are.
_CALL = re.compile(
    r"^[>\s\d|]{0,20}\b(?:(?P<hook>before|beforeAll|beforeEach|after|afterAll|afterEach|setup|teardown)"
    r"|(?:it|test|describe|suite|context|specify|expect)(?:\.[a-z]{1,20}){0,3})\s?\("
)
_NUMBERED = re.compile(r"\s{0,12}(?P<mark>>)?\s{0,8}\d{0,6}\s?\|")


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a stack trace; `file` is relative to the repository where the log allows it."""

    name: str
    file: str
    line: int

    @property
    def own(self) -> bool:
        """Whether it is the repository's code, not Node's or a package's."""
        return "node_modules/" not in self.file and not self.file.startswith(_FOREIGN)


def frame(text: str) -> Frame | None:
    """Read one line as a stack frame."""
    start = text[:24].lstrip()
    if not start.startswith(_MARKS) or len(text) > _LONGEST:
        return None
    found = _FRAME.match(text)
    if found is None:
        return None
    return Frame((found["name"] or "").strip(), relative(found["file"]), int(found["line"]))


def frames(lines: Iterable[str]) -> list[Frame]:
    """Give the frames of the repository's own code, innermost first."""
    found = (frame(text) for text in lines)
    return [one for one in found if one is not None and one.own]


def same_file(one: str, other: str) -> bool:
    """Whether two paths name one file: a runner may print it relative to a package or to the repository."""
    return one == other or one.endswith(f"/{other}") or other.endswith(f"/{one}")


def line_in(lines: Iterable[str], file: str) -> int:
    """Give the line of the innermost frame in this file; 0 where there is none."""
    return next((one.line for one in frames(lines) if same_file(one.file, file)), 0)


def in_hook(lines: Iterable[str]) -> bool:
    """Whether the excerpt of the source that a runner shows has its arrow inside a hook, not in a test."""
    hook = False
    for text in lines:
        numbered = _NUMBERED.match(text[:200])
        if numbered is None:
            continue
        code = text[numbered.end() :][:300].strip()
        call = _CALL.match(code)
        # An expectation is inside whatever was opened before it.
        if call and not code.startswith("expect"):
            hook = bool(call["hook"])
        if numbered["mark"] or code.startswith("^"):
            return hook
    return False
