"""Make a pull request's comment and check say the truth, whatever was there before."""

from dataclasses import replace
from datetime import timedelta

from bot.errors import Drop
from bot.handlers import payload
from bot.handlers.check import publish_check
from bot.handlers.comment import publish_comment, sweep
from bot.handlers.gather import gather
from bot.handlers.past import remember_pull
from bot.handlers.world import Guard, World, pull_key
from bot.model.config import CommentMode
from bot.model.report import Report
from bot.model.run import PullRequest, Repository
from bot.ports import Work
from bot.report.comment import render_comment
from bot.triage import Situation, build_report

# Events come in bursts: one edit of a comment stands for all of them (RELIABILITY A9).
DEBOUNCE_SECONDS = 10.0


async def request_report(
    world: World,
    repo: Repository,
    number: int,
    run_id: int = 0,
    *,
    after: float = 0.0,
    again: bool = False,
) -> None:
    """Ask for a report on a pull request: at once, or when the last edit is old enough.

    `run_id` is the run that an event named, 0 when it named none; `after` are seconds to wait at least;
    `again`: the check run has to be said again, though it may say the same.
    """
    state = await world.store.pull_state(repo, number)
    if state.written_at is not None:
        due = state.written_at + timedelta(seconds=DEBOUNCE_SECONDS)
        after = max(after, (due - world.clock.now()).total_seconds())
    work = Work(
        kind="reconcile",
        key=pull_key(repo, number),
        payload={
            "repository": payload.of_repository(repo),
            "pull_request": number,
            "run_id": run_id,
            "again": again,
        },
        dedup=f"{'again' if again else 'reconcile'}:{repo.installation}/{repo.id}/{number}",
    )
    await world.queue.enqueue(work, after=after)


async def handle(world: World, work: Work, guard: Guard) -> None:
    """Report on a pull request."""
    repo = await world.github.repository(payload.repository(work.payload))
    run_id = payload.number({"run_id": 0, **work.payload}, "run_id")
    number = payload.number(work.payload, "pull_request")
    if work.payload.get("again"):
        state = await world.store.pull_state(repo, number)
        await world.store.save_pull_state(repo, number, replace(state, check_hash=""))
    await report_on(world, repo, number, guard, run_id)


async def handle_sweep(world: World, work: Work, guard: Guard) -> None:
    """Look once more, after a POST, for a second comment that an unseen POST left behind."""
    repo = await world.github.repository(payload.repository(work.payload))
    number = payload.number(work.payload, "pull_request")
    if await sweep(world, repo, number, guard):
        # What was kept may be older than what was deleted.
        await request_report(world, repo, number)


async def report_on(
    world: World, repo: Repository, number: int, guard: Guard, run_id: int = 0
) -> Report | None:
    """Gather, judge and publish; `None` when there is nothing to say.

    A pull request that is closed keeps what its comment says.
    """
    pull = await world.github.pull_request(repo, number)
    if not pull.open:
        world.journal.note("the pull request is closed", pull_request=number)
        return None
    situation = await gather(world, repo, pull, run_id)
    if not situation.runs:
        world.journal.note("no run to report on", pull_request=number)
        return None
    await remember_pull(world, repo, situation)
    report = build_report(situation)
    if world.dry_run:
        world.journal.note("dry run: nothing is written", pull_request=number, failures=len(report.judged))
        return report
    await _publish(world, repo, pull, situation, report, guard)
    return report


async def _publish(
    world: World, repo: Repository, pull: PullRequest, situation: Situation, report: Report, guard: Guard
) -> None:
    mode = situation.config.comment
    newest = max(situation.runs, key=lambda run: (run.id, run.attempt))
    key = f"{newest.id}/{newest.attempt}"
    body = render_comment(report)
    # The head may have moved while the logs were read; then the newer commit's event reports.
    if (await world.github.pull_request(repo, pull.number)).head_sha != pull.head_sha:
        world.journal.note("the head moved while reading", pull_request=pull.number)
        await request_report(world, repo, pull.number)
        return
    if mode is not CommentMode.OFF:
        try:
            await publish_comment(world, repo, pull.number, body, key, guard, create=_wanted(mode, report))
        except Drop as error:
            # A locked conversation takes no comment; the check run still says the truth.
            world.journal.note("no comment", pull_request=pull.number, why=str(error))
    await publish_check(world, repo, pull, report, situation.config.check, guard)


def _wanted(mode: CommentMode, report: Report) -> bool:
    """Whether a comment may be made where there is none; one that exists is kept true in any case."""
    if mode is CommentMode.ALWAYS:
        return True
    if mode is CommentMode.CHANGES:
        return any(
            row.delta.new or row.delta.fixed or not row.delta.compared for row in report.rows if row.verdict
        )
    return any(row.verdict is not None for row in report.rows)
