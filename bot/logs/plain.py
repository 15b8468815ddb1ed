"""A block of a log as a scanner wants it: its lines still where they were, without colours, valid UTF-8."""

import re

from bot.logs.control import strip_control

# Colours and cursor movements; a literal at the front lets the search run at the speed of memory.
_CSI = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]?")
# The same with titles, hyperlinks and whatever else begins with an escape, as in `bot.logs.control`.
_ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]?"
    rb"|\x1b[\]PX^_][^\x00-\x08\x0a-\x1f\x7f]*(?:\x1b\\|[\x07\x18\x1a])"
    rb"|\x1b\]\d{1,4};[^\x00-\x08\x0a-\x1f\x7f]*$"
    rb"|\x1b[\]PX^_\\]"
    rb"|\x1b[ -/]*[0-~]?",
    re.MULTILINE,
)
# The 8-bit forms as UTF-8: next to nobody writes them, so that their lines may cost more.
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_CONTROL = bytes([*range(9), *range(11, 13), *range(14, 32), 127])
# Those that programs write, first of all backspaces and what `tput sgr0` ends a colour with. `FRONT` of
# `bot.scan.rewrite` passes over the others; looking for all of them would cost as much as the scan.
_COMMON = tuple(bytes([code]) for code in (7, 8, 11, 12, 14, 15, 127))


def plain(raw: bytes) -> bytes:
    """Take out what a terminal does not show; line feeds and carriage returns stay.

    A superset of what cleaning line by line leaves: time stamps, the runner's marks and overwritten text
    are still there.
    """
    text = whole = raw.replace(b"\x00", b"") if b"\x00" in raw else raw
    if b"\xc2" in text and _C1.search(text):
        text = whole = b"\n".join(map(_without_c1, text.split(b"\n")))
    if b"\x1b" in text:
        text = _CSI.sub(b"", text)
        if b"\x1b" in text:
            text = _ESCAPES.sub(b"", whole)
    if any(code in text for code in _COMMON):
        text = text.translate(None, delete=_CONTROL)
    if not text.isascii():
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            text = text.decode("utf-8", "replace").encode("utf-8")
    return text


def _without_c1(line: bytes) -> bytes:
    """Take 8-bit control sequences out of a line, and the others in it; carriage returns stay."""
    if not _C1.search(line):
        return line
    parts = line.decode("utf-8", "replace").split("\r")
    return "\r".join(map(strip_control, parts)).encode()
