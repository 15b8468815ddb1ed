"""What a dispute does to the ladder: no rung that excuses may hold, and nothing else changes."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from bot.classify.ages import ago
from bot.classify.case import Case
from bot.classify.held import Held
from bot.model.history import Sightings, Withheld
from bot.model.verdict import Evidence

DISPUTED = "disputed there"
# `returned` excuses nothing: taking it away would only make a verdict milder.
EXCUSING = (5, 6, 7, 8)


def contest(number: int, answer: Held | str, case: Case) -> Held | str:
    """A rung's answer where somebody disputes the failure: one that excuses it gives way."""
    if case.disputed is None or number not in EXCUSING or isinstance(answer, str):
        return answer
    reason = f": {case.disputed.reason}" if case.disputed.reason else ""
    return f"disputed by @{case.disputed.by}{reason} (it would hold: {answer.why})"


def without_disputed(sightings: Sightings, disputed: Collection[tuple[str, int]]) -> Sightings:
    """Sightings without those pull requests where somebody says that this very failure is real.

    Args:
        sightings: what history tells.
        disputed: fingerprints and the pull requests on which each is disputed.
    """
    if not disputed:
        return sightings
    gone = [one for one in sightings.seen if (one.fingerprint, one.pull_request) in disputed]
    lost = Counter(one.fingerprint for one in gone)
    return Sightings(
        tuple(replace(one, pulls=one.pulls - lost[one.fingerprint]) for one in sightings.counts),
        tuple(one for one in sightings.seen if one not in gone),
        (*sightings.withheld, *(Withheld(mark, DISPUTED, pulls) for mark, pulls in lost.items())),
    )


def dispute_beside(case: Case) -> tuple[Evidence, ...]:
    """What is said of a disputed failure beside the evidence of its class."""
    if case.disputed is None:
        return ()
    one = case.disputed
    return (Evidence(f"disputed by @{one.by}{ago(one.said_at, case.at)}", one.reason),)
