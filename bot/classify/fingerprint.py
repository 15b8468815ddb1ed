"""The key of "the same failure" across runs: the test, and its message without what varies."""

import hashlib

from bot.classify.generic import is_generic
from bot.classify.noise import normalise
from bot.model.failure import Failure

# Hexadecimal digits; 64 bits keep a repository's failures apart.
LENGTH = 16


def fingerprint_of(failure: Failure) -> str:
    """Give the key of a failure.

    What is no test is known by its kind and by the file or the package it is about: one compiler says the
    same words of any file, and a mistake in another file is another mistake.
    """
    about = failure.test or f"{failure.kind} {failure.file or failure.suite}".strip()
    return fingerprint(about, failure.message, failure.kind)


def fingerprint(about: str, message: str, kind: str = "") -> str:
    """Give the key of a failure: 16 hexadecimal digits.

    Args:
        about: the test's full name, or what else it is about.
        message: the first sentence of what went wrong.
        kind: used where the message is generic or empty and says nothing itself.
    """
    what = f"kind {kind}" if is_generic(message) else normalise(message)
    return hashlib.sha256(f"{about}\0{what}".encode(errors="replace")).hexdigest()[:LENGTH]
