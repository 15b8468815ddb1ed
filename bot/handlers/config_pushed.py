"""A changed configuration has landed: open pull requests whose failures it concerns are reported on again."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.handlers import payload
from bot.handlers.policy import Policy, load_policy, policy_at
from bot.handlers.reconcile import request_report
from bot.handlers.trying import matched_in
from bot.handlers.world import World
from bot.model.history import PullFailure
from bot.model.run import PullRequest, Repository
from bot.ports import Work
from bot.triage.changes import Landing, landing_of

# Each is a report with all of its requests; the others are reported on by their next run, or `/retriage`.
MOST_REPORTS = 50
# Seconds between two of them: what else happens meanwhile comes first.
SPACING = 10.0
# Kept logs that are looked through to leave pull requests out; it takes some milliseconds each.
MOST_LOGS = 300
# A failure that is older is hardly looked at any more.
DAYS = 30


async def handle(world: World, work: Work) -> None:
    """Find out what has changed since the push began, whoever has read the new configuration meanwhile."""
    repo = await world.github.repository(payload.repository(work.payload))
    commit = payload.text(work.payload, "before")
    before = await policy_at(world, repo, commit) if commit else None
    after = await load_policy(world, repo)
    landing = landing_of(
        before.signatures if before else (), after.signatures, exact=not _reports(before, after)
    )
    if not landing.changes:
        world.journal.note("the configuration has landed", signatures=0)
        return
    pulls, complete = await world.github.open_pull_requests(repo)
    concerned = await _concerned(world, repo, pulls, landing)
    for turn, number in enumerate(concerned[:MOST_REPORTS]):
        await request_report(world, repo, number, after=turn * SPACING)
    world.journal.note(
        "the configuration has landed",
        signatures=len(landing.changes),
        reports=min(len(concerned), MOST_REPORTS),
        left_out=max(0, len(concerned) - MOST_REPORTS),
        looked_at=len(pulls),
        all_looked_at=complete,
    )


def _reports(*policies: Policy | None) -> bool:
    """Reports in artifacts may give a test another name than the one that history keeps."""
    return any(one is not None and one.config.reports for one in policies)


async def _concerned(
    world: World, repo: Repository, pulls: Iterable[PullRequest], landing: Landing
) -> list[int]:
    """Pull requests with a failure on their head that the change concerns, the last updated first.

    Where it takes the log to tell, the kept one is asked; without it they are reported on again to be sure.
    """
    heads = {pull.number: pull.head_sha for pull in pulls}
    since = world.clock.now() - timedelta(days=DAYS)
    failures = await world.store.pull_failures(repo, list(heads), landing.known, since)
    on_head = [one for one in failures if heads.get(one.pull_request) == one.sha]
    found = {one.pull_request for one in on_head if landing.concerns(one)}
    open_ones = [one for one in on_head if one.pull_request not in found and landing.may_concern(one)]
    found |= await _by_their_logs(world, repo, open_ones, landing)
    return [number for number in heads if number in found]


async def _by_their_logs(
    world: World, repo: Repository, failures: Sequence[PullFailure], landing: Landing
) -> set[int]:
    kept = {(one.job_id, one.attempt): one for one in await world.store.kept(repo)} if failures else {}
    jobs = dict.fromkeys((one.pull_request, one.job_id, one.attempt) for one in failures)
    found: set[int] = set()
    for asked, (number, *job) in enumerate(jobs):
        if number in found:
            continue
        origin = kept.get((job[0], job[1])) if asked < MOST_LOGS else None
        if origin is None or await matched_in(world, repo, origin, landing.aiming) is not False:
            found.add(number)
    return found
