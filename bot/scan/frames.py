"""What parent and child say to each other over a pipe: a length, then that many bytes.

A request is two frames, the question and the log as it came; an answer is one.
"""

import struct
from dataclasses import dataclass

import msgspec

from bot.model.kept import Found, Keep, KeptText
from bot.model.proposal import Proof, Proposal
from bot.model.reading import Reading
from bot.model.signature import Pattern

# The length in front of a frame: eight bytes, big-endian.
LENGTH = struct.Struct(">Q")
# A log larger than this is cut by whoever fetches it; here it only guards the pipe.
MAX_LOG = 512 * 1024 * 1024
# Patterns: a thousand of a thousand characters, with room.
MAX_QUESTION = 16 * 1024 * 1024
# A reading is bounded text; a child that answers more is not to be believed.
MAX_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Question:
    """What to read out of the log that follows.

    Attributes:
        gap: what is missing of it, for people.
        patterns: what to look for in it.
        seconds: processor time that is allowed for it.
        scanner: which engine looks for many patterns at once.
        path: the file to read; empty for the bytes that follow.
        cache: a folder for compiled patterns; empty for none.
        reports: what follows is an artifact, and these globs describe the reports in it.
        proposal: a configuration to judge; nothing follows.
        keep: how the log is to be kept; `None`: only read.
        kept: what follows is a kept log, in which the patterns are looked for.
    """

    gap: str
    patterns: tuple[Pattern, ...]
    seconds: int
    scanner: str
    path: str = ""
    cache: str = ""
    reports: tuple[str, ...] = ()
    proposal: Proposal | None = None
    keep: Keep | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The reading, the proof or what was found; without any, the name of the error that our own code raised.

    `kept` is what is to be kept of the log that was read.
    """

    reading: Reading | None
    error: str = ""
    proof: Proof | None = None
    found: Found | None = None
    kept: KeptText | None = None


QUESTION = msgspec.msgpack.Decoder(Question)
ANSWER = msgspec.msgpack.Decoder(Answer)
ENCODER = msgspec.msgpack.Encoder()


def pack(value: Question | Answer) -> bytes:
    """Give a value as one frame."""
    body = ENCODER.encode(value)
    return LENGTH.pack(len(body)) + body
