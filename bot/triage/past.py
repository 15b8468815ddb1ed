"""What history told, put to each failure that it is about."""

from bot.classify.baseline import BaseJob, attempt_of
from bot.classify.generic import is_generic
from bot.classify.past import Attempted, Past
from bot.model.failure import Failure
from bot.model.history import Rate
from bot.model.verdict import BaseState
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
        count=next((one for one in known.sightings.counts if mark and one.fingerprint == mark), None),
        seen=tuple(one for one in known.sightings.seen if mark and one.fingerprint == mark),
        stacks=known.stacks,
        withheld=tuple(one for one in known.sightings.withheld if mark and one.fingerprint == mark),
        note=known.note,
        hits={one.signature: one for one in known.hits},
        rate=_rate(seen, failure, situation),
        pages=f"{situation.web}/{situation.repository}/pull/",
    )


def states_before(seen: SeenJob, failure: Failure, situation: Situation, past: Past) -> tuple[BaseState, ...]:
    """What this pull request's earlier runs say of a failure: this run's attempts, then the run before it."""
    states = [one.result.state for one in past.attempts]
    before = situation.previous.get(seen.run.workflow_id)
    if before is not None and before.compared.run_id != seen.run.id:
        jobs = tuple(BaseJob(one.job, one.reading) for one in before.jobs)
        states.append(attempt_of(failure, seen.job.name, jobs).state)
    return tuple(states)


def wave_of(situation: Situation, failures: tuple[Failure, ...]) -> str:
    """A sentence when one failure hits several unrelated pull requests within an hour; else empty."""
    telling = {one.fingerprint for one in failures if one.fingerprint and not is_generic(one.message)}
    recent = situation.past.recent
    widest: tuple[int, list[int]] = (0, [])
    for count in recent.counts:
        seen = tuple(one for one in recent.seen if one.fingerprint == count.fingerprint)
        apart = Past(seen=seen, stacks=situation.past.stacks).independent
        if count.fingerprint in telling and apart + 1 >= SEVERAL and count.pulls > widest[0]:
            widest = (count.pulls, sorted({one.pull_request for one in seen})[:MOST_NAMED])
    pulls, named = widest
    if not pulls:
        return ""
    shown = ", ".join(f"#{number}" for number in named)
    more = f" and {pulls - len(named)} more" if pulls > len(named) else ""
    return (
        f"The same failure has hit {pulls} unrelated pull requests within the last hour, beside this"
        f" one: {shown}{more}. Look at what they share first."
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
