"""Terminal control sequences, taken out of a line; where they changed the colour is remembered."""

import re

# ECMA-48 (https://ecma-international.org/publications-and-standards/standards/ecma-48/), 7-bit and C1 forms.
# Every part is a class disjoint from the next, so that nothing is tried twice. A control string (OSC, DCS,
# APC, PM, SOS) without its end takes no text with it, except for a title or hyperlink cut off at the end.
_CONTROL = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x08\x0a-\x1f\x7f-\x9f]*(?:\x1b\\|[\x07\x18\x1a\x9c])"
    r"|(?:\x1b\]|\x9d)\d{1,4};[^\x00-\x08\x0a-\x1f\x7f-\x9f]*$"
    r"|\x1b[\]PX^_\\]"
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
_CSI = ("\x1b[", "\x9b")
# Styles that add up without a reset are told apart by their last few; a hostile line cannot make them grow.
_MAX_STYLE = 64


def strip_control(line: str) -> str:
    """Take control sequences and control characters out of a line; tabs stay."""
    return _CONTROL.sub("", line)


def split_colours(line: str) -> tuple[str, tuple[int, ...]]:
    """Strip a line and say where its colour or style changed.

    Returns:
        The text, and offsets in it, ascending; neither its beginning nor its end is among them.
    """
    pieces: list[str] = []
    changes: list[int] = []
    at = length = 0
    style = shown = ""
    for found in _CONTROL.finditer(line):
        if found.start() > at:
            if style != shown and length:
                changes.append(length)
            shown = style
            pieces.append(line[at : found.start()])
            length += found.start() - at
        at = found.end()
        style = _style(style, found.group())
    if at < len(line) and style != shown and length:
        changes.append(length)
    pieces.append(line[at:])
    return "".join(pieces), tuple(changes)


def _style(style: str, sequence: str) -> str:
    """Give the style after a sequence: `SGR 0` resets, another adds to it, anything else leaves it."""
    if not sequence.startswith(_CSI) or not sequence.endswith("m"):
        return style
    codes = sequence.lstrip("\x1b[\x9b")[:-1]
    if codes in {"", "0"}:
        return ""
    return codes[2:] if codes.startswith("0;") else f"{style};{codes}"[-_MAX_STYLE:]
