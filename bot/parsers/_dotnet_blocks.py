"""The blocks in which `dotnet test` tells of a failed test: VSTest, the terminal logger, the platform.

VSTest: https://github.com/microsoft/vstest/blob/main/src/vstest.console/Internal/ConsoleLogger.cs;
the terminal logger is MSBuild's; Microsoft.Testing.Platform:
https://github.com/microsoft/testfx.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._workspace import relative

# `  Failed Name [12 ms]`; `  X Name [12ms]` in SDK 3; `Failed   Name` at the margin in SDK 2.
VSTEST = re.compile(
    r"(?:  (?:Failed|X) |Failed {3})(?P<name>\S.{0,2000}?)(?: \[(?:< )?\d[\d.,:hms ]{0,30}\])?$"
)
PLATFORM = re.compile(r"(?P<word>failed|timed out|canceled) (?P<name>\S.{0,2000}?) \(\d[\d.,hms ]{0,30}\)$")
TERMINAL = re.compile(
    r"\s{2,12}(?:(?P<file>\S.{0,500}?)\((?P<line>\d{1,7})(?:,\d{1,5})?\): )?"
    r"error TESTERROR:\s{0,4}(?P<rest>.*)$"
)
_TERMINAL_NAME = re.compile(
    r"\s{0,12}(?P<name>\S.{0,2000}?) \(\d[\d.,hms ]{0,30}\): (?:Error Message: )?(?P<told>.*)$"
)
XUNIT = re.compile(r"\[xUnit\.net \d\d:\d\d:\d\d\.\d{1,4}\]\s{4,6}(?P<name>\S.{0,2000}?) \[FAIL\]$")
_XUNIT_MORE = re.compile(r"\[xUnit\.net \d\d:\d\d:\d\d\.\d{1,4}\]\s{6}(?P<text>.*)$")
_FRAME = re.compile(
    r"\s{0,12}(?:at|---) (?P<method>[^\s(].{0,600}?)\(.{0,1000}?\) in "
    r"(?P<file>\S.{0,500}?):(?:line )?(?P<line>\d{1,7})$"
)
_XUNIT_FRAME = re.compile(
    r"\s{0,12}(?P<file>\S.{0,500}?)\((?P<line>\d{1,7}),\d{1,5}\): "
    r"at (?P<method>[^\s(].{0,600}?)\("
)
_END = re.compile(
    r"  (?:Failed|Passed|Skipped|X|√|!|V) \S|(?:Failed|Passed|Skipped)! +- |(?:Failed|Passed|Skipped) {3,4}\S"
    r"|Test Run |Test run (?:for|summary)|Total tests: |Results File: |Attachments:|\[xUnit\.net |##\["
    r"|The active test run was aborted|(?:failed|passed|skipped) \S.{0,2000} \(\d|"
    r"Test summary: |Build (?:failed|succeeded|FAILED)"
)
_MOST = 600


@dataclass(frozen=True, slots=True)
class Block:
    """One test that failed, with 1-based log lines; `full` is its name with class, as the trace has it."""

    name: str
    first: int
    last: int
    number: int
    message: str
    detail: str = ""
    file: str = ""
    line: int = 0
    full: str = ""


_PARTS = {"Error Message:", "Stack Trace:", "Standard Output Messages:", "Standard Error Messages:"}


def read_vstest(lines: Sequence[str], at: int, name: str) -> Block | None:
    """Read `Error Message:` and `Stack Trace:` below a test's line; without them it is no test's line."""
    if at + 1 >= len(lines) or lines[at + 1].strip() not in _PARTS:
        return None
    end = _end(lines, at + 1)
    told, trace, part = [], [], ""
    for n in range(at + 1, end):
        text = lines[n]
        if text.strip() in _PARTS:
            part = text.strip()
        elif part == "Error Message:":
            told.append((n, text.strip()))
        elif part == "Stack Trace:":
            trace.append(text)
    return _block(name, (at, end), told, trace, lines)


def read_platform(lines: Sequence[str], at: int, name: str) -> Block:
    """Read the indented lines below `failed Name (12ms)`."""
    end = at + 1
    while end < len(lines) and end < at + _MOST and (not lines[end].strip() or lines[end].startswith("  ")):
        end += 1
    body = [(n, lines[n].strip()) for n in range(at + 1, end)]
    told = [(n, text) for n, text in body if not text.startswith("at ")]
    return _block(name, (at, end), told, [text for _, text in body], lines)


def read_terminal(lines: Sequence[str], at: int, found: re.Match[str]) -> Block | None:
    """Read the terminal logger's `error TESTERROR:` and the indented lines below it."""
    head = at if found["rest"].strip() else at + 1
    text = found["rest"] if head == at else lines[head] if head < len(lines) else ""
    named = _TERMINAL_NAME.match(text)
    if named is None:
        return None
    end = head + 1
    while (
        end < len(lines)
        and end < at + _MOST
        and lines[end].startswith("      ")
        and "error TESTERROR:" not in lines[end]
    ):
        end += 1
    body = [(head, named["told"].strip()), *((n, lines[n].strip()) for n in range(head + 1, end))]
    cut = next((i for i, (_, text) in enumerate(body) if text == "Stack Trace:"), len(body))
    block = _block(named["name"], (at, end), body[:cut], [text for _, text in body[cut:]], lines)
    if found["file"]:
        return _placed(block, relative(found["file"]), int(found["line"]))
    return block


