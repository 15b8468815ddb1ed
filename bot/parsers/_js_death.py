"""How a Node process ends that cannot say so itself: killed, out of memory, crashed."""

import re

_HEAP = re.compile(r"FATAL ERROR: .{0,300}(?:heap|memory)", re.IGNORECASE)
_DEATHS = (
    re.compile(r"(?:\S{1,200}: line \d{1,7}: +\d{1,9} )?(?:Killed|Segmentation fault|Aborted|Bus error)\b"),
    re.compile(r"npm (?:error|ERR!) signal SIG(?:KILL|SEGV|ABRT|BUS|ILL|TERM)\b"),
    re.compile(r"error Command failed with signal \"SIG[A-Z]{2,6}\"\.?$"),
    re.compile(r".{0,40}(?:Process completed with|Command failed with) exit code 13[4579]\b"),
)
_LONGEST = 400


def death(lines: tuple[str, ...], start: int) -> int:
    """Give the index of the first line from `start` on that tells of a death; -1 where none does."""
    told = -1
    for at in range(start, len(lines)):
        text = lines[at][:_LONGEST]
        if _HEAP.match(text):
            return at
        if told < 0 and any(form.match(text) for form in _DEATHS):
            told = at
    return told
