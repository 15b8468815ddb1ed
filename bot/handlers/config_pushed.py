"""A changed configuration has landed: open pull requests whose failures it concerns are reported on again."""

from collections.abc import Iterable
from datetime import timedelta

from bot.handlers import payload
from bot.handlers.policy import Policy, load_policy, policy_at
from bot.handlers.reconcile import request_report
from bot.handlers.world import World
from bot.model.history import PullFailure
from bot.model.run import PullRequest, Repository
from bot.ports import Work
from bot.triage.changes import Landing, landing_of

# Each is a report with all of its requests; the others are reported on by their next run, or `/retriage`.
MOST_REPORTS = 50
# Seconds between two of them: what else happens meanwhile comes first.
SPACING = 10.0
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
    """Pull requests with a failure on their head that the change concerns, the last updated first."""
    heads = {pull.number: pull.head_sha for pull in pulls}
    since = world.clock.now() - timedelta(days=DAYS)
    failures = await world.store.pull_failures(repo, list(heads), landing.known, since)
    found = {one.pull_request for one in failures if _is_on(one, heads) and landing.concerns(one)}
    return [number for number in heads if number in found]


def _is_on(failure: PullFailure, heads: dict[int, str]) -> bool:
    return heads.get(failure.pull_request) == failure.sha
