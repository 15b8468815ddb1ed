"""Answer `/retriage`: 👀 when taken, 🚀 when done, 😕 and one reply when it is not understood."""

from datetime import timedelta

from bot.commands import BadCommand, Command, NotACommand, Verb, parse_command
from bot.errors import Drop
from bot.handlers import payload
from bot.handlers.comment import find_own, post_once
from bot.handlers.dispute import Answer, dispute
from bot.handlers.gather import gather
from bot.handlers.reconcile import report_on
from bot.handlers.world import Guard, World
from bot.model.run import Repository
from bot.ports import Work
from bot.report.replies import render_help, render_invalid, render_not_yet, render_too_many, render_why
from bot.triage import build_report

# Anybody who can comment may ask for a re-read this often on one pull request (RELIABILITY, decided 3).
REREADS_PER_HOUR = 5


async def handle(world: World, work: Work, guard: Guard) -> None:
    """Do what a comment asks for. Every step can be done twice: a crash in between changes nothing."""
    if work.payload.get("author_is_bot"):
        return
    command = parse_command(payload.text(work.payload, "body"))
    if isinstance(command, NotACommand):
        return
    repo = await world.github.repository(payload.repository(work.payload))
    comment = payload.number(work.payload, "comment_id")
    if world.dry_run:
        world.journal.note("dry run: a command is not answered", comment=comment)
        return
    await _react(world, repo, comment, "eyes")
    number = payload.number(work.payload, "pull_request")
    if isinstance(command, BadCommand):
        await _reply(world, repo, number, comment, render_invalid(command.text), guard)
        await _react(world, repo, comment, "confused")
        return
    answer = await _obey(world, repo, number, work, command, guard)
    if answer.text:
        await _reply(world, repo, number, comment, answer.text, guard)
    await _react(world, repo, comment, "rocket" if answer.done else "confused")


async def _obey(
    world: World, repo: Repository, number: int, work: Work, command: Command, guard: Guard
) -> Answer:
    """Do what a valid command says; without a text to reply with, the status comment is the answer."""
    match command.verb:
        case Verb.HELP:
            return Answer(render_help())
        case Verb.LATER:
            return Answer(render_not_yet(command.argument))
        case Verb.WHY:
            pull = await world.github.pull_request(repo, number)
            return Answer(render_why(build_report(await gather(world, repo, pull)), command.argument))
        case Verb.NOT_FLAKE:
            return await dispute(world, repo, number, work, command.argument, guard)
        case Verb.REREAD:
            if not await _may_reread(world, repo, number, work):
                return Answer(render_too_many(REREADS_PER_HOUR))
            await report_on(world, repo, number, guard)
            return Answer()


async def _may_reread(world: World, repo: Repository, number: int, work: Work) -> bool:
    """Count a person's re-reads on this pull request; a repeated try of the same comment counts once."""
    now = world.clock.now()
    prefix = f"{number}/{payload.text(work.payload, 'author').lower()}/"
    await world.store.start_effect(
        repo, "reread", f"{prefix}{payload.number(work.payload, 'comment_id')}", now
    )
    used = await world.store.count_effects(repo, "reread", prefix, now - timedelta(hours=1))
    return used <= REREADS_PER_HOUR


async def _reply(world: World, repo: Repository, number: int, comment: int, text: str, guard: Guard) -> None:
    """Reply once: the marker names the comment that is answered, so that a second try finds the first."""
    marker = f"<!-- retriage:reply {comment} -->"
    if await find_own(world, repo, number, marker) is None:
        await post_once(world, repo, number, f"{marker}\n{text}", guard)


async def _react(world: World, repo: Repository, comment: int, content: str) -> None:
    """Reactions are a courtesy: without their permission the answer itself still comes."""
    try:
        await world.github.react(repo, comment, content)
    except Drop as error:
        world.journal.note("no reaction", comment=comment, why=str(error))
