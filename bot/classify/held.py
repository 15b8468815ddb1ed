"""What a rung of the ladder answers."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.classify.case import Case
from bot.classify.signatures import SignatureMatch
from bot.model.failure import Failure
from bot.model.verdict import Evidence, VerdictClass


@dataclass(frozen=True, slots=True)
class Held:
    """A rung that holds: the class, why, and the proof."""

    verdict: VerdictClass
    why: str
    evidence: tuple[Evidence, ...]
    match: SignatureMatch | None = None


class Outweighed(str):
    """Why a rung does not hold although what it asks for is there: worth telling beside the verdict."""

    __slots__ = ()


# A rung gives what it holds, or the reason why it does not.
Rung = Callable[[Failure, Case], Held | str]
