"""Take secrets out of text before it is stored or shown; what stands around them stays."""

import re
from base64 import b64decode
from collections.abc import Sequence
from functools import reduce

from bot.logs.encoded import hide_encoded, hide_random
from bot.logs.shapes import ASSIGNMENT, BASIC, KEYWORD_ANCHORS, SHAPES, Shape

MASK = "[redacted]"
_KEYWORDS = tuple(KEYWORD_ANCHORS.split())
# Each word with the number of the shape that it calls for: every text that is stored is asked for all.
_CALLING = tuple((anchor, number) for number, shape in enumerate(SHAPES) for anchor in shape.anchors)

_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----", re.ASCII)
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----", re.ASCII)
# One line of a key's body, perhaps indented or quoted, as an excerpt that starts inside a key shows it.
_PEM_BODY = re.compile(r"\W{0,20}[A-Za-z0-9+/=]{16,}\W{0,20}", re.ASCII)
# An RSA key of 16,384 bits has 200 lines.
_MOST_PEM_LINES = 256
# Lines that are looked at together: shapes whose words do not occur in them are not tried.
_TOGETHER = 40

# `token_count: 12345678`, `secretName: datastorage-tls`: about a secret, not the secret.
_ABOUT = re.compile(
    r"(?:name|names|ref|refs|path|file|type|types|kind|count|counts|length|len|size|limit|limits|used|usage|url|uri|ttl|expiry"
    r"|expires|expir\w{2,10}|version|policy|id|ids|class|s|provider|manager|store|source|test|tests|error|errors"
    r"|exception|\.(?:go|py|js|ts|tsx|jsx|rs|java|rb|cc|cpp|c|h|yaml|yml|json|sh))$",
    re.IGNORECASE | re.ASCII,
)
_HARMLESS = re.compile(
    r"(?:\[redacted|\*{3}|x{8}|(?:undefined|required|redacted|disabled|unexpected|true|false|null|none|nil)\b|\.{0,2}/)",
    re.IGNORECASE | re.ASCII,
)
_WORD = re.compile(r"[a-z]+[.:!?]*|[A-Z]?[a-z]+[.:!?]*|[A-Z]+[.:!?]*|\d+(?:\.\d+)*(?:ms|s|m)?[.:]*", re.ASCII)


def redact(text: str) -> str:
    """Replace every secret that is recognised by `[redacted]`.

    Known token shapes, private keys, credentials in headers, URLs and assignments, the same encoded as
    base64, doubled base64, hex or percent-encoding, and long random strings. The number of lines stays the
    same; redacting twice changes nothing more. Commits, digests, UUIDs, paths and test names stay.
    """
    text = _hide_private_keys(text) if "PRIVATE KEY" in text else text
    text = _hide_shapes(text)
    text = hide_encoded(text, _is_secret, MASK)
    return hide_random(text, MASK)


def redact_lines(lines: Sequence[str]) -> list[str]:
    """Redact many lines: what `redact` makes of them joined, in less time; as many lines come back.

    Nothing but a private key reaches over a line's end, and few lines hold a word that a shape begins with.
    """
    if any("PRIVATE KEY" in line for line in lines):
        lines = _hide_private_keys("\n".join(lines)).split("\n")
    found: list[str] = []
    for at in range(0, len(lines), _TOGETHER):
        found += redact("\n".join(lines[at : at + _TOGETHER])).split("\n")
    return found


def _hide_shapes(text: str) -> str:
    """Apply every shape whose anchor occurs."""
    lowered = text.lower()
    called = sorted({number for anchor, number in _CALLING if anchor in lowered})
    text = reduce(_apply, (SHAPES[number] for number in called), text)
    if any(word in lowered for word in _KEYWORDS):
        text = ASSIGNMENT.sub(_hide_value, text)
    return BASIC.sub(_hide_basic, text) if "basic" in lowered else text


def _apply(text: str, shape: Shape) -> str:
    return shape.pattern.sub(_keep_front, text)


def _keep_front(found: re.Match[str]) -> str:
    """Keep what only names the secret; what is redacted already stays."""
    front: str = found.groupdict().get("keep") or ""
    if found.group()[len(front) :].startswith(MASK):
        return found.group()
    return front + MASK


def _hide_basic(found: re.Match[str]) -> str:
    """Redact `Basic …` where it is `user:password`, not the beginning of a sentence."""
    value = found["value"]
    if len(value) % 4 or b":" not in b64decode(value):
        return found.group()
    return str(found["keep"]) + MASK


def _is_secret(text: str) -> bool:
    """Whether a decoded text holds a secret."""
    return "PRIVATE KEY-----" in text or _hide_shapes(text) != text


def _hide_value(found: re.Match[str]) -> str:
    """Keep the key and redact the value, unless the pair only speaks about a secret."""
    whole = found.group()
    value = found["quoted"] or found["value"]
    if _ABOUT.search(found["rest"]) or _HARMLESS.match(value):
        return whole
    spoken = ":" in found["sep"] and found["sep"].endswith((" ", "\t")) and not found["quote"]
    if spoken and not found["key"].lower().startswith("pass") and _WORD.fullmatch(value):
        return whole
    start, end = found.span("quoted" if found["quoted"] else "value")
    return whole[: start - found.start()] + MASK + whole[end - found.start() :]


def _hide_private_keys(text: str) -> str:
    """Redact PEM blocks, whole, on one line, or cut at either end by the excerpt."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        if begin := _PEM_BEGIN.search(lines[number]):
            number = _hide_key_from(lines, number, begin.start())
            continue
        if end := _PEM_END.search(lines[number]):
            lines[number] = MASK + lines[number][end.end() :]
            _hide_bodies(lines, range(number - 1, max(-1, number - _MOST_PEM_LINES), -1))
        number += 1
    return "\n".join(lines)


def _hide_key_from(lines: list[str], first: int, column: int) -> int:
    """Redact one key from its BEGIN on; give the number of the line to look at next."""
    head = lines[first][:column]
    if end := _PEM_END.search(lines[first], column):
        lines[first] = head + MASK + lines[first][end.end() :]
        return first
    last = min(len(lines), first + _MOST_PEM_LINES)
    lines[first] = head + MASK
    for number in range(first + 1, last):
        if end := _PEM_END.search(lines[number]):
            lines[first + 1 : number] = [MASK] * (number - first - 1)
            lines[number] = MASK + lines[number][end.end() :]
            return number
        if _PEM_BEGIN.search(lines[number]):
            break
    _hide_bodies(lines, range(first + 1, last))
    return first + 1


def _hide_bodies(lines: list[str], numbers: range) -> None:
    """Redact lines that look like a key's body, up to the first that does not."""
    for number in numbers:
        if not _PEM_BODY.fullmatch(lines[number]):
            return
        lines[number] = MASK
