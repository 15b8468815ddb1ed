"""What was read in one job's log: small enough to store, redacted, and enough to judge by."""

from dataclasses import dataclass

from bot.model.failure import Failure, Totals
from bot.model.log import Excerpt
from bot.model.run import Artifact
from bot.model.signature import PatternHit


@dataclass(frozen=True, slots=True)
class BestLine:
    """The single line of a log that explains the failure best; `number` counts from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything kept of one log. No text in here is longer than its limit, and all of it is redacted.

    Attributes:
        size: bytes of the log as it came.
        lines: number of its lines.
        complete: the whole log was read.
        gap: why not, for people; empty when complete.
        totals: per suite, in the order of the log.
        failures: in the order of their log lines, each with its fingerprint.
        excerpts: one per failure, the same order; `None` where the log line is unknown.
        best: the line that matters; `None` where nothing failed.
        hits: patterns found inside the failures' extents.
        unfinished: a runner was cut off before it summed up.
        stopped: patterns that cost too much in this log, and were no longer looked for.
        reports: names of the artifacts whose reports were merged into it.
    """

    size: int
    lines: int
    complete: bool
    gap: str = ""
    totals: tuple[Totals, ...] = ()
    failures: tuple[Failure, ...] = ()
    excerpts: tuple[Excerpt | None, ...] = ()
    best: BestLine | None = None
    hits: tuple[PatternHit, ...] = ()
    unfinished: bool = False
    stopped: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArtifactReading:
    """What the reports in one artifact say: a reading without lines; `gap` says what could not be read."""

    artifact: Artifact
    reading: Reading
