"""Values to bytes and back. What is stored never raises again when it is read."""

from typing import TypeVar

import msgspec

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
