"""`/retriage not-flake`: somebody says that a failure is real, and nothing excuses it here any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.handlers import payload
from bot.handlers.gather import gather
from bot.handlers.reconcile import report_on
from bot.handlers.world import Guard, World
from bot.logs.redact import redact
from bot.model.run import PullRequest, Repository
from bot.ports import Work
from bot.report.disputes import render_moved, render_recorded, render_too_often, render_unclear
from bot.triage import Situation
from bot.triage.labels import judge_all, labels_said
from bot.triage.naming import Unclear, name_failures

# https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories
MAY_DISPUTE = ("admin", "maintain", "write", "triage")
# Each reads the newest runs again.
DISPUTES_PER_HOUR = 20
# As long as any sentence of a log that a verdict shows.
MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What to reply, empty when nothing; and whether what was asked for was done."""

    text: str = ""
    done: bool = True


async def dispute(
    world: World, repo: Repository, number: int, work: Work, words: str, guard: Guard
) -> Answer:
    """Keep a person's word as a label and report again; a stranger's is left without an answer.

    It only ever makes verdicts stricter, so that the pull request's author may do it, too.
    """
    by = payload.text(work.payload, "author")
    pull = await world.github.pull_request(repo, number)
    if not await _may_dispute(world, repo, pull, by):
        world.journal.note("may not dispute", pull_request=number, by=by)
        return Answer(done=False)
    comment = payload.number(work.payload, "comment_id")
    if not await _within_limit(world, repo, f"{number}/{by.lower()}/", comment):
        return Answer(render_too_often(DISPUTES_PER_HOUR), done=False)
    said_at = (await world.github.comment(repo, comment)).created_at or world.clock.now()
    situation = await gather(world, repo, pull)
    if not _is_about(situation, said_at):
        return Answer(render_moved(pull.head_sha), done=False)
    known = {one.subject for one in situation.disputes}
    found = name_failures(judge_all(situation), words, known)
    if isinstance(found, Unclear):
        several = [one.judged for one in found.found]
        return Answer(render_unclear(found.words, several, [one.judged for one in found.known]), done=False)
    reason = redact(found.reason)[:MAX_REASON]
    await world.store.label(repo, labels_said(found.failures, situation, by, reason, said_at))
    if not pull.open:
        return Answer(render_recorded())
    await report_on(world, repo, number, guard)
    return Answer()


async def _may_dispute(world: World, repo: Repository, pull: PullRequest, by: str) -> bool:
    """The pull request's author, or who has triage access or more right now."""
    if by.lower() == pull.author.lower():
        return True
    return await world.github.permission(repo, by) in MAY_DISPUTE


async def _within_limit(world: World, repo: Repository, prefix: str, comment: int) -> bool:
    """Count a person's disputes on this pull request; a repeated try of the same comment counts once."""
    now = world.clock.now()
    await world.store.start_effect(repo, "dispute", f"{prefix}{comment}", now)
    used = await world.store.count_effects(repo, "dispute", prefix, now - timedelta(hours=1))
    return used <= DISPUTES_PER_HOUR


def _is_about(situation: Situation, said_at: datetime) -> bool:
    """Whether the head had a run when the comment was written: else it speaks of an earlier commit.

    Both times are GitHub's own; a comment's event does not say which commit its author saw.
    """
    moments = [run.created_at for run in situation.runs if run.created_at is not None]
    return bool(situation.runs) and min(moments, default=said_at) <= said_at
