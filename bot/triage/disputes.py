"""How a disputed failure is known again on its pull request."""

import hashlib
from collections.abc import Iterable

from bot.model.failure import Failure
from bot.model.label import Dispute
from bot.triage.compare import identity

# Hexadecimal digits, as of a fingerprint twice: one pull request has few failures.
LENGTH = 32


def subject_of(failure: Failure) -> str:
    """The key of a failure on its pull request: its test, whatever it says; without one, what it says.

    Empty where nothing tells it from others, as for a job whose log names no reason.
    """
    key = identity(failure)
    named = key.partition(" ")[2].strip()
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()[:LENGTH] if named else ""


def dispute_of(failure: Failure, disputes: Iterable[Dispute]) -> Dispute | None:
    """The newest word against excusing this failure; `None` when nobody said one."""
    known = tuple(disputes)
    subject = subject_of(failure) if known else ""
    return next((one for one in known if subject and one.subject == subject), None)
