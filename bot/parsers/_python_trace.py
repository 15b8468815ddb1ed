"""An interpreter's traceback: what was raised, where, and what the message goes on to say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._workspace import relative

HEAD = "Traceback (most recent call last):"

# Number of the line in the log, and its text.
Line = tuple[int, str]

_FRAME = re.compile(r'  File "([^"\n]{1,1000})", line (\d{1,9})(?:, in (.{1,300}))?$')
_GROUP_HEAD = "Exception Group Traceback (most recent call last):"
_GROUP_MARGIN = re.compile(r"  [ +] ?(?:\| ?|\+-\+)?|  \| ?")
_CHAINS = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
# What unittest puts before the traceback that says why a module could not be loaded.
_WRAPS = ("ImportError: Failed to import test module: ", "ImportError: Failed to call load_tests")
_OUTPUT = ("Stdout:", "Stderr:")
_FOREIGN = (
    "site-packages/",
    "dist-packages/",
    "/lib/python",
    "/lib64/python",
    "/Lib/",
    ".venv/",
    "venv/lib/",
    ".tox/",
    ".nox/",
    "hostedtoolcache/",
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a traceback: path as printed, line, and the function's name."""

    path: str
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Story:
    """What a traceback tells; `number` is the log line that holds the message, 0 for none."""

    message: str = ""
    detail: str = ""
    number: int = 0
    frames: tuple[Frame, ...] = ()


def read_trace(lines: Sequence[Line]) -> Story:
    """Read the first chain of tracebacks: the last exception of it is the one that came out."""
    lines = _without_group(lines)
    frames: list[Frame] = []
    at = next((i for i, (_, text) in enumerate(lines) if text == HEAD), -1)
    story = Story()
    while at >= 0:
        new, message_at = _frames(lines, at + 1)
        frames = [*frames, *new] if not _inside(new) else new
        if message_at < 0:
            return Story(story.message, story.detail, story.number, tuple(frames))
        end = _end(lines, message_at)
        number, text = lines[message_at]
        rest = "\n".join(line for _, line in lines[message_at + 1 : end]).strip("\n")
        story = Story(text.strip(), rest, number, tuple(frames))
        at = _next_trace(lines, end)
    return story


def _without_group(lines: Sequence[Line]) -> Sequence[Line]:
    """Take the margin off an exception group, so that it reads like any traceback."""
    heads = [i for i, (_, text) in enumerate(lines) if text.strip(" +|") == _GROUP_HEAD]
    if not heads:
        return lines
    plain = [(n, _GROUP_MARGIN.sub("", text, count=1)) for n, text in lines[heads[0] :]]
    plain[0] = (plain[0][0], HEAD)
    return [*lines[: heads[0]], *plain]


def _frames(lines: Sequence[Line], start: int) -> tuple[list[Frame], int]:
    """Read calls, and find the line of the exception: the first one that is not indented."""
    frames: list[Frame] = []
    for at in range(start, len(lines)):
        text = lines[at][1]
        found = _FRAME.match(text)
        if found:
            frames.append(Frame(found[1], int(found[2]), found[3] or ""))
        elif text and text[0] not in " \t":
            return frames, at
    return frames, -1


def _end(lines: Sequence[Line], message_at: int) -> int:
    """Find where the message ends: at the next of the chain, or at what the test printed."""
    wraps = lines[message_at][1].startswith(_WRAPS)
    for at in range(message_at + 1, len(lines)):
        text = lines[at][1]
        if text in _CHAINS or (wraps and text == HEAD):
            return at
        if (text in _OUTPUT and not lines[at - 1][1]) or ">> begin captured " in text:
            return at
    return len(lines)


def _next_trace(lines: Sequence[Line], end: int) -> int:
    if end < len(lines) and lines[end][1] in _CHAINS:
        near = range(end + 1, min(end + 4, len(lines)))
        return next((at for at in near if lines[at][1] == HEAD), -1)
    return end if end < len(lines) and lines[end][1] == HEAD else -1


def is_foreign(path: str) -> bool:
    """Whether a path as printed belongs to the interpreter or to a library."""
    clean = path.replace("\\", "/")
    return clean.startswith("<") or any(mark in clean for mark in _FOREIGN)


def _inside(frames: Sequence[Frame]) -> list[Frame]:
    return [frame for frame in frames if not is_foreign(frame.path)]


def choose_place(frames: Sequence[Frame], own: str = "") -> tuple[str, int]:
    """Give file and line of the failure: the last call inside the repository.

    Where the exception came out of a library, the test's own file says more than what lies between.

    Args:
        frames: the calls, outermost first.
        own: end of the path of the test's own file, as its module's name tells it.
    """
    inside = _inside(frames)
    if not inside:
        return "", 0
    chosen = inside[-1]
    if own and chosen is not frames[-1]:
        chosen = next((f for f in reversed(inside) if _ends(f.path, own)), chosen)
    return relative(_without_root(chosen.path, inside, own)), chosen.line


def _ends(path: str, own: str) -> bool:
    clean = path.replace("\\", "/")
    return clean == own or clean.endswith("/" + own)


def _without_root(path: str, inside: Sequence[Frame], own: str) -> str:
    """Take off the folder in which the tests ran, where no checkout tells it: `/app/tests/test_a.py`."""
    if relative(path) != path or "/" not in own:
        return path
    mine = next((f.path.replace("\\", "/") for f in inside if _ends(f.path, own)), "")
    root = mine[: len(mine) - len(own)]
    return path.replace("\\", "/").removeprefix(root) if root else path
