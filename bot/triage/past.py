"""What history told, put to each failure that it is about."""

from bot.classify.baseline import BaseJob, attempt_of
from bot.classify.generic import is_generic
from bot.classify.past import Attempted, Past
from bot.model.failure import Failure
from bot.model.history import Rate
from bot.triage.remember import signature_of
from bot.triage.situation import SeenJob, Situation

# As many pull requests at once are no coincidence, this one among them.
SEVERAL = 3
MOST_NAMED = 5


def past_of(seen: SeenJob, failure: Failure, situation: Situation) -> Past:
    """Other attempts, and other pull requests, of one failure."""
    known, mark = situation.past, failure.fingerprint
    return Past(
        attempts=_attempts(seen, failure, situation),
        seen=tuple(one for one in known.sightings.seen if mark and one.fingerprint == mark),
        stacks=known.stacks,
        withheld=tuple(one for one in known.sightings.withheld if mark and one.fingerprint == mark),
        note=known.note,
        hits={one.signature: one for one in known.hits},
        rate=_rate(seen, failure, situation),
        pages=f"{situation.web}/{situation.repository}/pull/",
    )


def wave_of(situation: Situation, failures: tuple[Failure, ...]) -> str:
    """A sentence when one failure hits several unrelated pull requests within an hour; else empty."""
    telling = {one.fingerprint for one in failures if one.fingerprint and not is_generic(one.message)}
    widest: set[int] = set()
    for mark in sorted(telling):
        pulls = {one.pull_request for one in situation.past.recent.seen if one.fingerprint == mark}
        counted = Past(
            seen=tuple(one for one in situation.past.recent.seen if one.fingerprint == mark),
            stacks=situation.past.stacks,
        )
        if counted.independent + 1 >= SEVERAL and len(pulls) > len(widest):
            widest = pulls
    if not widest:
        return ""
    named = ", ".join(f"#{number}" for number in sorted(widest)[:MOST_NAMED])
    more = f" and {len(widest) - MOST_NAMED} more" if len(widest) > MOST_NAMED else ""
    return (
        f"The same failure has hit {len(widest)} unrelated pull requests within the last hour, beside this"
        f" one: {named}{more}. Look at what they share first."
    )


def _attempts(seen: SeenJob, failure: Failure, situation: Situation) -> tuple[Attempted, ...]:
    return tuple(
        Attempted(
            other.run.attempt,
            attempt_of(failure, seen.job.name, tuple(BaseJob(one.job, one.reading) for one in other.jobs)),
        )
        for other in situation.attempts.get(seen.run.id, ())
    )


def _rate(seen: SeenJob, failure: Failure, situation: Situation) -> Rate | None:
    if not situation.past.rates:
        return None
    known = signature_of(seen, failure, situation.signatures, situation.pull_request.base_branch)
    key = (seen.run.workflow_id, seen.job.name, known.id if known else "")
    return next(
        (one for one in situation.past.rates if (one.workflow_id, one.job, one.signature) == key), None
    )
