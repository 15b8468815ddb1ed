"""What was said of a verdict afterwards: by a person, or by a later attempt of the same run."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.verdict import VerdictClass


class Word(StrEnum):
    """What a label says of a failure."""

    FLAKE = "flake"
    NOT_FLAKE = "not-flake"


class Source(StrEnum):
    """Who says so: a person in a comment, or a later attempt on the same commit."""

    PERSON = "person"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Label:
    """A word about one failure of one attempt, beside what was shown of it.

    Attributes:
        pull_request: where it was said; `sha` is the commit it is about.
        subject: the key by which the failure is known again on this pull request.
        verdict: the class that the ladder gives without any dispute; `rung` the rung that gave it.
        signature: the reviewed one that matched; empty when none did.
        by: a person's login in lower case; empty for another source.
        reason: in the person's own words, redacted, untrusted.
        at: when the job ended; `said_at` when the label was given.
    """

    pull_request: int
    run_id: int
    attempt: int
    workflow_id: int
    job_id: int
    job: str
    sha: str
    subject: str
    test: str
    fingerprint: str
    signature: str
    verdict: VerdictClass
    rung: int
    word: Word
    source: Source
    at: datetime
    said_at: datetime
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody says that a failure is no flake; it holds until the job passes on a newer commit."""

    subject: str
    by: str
    reason: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class SignatureUse:
    """How often a signature matched within a span, and when at all, first and last."""

    signature: str
    times: int
    pulls: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Labelled:
    """How many failures of one signature and rung have a label, by what it says and who says it.

    Attributes:
        signature: empty where none matched.
        rung: the rung that gave the class.
        flakes: only a later attempt has a word on it.
        disputed: a person says that it is no flake, whatever else is said.
        retried: of the disputed, how many passed in a later attempt all the same.
    """

    signature: str
    rung: int
    flakes: int
    disputed: int
    retried: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one repository's history says of its signatures, within a span."""

    uses: tuple[SignatureUse, ...] = ()
    labelled: tuple[Labelled, ...] = ()
