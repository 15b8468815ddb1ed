"""A run has ended: remember it when it is the base branch's, else report on its pull request."""

from bot.handlers import payload
from bot.handlers.baseline import remember, tests_the_branch
from bot.handlers.policy import load_policy
from bot.handlers.reconcile import request_report
from bot.handlers.world import World
from bot.ports import Work


async def handle(world: World, work: Work) -> None:
    """Find out what the run belongs to, from GitHub and not from the payload."""
    repo = await world.github.repository(payload.repository(work.payload))
    run = await world.github.run(repo, payload.number(work.payload, "run_id"))
    if tests_the_branch(repo, run, repo.default_branch):
        policy = await load_policy(world, repo)
        await remember(world, repo, run, policy)
        return
    found = await world.github.find_pull_requests(
        repo, run.head_owner, run.head_branch, run.head_repository_id, run.head_sha
    )
    if not found:
        world.journal.note("no open pull request has this head", run=run.id, sha=run.head_sha)
    for pull in found:
        await request_report(world, repo, pull.number, run.id)
