"""A block of a log as a scanner wants it: its lines still where they were, without colours, valid UTF-8."""

import re

# Colours and cursor movements; a literal at the front lets the search run at the speed of memory.
_CSI = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]?")
# Titles, hyperlinks and whatever else begins with an escape; never over a line's end.
_REST = re.compile(rb"\x1b\][^\x00-\x1f]*(?:\x1b\\|\x07)?|\x1b[ -/]*[0-~]?")
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
            text = _REST.sub(b"", text)
    if b"\x00" in text or b"\x08" in text:
        text = text.translate(None, delete=_CONTROL)
    if not text.isascii():
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            text = text.decode("utf-8", "replace").encode("utf-8")
    return text
