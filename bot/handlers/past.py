"""What history tells on a pull request's behalf, and what is remembered of its runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.classify.disputed import without_disputed
from bot.classify.lineage import lineage_of, stacks
from bot.classify.past import DAYS
from bot.errors import Drop, RetryLater
from bot.handlers.history import LONG_WAIT_SECONDS, MOST_ATTEMPTS, read_run
from bot.handlers.policy import Policy
from bot.handlers.reports import with_reports
from bot.handlers.world import World
from bot.model.history import Asker, Lineage, Origin, RunRecord, Sightings
from bot.model.run import Comparison, PullRequest, Repository, Run
from bot.model.signature import Signature
from bot.triage import PreviousRun, SeenJob, Situation
from bot.triage.labels import retry_labels
from bot.triage.remember import record_of, signature_of
from bot.triage.situation import KnownPast, OtherAttempt

# What a banner calls "at once".
WAVE = timedelta(hours=1)
# Different failures of one report that history is asked for; a report shows far fewer.
MOST_FAILURES = 2_000
MOST_RATES = 50


async def compare(world: World, repo: Repository, pull: PullRequest) -> Comparison | None:
    """Where the pull request branched off, and its commits; `None` when GitHub does not say."""
    try:
        return await world.github.compare(repo, pull.base_sha, pull.head_sha)
    except (Drop, RetryLater) as error:
        # GitHub fails on some large comparisons for ever; a rate limit holds for all else, too.
        if isinstance(error, RetryLater) and error.after > LONG_WAIT_SECONDS:
            raise
        world.journal.note("the commits cannot be compared", pull_request=pull.number, why=str(error))
        return None


def known_ties(repo: Repository, pull: PullRequest, compared: Comparison | None) -> KnownPast:
    """What ties a pull request to others; without all of its commits nobody knows."""
    if compared is None:
        return KnownPast(note="the pull request's commits could not be read")
    if not compared.complete:
        return KnownPast(note=f"of the pull request's {compared.total} commits GitHub shows the first alone")
    return KnownPast(lineage_of(repo, pull, compared.commits))


async def other_attempts(
    world: World,
    repo: Repository,
    runs: Sequence[Run],
    previous: Mapping[int, PreviousRun],
    policy: Policy,
) -> dict[int, tuple[OtherAttempt, ...]]:
    """The older attempts of each run, by run id, the newest first: the same commit, tried before."""
    found: dict[int, tuple[OtherAttempt, ...]] = {}
    for run in runs:
        attempts = []
        for number in range(run.attempt - 1, max(0, run.attempt - 1 - MOST_ATTEMPTS), -1):
            before = previous.get(run.workflow_id)
            if before and (before.compared.run_id, before.compared.attempt) == (run.id, number):
                attempts.append(OtherAttempt(replace(run, attempt=number), before.jobs))
                continue
            try:
                older = await world.github.run(repo, run.id, number)
            except Drop as error:
                world.journal.note("an attempt cannot be read", run=run.id, attempt=number, why=str(error))
                continue
            jobs = await read_run(world, repo, older, policy.signatures)
            jobs, _ = await with_reports(world, repo, jobs, policy.config.reports)
            attempts.append(OtherAttempt(older, jobs))
        if attempts:
            found[run.id] = tuple(attempts)
    return found


async def ask_history(world: World, repo: Repository, situation: Situation) -> KnownPast:
    """Ask for every failure of a situation at once; what this pull request may not see is not told."""
    lineage = situation.past.lineage
    if lineage is None:
        return situation.past
    kin = await world.store.kin(repo, lineage)
    if kin is None:
        return replace(situation.past, note="it is tied to too many other pull requests")
    asker = Asker(lineage.pull_request, lineage.author, _pushed_at(situation), situation.at, kin)
    older = (one for attempts in situation.attempts.values() for attempt in attempts for one in attempt.jobs)
    marks = _fingerprints((*situation.jobs, *older))
    since = situation.at - timedelta(days=DAYS)
    sightings = await world.store.sightings(repo, marks, asker, since)
    sightings = without_disputed(sightings, await world.store.disputed(repo, marks, since))
    lately = replace(asker, pushed_at=situation.at)
    recent = await world.store.sightings(repo, marks, lately, situation.at - WAVE)
    matched = _matched(situation)
    ids = sorted({signature for _, _, signature in matched})
    return KnownPast(
        lineage=lineage,
        note="",
        sightings=sightings,
        recent=recent,
        stacks=await _stacks(world, repo, sightings, recent),
        hits=await world.store.hits(repo, ids, asker, since),
        rates=await world.store.rates(repo, matched, asker, since),
    )


async def remember_pull(world: World, repo: Repository, situation: Situation) -> None:
    """Keep what was read of a pull request's runs: the head's, the ones before, the other attempts."""
    pull = situation.pull_request
    # What hangs together with it is not known: then it is nobody's evidence, as if nobody had opened it.
    lineage = situation.past.lineage or replace(lineage_of(repo, pull, ()), author="")
    seen: dict[tuple[int, int], list[SeenJob]] = {}
    for one in situation.jobs:
        seen.setdefault((one.run.id, one.run.attempt), []).append(one)
    for before in situation.previous.values():
        for one in before.jobs:
            seen.setdefault((one.run.id, one.run.attempt), []).append(one)
    for attempts in situation.attempts.values():
        for attempt in attempts:
            seen.setdefault((attempt.run.id, attempt.run.attempt), list(attempt.jobs))
    records = [
        _record(world, jobs, situation.signatures, pull.base_branch, lineage)
        for jobs in seen.values()
        if jobs[0].run.finished
    ]
    await world.store.record(repo, [one for one in records if one.results], [lineage])
    labels = retry_labels(situation)
    if labels:
        await world.store.label(repo, labels)


async def remember_run(
    world: World,
    repo: Repository,
    jobs: Sequence[SeenJob],
    signatures: Sequence[Signature],
    *,
    on_base: bool = False,
) -> None:
    """Keep what was read of a run without an open pull request; `on_base`: it tested the base branch."""
    if not jobs:
        return
    run = jobs[0].run
    known = None if on_base else await world.store.pull_of_commit(repo, run.head_sha)
    one = _record(world, jobs, signatures, run.head_branch, known, on_base=on_base)
    await world.store.record(repo, [one])


def _record(
    world: World,
    jobs: Sequence[SeenJob],
    signatures: Sequence[Signature],
    branch: str,
    pull: Lineage | None,
    *,
    on_base: bool = False,
) -> RunRecord:
    run, now = jobs[0].run, world.clock.now()
    origin = Origin(
        run_id=run.id,
        attempt=run.attempt,
        workflow_id=run.workflow_id,
        sha=run.head_sha,
        pushed_at=run.created_at or run.updated_at or now,
        pull_request=pull.pull_request if pull else 0,
        author=pull.author if pull else "",
        on_base=on_base,
        branch=branch,
    )
    return record_of(origin, jobs, signatures, branch, now)


def _pushed_at(situation: Situation) -> datetime:
    """When the head's oldest run was asked for: no later than its commit is evidence."""
    moments = [run.created_at for run in situation.runs if run.created_at is not None]
    return min(moments, default=situation.at)


def _fingerprints(jobs: Sequence[SeenJob]) -> list[str]:
    marks = (f.fingerprint for one in jobs if one.reading for f in one.reading.failures)
    return list(dict.fromkeys(mark for mark in marks if mark))[:MOST_FAILURES]


def _matched(situation: Situation) -> list[tuple[int, str, str]]:
    """Workflow, job and signature of each failure that a signature describes."""
    base = situation.pull_request.base_branch
    found: dict[tuple[int, str, str], None] = {}
    for seen in situation.jobs:
        for failure in seen.reading.failures if seen.reading else ():
            signature = signature_of(seen, failure, situation.signatures, base)
            if signature is not None:
                found[seen.run.workflow_id, seen.job.name, signature.id] = None
    return list(found)[:MOST_RATES]


async def _stacks(world: World, repo: Repository, *several: Sightings) -> tuple[frozenset[int], ...]:
    """Which of the pull requests where something was seen hang together: they count once."""
    pulls = sorted({one.pull_request for sightings in several for one in sightings.seen})
    known = await world.store.lineages(repo, pulls)
    return stacks({one.pull_request: one.tokens for one in known})
