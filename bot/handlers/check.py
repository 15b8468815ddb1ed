"""One check run named `Retriage` on the head commit, with annotations on the diff."""

from dataclasses import replace

from bot.errors import Drop
from bot.handlers.comment import digest
from bot.handlers.world import Guard, World
from bot.model.config import CheckConfig
from bot.model.report import CheckRun, Report
from bot.model.run import PullRequest, Repository
from bot.ports import PullState
from bot.report.check import render_check

# GitHub takes at most this many annotations in one request
# (https://docs.github.com/rest/checks/runs).
ANNOTATIONS_PER_REQUEST = 50


async def publish_check(
    world: World, repo: Repository, pull: PullRequest, report: Report, config: CheckConfig, guard: Guard
) -> None:
    """Make our check say the report. Without the permission for checks the comment stands alone."""
    check = render_check(report, config)
    state = await world.store.pull_state(repo, pull.number)
    if state.check_sha != pull.head_sha:
        state = replace(state, check_id=0, check_sha=pull.head_sha, check_hash="", check_notes="")
    try:
        await _say(world, repo, pull, check, state, guard, wanted=bool(report.rows))
    except Drop as error:
        world.journal.note("no check run", pull_request=pull.number, why=str(error))


async def _say(
    world: World,
    repo: Repository,
    pull: PullRequest,
    check: CheckRun,
    state: PullState,
    guard: Guard,
    *,
    wanted: bool,
) -> None:
    said, notes = digest(repr(replace(check, annotations=()))), digest(repr(check.annotations))
    if state.check_id and (state.check_hash, state.check_notes) == (said, notes):
        return
    known = state.check_id or await world.github.find_check(repo, pull.head_sha, check.name)
    if not known and not wanted:
        return
    await guard.check()
    if known and state.check_notes == notes:
        await world.github.update_check(repo, known, replace(check, annotations=()))
    else:
        # GitHub appends annotations and never removes one: other annotations want a new check run,
        # which takes the place of the older one of the same name.
        known = await _create(world, repo, pull.head_sha, check, guard)
    state = await world.store.pull_state(repo, pull.number)
    state = replace(state, check_id=known, check_sha=pull.head_sha, check_hash=said, check_notes=notes)
    await world.store.save_pull_state(repo, pull.number, state)


async def _create(world: World, repo: Repository, sha: str, check: CheckRun, guard: Guard) -> int:
    notes = check.annotations
    first = replace(check, annotations=notes[:ANNOTATIONS_PER_REQUEST])
    known = await world.github.create_check(repo, sha, first)
    for start in range(ANNOTATIONS_PER_REQUEST, len(notes), ANNOTATIONS_PER_REQUEST):
        await guard.check()
        batch = notes[start : start + ANNOTATIONS_PER_REQUEST]
        await world.github.add_annotations(repo, known, check, batch)
    return known
