"""What other attempts and other pull requests tell of a failure, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt

from bot.classify.ages import ago, count
from bot.model.history import Count, Hits, Rate, Sighting, Withheld
from bot.model.verdict import Baseline, BaseState, Evidence

# The span in which a failure elsewhere tells something of today's (DESIGN section 2, rung 8).
DAYS = 7
NOT_ASKED = "nothing is remembered here"
# Of the normal distribution: 95 % two-sided.
Z = 1.96


@dataclass(frozen=True, slots=True)
class Attempted:
    """What another attempt of the same run says of the same job and test."""

    number: int
    result: Baseline


@dataclass(frozen=True, slots=True)
class Past:
    """Everything remembered of one failure that may be told to this pull request.

    Attributes:
        attempts: the run's other attempts, the newest first.
        count: how often the same fingerprint was seen on pull requests of other authors.
        seen: the newest of these pull requests, a few.
        stacks: these pull requests, put together where they are stacked.
        withheld: where else it was seen, and why that is no evidence.
        note: why nothing was asked; empty when history was.
        hits: by the id of a signature, how often it matched.
        rate: how many of the job's runs had this failure.
        pages: the address of the pull requests' pages, before the number.
    """

    attempts: tuple[Attempted, ...] = ()
    count: Count | None = None
    seen: tuple[Sighting, ...] = ()
    stacks: tuple[frozenset[int], ...] = ()
    withheld: tuple[Withheld, ...] = ()
    note: str = NOT_ASKED
    hits: Mapping[str, Hits] = field(default_factory=dict)
    rate: Rate | None = None
    pages: str = ""

    @property
    def passed(self) -> Attempted | None:
        """The newest other attempt in which it passed."""
        return next((one for one in self.attempts if one.result.state is BaseState.PASSED), None)

    @property
    def independent(self) -> int:
        """Of the newest pull requests, how many do not hang together."""
        pulls = {one.pull_request for one in self.seen}
        tied = [stack & pulls for stack in self.stacks if stack & pulls]
        return len(tied) + len(pulls - frozenset().union(*tied))


def wilson(hits: int, runs: int) -> tuple[float, float]:
    """What the true rate is hardly below and hardly above: Wilson's interval; 0 and 1 where nothing is known.

    https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
    """
    if runs <= 0:
        return 0.0, 1.0
    share = min(1.0, max(0.0, hits / runs))
    spread = Z * sqrt(share * (1 - share) / runs + Z * Z / (4 * runs * runs))
    middle, size = share + Z * Z / (2 * runs), 1 + Z * Z / runs
    low = 0.0 if share <= 0 else max(0.0, (middle - spread) / size)
    high = 1.0 if share >= 1 else min(1.0, (middle + spread) / size)
    return low, high


def wilson_lower(hits: int, runs: int) -> float:
    """The rate that the true one is hardly below."""
    return wilson(hits, runs)[0]


def flake_rate(past: Past) -> float:
    """What the failure's rate is at least."""
    return wilson_lower(past.rate.failed, past.rate.ran) if past.rate else 0.0


def how_often(past: Past, at: datetime) -> tuple[Evidence, ...]:
    """Where else it was seen: "12 times in 7 days on 9 pull requests, last 2 h ago, #45"."""
    if past.count is None or not past.seen:
        return ()
    last = max(past.seen, key=lambda one: (one.last, one.pull_request))
    return (_told(past, past.count, (last.last, last.pull_request), at),)


def how_often_matched(past: Past, signature: str, at: datetime) -> tuple[Evidence, ...]:
    """How often a signature matched elsewhere, since when, and how rarely the job fails by it."""
    hits = past.hits.get(signature)
    if hits is None:
        return () if past.note else (Evidence(f"no match elsewhere in {DAYS} days"),)
    told = _told(past, hits, (hits.last, hits.last_pull), at)
    rate = past.rate
    often = f"; in {rate.failed:,} of {rate.ran:,} runs of this job" if rate and rate.ran else ""
    since = f"first seen {hits.first.date().isoformat()}{often}"
    return (told, Evidence(since))


def not_counted(past: Past) -> str:
    """Why failures elsewhere are no evidence: "same author (2 pull requests), newer (1 pull request)"."""
    return ", ".join(f"{one.reason} ({count(one.pulls, 'pull request')})" for one in past.withheld)


def _told(past: Past, found: Count | Hits, newest: tuple[datetime, int], at: datetime) -> Evidence:
    last, last_pull = newest
    most = "at least " if found.more else ""
    often = f"{most}{count(found.times, 'time')} in {DAYS} days on {most}{count(found.pulls, 'pull request')}"
    if not found.times:
        often = f"not in {DAYS} days"
    url = f"{past.pages}{last_pull}" if past.pages and last_pull else ""
    where = f", #{last_pull}" if last_pull else ""
    return Evidence(f"{often}, last{ago(last, at)}{where}", "", url)
