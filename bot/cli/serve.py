"""`retriage serve`: the server that GitHub sends its webhooks to."""

import argparse
import asyncio
import os
from pathlib import Path

from bot.app import serve
from bot.cli.terminal import EXIT_NOTHING, say
from bot.settings import Settings
from bot.telemetry import configure_logging


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser("serve", help="run the server; everything is set by the environment (README)")
    parser.set_defaults(run=run)


def read_settings() -> Settings:
    """The environment; raises `TellUser` with everything that is wrong with it."""
    return Settings.from_env(os.environ, lambda path: Path(path).read_text(encoding="utf-8"))


def run(_words: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    settings = read_settings()
    configure_logging(settings.log_level, settings.log_format)
    address = f"http://{settings.host}:{settings.port}{settings.webhook_path}"
    asyncio.run(serve(settings, announce=lambda: say(f"listening on {address}")))
    return EXIT_NOTHING
