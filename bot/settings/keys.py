"""What must not be shown: the App's private key and the webhook's secrets."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings.reader import Reader

# A secret shorter than its HMAC's digest is weaker than the HMAC (RFC 2104, section 3).
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Secret:
    """Bytes that no log, traceback or `repr` shows."""

    _value: bytes = field(repr=False)

    def reveal(self) -> bytes:
        """Give the bytes themselves."""
        return self._value


def read_private_key(reader: Reader, read_file: Callable[[str], str] | None) -> Secret:
    """The App's key, from `PRIVATE_KEY` or the file that `PRIVATE_KEY_PATH` names."""
    given = [name for name in ("PRIVATE_KEY", "PRIVATE_KEY_PATH") if name in reader.env]
    if len(given) != 1:
        wrong = "is set, and so is PRIVATE_KEY_PATH" if given else "is not set"
        reader.complain("PRIVATE_KEY", wrong, "the App's PEM file into it, or its path into PRIVATE_KEY_PATH")
        return Secret(b"")
    text = reader.env[given[0]]
    if given == ["PRIVATE_KEY"]:
        return _key(reader, "PRIVATE_KEY", text)
    try:
        return _key(reader, "PRIVATE_KEY_PATH", (read_file or _read_text)(text))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a text file"
        reader.complain(
            "PRIVATE_KEY_PATH", f"cannot read {text!r}: {reason}", "the path of the App's PEM file"
        )
        return Secret(b"")


def read_webhook_secrets(reader: Reader) -> tuple[Secret, ...]:
    """The current secret, then the previous one while it is being rotated."""
    found = []
    how = f"at least {SECRET_BYTES} random bytes, for example from: openssl rand -hex 32"
    for name in ("WEBHOOK_SECRET", "WEBHOOK_SECRET_PREVIOUS"):
        value = reader.env.get(name, "").encode("utf-8", "surrogateescape")
        if value and len(value) < SECRET_BYTES:
            reader.complain(name, f"has only {len(value)} bytes", how)
        elif value:
            found.append(Secret(value))
        elif name == "WEBHOOK_SECRET":
            reader.complain(
                name, "is not set, so nobody could tell GitHub's deliveries from forged ones", how
            )
    return tuple(found)


def _key(reader: Reader, name: str, text: str) -> Secret:
    pem = text.replace("\\n", "\n").strip()
    if not pem.startswith("-----BEGIN"):
        try:
            pem = base64.b64decode("".join(pem.split()), validate=True).decode("ascii").strip()
        except (binascii.Error, ValueError):
            pem = ""
    first, _, rest = pem.partition("\n")
    if not (first.startswith("-----BEGIN ") and "PRIVATE KEY" in first and "-----END " in rest):
        reader.complain(
            name,
            "holds no private key",
            "the PEM file that GitHub gave you, as it is, with \\n for line ends, or in base64",
        )
    return Secret(f"{pem}\n".encode(errors="replace"))


def _read_text(path: str) -> str:
    return Path(path).read_text(encoding="ascii")
