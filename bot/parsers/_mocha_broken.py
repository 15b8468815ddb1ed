"""What mocha says when it could not load the tests, and how a run ended that never summed up."""

import re

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._js_death import death
from bot.parsers._js_stack import frames
from bot.parsers._workspace import relative

TOOL = "mocha"
_DURING = re.compile(r"\s?(?:Exception during run|✖ ERROR): (?P<message>.*)$")
_ERROR = re.compile(r"(?:[A-Z]\w{0,60}(?:Error|Exception)(?: \[\w{1,60}\])?|Error): .{0,2000}$")
_NONE = re.compile(
    r"(?P<message>(?:Error: No test files found|Warning: Cannot find any files matching).{0,500})$"
)
_PLACE = re.compile(r"(?:file://)?(?P<file>/[^\s:]{1,500}|[A-Za-z]:\\[^\s:]{1,500}):(?P<line>\d{1,7})$")
_LOADER = re.compile(r"\s{1,12}at .{0,400}[\\/]node_modules[\\/]mocha[\\/]lib[\\/]")
_LOADED = re.compile(r".{0,600}(?:requireOrImport|loadFiles|formattedImport|[\\/]interfaces[\\/])")
_COMMAND = re.compile(r"(?:> |\$ |\+ |##\[group\]Run )(?:.{0,200}[\s/])?mocha(?: |$)")
_LONGEST = 2000
_STACK = 60


def read_broken(lines: tuple[str, ...]) -> list[Failure]:
    """Give what kept the tests from being loaded."""
    found: list[Failure] = []
    end = 0
    for number, text in enumerate(lines, 1):
        if number <= end:
            continue
        head = text[:_LONGEST]
        if ": " in head[:24] and (during := _DURING.match(head)):
            found.append(_during(lines, number, during["message"]))
        elif "test files found" in head and (none := _NONE.match(head)):
            kind, status, span = FailureKind.COLLECTION, Status.ERROR, (number, number)
            found.append(Failure(TOOL, kind, status, "", none["message"], number, span))
        elif "mocha" in head and _LOADER.match(head) and _LOADED.match(head):
            found += _raw(lines, number)
        end = found[-1].extent[1] if found else 0
    return found


def _during(lines: tuple[str, ...], number: int, message: str) -> Failure:
    """Read `Exception during run:`, behind which a syntax error's place stands before the error."""
    last = _stack_end(lines, number)
    place = _PLACE.match(message)
    at = number
    if place:
        told = range(number + 1, min(last, number + 20) + 1)
        at = next((one for one in told if _ERROR.match(lines[one - 1][:_LONGEST])), number)
        message = lines[at - 1][:_LONGEST] if at > number else message
    return _failure(lines, (number, last), at, message, place)


def _raw(lines: tuple[str, ...], number: int) -> list[Failure]:
    """Read an error that Node itself printed, as older versions let it: mocha's loader is in its stack."""
    first = number
    while first > max(1, number - _STACK) and not _ERROR.match(lines[first - 1][:_LONGEST]):
        first -= 1
    if not _ERROR.match(lines[first - 1][:_LONGEST]):
        return []
    message = lines[first - 1][:_LONGEST]
    above = range(first - 1, max(0, first - 8), -1)
    places = (_PLACE.match(lines[at - 1][:_LONGEST]) for at in above)
    place = next((one for one in places if one), None)
    return [_failure(lines, (first, _stack_end(lines, number)), first, message, place)]


def _failure(
    lines: tuple[str, ...], extent: tuple[int, int], at: int, message: str, place: re.Match[str] | None
) -> Failure:
    first, last = extent
    own = frames(lines[first - 1 : last])
    required = (lines[one - 1] for one in range(first, min(last, first + 20) + 1))
    needed = next((text[2:].strip() for text in required if text.startswith("- /")), "")
    # The last of the repository's frames is the test file, which the runner asked for.
    file, line = (own[-1].file, own[-1].line) if own else (relative(needed), 0)
    if place:
        file, line = relative(place["file"]), int(place["line"])
    detail = "\n".join(lines[at:last]).strip("\n")
    kind, status = FailureKind.COLLECTION, Status.ERROR
    return Failure(TOOL, kind, status, "", message.strip(), at, extent, detail, file, line)


def _stack_end(lines: tuple[str, ...], number: int) -> int:
    """Give the last line of a stack trace that begins at or below a line."""
    last = number
    for at in range(number + 1, min(len(lines), number + _STACK) + 1):
        text = lines[at - 1]
        if text.lstrip().startswith("at ") and text[:1] == " ":
            last = at
        elif last > number and not text.startswith(" "):
            break
    return last


def read_killed(lines: tuple[str, ...]) -> tuple[bool, list[Failure]]:
    """Say whether mocha was called and never summed up, and what it died of where that is told."""
    start = next((at for at, text in enumerate(lines) if "mocha" in text and _COMMAND.match(text[:400])), -1)
    # A command that could not be found runs nothing; a reporter's lines are indented.
    if start < 0 or not any(text.startswith("  ") and text.strip() for text in lines[start:]):
        return False, []
    at = death(lines, start)
    if at < 0:
        return True, []
    message = lines[at].strip()[:_LONGEST]
    return True, [Failure(TOOL, FailureKind.CRASH, Status.ABORTED, "", message, at + 1, (at + 1, at + 1))]
