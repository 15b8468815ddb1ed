"""Values to bytes and back. What is stored never raises again when it is read."""

from typing import TypeVar

import msgspec

# Bytes of a name that stands in an index.
MOST_INDEXED = 800

_Value = TypeVar("_Value")


def encode(value: object) -> bytes:
    """A value as JSON; raises `OverflowError` for a number that JSON readers cannot hold."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_clean(msgspec.to_builtins(value)))


def decode(data: bytes, shape: type[_Value]) -> _Value | None:
    """The value, or `None` when the bytes do not have this shape: an older or newer version wrote them."""
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def clean_text(text: str) -> str:
    """A text that every database takes: no lone surrogates, and no NUL, which PostgreSQL refuses."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def index_text(text: str) -> str:
    """A name short enough for an index: one that is longer is known by its beginning.

    An entry of PostgreSQL's indexes has at most 2,704 bytes, and up to three names stand in one.
    """
    return clean_text(text).encode()[:MOST_INDEXED].decode(errors="ignore")


def tenant_of(key: str) -> tuple[int, int]:
    """Installation and repository, with which a key of work begins; zeros when it does not."""
    installation, _, rest = key.partition("/")
    repository = rest.partition("/")[0]
    if installation.isdecimal() and repository.isdecimal():
        return int(installation), int(repository)
    return 0, 0


def _clean(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value
