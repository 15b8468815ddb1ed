"""Colours inside what test2json events quote: JSON escapes keep them from being cleaned with the log."""

import re

# Nothing else of a terminal's language is printed by test runners.
_STYLE = re.compile(r"\x1b\[[0-9;:]{0,40}m")
_RESET = frozenset({"\x1b[m", "\x1b[0m"})
# Styles add up until a reset; a hostile line cannot make them grow.
_MAX_STYLE = 64


def split_styles(text: str) -> tuple[str, tuple[int, ...]]:
    """Take the colours out of a line, and say where inside it they changed."""
    if "\x1b" not in text:
        return text, ()
    pieces: list[str] = []
    changes: list[int] = []
    at = length = 0
    style = shown = ""
    for found in _STYLE.finditer(text):
        if found.start() > at:
            if style != shown and length:
                changes.append(length)
            shown = style
            pieces.append(text[at : found.start()])
            length += found.start() - at
        at = found.end()
        style = "" if found.group() in _RESET else f"{style}{found.group()}"[-_MAX_STYLE:]
    if at < len(text) and style != shown and length:
        changes.append(length)
    pieces.append(text[at:])
    return "".join(pieces), tuple(changes)
