"""One check run named `Retriage` on the head commit, with annotations on the diff.

A process may end between a request and the note that it was made. So each request leaves in the check
run's reference which annotations it has, and how many: whoever comes next goes on from there.
"""

from dataclasses import replace

from bot.errors import Drop
from bot.handlers.comment import digest
from bot.handlers.world import Guard, World
from bot.model.check import CheckReference, CheckRun
from bot.model.config import CheckConfig
from bot.model.report import Report
from bot.model.run import PullRequest, Repository
from bot.ports import PostedCheck, PullState
from bot.report.check import render_check

# GitHub takes at most this many annotations in one request
# (https://docs.github.com/rest/checks/runs).
ANNOTATIONS_PER_REQUEST = 50
# A check run that has no part in these annotations; one that has may still have 0 of them.
NONE = -1


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
    whole = reference_of(check, pull.number)
    if state.check_id and (state.check_hash, state.check_notes) == (whole.said, whole.notes):
        return
    if state.check_id and state.check_notes == whole.notes:
        found: PostedCheck | None = PostedCheck(state.check_id, whole.text)
    else:
        found = await world.github.find_check(repo, pull.head_sha, check.name)
    if found is None and not wanted:
        return
    await guard.check()
    known = await send_check(world, repo, pull.head_sha, check, whole, found, guard)
    state = await world.store.pull_state(repo, pull.number)
    state = replace(
        state, check_id=known, check_sha=pull.head_sha, check_hash=whole.said, check_notes=whole.notes
    )
    await world.store.save_pull_state(repo, pull.number, state)


def reference_of(check: CheckRun, number: int) -> CheckReference:
    """What a check run's reference says once the whole of it was sent."""
    return CheckReference(
        notes=digest(repr(check.annotations)),
        sent=len(check.annotations),
        pull_request=number,
        said=digest(repr(replace(check, annotations=(), reference=""))),
    )


async def send_check(
    world: World,
    repo: Repository,
    sha: str,
    check: CheckRun,
    whole: CheckReference,
    found: PostedCheck | None,
    guard: Guard,
) -> int:
    """Go on with the check run that has some of these annotations, else begin a new one; give its id.

    GitHub appends annotations and never removes one: other annotations want a new check run, which takes
    the place of the older one of the same name.
    """
    known, sent = (found.id, _sent(found, whole)) if found else (0, NONE)
    if sent == NONE:
        known, sent = await world.github.create_check(repo, sha, _part(check, whole, 0)), 0
    else:
        await world.github.update_check(repo, known, _part(check, whole, sent))
    for start in range(sent + ANNOTATIONS_PER_REQUEST, len(check.annotations), ANNOTATIONS_PER_REQUEST):
        await guard.check()
        part = _part(check, whole, start)
        await world.github.add_annotations(repo, known, part, part.annotations)
    return known


def _part(check: CheckRun, whole: CheckReference, start: int) -> CheckRun:
    """The check with one request's annotations, and a reference that says how many it has with them."""
    end = min(start + ANNOTATIONS_PER_REQUEST, len(check.annotations))
    reference = replace(whole, sent=end)
    return replace(check, annotations=check.annotations[start:end], reference=reference.text)


def _sent(found: PostedCheck, whole: CheckReference) -> int:
    """How many of these annotations a check run has; `NONE` when it was made for others."""
    known = CheckReference.from_text(found.reference)
    return known.sent if known.notes == whole.notes else NONE
