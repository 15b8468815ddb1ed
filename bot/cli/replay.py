"""`retriage replay DELIVERY.json`: do again what a stored or saved delivery asked for."""

import argparse
import asyncio
import json

from bot.app import Application, open_application
from bot.cli.serve import read_settings
from bot.cli.terminal import EXIT_NOTHING, EXIT_SOMETHING, emit, progress, read_input
from bot.errors import TellUser
from bot.handlers.dispatch import handle
from bot.hooks import decode
from bot.model.event import Delivery, Ignored
from bot.ports import Work
from bot.settings import Settings
from bot.telemetry import configure_logging
from bot.web.intake import work_for

EVENTS = ("workflow_run", "issue_comment")
# What a reply to a comment or a report on a pull request asks for in turn.
MOST_STEPS = 20


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser(
        "replay", help="do what a delivery asks for, now, with the server's environment"
    )
    parser.add_argument(
        "delivery", metavar="DELIVERY.json", help="a payload as GitHub shows it; - is standard input"
    )
    parser.add_argument("--event", choices=EVENTS, help="X-GitHub-Event; seen from the payload when left out")
    parser.set_defaults(run=run)


class Alone:
    """Nobody else works on it: a replay holds no lease."""

    async def check(self) -> None:
        """Go on."""


class Steps:
    """The queue of a replay: what is asked for is done here and now, one after another."""

    def __init__(self) -> None:
        self.waiting: list[Work] = []

    async def enqueue(self, work: Work, *, after: float = 0.0) -> None:
        """Keep it for the loop below; what is due later (a sweep) is the server's."""
        if not after:
            self.waiting.append(work)


def run(words: argparse.Namespace) -> int:
    """Replay one delivery; 1 when it asks for nothing."""
    data, _ = read_input(words.delivery)
    event = words.event or guess_event(data, words.delivery)
    delivery = Delivery(guid="replay", event=event, body=data)
    decoded = decode(delivery)
    if isinstance(decoded, Ignored):
        emit(f"nothing to do: {decoded.reason}")
        return EXIT_SOMETHING
    work = work_for(decoded, delivery)
    settings = read_settings()
    configure_logging(settings.log_level, settings.log_format)
    if work is not None:
        done = asyncio.run(_replay(settings, work))
        emit(f"done: {', '.join(done)}")
    return EXIT_NOTHING


def guess_event(data: bytes, name: str) -> str:
    """The event that a payload's shape belongs to.

    Raises:
        TellUser: it is none of those that Retriage knows.
    """
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise TellUser(f"{name} is not JSON: {error}") from error
    for key, event in (("workflow_run", "workflow_run"), ("comment", "issue_comment")):
        if isinstance(payload, dict) and key in payload:
            return event
    raise TellUser(f"{name}: neither a workflow_run nor an issue_comment payload; say which with --event")


async def _replay(settings: Settings, work: Work) -> list[str]:
    async with open_application(settings) as application:
        return await _follow(application, work)


async def _follow(application: Application, work: Work) -> list[str]:
    """Do the work and what it asks for in turn."""
    steps = Steps()
    steps.waiting.append(work)
    world = application.world_with(steps)
    done: list[str] = []
    while steps.waiting and len(done) < MOST_STEPS:
        current = steps.waiting.pop(0)
        with progress(f"{current.kind} {current.key}"):
            await handle(world, current, Alone())
        done.append(current.kind)
    return done
