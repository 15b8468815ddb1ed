"""`retriage demo`: the real server beside a small GitHub, telling a CI story."""

import argparse
import asyncio
import signal
import socket
from datetime import timedelta

from bot.cli.terminal import EXIT_NOTHING, EXIT_SOMETHING, emit, progress, say
from bot.demo.pages import add_pages
from bot.demo.story import SCENE_GAP, STORY
from bot.demo.theatre import StageClock, Theatre, open_theatre
from bot.errors import TellUser
from bot.telemetry import configure_logging

DEFAULT_PORT = 8080
# Long enough to read the page between two scenes.
PAUSE_SECONDS = 4.0


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser("demo", help="run the server beside a small GitHub on this machine, and look")
    parser.add_argument("--once", action="store_true", help="tell the story, print the comment, and end")
    parser.add_argument(
        "--port", type=int, default=None, help=f"of the page; default {DEFAULT_PORT}, or a free one"
    )
    parser.set_defaults(run=run)


def run(words: argparse.Namespace) -> int:
    """Tell the story: once for the terminal, or with a page until interrupted."""
    configure_logging("warning", "pretty")
    if words.once:
        return asyncio.run(tell_once())
    return asyncio.run(show(words.port))


async def tell_once() -> int:
    """Play every scene and print what both chapters' comments say in the end; 1 when there is none."""
    async with open_theatre(clock=StageClock(behind=length())) as theatre:
        for scene in STORY:
            with progress(scene.title):
                await theatre.play(scene)
        theatre.move_on(SCENE_GAP.total_seconds())
        await theatre.settle()
        bodies = own_comments(theatre)
    if not bodies:
        say("the bot posted nothing")
        return EXIT_SOMETHING
    emit("\n\n".join(bodies))
    return EXIT_NOTHING


def length() -> timedelta:
    """How long the story takes: begun so long ago, it ends now."""
    return sum((scene.after for scene in STORY), SCENE_GAP)


def own_comments(theatre: Theatre) -> list[str]:
    """What the bot says on each chapter's pull request: the report's, and the one with every verdict."""
    stage, world = theatre.stage, theatre.world
    return [
        comment.body
        for pull in (stage.pull, stage.pulls[-1])
        for comment in world.comments_of(stage.repo.id, pull.number)
        if comment.app == world.app_id
    ]


async def show(port: int | None) -> int:
    """Serve the page while the story goes on, until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    clock = StageClock(behind=length())
    async with open_theatre(add_pages, free_port(port), clock=clock) as theatre:
        emit(f"Open {theatre.address}/ in a browser; Ctrl-C ends the demo.")
        for scene in STORY:
            with progress(scene.title):
                await theatre.play(scene)
            if await stopped(stop, PAUSE_SECONDS):
                break
        theatre.playing = False
        await stop.wait()
    return EXIT_NOTHING


async def stopped(stop: asyncio.Event, seconds: float) -> bool:
    """Whether somebody ended the demo within these seconds."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True


def free_port(wanted: int | None) -> int:
    """The port asked for; without a wish the usual one, or any when that is taken.

    Raises:
        TellUser: the port asked for cannot be had.
    """
    port = DEFAULT_PORT if wanted is None else wanted
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            if wanted is None:
                return 0
            raise TellUser(f"--port: {wanted} cannot be had: {error}; choose another") from error
    return port
