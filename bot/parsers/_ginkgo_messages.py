"""A Ginkgo failure's text into its first sentence and the rest.

Gomega's shapes: https://github.com/onsi/gomega/blob/master/format/format.go (values are indented by four) and
https://github.com/onsi/gomega/blob/master/internal/async_assertion.go ("Timed out after 1.001s.").
"""

import re
from collections.abc import Sequence

# A message is a line in a table; what is longer is a value, and the detail holds all of it.
LONGEST = 500
_PREAMBLE = re.compile(
    r"(?:Timed out|Failed|Context was cancelled|Told to stop trying) after \d[\d.]{0,20}s\.$"
)
_OPENERS = ("The function passed to ", "The matcher passed to ")


def split_message(lines: Sequence[str]) -> tuple[str, str]:
    """Split a failure's text.

    Returns:
        The first sentence on one line (Gomega's annotation when there is one, else the whole comparison), and
        the rest with its line breaks; the whole text where the sentence runs over several lines.
    """
    lines = _trim(lines)
    if not lines:
        return "", ""
    start = 1 if len(lines) > 1 and _PREAMBLE.match(lines[0]) else 0
    if _runs_on(lines, start):
        return _fold(lines), "\n".join(lines)
    rest = [*lines[:start], *lines[start + 1 :]]
    return _shorten(lines[start].strip()), "\n".join(_trim(rest))


def _runs_on(lines: Sequence[str], start: int) -> bool:
    """Tell whether the sentence that begins here goes on below, with a value."""
    below = lines[start + 1] if start + 1 < len(lines) else ""
    return below.startswith("    ") or (bool(below) and lines[start].startswith(_OPENERS))


def _fold(lines: Sequence[str]) -> str:
    """Put a comparison on one line; Gomega's dump of an error's fields is left out."""
    words: list[str] = []
    closing = ""
    for line in lines:
        if closing:
            closing = "" if line.rstrip() == closing else closing
        elif line.strip() == "{" and len(words) > 1:
            closing = line.rstrip().replace("{", "}")
        else:
            words.extend(line.split())
    return _shorten(" ".join(words))


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _trim(lines: Sequence[str]) -> Sequence[str]:
    """Drop blank lines at both ends."""
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return lines[first:last]
