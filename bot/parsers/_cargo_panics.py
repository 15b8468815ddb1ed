"""Why a Rust test failed, out of what it printed: panics in both formats, should_panic, `Err`, doc-tests.

Formats: https://github.com/rust-lang/rust/blob/master/library/std/src/panicking.rs (the message stands behind
the place since 1.73, in quotes before it until then) and library/test/src/test_result.rs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.parsers._workspace import relative

Lines = Sequence[tuple[int, str]]

_PANIC = re.compile(
    r"thread '(?P<thread>[^']{1,1000})'(?: \(\d{1,12}\))? panicked at (?P<place>[^']\S{0,999}):"
    r"(?P<line>\d{1,9}):\d{1,9}:$"
)
_OLD = re.compile(r"thread '(?P<thread>[^']{1,1000})' panicked at '(?P<text>.{0,4000})$")
_OLD_END = re.compile(r"(?P<text>.{0,4000})', (?P<place>\S{1,1000}):(?P<line>\d{1,9}):\d{1,9}$")
_OVERFLOW = re.compile(r"thread '(?P<thread>[^']{1,1000})'(?: \(\d{1,12}\))? has overflowed its stack")
_NO_PANIC = re.compile(
    r"note: (?P<text>test did not panic as expected)(?: at (?P<place>\S{1,1000}):(?P<line>\d{1,9}):\d{1,9})?"
)
_OTHER_PANIC = "note: panic did not contain expected string"
_ENDS = ("stack backtrace:", "note: ", "thread '", "failures:", "---- ", "test result: ")
_DOC = re.compile(r"(?P<file>\S.{0,500}\.(?:rs|md)) - .{0,500}\(line (?P<line>\d{1,9})\)")
_DOC_WORDS = ("Test executable succeeded", "Test compiled successfully", "Some expected error codes",
              "Couldn't compile the test", "Test executable failed")  # fmt: skip
_FOREIGN = ("/rustc/", "/usr/src/rustc", "library/std/", "library/core/", "library/alloc/")
_LONGEST = 300
_MOST = 60


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a test failed, and where."""

    message: str
    number: int
    detail: str = ""
    file: str = ""
    line: int = 0
    thread: str = ""
    last: int = 0


def explain(lines: Lines, test: str) -> Reason | None:
    """Find the reason in what a test printed; None when it printed none.

    Args:
        lines: what the test printed.
        test: its name, which is its thread's name.
    """
    panics = read_panics(lines)
    own = [panic for panic in panics if panic.thread == test]
    panic = own[-1] if own else panics[-1] if panics else None
    if panic and "Any { .. }" in panic.message:
        # It only passes on what another thread panicked with.
        panic = panics[0]
    reason = _should_panic(lines, panic) or panic or _returned(lines) or _doc_test(lines)
    if reason and (doc := _DOC.match(test)):
        # The panic's place is in a program that rustdoc wrote.
        reason = replace(reason, file=relative(doc["file"]), line=int(doc["line"]))
    return reason


def read_panics(lines: Lines) -> list[Reason]:
    """Give every panic in the order in which they were printed."""
    panics: list[Reason] = []
    for at, (number, text) in enumerate(lines):
        start = text.find("thread '")
        if start < 0:
            continue
        if found := _PANIC.match(text, start):
            panics.append(_new_panic(lines, at, found))
        elif found := _OLD.match(text, start):
            if old := _old_panic(lines, at, found):
                panics.append(old)
        elif found := _OVERFLOW.match(text, start):
            message = f"thread '{found['thread']}' has overflowed its stack"
            panics.append(Reason(message, number, thread=found["thread"], last=number))
    return panics


def _place(place: str, line: str) -> tuple[str, int]:
    path = relative(place)
    return ("", 0) if path.startswith(_FOREIGN) or "/.cargo/" in path else (path, int(line))


def _new_panic(lines: Lines, at: int, found: re.Match[str]) -> Reason:
    texts: list[str] = []
    for _, text in lines[at + 1 : at + 1 + _MOST]:
        if text.startswith(_ENDS):
            break
        texts.append(text)
    while texts and not texts[-1].strip():
        texts.pop()
    file, line = _place(found["place"], found["line"])
    number = lines[at + 1][0] if texts else lines[at][0]
    message = texts[0].strip() if texts else "explicit panic"
    last = lines[at + len(texts)][0]
    return Reason(
        message[:_LONGEST] or "panicked", number, "\n".join(texts[1:]), file, line, found["thread"], last
    )


def _old_panic(lines: Lines, at: int, found: re.Match[str]) -> Reason | None:
    texts = [found["text"]]
    for index in range(at, min(at + _MOST, len(lines))):
        if index > at:
            texts.append(lines[index][1])
        if end := _OLD_END.match(texts[-1]):
            texts[-1] = end["text"]
            file, line = _place(end["place"], end["line"])
            detail = "\n".join(texts[1:])
            last = lines[index][0]
            return Reason(texts[0][:_LONGEST], lines[at][0], detail, file, line, found["thread"], last)
    return None


def _should_panic(lines: Lines, panic: Reason | None) -> Reason | None:
    for at, (number, text) in enumerate(lines):
        if found := _NO_PANIC.match(text):
            file, line = _place(found["place"], found["line"]) if found["place"] else ("", 0)
            return Reason(found["text"], number, "", file, line, last=number)
        if text.startswith(_OTHER_PANIC):
            detail = [
                below.strip() for _, below in lines[at + 1 : at + 3] if ": `" in below or ': "' in below
            ]
            file, line = (panic.file, panic.line) if panic else ("", 0)
            message = text.removeprefix("note: ").rstrip(",")
            return Reason(message, number, "\n".join(detail), file, line, last=number)
    return None


def _returned(lines: Lines) -> Reason | None:
    for number, text in lines:
        if text.startswith("Error: "):
            return Reason(text[:_LONGEST], number, last=number)
    return None


def _doc_test(lines: Lines) -> Reason | None:
    for start in ("error", *_DOC_WORDS):
        for number, text in lines:
            if text.startswith((start + "[", start + ": ") if start == "error" else start):
                return Reason(text[:_LONGEST], number, last=number)
    return None
