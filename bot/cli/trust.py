"""`retriage trust`: how often signatures were right, from what was said of their verdicts afterwards."""

import argparse
import asyncio
import json
from datetime import UTC, datetime, timedelta

from bot.classify.trust import assess
from bot.cli.configuration import open_configuration, render_problem
from bot.cli.history import choose_repositories, held_config, open_history
from bot.cli.terminal import EXIT_NOTHING, EXIT_SOMETHING, emit
from bot.cli.trust_text import Record, as_json, print_record
from bot.errors import TellUser
from bot.model.config import RepoConfig
from bot.packs import load_packs

SCHEMA = 1
DAYS = 90
MOST_DAYS = 3_650


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser("trust", help="say how often signatures were right, from the server's database")
    parser.add_argument("--repository", default="", metavar="OWNER/NAME", help="default: every one")
    parser.add_argument("--days", type=_days, default=DAYS, metavar="N", help=f"default: {DAYS}")
    parser.add_argument("--config", metavar="FILE", help="signatures; default: those that the server holds")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.set_defaults(run=run)


def _days(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_DAYS:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number of days from 1 to {MOST_DAYS}")


def run(words: argparse.Namespace) -> int:
    """Print every repository's record; 1 when somebody should look at a signature."""
    config = _read(words.config) if words.config else None
    records = asyncio.run(_ask(words, config))
    if words.json:
        entries = [as_json(one) for one in records]
        found = {"schema": SCHEMA, "days": words.days, "repositories": entries}
        emit(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for one in records:
            print_record(one, words.days)
        if not records:
            emit("nothing is remembered yet: a repository appears with its first completed run")
    return EXIT_SOMETHING if any(one.trust.needs_somebody for one in records) else EXIT_NOTHING


def _read(name: str) -> RepoConfig:
    found = open_configuration(name)
    if found.config is None:
        raise TellUser("\n".join(["the configuration is wrong", *map(render_problem, found.problems)]))
    return found.config


async def _ask(words: argparse.Namespace, config: RepoConfig | None) -> list[Record]:
    until = datetime.now(UTC)
    records = []
    async with open_history() as store:
        for repo in await choose_repositories(store, words.repository):
            held = config or await held_config(store, repo)
            feedback = await store.feedback(repo, until - timedelta(days=words.days), until)
            own, packs = (held.signatures, load_packs(held.packs)) if held else (None, ())
            where = words.config or (held.source if held else "")
            records.append(Record(repo, where, assess(feedback, own, packs, until.date())))
    return records
