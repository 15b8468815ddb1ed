"""What any version of Yarn said about one failure."""

from dataclasses import dataclass

from bot.model.failure import FailureKind


@dataclass(frozen=True, slots=True)
class Said:
    """One complaint, from log line `line` to `last`."""

    kind: FailureKind
    message: str
    detail: str
    line: int
    last: int
