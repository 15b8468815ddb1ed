"""Errors by what the caller does with them: tell the user, retry later, or drop."""


class RetriageError(Exception):
    """The base of all errors that this program raises on purpose."""


class TellUser(RetriageError):
    """Somebody has to change something; the text says what, where and how."""


class RetryLater(RetriageError):
    """It may work later.

    Attributes:
        after: seconds to wait at least before the next try.
        ambiguous: the request may have taken effect all the same: look before doing it again.
    """

    def __init__(self, message: str, *, after: float = 0.0, ambiguous: bool = False) -> None:
        super().__init__(message)
        self.after = after
        self.ambiguous = ambiguous


class Drop(RetriageError):
    """It will never work and nobody can mend it here; note the reason and go on."""


class Gone(Drop):
    """GitHub says the thing does not exist, or exists no more (404, 410)."""


class Refused(Drop):
    """GitHub says no: the permission is missing, the conversation is locked (403, 422)."""
