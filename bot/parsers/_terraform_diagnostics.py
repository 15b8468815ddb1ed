"""Terraform's and OpenTofu's diagnostics: in boxes, or without them (`-no-color`, before 0.15).

https://github.com/hashicorp/terraform/blob/main/internal/command/format/diagnostic.go
"""

import re
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._workspace import relative

# Terragrunt puts time, stream and module before each line.
_BOXED = re.compile(
    r"(?:(?:\d\d:\d\d:\d\d\.\d{3} )?(?:STDERR|STDOUT|ERROR) {1,4}"
    r"(?:\[[^\]]{1,200}\] )?(?:terraform|tofu|\S{1,80}): )?"
    r"│ Error: (?P<what>\S.*)$"
)
_PLAIN = re.compile(r"Error: (?P<what>\S.*)$")
_PLACE = re.compile(r"\s{2}on (?P<file>\S.{0,300}?) line (?P<line>\d{1,7})(?:, in .*|:?)$")
_WITH = re.compile(r"\s{2}with \S.{0,300},$")
_SNIPPET = re.compile(r"\s{1,8}(?:\d{1,7}: |[├│])")
_CONTEXT = re.compile(
    r"Initializing (?:the backend|provider plugins|modules)|(?:^|[\s;&|/])(?:terraform|tofu"
    r"|terragrunt)(?:-bin)? (?:-\S{1,200} ){0,9}"
    r"(?:init|validate|plan|apply|destroy|fmt|test|import|refresh|show|output|state|providers|workspace)\b"
    r"|\.tftest\.hcl\.\.\. |Terraform v\d|OpenTofu v\d|Refreshing state\.\.\."
)
_NEXT = ("Error: ", "Warning: ", "##[", "╷", '  run "', "Success! ", "Failure! ")
_LOOK = 8
_MOST = 60
# Further errors of one log are not worth the time.
_MOST_ERRORS = 500
_WIDE = 2000


@dataclass(slots=True)
class Diagnostic:
    """One error: its summary, place and text."""

    summary: str
    number: int
    last: int
    file: str = ""
    line: int = 0
    text: list[tuple[int, str]] = field(default_factory=list)

    @property
    def whole(self) -> str:
        """All its words, wrapped lines joined."""
        return " ".join([self.summary, *(text.strip() for _, text in self.text)])


def read_diagnostics(log: Log) -> list[Diagnostic]:
    """Collect every error diagnostic, in the order of the log."""
    found: list[Diagnostic] = []
    called = -_WIDE
    end = 0
    for number, text in enumerate(log.lines, 1):
        if _CONTEXT.search(text):
            called = number
        if number <= end:
            continue
        one = None
        if "│ Error: " in text and (match := _BOXED.match(text)):
            one = _boxed(log, number, match["what"])
        elif text.startswith("Error: ") and (match := _PLAIN.match(text)):
            one = _plain(log, number, match["what"], near=number - called < _WIDE)
        if one:
            found.append(one)
            end = one.last
        if len(found) == _MOST_ERRORS:
            break
    return found


def _boxed(log: Log, number: int, summary: str) -> Diagnostic:
    """Read down to the box's lower corner."""
    one = Diagnostic(summary.strip(), number, number)
    for other in range(number + 1, min(number + _MOST, len(log.lines)) + 1):
        _, bar, rest = log.line(other)[:_WIDE].partition("│")
        if not bar:
            one.last = other if "╵" in log.line(other) else one.last
            break
        one.last = other
        _take(one, other, rest.removeprefix(" "))
    return one


def _plain(log: Log, number: int, summary: str, *, near: bool) -> Diagnostic | None:
    """Read an error without a box: blank lines around its summary, its place or its text below."""
    if number > 1 and log.line(number - 1).strip() and number - 1 not in log.errors:
        return None
    body = range(number + 1, min(number + _LOOK, len(log.lines)) + 1)
    placed = any(_PLACE.match(log.line(n)) or _WITH.match(log.line(n)) for n in body)
    if not (placed or (near and _spaced(log, number))):
        return None
    one = Diagnostic(summary.strip(), number, number)
    written = False
    for other in range(number + 1, min(number + _MOST, len(log.lines)) + 1):
        text = log.line(other)
        if text.startswith(_NEXT) or ".tftest.hcl..." in text or other in log.errors:
            break
        if not text.strip() and (written or not placed) and len(one.text) > 1:
            break
        one.last = other
        written = written or (bool(one.file) and bool(text.strip()) and not text[0].isspace())
        _take(one, other, text)
    while one.last > number and not log.line(one.last).strip():
        one.last -= 1
    return one


def _spaced(log: Log, number: int) -> bool:
    """Whether the summary, which may be wrapped once, is a paragraph of its own."""
    below = [log.line(n) for n in range(number + 1, min(number + 3, len(log.lines)) + 1)]
    return any(not text.strip() for text in below)


def _take(one: Diagnostic, number: int, text: str) -> None:
    """Take one line of a diagnostic; its first place counts."""
    match = _PLACE.match(text) if not one.file else None
    if match:
        one.file, one.line = relative(match["file"]), int(match["line"])
    elif text.strip() and not _SNIPPET.match(text) and not _WITH.match(text):
        one.text.append((number, text.rstrip()))
