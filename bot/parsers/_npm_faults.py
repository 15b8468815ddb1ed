"""What package managers for JavaScript say when the network or a registry failed them."""

import re
from collections.abc import Sequence

# System errors and TLS faults of Node, and answers of a registry that are its own fault.
_CODES = frozenset(
    [
        "ECONNREFUSED",
        "ECONNRESET",
        "ECONNABORTED",
        "ENOTFOUND",
        "ETIMEDOUT",
        "ESOCKETTIMEDOUT",
        "EAI_AGAIN",
        "EAI_FAIL",
        "EPIPE",
        "EPROTO",
        "EHOSTUNREACH",
        "ENETUNREACH",
        "ENETDOWN",
        "ERR_SOCKET_TIMEOUT",
        "ERR_SSL_WRONG_VERSION_NUMBER",
        "ENOSPC",
        "EMFILE",
        "E401",
        "ENEEDAUTH",
        "E429",
        "E500",
        "E502",
        "E503",
        "E504",
        "E520",
        "E522",
        "E524",
        "CERT_HAS_EXPIRED",
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        "FETCH_ERROR",
        "ERR_PNPM_META_FETCH_FAIL",
        "ERR_PNPM_FETCH_401",
        "ERR_PNPM_FETCH_429",
        "ERR_PNPM_FETCH_500",
        "ERR_PNPM_FETCH_502",
        "ERR_PNPM_FETCH_503",
        "ERR_PNPM_FETCH_504",
        "ERR_PNPM_TARBALL_FETCH",
        "ERR_PNPM_BAD_TARBALL_SIZE",
    ]
)
_WORDS = re.compile(
    r"\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|E(?:SOCKET)?TIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOSPC"
    r"|socket hang up|network timeout|connection timed out|no space left on device|CERT_HAS_EXPIRED"
    r"|error sending request|[Cc]onnection refused"
    r"|certificate has expired|self.signed certificate|getaddrinfo"
    r"|(?:Bad Gateway|Service Unavailable|Gateway Time-?out|Too Many Requests|Internal Server Error)"
    r"|Response Code: (?:429|5\d\d)|Request failed \"?(?:429|5\d\d))"
)
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def is_fault(code: str, text: str) -> bool:
    """Whether a failure is the network's or the registry's, by its code or else by its words."""
    return code in _CODES or bool(_WORDS.search(text))


def sentence(text: str, following: Sequence[str] = ()) -> str:
    """Give the first sentence, on one line, that begins in a text and may end in the lines below it."""
    for more in following:
        if not more or text.endswith((".", "!", "?", ":")):
            break
        text = f"{text} {more}"
    return _END.split(text, maxsplit=1)[0].strip()
