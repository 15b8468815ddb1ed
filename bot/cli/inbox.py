"""`retriage inbox`: unrecognised failures, the largest group first, each with a signature to paste."""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.classify.signatures import Place, match_signatures
from bot.classify.specimen import merge, specimen_of
from bot.cli.classify import SECONDS, cache_folder, load_signatures
from bot.cli.configuration import open_configuration
from bot.cli.inbox_text import print_json, print_text, print_yaml
from bot.cli.logs import find_logs
from bot.cli.terminal import EXIT_NOTHING, EXIT_SOMETHING, each, input_file, say
from bot.errors import TellUser
from bot.model.failure import FailureKind
from bot.model.inbox import Unrecognised
from bot.model.signature import Signature
from bot.ports import LogFile
from bot.scan.engine import RegexEngine
from bot.scan.reader import ProcessLogReader
from bot.triage import patterns_of
from bot.triage.judge import is_aggregate
from bot.triage.suggest import matches, suggest

DAYS, LIMIT = 7, 20
# Ten years.
MOST_DAYS = 3_650
# Groups that are looked at; those that the configuration matches by now are not shown.
MOST = 500


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser(
        "inbox", help="failures that no signature matches, each with a signature to paste"
    )
    parser.add_argument(
        "logs", nargs="*", metavar="LOG", help="failing jobs' logs, folders or -, instead of the database"
    )
    parser.add_argument("--repository", metavar="OWNER/NAME", default="", help="whose failures")
    parser.add_argument(
        "--days", type=_number, default=DAYS, metavar="N", help=f"how far back; default {DAYS}"
    )
    parser.add_argument("--limit", type=_number, default=LIMIT, metavar="N", help=f"groups; default {LIMIT}")
    parser.add_argument("--config", metavar="FILE", help="leave out what its signatures match")
    parser.add_argument("--workflow", default="", help="the workflow of the given logs")
    parser.add_argument("--job", default="", help="the job of the given logs")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    shape.add_argument("--format", choices=("text", "yaml"), default="text", help="yaml: signatures alone")
    parser.set_defaults(run=run)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST_DAYS):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number from 1 to {MOST_DAYS}")
    return int(text)


def run(words: argparse.Namespace) -> int:
    """Show the groups; 1 when there is one, for each of them needs somebody."""
    known = load_signatures(words.config)
    engine = RegexEngine()
    if words.logs:
        if words.repository:
            raise TellUser("--repository is for the server's database: leave it out, or the logs")
        groups = asyncio.run(_of_logs(words, known))
    else:
        found = asyncio.run(_remembered(words.repository, words.days, words.config))
        groups = [one for one in found if not _is_known(one, known, engine)]
    shown = groups[: words.limit]
    suggestions = suggest(shown, engine, datetime.now(UTC).date())
    if words.json:
        print_json(suggestions, len(groups))
    elif words.format == "yaml":
        print_yaml(suggestions)
    else:
        print_text(suggestions, len(groups))
    return EXIT_SOMETHING if groups else EXIT_NOTHING


async def _remembered(slug: str, days: int, config_file: str | None) -> list[Unrecognised]:
    # Only this needs the database.
    from bot.cli.history import choose_repository, held_config, open_history  # noqa: PLC0415

    since = datetime.now(UTC) - timedelta(days=days)
    async with open_history() as store:
        repo = await choose_repository(store, slug)
        config = open_configuration(config_file).config if config_file else await held_config(store, repo)
        found = await store.unrecognised(repo, since, MOST)
    return [one for one in found if config is None or not _only_sums_up(one, config.aggregates)]


def _only_sums_up(group: Unrecognised, aggregates: Sequence[str]) -> bool:
    """Whether it is the silent end of jobs that only say that another one failed."""
    if group.kind != FailureKind.EXIT or group.more_jobs:
        return False
    return bool(group.jobs) and all(is_aggregate(job, aggregates) for job in group.jobs)


def _is_known(group: Unrecognised, signatures: Sequence[Signature], engine: RegexEngine) -> bool:
    """Whether a signature matches that was written after the failure."""
    specimen = group.specimen
    return specimen is not None and any(matches(one, specimen, engine) for one in signatures)


async def _of_logs(words: argparse.Namespace, known: Sequence[Signature]) -> list[Unrecognised]:
    """The unrecognised failures of logs, grouped in the same way.

    Raises:
        TellUser: none of the logs could be read.
    """
    groups: dict[str, Unrecognised] = {}
    place = Place(words.workflow, words.job)
    gaps: list[str] = []
    names = find_logs(words.logs)
    async with ProcessLogReader(seconds=SECONDS, cache=cache_folder()) as reader:
        for name in each(names, "reading log"):
            with input_file(name) as path:
                reading = await reader.read(LogFile(str(path)), patterns_of(known))
            if not reading.complete or not reading.lines:
                gaps.append(f"{name}: {reading.gap or 'it is empty'}")
            for failure, excerpt in zip(reading.failures, reading.excerpts, strict=True):
                if match_signatures(failure, place, known, reading.hits):
                    continue
                said = specimen_of(failure, excerpt)
                jobs = (words.job,) if words.job else ()
                new = Unrecognised(said.fingerprint, said.test, said.kind, 0, jobs=jobs, specimen=said)
                before = groups.get(said.fingerprint, new)
                groups[said.fingerprint] = replace(
                    before, times=before.times + 1, specimen=merge(before.specimen or said, said)
                )
    if len(gaps) == len(names) and not groups:
        raise TellUser("\n".join(["no log could be read", *gaps]))
    for gap in gaps:
        say(f"not read to its end: {gap}")
    return sorted(groups.values(), key=lambda one: (-one.times, one.fingerprint))