def read_xunit(lines: Sequence[str], at: int, name: str) -> Block:
    """Read what xUnit's own adapter prints of a failed test."""
    end = at + 1
    body: list[tuple[int, str]] = []
    while end < len(lines) and not XUNIT.match(lines[end]) and (more := _XUNIT_MORE.match(lines[end])):
        body.append((end, more["text"]))
        end += 1
    cut = next((i for i, (_, text) in enumerate(body) if text.strip() == "Stack Trace:"), len(body))
    told = [(n, text.strip()) for n, text in body[:cut]]
    return _block(name, (at, end), told, [text for _, text in body[cut:]], lines)


def _placed(block: Block, file: str, line: int) -> Block:
    return Block(
        block.name, block.first, block.last, block.number, block.message, block.detail, file, line, block.full
    )


def _end(lines: Sequence[str], at: int) -> int:
    end = at
    while end < len(lines) and end < at + _MOST and not _END.match(lines[end]):
        end += 1
    return end


def _block(
    name: str,
    span: tuple[int, int],
    told: Sequence[tuple[int, str]],
    trace: Sequence[str],
    lines: Sequence[str],
) -> Block:
    words = [(n, text) for n, text in told if text]
    number, message = words[0] if words else (span[0], "failed")
    used = 1
    if len(words) > 1 and _joins(words):
        pair = [text for _, text in words[1:3] if text.startswith(("Expected:", "Actual:", "But was:"))]
        message, used = " ".join(" ".join((message, *pair)).split()), 1 + len(pair)
    frames = [found for text in trace if (found := _FRAME.match(text) or _XUNIT_FRAME.match(text))]
    bare = name.partition("(")[0]
    own = [f for f in frames if f["method"] == bare or f["method"].endswith(f".{bare}")]
    best = own[-1] if own else next((f for f in frames if not f["file"].startswith("/_")), None)
    last = max([n for n in range(*span) if lines[n].strip()], default=span[0])
    return Block(
        name=name,
        first=span[0] + 1,
        last=last + 1,
        number=number + 1,
        message=message,
        detail="\n".join(text for _, text in words[used:]),
        file=relative(best["file"]) if best else "",
        line=int(best["line"]) if best else 0,
        full=own[-1]["method"] if own else bare if "." in bare and " " not in bare else "",
    )


def _joins(words: Sequence[tuple[int, str]]) -> bool:
    """Whether the first line is nothing without those below: the values that differ."""
    if words[0][1].startswith("Expected: "):
        return words[1][1].startswith("But was: ")
    return words[0][1].startswith("Assert.") and words[1][1].startswith(("Expected:", "Actual:"))
