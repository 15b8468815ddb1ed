"""One comment per pull request, edited in place: the comment protocol of RELIABILITY, section A.

A POST may take effect although its answer was an error, and even some time after it. So the intent is
written down before the POST in a column of its own that no event shortens; while it holds, nothing is
posted; when it is over, the comments are listed before anything is posted again.
"""

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bot.errors import Gone, RetryLater
from bot.handlers import payload
from bot.handlers.world import Guard, World, pull_key
from bot.model.run import Repository
from bot.ports import PostedComment, PullState, Work

MARKER = "<!-- retriage:status v1 -->"
# GitHub was seen to finish a request 20 s after its client had given up; twice that is safe enough.
HOLD_SECONDS = 35.0


def digest(text: str) -> str:
    """A short hash, to see whether something that was written has to be written again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


async def publish_comment(
    world: World, repo: Repository, number: int, body: str, key: str, guard: Guard, *, create: bool
) -> None:
    """Make our comment say `body`.

    Args:
        world: the ports.
        repo: the tenant.
        number: the pull request.
        body: the whole comment, beginning with the marker.
        key: the newest run and attempt reported: a comment that a person deleted comes back for a newer one.
        guard: says that the work is still ours.
        create: whether one may be made where there is none.

    Raises:
        RetryLater: a POST may be under way unseen, or GitHub could not answer.
    """
    state = await world.store.pull_state(repo, number)
    known = await _known(world, repo, state)
    if known is None and state.comment_id:
        deleted = key in (state.reported, state.deleted_at)
        state = replace(state, comment_id=0, deleted_at=key if deleted else "")
        await world.store.save_pull_state(repo, number, state)
    if known is None:
        known = await find_own(world, repo, number, MARKER)
    if known is not None:
        await _edit(world, repo, number, known, body, key, guard)
        return
    if not create or state.deleted_at == key:
        return
    posted = await post_once(world, repo, number, body, guard)
    state = await world.store.pull_state(repo, number)
    now = world.clock.now()
    state = replace(
        state, comment_id=posted.id, body_hash=digest(body), reported=key, deleted_at="", written_at=now
    )
    await world.store.save_pull_state(repo, number, state)


async def post_once(world: World, repo: Repository, number: int, body: str, guard: Guard) -> PostedComment:
    """POST a comment that a listing has just shown not to exist; hold back while an earlier POST may land."""
    state = await world.store.pull_state(repo, number)
    now = world.clock.now()
    if state.hold_until is not None and now < state.hold_until:
        wait = (state.hold_until - now).total_seconds()
        raise RetryLater("a comment may have been posted unseen; looking again later", after=wait)
    until = now + timedelta(seconds=HOLD_SECONDS)
    await world.store.save_pull_state(repo, number, replace(state, hold_until=until, verify_at=until))
    await _request_sweep(world, repo, number)
    await guard.check()
    try:
        posted = await world.github.create_comment(repo, number, body)
    except RetryLater as error:
        if not error.ambiguous:
            await world.store.save_pull_state(repo, number, replace(state, hold_until=None))
            raise
        raise RetryLater(str(error), after=HOLD_SECONDS, ambiguous=True) from error
    state = await world.store.pull_state(repo, number)
    await world.store.save_pull_state(repo, number, replace(state, hold_until=None))
    world.journal.note("posted a comment", pull_request=number, comment=posted.id)
    return posted


async def find_own(world: World, repo: Repository, number: int, marker: str) -> PostedComment | None:
    """Our oldest comment that begins with this marker; ours by its author. A failed list raises."""
    own = [
        one for one in await world.github.comments(repo, number) if one.ours and one.body.startswith(marker)
    ]
    return min(own, key=lambda one: one.id, default=None)


async def sweep(world: World, repo: Repository, number: int, guard: Guard) -> bool:
    """Delete our own duplicates and keep the oldest; whether that is another one than we knew.

    Raises:
        RetryLater: a comment was posted just now; what GitHub does unseen needs its time.
    """
    state = await world.store.pull_state(repo, number)
    if state.verify_at is not None and world.clock.now() < state.verify_at:
        wait = (state.verify_at - world.clock.now()).total_seconds()
        raise RetryLater("a comment was posted just now; looking for duplicates later", after=wait)
    own: dict[str, list[PostedComment]] = {}
    for one in await world.github.comments(repo, number):
        if one.ours and one.body.startswith("<!-- retriage:"):
            own.setdefault(one.body.split("-->", 1)[0], []).append(one)
    for same in own.values():
        for extra in sorted(same, key=lambda one: one.id)[1:]:
            await guard.check()
            with suppress(Gone):
                await world.github.delete_comment(repo, extra.id)
            world.journal.note("deleted a duplicate of ours", pull_request=number, comment=extra.id)
    kept = [one for marker, same in own.items() if MARKER.startswith(marker) for one in same]
    first = min((one.id for one in kept), default=0)
    moved = first not in (0, state.comment_id)
    if moved:
        state = replace(state, comment_id=first, body_hash="")
    await world.store.save_pull_state(repo, number, replace(state, verify_at=None))
    return moved


async def _known(world: World, repo: Repository, state: PullState) -> PostedComment | None:
    if not state.comment_id:
        return None
    try:
        comment = await world.github.comment(repo, state.comment_id)
    except Gone:
        return None
    return comment if comment.ours else None


async def _edit(
    world: World, repo: Repository, number: int, known: PostedComment, body: str, key: str, guard: Guard
) -> None:
    """Edit only what differs: an edit notifies nobody, but it counts against the limits."""
    now = world.clock.now()
    state = replace(
        await world.store.pull_state(repo, number), comment_id=known.id, reported=key, deleted_at=""
    )
    if _same(known.body, body):
        await world.store.save_pull_state(repo, number, replace(state, body_hash=digest(body)))
        return
    await guard.check()
    try:
        await world.github.update_comment(repo, known.id, body)
    except Gone as error:
        raise RetryLater("our comment was deleted just now; looking again") from error
    await world.store.save_pull_state(repo, number, replace(state, body_hash=digest(body), written_at=now))
    world.journal.note("edited the comment", pull_request=number, comment=known.id)


def _same(one: str, other: str) -> bool:
    """GitHub gives line ends and trailing blanks back in its own way."""
    return one.replace("\r\n", "\n").rstrip() == other.replace("\r\n", "\n").rstrip()


async def _request_sweep(world: World, repo: Repository, number: int) -> None:
    work = Work(
        kind="sweep",
        key=pull_key(repo, number),
        payload={"repository": payload.of_repository(repo), "pull_request": number},
        dedup=f"sweep:{repo.installation}/{repo.id}/{number}",
    )
    await world.queue.enqueue(work, after=HOLD_SECONDS)
