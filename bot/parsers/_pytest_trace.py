"""What a failure's block says: the message, its details, and where in the repository it happened."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._pytest_places import Roots, is_inside
from bot.parsers._pytest_view import read_rule

# Above it stands output of the test itself, which may look like anything.
_CAPTURED = re.compile(r"-{1,300} (?:Captured|Live) \w[\w .-]{0,60} -{1,300}$")
# `tests/test_cart.py:19: AssertionError`, `shop/cart.py:19: in load`, `tests/test_cart.py:23:`
_PLACE = re.compile(r"((?:[A-Za-z]:[\\/])?[^\s:'\"=>][^:'\"=]{0,1000}):(\d{1,7})(?::|$)(?: (.*))?")
_WHAT = re.compile(r"in .*|[A-Za-z_][\w.]*")
_LINE_STYLE = re.compile(r"((?:[A-Za-z]:[\\/])?[^\s:][^:]{0,1000}):(\d{1,7}): (\S.*)")
_NATIVE = re.compile(r"[ |]{0,40}File \"([^\"]{1,1000})\", line (\d{1,7})(?:,? in (.*))?$")
_FILE_LINE = re.compile(r"file (.{1,1000}), line (\d{1,7})$")
_CHAINS = (
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
)
_GROUP = re.compile(r"\s{0,40}[|+]\s?")

Line = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a traceback, as printed."""

    path: str
    line: int
    function: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What a block tells: message and details, the index of the line that gives it, and the calls."""

    message: str = ""
    detail: str = ""
    index: int = -1
    frames: tuple[Frame, ...] = ()


def read_line_style(text: str) -> tuple[Frame, str] | None:
    """Read a line of `--tb=line`: `/path/test_cart.py:19: AssertionError: assert 3 == 4`."""
    found = _LINE_STYLE.fullmatch(text)
    return (Frame(found[1], int(found[2])), found[3]) if found else None


def read_story(block: Sequence[Line]) -> Story:
    """Read a failure's block, its title left out."""
    trace = _last_chain(without_output(block))
    marked = _last_marked(trace)
    if marked:
        message, detail, index = _from_marked(marked)
        return Story(message, detail, index, (*_frames(trace), *_syntax_frame(marked)))
    native = _native(trace)
    if native:
        return native
    if any(text.endswith(": DocTestFailure") for _, text in trace):
        return _doctest(trace)
    plain = [line for line in trace if line[1].strip() and not line[1].startswith("[gw")]
    if not plain:
        return Story()
    rest = "\n".join(text for _, text in plain[1:])
    return Story(plain[0][1].strip(), rest, plain[0][0], tuple(_frames(trace)))


def without_output(block: Sequence[Line]) -> list[Line]:
    """Leave out what the test itself wrote: it may look like anything."""
    kept: list[Line] = []
    for line in block:
        if line[1].startswith("-") and _CAPTURED.match(line[1].rstrip()):
            break
        kept.append(line)
    return kept


def _last_chain(trace: list[Line]) -> list[Line]:
    starts = [at for at, (_, text) in enumerate(trace) if text.strip() in _CHAINS]
    return trace[starts[-1] + 1 :] if starts else trace


def _is_marked(text: str) -> bool:
    return text == "E" or (text.startswith("E ") and text[:4].strip() == "E")


def _last_marked(trace: list[Line]) -> list[Line]:
    """Give the last run of lines that pytest marked with `E`."""
    last = max((at for at, (_, text) in enumerate(trace) if _is_marked(text)), default=-1)
    first = last
    while first > 0 and _is_marked(trace[first - 1][1]):
        first -= 1
    return trace[first : last + 1] if last >= 0 else []


def _from_marked(marked: list[Line]) -> tuple[str, str, int]:
    texts = [text[1:].rstrip() for _, text in marked]
    indents = [len(text) - len(text.lstrip()) for text in texts if text]
    # A syntax error shows the source first, further in than the exception's own line.
    margin = min(indents) if texts[0].lstrip().startswith("File ") else len(texts[0]) - len(texts[0].lstrip())
    at = next((i for i, text in enumerate(texts) if text.strip()), 0)
    if texts[0].lstrip().startswith("File "):
        at = max(i for i, text in enumerate(texts) if text and len(text) - len(text.lstrip()) == margin)
    rest = [_dedent(text, margin) for i, text in enumerate(texts) if i != at]
    return texts[at].strip(), "\n".join(rest).strip("\n"), marked[at][0]


def _dedent(text: str, margin: int) -> str:
    return text[margin:] if not text[:margin].strip() else text.lstrip()


def _syntax_frame(marked: list[Line]) -> list[Frame]:
    found = _NATIVE.match(marked[0][1][1:])
    return [Frame(found[1], int(found[2]))] if found else []


def _frames(trace: list[Line]) -> list[Frame]:
    frames: list[Frame] = []
    for _, text in trace:
        if not text or text[0] in " >" or _is_marked(text):
            continue
        fixture = _FILE_LINE.match(text)
        found = fixture or _PLACE.match(text)
        if found and (fixture or not found[3] or _WHAT.fullmatch(found[3])):
            what = "" if fixture else found[3] or ""
            frames.append(Frame(found[1], int(found[2]), what[3:] if what.startswith("in ") else ""))
    return frames


def _native(trace: list[Line]) -> Story | None:
    """Read an interpreter's own traceback (`--tb=native`, exception groups)."""
    start = max(
        (at for at, (_, text) in enumerate(trace) if "Traceback (most recent call last):" in text), default=-1
    )
    groups = [at for at, (_, text) in enumerate(trace) if "Exception Group Traceback" in text]
    start = groups[0] if groups else start
    frames: list[Frame] = []
    for at in range(start + 1, len(trace)) if start >= 0 else ():
        index, text = trace[at]
        found = _NATIVE.match(text)
        inner = _GROUP.sub("", text, count=1) if groups else text
        if found:
            frames.append(Frame(found[1], int(found[2]), found[3] or ""))
        elif frames and inner and inner[0] not in " +-^":
            rest = "\n".join(line for _, line in trace[at + 1 :]).strip("\n")
            return Story(inner.strip(), rest, index, tuple(frames))
    return None


def _doctest(trace: list[Line]) -> Story:
    """Read the `Expected:` and `Got:` of a doctest's example."""
    marks = [at for at, (_, text) in enumerate(trace) if text in {"Expected:", "Got:", "Expected nothing"}]
    at = marks[0] if marks else 0
    texts = [text.strip() for _, text in trace[at:] if text.strip() and not text.endswith(": DocTestFailure")]
    return Story(
        "DocTestFailure: " + " ".join(texts),
        "\n".join(text for _, text in trace[:at]).strip("\n"),
        trace[at][0],
        tuple(_frames(trace)),
    )


def choose_place(frames: Sequence[Frame], roots: Roots, own_file: str) -> tuple[str, int]:
    """Give file and line of the failure: the last call inside the repository.

    Where the exception came out of a library, the test's own file says more than what lies between.
    """
    placed = [(roots.place(frame.path), frame.line) for frame in frames]
    inside = [place for place in placed if is_inside(place[0])]
    if placed and inside and inside[-1] == placed[-1]:
        return inside[-1]
    own = [place for place in inside if place[0] == own_file]
    return (own or inside or [(own_file, 0)])[-1]


def ends_blocks(text: str) -> bool:
    """Whether a reporter without a section of its own starts here (coverage, files written)."""
    title = read_rule(text, "-")
    return title.startswith(("coverage: ", "generated ", "JSON report"))
