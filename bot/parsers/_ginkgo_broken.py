"""What goes wrong around Ginkgo's specs: no compilation, no spec tree, a process that died.

What Ginkgo says of a wrong spec tree: https://github.com/onsi/ginkgo/blob/master/types/errors.go
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.model.failure import Failure, FailureKind, Status
from bot.model.log import Log
from bot.parsers._ginkgo_lines import (
    IN_AT,
    LOCATION,
    LONGEST_MARK,
    LOST,
    Place,
    is_logged,
    place_in,
    relative,
)
from bot.parsers._ginkgo_messages import split_message

TOOL = "ginkgo"
_LEARN = "http://onsi.github.io/ginkgo/#"
_COMPILE = re.compile(r"^Failed to compile (?P<suite>[^\s:]{1,300}):?$")
_GO_ERROR = re.compile(r"^(?P<file>[^\s:][^:]{0,1000}\.go):(?P<line>\d{1,7})(?::\d{1,7})?: (?P<text>.*)$")
_COMPILED = re.compile(r"^ +(?P<suite>\S{1,300}) \.?/?(?P<folder>\S{0,1000}) \[Compilation failure\]$")
_DIED = re.compile(
    r"^ {0,4}(?P<text>(?:panic|fatal error): .*"
    r"|signal: (?:killed|aborted|segmentation fault|bus error|illegal instruction)\b.*)$"
)
_FRAME = re.compile(r"^\s+(?P<file>(?:[A-Za-z]:)?/[^:]{1,1000}\.go):(?P<line>\d{1,7})(?: \+0x[0-9a-f]+)?$")
_OUTSIDE = (
    "/pkg/mod/",
    "/src/runtime/",
    "/src/internal/",
    "/src/testing/",
    "hostedtoolcache/go/",
    "/usr/local/go/",
)
_HEADING_ABOVE = 6
# Lines above a heading that say whether a spec panicked with it.
_ABOVE = 3
# One broken tree stops a suite, and each parallel process says so.
_MOST_TREES = 500
# A compiler's or a panic's text; nobody reads more.
_LONGEST = 200


def find_compile_failures(log: Log) -> Iterator[Failure]:
    """Find suites that `ginkgo` could not compile, one failure each: the first error is the message."""
    folders = {
        f["suite"]: f["folder"]
        for line in log.lines
        if (f := _match(_COMPILED, line, "[Compilation failure]"))
    }
    for number, line in enumerate(log.lines, 1):
        if found := _match(_COMPILE, line, "Failed to compile "):
            last = _end_of_compilation(log, number)
            text = list(log.lines[number:last])
            errors = ((n, e) for n, t in enumerate(text, number + 1) if (e := _GO_ERROR.match(t)))
            first, error = next(errors, (number, None))
            folder = folders.get(found["suite"], "")
            yield Failure(
                TOOL,
                FailureKind.BUILD,
                Status.FAILED,
                "",
                f"Failed to compile {found['suite']}" + (f": {error['text']}" if error else ""),
                first,
                (number, last),
                detail="\n".join(text).strip(),
                file=_compiled_file(error["file"], folder) if error else "",
                line=int(error["line"]) if error else 0,
                rerun=f"ginkgo ./{folder}" if folder else "",
                suite=found["suite"],
            )


def _end_of_compilation(log: Log, number: int) -> int:
    """Give the last line of a compiler's output: a blank line ends it, the one under the heading apart."""
    last = number
    begun = False
    for below in range(number + 1, min(len(log.lines), number + _LONGEST) + 1):
        line = log.line(below)
        if not line.strip() and begun:
            break
        begun = begun or (bool(line.strip()) and not is_logged(line))
        if line.startswith(("Ginkgo ran ", "Running Suite: ", "=== RUN ", "Failed to compile ")):
            break
        last = below if line.strip() else last
    return last


def _compiled_file(file: str, folder: str) -> str:
    """Give the file that Go names from inside the package's folder."""
    if file.startswith("/"):
        return relative(file)
    file = file.removeprefix("./")
    return f"{folder}/{file}" if folder and not file.startswith("..") else file


