"""What keeps Playwright from running tests: broken files, servers that do not start, deadlines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.failure import FailureKind
from bot.parsers._playwright_runs import Run
from bot.parsers._workspace import relative

_ERROR = re.compile(r"(?:\w{0,40}Error|Error): (?P<text>.*)$")
_AT = re.compile(r"   at (?P<file>\S{1,400}?):(?P<line>\d{1,7})$")
_BABEL = re.compile(r"(?P<file>/\S{1,400}|[A-Za-z]:\\\S{1,400}): .{1,2000} \((?P<line>\d{1,7}):\d{1,7}\)$")
_SERVER = re.compile(
    r"Error: (?:Process from config\.webServer|Timed out waiting \d{1,9}ms from config\.webServer"
    r"|\S{1,300} is already used, make sure that nothing is running on the port)"
)
_NOTHING = re.compile(r"Error: No tests found\b")
_DEADLINE = re.compile(
    r"Timed out waiting [\d.]{1,12}s for the (?:entire test run|test suite to run|global setup)"
)
_OWN_CALL = re.compile(r"    at .{0,400}node_modules[\\/](?:@playwright[\\/]test|playwright)[\\/]")
_SPEC = re.compile(r"\.(?:spec|test)\.")
_CODE = re.compile(r"(?:>| ) {0,8}\d{0,6} \|")
_FAR = 25


@dataclass(frozen=True, slots=True)
class Broken:
    """An error that is no part of any test."""

    kind: FailureKind
    message: str
    detail: str
    place: tuple[str, int]
    line: int
    extent: tuple[int, int]


def read_broken(lines: Sequence[str], runs: Sequence[Run]) -> list[Broken]:
    """Give errors that stand outside of tests: none inside a run whose end does not speak of them."""
    quiet = [run for run in runs if run.summed and not run.outside and _ran(run)]
    found: list[Broken] = []
    for number, line in enumerate(lines, 1):
        if any(run.first <= number <= run.last for run in quiet):
            continue
        one = _read(lines, number, line, started=bool(runs))
        if one is not None and not (found and number <= found[-1].extent[1]):
            found.append(one)
    nothing = [one for one in found if _NOTHING.match(lines[one.line - 1])]
    return nothing[:1] if len(nothing) == len(found) else [one for one in found if one not in nothing]


def _ran(run: Run) -> bool:
    """Whether any test ran: a version that cannot load a file says that all were skipped."""
    return any(run.counts.get(word) for word in ("passed", "failed", "flaky", "interrupted", "timed out"))


def _read(lines: Sequence[str], number: int, line: str, *, started: bool) -> Broken | None:
    if _SERVER.match(line):
        return Broken(FailureKind.SETUP, line.strip(), "", ("", 0), number, (number, number))
    if _NOTHING.match(line):
        return Broken(FailureKind.COLLECTION, line.strip(), "", ("", 0), number, (number, number))
    if _DEADLINE.match(line):
        return Broken(FailureKind.TIMEOUT, line.strip(), "", ("", 0), number, (number, number))
    error = _ERROR.match(line)
    if error is None:
        return None
    place = _place(lines, number, error["text"])
    if place is None and not started and number < len(lines) and _OWN_CALL.match(lines[number]):
        place = ("", 0)
    if place is None:
        return None
    kind = FailureKind.COLLECTION if not place[0] or _SPEC.search(place[0]) else FailureKind.SETUP
    last = _end(lines, number)
    detail = "\n".join(lines[number:last]).strip()
    return Broken(kind, line.strip(), detail, place, number, (number, last))


def _place(lines: Sequence[str], number: int, text: str) -> tuple[str, int] | None:
    """Give the place above the code that Playwright shows: three spaces before `at`, or Babel's own."""
    babel = _BABEL.match(text)
    for at in range(number + 1, min(number + _FAR, len(lines)) + 1):
        line = lines[at - 1]
        if _ERROR.match(line):
            return None
        if found := _AT.match(line):
            file = babel["file"] if babel else _absolute(lines, at, found["file"])
            return relative(file), int(found["line"])
        if babel and _CODE.match(line):
            return relative(babel["file"]), int(babel["line"])
    return None


def _absolute(lines: Sequence[str], number: int, file: str) -> str:
    """Give the same file as the stack below names it: above, it is relative to the folder of the tests."""
    name = file[file.rfind("../") + 3 :] if "../" in file else file
    for line in lines[number : number + _FAR]:
        start = line.find("(") + 1 if "(" in line else line.find("at ") + 3
        path = line[start:].rstrip(")").rsplit(":", 2)[0]
        if line.startswith("    at ") and path.replace("\\", "/").endswith(f"/{name}"):
            return path
    return file


def _end(lines: Sequence[str], number: int) -> int:
    last = number
    for at in range(number + 1, min(number + 2 * _FAR, len(lines)) + 1):
        line = lines[at - 1]
        if _ERROR.match(line) or (line[:1].strip() and not _CODE.match(line) and line[0] not in "-R"):
            break
        if line.strip():
            last = at
    return last
