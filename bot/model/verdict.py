"""A failure's class, the rung of the ladder that gave it, and the evidence."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.failure import Failure
from bot.model.log import Excerpt
from bot.model.signature import Signature


class VerdictClass(StrEnum):
    """The classes of DESIGN section 2, in the ladder's order."""

    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    UNREAD = "unread"
    RETURNED = "returned"
    KNOWN_FLAKE = "known_flake"
    INFRA = "infra"
    ON_BASE = "on_base"
    PASSED_ON_RETRY = "passed_on_retry"
    SEEN_ELSEWHERE = "seen_elsewhere"
    REGRESSION = "regression"
    UNKNOWN = "unknown"

    @property
    def needs_somebody(self) -> bool:
        """The headline counts it as "needs you"."""
        return self in (VerdictClass.RETURNED, VerdictClass.REGRESSION)


# The gravest first: what needs somebody, what nobody knows, what is explained, what did not run.
GRAVITY = (
    VerdictClass.RETURNED,
    VerdictClass.REGRESSION,
    VerdictClass.UNKNOWN,
    VerdictClass.UNREAD,
    VerdictClass.KNOWN_FLAKE,
    VerdictClass.INFRA,
    VerdictClass.ON_BASE,
    VerdictClass.PASSED_ON_RETRY,
    VerdictClass.SEEN_ELSEWHERE,
    VerdictClass.BLOCKED,
    VerdictClass.CANCELLED,
)
_PLACES = {verdict: place for place, verdict in enumerate(GRAVITY)}


def gravity(verdict: VerdictClass) -> int:
    """A class's place in the order of gravity, 0 for the gravest."""
    return _PLACES[verdict]


class BaseState(StrEnum):
    """What the base branch says of the same job and test."""

    FAILED = "failed"
    PASSED = "passed"
    DID_NOT_RUN = "did not run"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known of the same job and test on the base branch, and where that was seen.

    `note` says why it is no more than this, for people.
    """

    state: BaseState
    branch: str = ""
    sha: str = ""
    at: datetime | None = None
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a verdict: a sentence of ours, then what was quoted from a log, then where to look.

    `quote` is untrusted text and shown only through the quoting function of `report/`.
    """

    text: str
    quote: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class RungNote:
    """Why a rung of the ladder held, or did not."""

    rung: int
    verdict: VerdictClass
    held: bool
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A failure's class plus the evidence for it.

    Attributes:
        failure: what went wrong. A job without a readable failure has one of kind `exit`.
        verdict: the class.
        rung: number of the rung that held; 10 when none did.
        evidence: at least one entry.
        ladder: every rung with its reason; one of them held.
        signature: the one that matched, if the class came from one.
        touched: this pull request changes the failing test's file, or the signature's.
        excerpt: the log around it.
        flake_rate: of what share of its job's runs a signature's failure is the reason, at least; 0: unknown.
    """

    failure: Failure
    verdict: VerdictClass
    rung: int
    evidence: tuple[Evidence, ...]
    ladder: tuple[RungNote, ...] = ()
    signature: Signature | None = None
    touched: bool = False
    excerpt: Excerpt | None = None
    flake_rate: float = 0.0
