"""A block of a log as a scanner wants it: its lines still where they were, without colours, valid UTF-8."""

import re

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
_CONTROL = bytes([*range(9), *range(11, 13), *range(14, 32), 127])


def plain(raw: bytes) -> bytes:
    """Take out what a terminal does not show; line feeds and carriage returns stay.

    A superset of what cleaning line by line leaves: time stamps, the runner's marks and overwritten text
    are still there.
    """
    text = raw
    if b"\x1b" in text:
        text = _CSI.sub(b"", text)
        if b"\x1b" in text:
            text = _ESCAPES.sub(b"", raw)
    if b"\x00" in text or b"\x08" in text:
        text = text.translate(None, delete=_CONTROL)
    if not text.isascii():
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            text = text.decode("utf-8", "replace").encode("utf-8")
    return text
