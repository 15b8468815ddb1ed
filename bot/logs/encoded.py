"""Secrets in disguise: base64, hex and percent-encoded text, and long random strings of no known shape.

tj-actions (CVE-2025-30066) printed runners' secrets as doubled base64, which the runner's own masking misses.
"""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from math import log2
from urllib.parse import unquote, unquote_to_bytes

# A token is found by its first characters; more of a long blob need not be looked at.
_MOST_DECODED = 16 * 1024
_ROUNDS = 2
_FEWEST_BASE64 = 20
_HEX = re.compile(r"[0-9a-fA-F]{24,}", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{20,}={0,2}", re.ASCII)
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}|[A-Za-z0-9_.~\-+]){12,}", re.ASCII)
_URL_SAFE = str.maketrans("-_", "+/")

# Shorter random strings cannot be told from names.
_FEWEST_RANDOM = 32
# Base64 of 32 random characters has 4.5 bits per character and changes between upper, lower and digit at six
# of ten places; CamelCase with a number has about three of ten.
_BITS = 4.0
_CHANGES = 0.42
_SEPARATORS = str.maketrans("", "", "+/_-=")
# What looks random and is no secret: `sha512-…` (npm), a mangled C++ or Rust name; behind `h1:` (go.sum),
# `SHA256:` (ssh), or a Go binary's `build id`.
_NO_SECRET = re.compile(r"sha\d{1,3}-|_Z|_R", re.ASCII)
_DIGEST_BEFORE = re.compile(r"(?:sha\d{1,3}[-:=]|h1:|md5[-:=]|build ?id\W{1,3})$", re.IGNORECASE | re.ASCII)


def hide_encoded(text: str, is_secret: Callable[[str], bool], mask: str) -> str:
    """Replace every encoded run in which a secret is found after one or two decodings."""

    def hide(run: re.Match[str]) -> str:
        whole = run.group()
        if _holds_secret(whole, is_secret, _ROUNDS) or ("%" in whole and _is_random(unquote(whole))):
            return mask
        return whole

    for pattern in (_HEX, _BASE64):
        text = pattern.sub(hide, text)
    return _PERCENT.sub(hide, text) if "%" in text else text


def hide_random(text: str, mask: str) -> str:
    """Replace long random strings; hex is left alone, for commits, digests and UUIDs are not secret."""

    def hide(run: re.Match[str]) -> str:
        if _is_random(run.group()) and not _DIGEST_BEFORE.search(
            text[max(0, run.start() - 12) : run.start()]
        ):
            return mask
        return run.group()

    return _BASE64.sub(hide, text)


def _holds_secret(run: str, is_secret: Callable[[str], bool], rounds: int) -> bool:
    """Decode a run in every way that fits and look again, at most `rounds` deep."""
    for plain in _decodings(run[:_MOST_DECODED]):
        if is_secret(plain):
            return True
        if rounds > 1 and any(
            _holds_secret(inner.group(), is_secret, rounds - 1)
            for pattern in (_BASE64, _HEX)
            for inner in pattern.finditer(plain)
        ):
            return True
    return False


def _decodings(run: str) -> list[str]:
    """What a run may stand for. Text that was base64 is text again: anything else is no disguise."""
    found = []
    if "%" in run:
        found.append(unquote_to_bytes(run))
    else:
        if _HEX.fullmatch(run):
            found.append(bytes.fromhex(run[: len(run) // 2 * 2]))
        # A path or a name may be glued in front, so that each of the four alignments is tried.
        body = run.rstrip("=").translate(_URL_SAFE)
        found += [_from_base64(body[shift:]) for shift in range(4) if len(body) - shift >= _FEWEST_BASE64]
    return [plain.decode("latin-1") for plain in found if _is_text(plain)]


def _from_base64(body: str) -> bytes:
    """Decode unpadded base64; a rest of one character is nothing."""
    body = body[: len(body) - 1] if len(body) % 4 == 1 else body
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error:
        return b""


def _is_text(plain: bytes) -> bool:
    """Whether enough of it is printable ASCII; a wrong alignment gives noise."""
    if not plain:
        return False
    printable = len(plain.translate(None, delete=_UNPRINTABLE))
    return printable >= 0.6 * len(plain)


_UNPRINTABLE = bytes([*range(9), 11, 12, *range(14, 32), *range(127, 256)])


def _is_random(run: str) -> bool:
    """Whether it looks drawn from a generator, not written by a person or a hash function in hex."""
    core = run.translate(_SEPARATORS)
    if len(core) < _FEWEST_RANDOM or _NO_SECRET.match(run) or core.isupper() or core.islower():
        return False
    kinds = ["u" if c.isupper() else "l" if c.islower() else "d" for c in core]
    if not {"u", "l", "d"} <= set(kinds):
        return False
    changes = sum(a != b for a, b in pairwise(kinds))
    if changes < _CHANGES * (len(core) - 1):
        return False
    return -sum(n / len(core) * log2(n / len(core)) for n in Counter(core).values()) >= _BITS
