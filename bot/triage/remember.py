"""A run that was read, as history keeps it; and what a report asks history for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.classify.generic import is_generic
from bot.classify.signatures import Place, match_signatures
from bot.classify.specimen import merge, specimen_of
from bot.model.failure import Failure
from bot.model.history import JobResult, Occurrence, Origin, RunRecord
from bot.model.inbox import Specimen
from bot.model.run import Conclusion
from bot.model.signature import Signature
from bot.triage.compare import failures_of, needs_reading
from bot.triage.situation import SeenJob


def record_of(
    origin: Origin, jobs: Iterable[SeenJob], signatures: Sequence[Signature], base_branch: str, now: datetime
) -> RunRecord:
    """Every job that passed or failed, with its failures; what another attempt ran is that one's."""
    results = []
    for seen in jobs:
        job = seen.job
        passed = job.conclusion is Conclusion.SUCCESS
        if job.attempt != origin.attempt or not (passed or needs_reading(job)):
            continue
        failures = None if passed or seen.reading is None else failures_of(seen)
        known = [signature_of(seen, one, signatures, base_branch) for one in failures or ()]
        results.append(
            JobResult(
                job_id=job.id,
                job=job.name,
                passed=passed,
                at=job.completed_at or seen.run.updated_at or now,
                occurrences=None if failures is None else tuple(map(_occurrence, failures, known)),
                specimens=_specimens(seen, failures or (), known),
            )
        )
    return RunRecord(origin, tuple(results))


def signature_of(
    seen: SeenJob, failure: Failure, signatures: Sequence[Signature], base_branch: str
) -> Signature | None:
    """The signature that describes a failure best, on lines that say something."""
    matches = match_signatures(
        failure, place_of(seen, base_branch), signatures, seen.reading.hits if seen.reading else ()
    )
    telling = (one for one in matches if not any(is_generic(hit.text) for hit in one.hits))
    return next((one.signature for one in telling), None)


def place_of(seen: SeenJob, base_branch: str) -> Place:
    """Where a job's failures happened."""
    steps = [step.name for step in seen.job.steps if step.conclusion.is_red]
    return Place(seen.run.workflow, seen.job.name, steps[0] if steps else "", base_branch)


def _occurrence(failure: Failure, known: Signature | None) -> Occurrence:
    return Occurrence(failure.test, failure.fingerprint, failure.kind.value, known.id if known else "")


def _specimens(
    seen: SeenJob, failures: Iterable[Failure], known: Iterable[Signature | None]
) -> tuple[Specimen, ...]:
    """What the failures say that no signature matches, each fingerprint once."""
    if seen.reading is None:
        return ()
    excerpts = dict(zip(seen.reading.failures, seen.reading.excerpts, strict=False))
    found: dict[str, Specimen] = {}
    for failure, signature in zip(failures, known, strict=True):
        if signature is None and failure.fingerprint:
            one = specimen_of(failure, excerpts.get(failure))
            found[failure.fingerprint] = merge(found.get(failure.fingerprint, one), one)
    return tuple(found.values())
