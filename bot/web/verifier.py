"""Tells GitHub's deliveries from forged ones, by `X-Hub-Signature-256` over the raw bytes and nothing else.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
from collections.abc import Iterable

HEADER = b"x-hub-signature-256"
PREFIX = b"sha256="
HEX_DIGITS = frozenset(b"0123456789abcdef")
DIGEST_CHARACTERS = 64
# The same bound as in the settings: an empty or short secret must not get in by another way.
SECRET_BYTES = 32


class Verifier:
    """Holds the secrets: the current one, and the previous one while it is being rotated.

    Raises `ValueError` without a secret, or with one of less than 32 bytes.
    """

    def __init__(self, secrets: Iterable[bytes]) -> None:
        self._secrets = tuple(secrets)
        if not self._secrets or any(len(secret) < SECRET_BYTES for secret in self._secrets):
            raise ValueError(f"a webhook secret of at least {SECRET_BYTES} bytes is needed")

    def begin(self, headers: Iterable[tuple[bytes, bytes]]) -> "Verification | None":
        """Start on a body; `None` when the headers hold no signature, several, or no well-formed one.

        Args:
            headers: as ASGI gives them, names in lower case.
        """
        values = [value for name, value in headers if name == HEADER]
        if len(values) != 1 or not values[0].startswith(PREFIX):
            return None
        claimed = values[0].removeprefix(PREFIX)
        if len(claimed) != DIGEST_CHARACTERS or not HEX_DIGITS.issuperset(claimed):
            return None
        return Verification(claimed, self._secrets)


class Verification:
    """Takes a body piece by piece, and says at its end whether the signature holds."""

    def __init__(self, claimed: bytes, secrets: tuple[bytes, ...]) -> None:
        self._claimed = claimed
        self._macs = tuple(hmac.new(secret, digestmod=hashlib.sha256) for secret in secrets)
        self._digest = hashlib.sha256()

    def update(self, piece: bytes) -> None:
        """Take the next piece of the body."""
        self._digest.update(piece)
        for mac in self._macs:
            mac.update(piece)

    @property
    def holds(self) -> bool:
        """One of the secrets signed this body. Every secret is compared, in constant time."""
        equal = [hmac.compare_digest(mac.hexdigest().encode(), self._claimed) for mac in self._macs]
        return any(equal)

    @property
    def digest(self) -> str:
        """SHA-256 of the body, by which a repeated delivery is known."""
        return self._digest.hexdigest()