def find_tree_failures(log: Log) -> Iterator[Failure]:
    """Find what Ginkgo says of a spec tree that it cannot run; each process says it, once is enough."""
    seen: set[tuple[str, Place]] = set()
    links = (n for n, line in enumerate(log.lines, 1) if _LEARN in line and len(line) <= LONGEST_MARK)
    for number in islice(links, _MOST_TREES):
        found = _read_heading(log, number)
        if found is None:
            continue
        heading, place, first, lines = found
        beheaded = first <= _ABOVE and not log.complete
        if (
            (heading, place) in seen
            or beheaded
            or any(IN_AT.match(line) for line in log.lines[max(0, first - _ABOVE) : first - 1])
        ):
            # Below "In [It] at:" it is the value that a spec panicked with.
            continue
        seen.add((heading, place))
        yield Failure(
            TOOL,
            FailureKind.COLLECTION,
            Status.ERROR,
            "",
            heading,
            first,
            (first, number),
            detail="\n".join(lines),
            file=place.file,
            line=place.line,
        )


def _read_heading(log: Log, number: int) -> tuple[str, Place, int, list[str]] | None:
    """Walk up from "Learn more at" over the indented explanation to the heading.

    Returns:
        Heading, source location, number of the heading's line, and the lines between.
    """
    line = log.line(number)
    base = len(line) - len(line.lstrip(" ")) - 2
    above = number - 1
    while above > max(0, number - _LONGEST) and _is_explanation(log.line(above), base):
        above -= 1
    if base < 0 or above < 1 or _indent(log.line(above)) != base or log.line(above).strip() in {"-" * 30, ""}:
        return None
    place, first = Place(), above
    if found := LOCATION.match(log.line(above)):
        place = place_in(found)
        rows = [n for n in range(max(1, above - _HEADING_ABOVE + 1), above) if _indent(log.line(n)) == base]
        rows = [n for n in rows if log.line(n).strip() and not is_logged(log.line(n))]
        first = rows[0] if rows else above
        first = next((n for n in reversed(rows) if _looks_like_heading(log.line(n))), first)
    text = [log.line(n)[base:] for n in range(first + 1, number)]
    return log.line(first).strip(), place, first, [part for part in text if part.strip()]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_explanation(line: str, base: int) -> bool:
    return not line.strip() or _indent(line) > base or is_logged(line)


def _looks_like_heading(line: str) -> bool:
    """Tell a sentence from the line of source code that may stand under it."""
    return line.strip()[:1].isupper() and not line.rstrip().endswith(("{", "(", ")", ",", ";"))


def find_crash(log: Log, first: int, last: int) -> Failure | None:
    """Find the panic or signal that ended a test process, between two lines."""
    for number in range(first, last + 1):
        line = log.line(number)
        if found := _match(_DIED, line, ": "):
            end = _end_of_panic(log, number, last)
            place = _own_frame(log.lines[number:end])
            kind, status = FailureKind.CRASH, Status.PANICKED if "panic: " in line else Status.ERROR
            if "test timed out after" in line:
                kind, status = FailureKind.TIMEOUT, Status.TIMEDOUT
            return Failure(
                TOOL,
                kind,
                status,
                "",
                split_message([found["text"].strip()])[0],
                number,
                (number, end),
                detail="\n".join(log.lines[number:end][:_LONGEST]).strip(),
                file=place.file,
                line=place.line,
            )
    return None


def _end_of_panic(log: Log, number: int, last: int) -> int:
    """Give the last line of the stack traces under a panic."""
    end = number
    for below in range(number + 1, last + 1):
        line = log.line(below)
        if line.startswith(
            ("FAIL", "exit status", "Ginkgo ran", "Could not open", "Exit result", "Output from proc")
        ):
            break
        end = below if line.strip() else end
    return end


def _own_frame(lines: Sequence[str]) -> Place:
    """Give the first frame that is neither Go's nor a dependency's."""
    for line in lines:
        found = _FRAME.match(line)
        if found and not any(part in line for part in _OUTSIDE):
            return place_in(found)
    return Place()


def find_lost_process(log: Log, first: int, last: int, suite: str) -> Failure | None:
    """Find that a parallel process disappeared without a word, between two lines."""
    number = next((n for n in range(first, last + 1) if log.line(n).startswith(LOST)), 0)
    if not number:
        return None
    end = next((n for n in range(number, last + 1) if log.line(n).startswith("** End **")), last)
    results = [n for n in range(number, end + 1) if log.line(n).startswith("Exit result of proc ")]
    ended = [f"{log.line(n)} {log.line(n + 1).strip()}" for n in results if n < end]
    return Failure(
        TOOL,
        FailureKind.CRASH,
        Status.FAILED,
        "",
        LOST,
        number,
        (number, end),
        detail="\n".join(ended),
        suite=suite,
    )


def _match(pattern: re.Pattern[str], line: str, literal: str) -> re.Match[str] | None:
    """Match a line, looking for the cheap literal first."""
    return pattern.match(line) if literal in line and len(line) <= LONGEST_MARK else None
