"""Kept lines to bytes and back. What is opened is opened in a child: nobody vouches for stored bytes."""

import zlib

import msgspec

from bot.model.kept import KeptLines, KeptText

# What the bytes mean; a body of another number was written by another version.
VERSION = b"\x01"
# More than any kept log has; a few bytes could claim to be gigabytes.
MAX_OPENED = 256 * 1024 * 1024
# Logs compress some ten times at this level; higher ones cost more time than they save.
LEVEL = 6

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(KeptLines)


class Damaged(Exception):
    """Bytes that are no kept log, or one of another version."""


def close_up(kept: KeptLines) -> KeptText:
    """Pack kept lines."""
    body = VERSION + zlib.compress(_ENCODER.encode(kept), LEVEL)
    return KeptText(body, sum(map(len, kept.lines)), kept.whole)


def open_up(body: bytes) -> KeptLines:
    """Unpack kept lines; raises `Damaged`."""
    if body[:1] != VERSION:
        raise Damaged("another version of Retriage has kept it")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(body[1:], MAX_OPENED)
        if not inflater.eof:
            raise Damaged("it is cut short" if len(data) < MAX_OPENED else "it is too large")
        kept = _DECODER.decode(data)
    except (zlib.error, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Damaged("it is damaged") from error
    if sum(count for _, count in kept.runs) != len(kept.lines) or any(count < 0 for _, count in kept.runs):
        raise Damaged("it is damaged: its lines are not those that it speaks of")
    return kept
