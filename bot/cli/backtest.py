"""`retriage backtest`: what signatures would have matched, in failing logs and in passing ones."""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.classify.backtest import Tally
from bot.cli.backtest_text import as_json, print_annotations, print_text
from bot.cli.classify import SECONDS, cache_folder
from bot.cli.configuration import (
    DEFAULT_FILE,
    Configuration,
    open_configuration,
    render_problem,
    warn_of_base,
)
from bot.cli.logs import find_logs, search_files
from bot.cli.terminal import EXIT_NOTHING, EXIT_SOMETHING, emit, progress
from bot.errors import TellUser
from bot.handlers.trial import search_kept
from bot.model.backtest import Backtest
from bot.model.config import RepoConfig
from bot.model.kept import SearchedLog
from bot.model.run import Repository
from bot.model.signature import Pattern, Signature
from bot.packs import load_packs
from bot.ports import Store
from bot.report.backtest import render_backtest
from bot.scan.engine import RegexEngine
from bot.scan.reader import ProcessLogReader
from bot.triage import patterns_of


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser(
        "backtest", help="try signatures on kept logs of failing and passing jobs, or on given ones"
    )
    parser.add_argument("--config", metavar="FILE", default=DEFAULT_FILE, help=f"default: {DEFAULT_FILE}")
    parser.add_argument("--signature", metavar="ID", action="append", help="only this one; may be repeated")
    parser.add_argument(
        "--against", metavar="OLDFILE", help="tell what the change matches, and no longer does"
    )
    for kind in ("failing", "passing"):
        text = f"a {kind} job's log, a folder of them, or -; instead of the database; may be repeated"
        parser.add_argument(f"--{kind}", metavar="PATH", action="append", default=[], help=text)
    parser.add_argument("--workflow", help="the workflow of the given logs; left out, any scope fits")
    parser.add_argument("--job", help="the job of the given logs; left out, any scope fits")
    parser.add_argument("--repository", metavar="OWNER/NAME", default="", help="whose kept logs")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    shape.add_argument("--format", choices=("text", "github", "markdown"), default="text")
    parser.set_defaults(run=run)


def run(words: argparse.Namespace) -> int:
    """Try the signatures; 1 when one of them hits too many passing jobs."""
    config = _opened(words.config)
    signatures = _chosen(words.config, config, words.signature or [])
    older = _opened(words.against) if words.against else None
    against = None if older is None else (*older.signatures, *load_packs(older.packs))
    tally = Tally(config.signatures, load_packs(config.packs), against)
    patterns = patterns_of((*config.signatures, *load_packs(config.packs), *(against or ())))
    found = asyncio.run(_tried(words, tally, patterns))
    if not found.failing and not found.passing:
        raise TellUser("\n".join(["no log could be tried", *found.unread]))
    found = replace(found, trials=tuple(one for one in found.trials if one.signature in signatures))
    if words.json:
        emit(json.dumps(as_json(words.config, found), ensure_ascii=False, indent=2))
    elif words.format == "markdown":
        emit(render_backtest(found))
    elif words.format == "github":
        print_annotations(found)
    else:
        print_text(found)
    return EXIT_SOMETHING if found.fails else EXIT_NOTHING


def _opened(name: str) -> RepoConfig:
    """A configuration whose patterns can all be looked for.

    Raises:
        TellUser: it is wrong; every problem with its line.
    """
    found: Configuration = open_configuration(name)
    if found.config is None:
        raise TellUser("\n".join(["the configuration is wrong", *map(render_problem, found.problems)]))
    refused = RegexEngine().problems(patterns_of(found.config.signatures))
    if refused:
        told = (f"  {one.pattern.text[:80]}: {one.message}" for one in refused)
        raise TellUser("\n".join([f"{name}: patterns are refused; `retriage lint` tells where", *told]))
    warn_of_base(found)
    return found.config


def _chosen(name: str, config: RepoConfig, ids: Sequence[str]) -> tuple[Signature, ...]:
    known = {one.id: one for one in config.signatures}
    if not known:
        raise TellUser(f"{name} has no signatures to try")
    missing = [one for one in ids if one not in known]
    if missing:
        some = ", ".join(list(known)[:10])
        raise TellUser(f"{name} has no signature {', '.join(missing)}; it has {some}")
    return tuple(known[one] for one in ids) if ids else tuple(known.values())


async def _tried(words: argparse.Namespace, tally: Tally, patterns: tuple[Pattern, ...]) -> Backtest:
    """Try everything on the logs that are given, or on those that the server keeps."""
    given = [(passed, find_logs(names)) for passed, names in ((False, words.failing), (True, words.passing))]
    if any(names for _, names in given):
        if words.repository:
            raise TellUser("--repository is for the server's logs: leave it out, or --failing and --passing")
        async with _reader() as reader:
            for passed, names in given:
                place = {"workflow": words.workflow, "job": words.job}
                await _count(tally, search_files(reader, patterns, names, passed=passed, **place))
            return tally.result()
    async with _kept(words.repository) as (store, repo), _reader() as reader:
        with progress(f"trying the kept logs of {repo.slug}"):
            await _count(tally, search_kept(store, reader, repo, patterns))
        return tally.result()


def _reader() -> ProcessLogReader:
    return ProcessLogReader(seconds=SECONDS, cache=cache_folder())


async def _count(tally: Tally, logs: AsyncIterator[SearchedLog]) -> None:
    async for log in logs:
        tally.add(log)


@asynccontextmanager
async def _kept(slug: str) -> AsyncIterator[tuple[Store, Repository]]:
    """The database, and the one repository that is meant.

    Raises:
        TellUser: there is none, or it keeps no logs of that repository; the text says what to do.
    """
    # Only this needs the database.
    from bot.cli.history import choose_repository, open_history  # noqa: PLC0415

    async with open_history() as store:
        repo = await choose_repository(store, slug)
        if not await store.kept(repo):
            raise TellUser(
                f"the server keeps no logs of {repo.slug}: it keeps those that it reads from now on, unless"
                " RETRIAGE_KEEP_LOGS_MB is 0; or name logs with --failing and --passing"
            )
        yield store, repo
