"""What linkers and compiler drivers say: missing and doubled symbols, missing libraries, killed compilers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._workspace import relative

_PLACE = r"(?:(?P<file>[^\s:()]{1,1000}):(?P<line>\d{1,9}|\(\.[\w.+\-\[\]$:]{1,500}\)): )?"
_REFERENCE = re.compile(
    r"(?:\S{0,300}ld(?:\.\w{1,10})?: )?" + _PLACE + r"(?P<text>(?:more )?undefined reference to .{1,2000})$"
)
_DOUBLE = re.compile(
    r"(?:\S{0,300}ld(?:\.\w{1,10})?: )?(?:.{0,1000}: )?(?P<text>multiple definition of .{1,500}?)(?:;|$)"
)
_LINKER = re.compile(
    r"(?:\S{0,300}/)?(?:[\w\-]{0,60}ld(?:\.lld|\.gold|\.bfd|64\.lld)?|lld|mold|lld-link): "
    r"(?:(?P<error>(?:fatal )?error: )(?P<what>.{1,2000})|"
    r"(?P<text>cannot find .{1,1000}|cannot open .{1,500}|"
    r"library not found for .{1,300}|symbol\(s\) not found .{1,200}|final link failed.{0,200}))$"
)
_APPLE = "Undefined symbols for architecture"
_APPLE_SYMBOL = re.compile(r'  "(?P<symbol>.{1,1000})", referenced from:$')
_LLD_PLACE = re.compile(
    r">>> referenced by (?:[^\s:(]{1,500}:\d{1,9} \()?(?P<file>[^\s:()]{1,1000}\.[A-Za-z+]{1,4}):"
    r"(?P<line>\d{1,9})"
)
_DRIVER = re.compile(
    r"(?:\S{0,300}/)?(?:[\w\-]{0,60}(?:gcc|g\+\+|c\+\+|clang|clang\+\+|cc|cc1|cc1plus|collect2|nvcc|lto1|"
    r"lto-wrapper))(?:-\d{1,3}(?:\.\d{1,2})?)?(?:\.exe)?: (?P<what>fatal error|error): (?P<text>.{1,2000})$"
)
_WEAK = ("ld returned", "linker command failed", "some warnings being treated", "all warnings being treated",
         "ld terminated with signal", "no input files")  # fmt: skip
_KILLED = re.compile(
    r"(?i)killed|signal terminated|terminated with signal|segmentation fault|unable to execute command"
)
_NO_MEMORY = (
    "virtual memory exhausted: ",
    "cc1plus: out of memory allocating ",
    "cc1: out of memory allocating ",
)


@dataclass(frozen=True, slots=True)
class Linked:
    """One thing a linker misses; `key` is the same wherever it is missed."""

    text: str
    key: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Driver:
    """A compiler driver's own error; a weak one only says that something before it failed."""

    text: str
    weak: bool
    killed: bool


def linker_error(lines: Sequence[str], number: int) -> Linked | None:
    """Read the line with this number; None when it is no linker's error."""
    line = lines[number - 1][:4000]
    if "undefined reference to " in line and (found := _REFERENCE.match(line)):
        if found["text"].startswith("more "):
            return None
        in_source = found["line"] and found["line"].isdigit()
        file = relative(found["file"]) if found["file"] and not found["file"].endswith(".o") else ""
        return Linked(found["text"], found["text"], file, int(found["line"]) if in_source and file else 0)
    if "multiple definition of " in line and (found := _DOUBLE.match(line)):
        return Linked(found["text"], found["text"])
    below = lines[number][:2000] if number < len(lines) else ""
    return _stopped(line, below)


def _stopped(line: str, below: str) -> Linked | None:
    """Read a linker's own line, with the place or the symbol that stands on the next one."""
    if line.startswith(_APPLE):
        symbol = _APPLE_SYMBOL.match(below)
        text = f"Undefined symbol: {symbol['symbol']}" if symbol else line.rstrip(":")
        return Linked(text, text)
    found = _LINKER.match(line)
    if found is None or (found["text"] or "").startswith(("symbol(s) not", "final link")):
        return None
    text = (found["text"] or found["what"]).strip()
    if place := _LLD_PLACE.match(below):
        return Linked(text, text, relative(place["file"]), int(place["line"]))
    return Linked(text, text)


def driver_error(line: str) -> Driver | None:
    """Read a line of gcc's or clang's driver, or of `collect2`; None when it is none."""
    if line.startswith(_NO_MEMORY):
        return Driver(line.strip(), weak=False, killed=True)
    found = _DRIVER.match(line)
    if found is None:
        return None
    text = found["text"].strip()
    killed = bool(_KILLED.search(text[:500]))
    return Driver(text, text.startswith(_WEAK), killed and not text.startswith(_WEAK[:2]))
