"""`retriage explain`: every rung of the ladder for each failure of a log, without any network."""

import argparse
import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.cli.classify import EXPLAINED, SECONDS, SHOWN, as_json, cache_folder, load_signatures
from bot.cli.terminal import EXIT_NOTHING, EXIT_SOMETHING, each, emit, input_file, paint, say
from bot.errors import TellUser
from bot.model.reading import Reading
from bot.model.verdict import RungNote, Verdict
from bot.ports import LogFile
from bot.scan.reader import ProcessLogReader
from bot.triage import judge_reading, patterns_of

SCHEMA = 1
# Terminal colours, as paint() takes them.
GREEN, BOLD, DIM = "32", "1", "2"


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser("explain", help="show every rung of the ladder for each failure of job logs")
    parser.add_argument(
        "logs", nargs="+", metavar="LOG", help="a job's log, plain or gzip; - is standard input"
    )
    parser.add_argument("--config", metavar="FILE", help="the repository's retriage.yml with its signatures")
    parser.add_argument("--workflow", default="", help="the workflow's name, for the signatures' scope")
    parser.add_argument("--job", default="", help="the job's name, for the signatures' scope")
    parser.add_argument(
        "--test", default="", metavar="WORDS", help="only failures whose test has these words"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.set_defaults(run=run)


def run(words: argparse.Namespace) -> int:
    """Read, judge and explain each log; 1 when something in them needs somebody."""
    return asyncio.run(_run(words))


async def _run(words: argparse.Namespace) -> int:
    entries, status, told = [], EXIT_NOTHING, 0
    async with ProcessLogReader(seconds=SECONDS, cache=cache_folder()) as reader:
        await reader.warm()
        signatures = load_signatures(words.config)
        patterns, now = patterns_of(signatures), datetime.now(UTC)
        for name in each(words.logs, "reading log"):
            with input_file(name) as path:
                reading = await reader.read(LogFile(str(path)), patterns)
            judged = judge_reading(reading, signatures, workflow=words.workflow, job=words.job, at=now)
            asked = tuple(one for one in judged if words.test.casefold() in one.failure.test.casefold())
            told += len(asked)
            unexplained = any(one.verdict not in EXPLAINED for one in asked)
            # What nothing came of, as from a download that failed, is no passing log.
            if unexplained or reading.unfinished or not reading.complete or not reading.lines:
                status = EXIT_SOMETHING
            if words.json:
                entries.append(_as_json(name, reading, asked))
            else:
                _print(name, reading, asked, len(judged))
    if words.test and not told:
        raise TellUser(f"no failure's test has the words {words.test!r}")
    if words.json:
        emit(json.dumps({"schema": SCHEMA, "logs": entries}, ensure_ascii=False, indent=2))
    return status


def _as_json(name: str, reading: Reading, verdicts: tuple[Verdict, ...]) -> dict[str, object]:
    """The form of `classify --json`, with the ladder beside each verdict."""
    ladders = [
        [
            {"rung": note.rung, "class": note.verdict.value, "held": note.held, "why": note.why}
            for note in one.ladder
        ]
        for one in verdicts
    ]
    return {**as_json(name, reading, verdicts), "ladders": ladders}


def _print(name: str, reading: Reading, verdicts: Sequence[Verdict], every: int) -> None:
    of = "" if len(verdicts) == every else f"{len(verdicts)} of "
    emit(paint(f"{name}: {of}{every} failure{'' if every == 1 else 's'}", BOLD))
    if not reading.complete:
        say(f"{name}: incomplete: {reading.gap or 'the log is cut short'}")
    if not reading.lines:
        say(f"{name}: it is empty")
    for one in verdicts:
        failure = one.failure
        emit(f"\n{paint(SHOWN.get(one.verdict, one.verdict.value), BOLD)}  {failure.test or failure.message}")
        if failure.test:
            emit(f"  {failure.message}")
        emit(f"  log line {failure.log_line}, fingerprint {failure.fingerprint or 'none'}")
        for note in one.ladder:
            emit(f"  {_drawn(note)}")
        for evidence in one.evidence:
            emit(f"  because: {evidence.text} {evidence.quote}".rstrip())


def _drawn(note: RungNote) -> str:
    """One rung: its number, its class, whether it held, and why."""
    line = f"{note.rung:>2} {note.verdict.value:<16}{'holds' if note.held else 'no':<6} {note.why}"
    return paint(line, GREEN if note.held else DIM)
