"""The key of "the same failure" across runs: what varies from run to run is taken out of the message."""

import hashlib
import re
from itertools import pairwise

from bot.classify.generic import is_generic

# The first sentence is what tells two failures apart; what comes later repeats values.
MAX_MESSAGE = 1_000
# Hexadecimal digits; 64 bits keep a repository's failures apart.
LENGTH = 16
# Shorter words of letters and digits are names, like `utf8` or `k8s`.
MIN_ID = 6
# So often must letters and digits take turns in an id that nobody chose: `x7k2p9`, but not `sha256`.
MIN_TURNS = 3

_SPACE = re.compile(r"\s+")
_UUID = re.compile(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b")
_TIME = re.compile(
    r"\b\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
    r"|\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
)
_ADDRESS = re.compile(
    r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?\b|\[[0-9a-fA-F:]{2,39}\](?::\d{1,5})?"
)
# The rest of a temporary path up to its last part, which often names what was looked for.
_TEMPORARY = re.compile(
    r"(?:/private)?/(?:tmp|var/tmp|var/folders|dev/shm|home/runner/work/_temp)/[^\s'\"`,:;()<>\[\]]{0,300}"
    r"|[A-Za-z]:\\[^\s'\"`,:;()<>\[\]]{0,200}\\Temp\\[^\s'\"`,:;()<>\[\]]{0,300}"
)
_HEX = re.compile(r"\b0x[0-9a-fA-F]{1,40}\b|\b[0-9a-f]{7,128}\b|\b[0-9A-F]{7,128}\b")
_TOKEN = re.compile(r"[A-Za-z0-9]{6,64}")
# Kubernetes' suffix of five, without vowels: k8s.io/apimachinery/pkg/util/rand
_SUFFIX = re.compile(r"(?<=[a-z0-9])-(?=[a-z]{0,4}[0-9])[bcdfghjklmnpqrstvwxz2456789]{5}\b")
_NUMBER = re.compile(r"\d[\d.,]*")
_DURATION = re.compile(
    r"#\s?(?:ns|us|µs|μs|ms|s|m|h|secs?|seconds?|mins?|minutes?|hours?|milliseconds?)(?=#|[^A-Za-z]|$)"
)
_NUMBERS = re.compile(r"#+")


def fingerprint(test: str, message: str, kind: str = "") -> str:
    """Give the key of a failure: 16 hexadecimal digits.

    Args:
        test: the test's full name.
        message: the first sentence of what went wrong.
        kind: used where the message is generic or empty and says nothing itself.
    """
    what = f"kind {kind}" if is_generic(message) else normalise(message)
    return hashlib.sha256(f"{test}\0{what}".encode(errors="replace")).hexdigest()[:LENGTH]


def normalise(message: str) -> str:
    """Take out of a message what varies: times, addresses, ids, paths of a moment, numbers."""
    text = _SPACE.sub(" ", message[:MAX_MESSAGE]).strip()
    text = _UUID.sub("<id>", text)
    text = _TIME.sub("<time>", text)
    text = _ADDRESS.sub("<address>", text)
    text = _TEMPORARY.sub(_temporary, text)
    text = _SUFFIX.sub("-<id>", text)
    text = _HEX.sub(_hex, text)
    text = _TOKEN.sub(_token, text)
    text = _NUMBER.sub("#", text)
    text = _DURATION.sub("#", text)
    return _NUMBERS.sub("#", text)


def _temporary(found: re.Match[str]) -> str:
    """Keep the name at the end, but not that of the temporary folder itself."""
    path = found[0].replace("\\", "/").rstrip("/.")
    parts = [part for part in path.split("/") if part]
    name = parts[-1]
    return f"<tmp>/{name}" if "." in name and len(parts) > 2 else "<tmp>"  # noqa: PLR2004 - /tmp/<folder>/<name>


def _hex(found: re.Match[str]) -> str:
    """A hash has digits in it; a word of the letters a to f has none, a number nothing else."""
    text = found[0]
    letters = any(char in "abcdefABCDEF" for char in text)
    return "<hex>" if text.startswith("0x") or (letters and any(char.isdigit() for char in text)) else text


def _token(found: re.Match[str]) -> str:
    text = found[0]
    turns = sum(a.isdigit() != b.isdigit() for a, b in pairwise(text))
    return "<id>" if len(text) >= MIN_ID and turns >= MIN_TURNS else text
