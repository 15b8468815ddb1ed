"""Diagnostics of gcc and clang, and of the linkers they call, line by line.

Format: https://gcc.gnu.org/onlinedocs/gcc/Diagnostic-Message-Formatting-Options.html and
https://clang.llvm.org/docs/UsersManual.html#formatting-of-diagnostics
"""

import re
from dataclasses import dataclass

from bot.parsers._workspace import relative

_PLACE = re.compile(
    r"(?P<file>(?:[A-Za-z]:)?[^:\s\"'`\[\](){}<>|*][^:\"'`<>|*\t]{0,1000}):(?P<line>\d{1,9})(?::\d{1,9})?: "
    r" {0,3}(?:recursively )?"
    r"(?P<what>fatal error|error|warning|note|required from|internal compiler error|sorry, unimplemented)"
)
_ANY = re.compile(r"(?P<file>(?:[A-Za-z]:)?[\w./+\-\\]{1,1000}\.[A-Za-z+]{1,5}):(?P<line>\d{1,9}): ")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One `file:line:column: error: text` line."""

    file: str
    line: int
    what: str
    text: str


def read_diagnostic(line: str) -> Diagnostic | None:
    """Read a line; None when it is no compiler's diagnostic."""
    found = _PLACE.match(line) if ": " in line else None
    if found is None or (found["what"] != "required from" and line[found.end() : found.end() + 1] != ":"):
        return None
    text = line[found.end() + 1 :].strip()
    return Diagnostic(in_repository(found["file"]), int(found["line"]), found["what"], text)


def in_repository(path: str) -> str:
    """Give a path relative to the repository; a build folder in it says `../src/a.cpp`."""
    path = relative(path)
    while path.startswith("../"):
        path = path.removeprefix("../")
    return path


def place_of(text: str) -> tuple[str, int] | None:
    """Give the file and line that a line of output begins with."""
    found = _ANY.match(text.strip()[:2000])
    return (relative(found["file"]), int(found["line"])) if found else None


_MICROSOFT = re.compile(
    r" {0,8}(?:\d{1,4}>)?(?P<file>(?:[A-Za-z]:)?[^:*?\"<>|()\t]{1,1000})(?:\((?P<line>\d{1,9})"
    r"(?:,\d{1,9})?\))? ?: "
    r"(?P<what>fatal error|error) (?P<code>C\d{4}|LNK\d{4}): (?P<text>.{1,3000}?)(?: \[[^\[\]]{1,500}\])?$"
)


def read_microsoft(line: str) -> Diagnostic | None:
    """Read a line of Microsoft's compiler or linker; None when it is none."""
    found = _MICROSOFT.match(line) if "error C" in line or "error LNK" in line else None
    if found is None:
        return None
    text = f"{found['code']}: {found['text']}"
    if found["line"] is None:
        return Diagnostic("", 0, found["what"], text)
    return Diagnostic(relative(found["file"].strip()), int(found["line"]), found["what"], text)
