"""Which folder of the repository pytest ran in, where no `rootdir:` says so (`-q`, `--no-header`)."""

import re
from collections.abc import Iterable

from bot.model.log import Log
from bot.parsers._pytest_places import Roots
from bot.parsers._pytest_sessions import Session

# A script's `cd api && python -m pytest`, as the runner, make and `set -x` print it.
_CHANGE = re.compile(r"(?:^|[ ;(])cd (?P<folder>[A-Za-z0-9_][\w.\-/]{0,200}?)/?[\"']?(?: ?&&| ?;|\)?$)")
# GNU make with -C or of another folder; https://www.gnu.org/software/make/manual/html_node/_002dw-Option.html
_ENTER = re.compile(
    r"make(?:\[\d{1,3}\])?: (?P<word>Entering|Leaving) directory [`'](?P<path>[^']{1,1000})'$"
)
_FILE = re.compile(r"[^\s\"']{1,1000}\.py\b")
# More files than these in one session teach nothing new.
_MAX_FILES = 200
# What is above this is another command's.
_MAX_ABOVE = 20_000
# Commands and scripts are shorter.
_MAX_LINE = 1_200
_MAX_SCRIPT = 500


def find_roots(session: Session, log: Log, nodes: Iterable[str]) -> Roots:
    """Find the folder from absolute paths of the session's own files, else from the commands above it.

    Args:
        session: a session without a `rootdir:` line.
        log: the log that it stands in.
        nodes: the paths of its tests as printed, relative to the folder.
    """
    names = tuple(f"/{node}" for node in list(dict.fromkeys(nodes))[:_MAX_FILES] if not node.startswith("/"))
    for _, text in session.lines() if names else ():
        if ".py" not in text or "/" not in text:
            continue
        for found in _FILE.finditer(text):
            root = next((found[0][: -len(name)] for name in names if found[0].endswith(name)), "")
            if root and Roots.from_rootdir(root).is_checkout:
                return Roots.from_rootdir(root)
    return _find_above(log, session.view.numbers[session.first])


def _find_above(log: Log, number: int) -> Roots:
    """Read what make and the commands above say: the folder that make works in, or a `cd` before pytest."""
    step = next((s for s in log.sections if s.first <= number <= s.last), None)
    first = max(step.first if step else 1, number - _MAX_ABOVE)
    left = 0
    for above in range(number - 1, first - 1, -1):
        text = log.line(above)
        if "directory" in text and (found := _ENTER.search(text[:_MAX_LINE])):
            left += 1 if found["word"] == "Leaving" else -1
            if left < 0:
                return Roots.from_rootdir(found["path"])
        elif "cd " in text and "pytest" in text and (change := _CHANGE.search(text[:_MAX_LINE])):
            return Roots(inside=change["folder"])
    return Roots(inside=_read_script(log, step.first) if step else "")


def _read_script(log: Log, first: int) -> str:
    """Give the folder of a step's script that changes it once, in a line of its own."""
    folders: list[str] = []
    for number in range(first, min(first + _MAX_SCRIPT, len(log.lines)) + 1):
        text = log.line(number).removeprefix("##[group]Run ").strip()
        if text.startswith("##[endgroup]"):
            break
        if number > first and log.line(first).endswith(text):
            continue
        if re.search(r"\bcd ", text):
            alone = _CHANGE.fullmatch(text)
            folders.append(alone["folder"] if alone else "")
    return folders[0] if len(folders) == 1 else ""
