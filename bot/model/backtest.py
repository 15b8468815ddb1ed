"""What signatures would have matched in kept logs, failing and passing ones."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.failure import Failure
from bot.model.kept import LogOrigin
from bot.model.signature import Signature


class Grade(StrEnum):
    """What a trial says of a signature."""

    FINE = "fine"
    TOO_FEW = "too few"
    WARNING = "warning"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class PassingHit:
    """A passing job's log in which a signature's pattern stands; `line` counts from 1, `text` is redacted."""

    origin: LogOrigin
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One signature, tried on every kept log.

    Attributes:
        signature: which.
        grade: what follows from the passing logs.
        why: the grade's reason, in a sentence.
        failures: how many kept failures it matches.
        jobs: in how many failing jobs' logs these are.
        passing: how many passing jobs' logs are in its scope (workflow, job, branch).
        passing_hits: how many of these have its pattern anywhere.
        examples: some of them.
        overlap: ids of other signatures that match the same failures, and how many of these; most first.
        pull_requests: how many different ones the failures are from.
        authors: how many different ones.
        first: when the first of these failures was seen, as far as logs are kept.
        last: when the last one was.
        stopped: a pattern of its costs too much in some log: what was counted is too little.
    """

    signature: Signature
    grade: Grade
    why: str
    failures: int = 0
    jobs: int = 0
    passing: int = 0
    passing_hits: int = 0
    examples: tuple[PassingHit, ...] = ()
    overlap: tuple[tuple[str, int], ...] = ()
    pull_requests: int = 0
    authors: int = 0
    first: datetime | None = None
    last: datetime | None = None
    stopped: bool = False

    @property
    def rate(self) -> float:
        """The share of passing logs in scope that it hits; 0 when there are none."""
        return self.passing_hits / self.passing if self.passing else 0.0


@dataclass(frozen=True, slots=True)
class Explained:
    """A kept failure, where it was, and the ids of the signatures that match it, or did."""

    failure: Failure
    origin: LogOrigin
    signatures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """Everything that a backtest says.

    Attributes:
        trials: one for each signature, in the order of the configuration.
        failing: how many failing jobs' logs were tried.
        passing: how many passing ones.
        failures: how many failures are in the failing ones.
        explained: how many of them some signature matches, the packs' included.
        compared: an older configuration was tried, too; else the following say nothing.
        newly: how many failures are matched now and were not before; `newly_seen` are some of them.
        lost: how many were matched before and are not now; `lost_seen` are some of them.
        unread: kept logs that could not be tried, and why.
    """

    trials: tuple[Trial, ...]
    failing: int = 0
    passing: int = 0
    failures: int = 0
    explained: int = 0
    compared: bool = False
    newly: int = 0
    newly_seen: tuple[Explained, ...] = ()
    lost: int = 0
    lost_seen: tuple[Explained, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def fails(self) -> bool:
        """Some signature hits so many passing jobs that it must not be used."""
        return any(trial.grade is Grade.FAILS for trial in self.trials)
