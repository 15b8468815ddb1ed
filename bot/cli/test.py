"""`retriage test`: does every signature match its examples, and nothing that it must not?"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from bot.classify.ages import count
from bot.cli.classify import SECONDS, cache_folder
from bot.cli.configuration import (
    DEFAULT_FILE,
    Configuration,
    annotation,
    open_configuration,
    render_problem,
    whole,
)
from bot.cli.terminal import EXIT_NOTHING, EXIT_SOMETHING, emit, input_file, say
from bot.errors import TellUser
from bot.model.config import BUILT_IN_PACKS, Problem
from bot.model.reading import Reading
from bot.model.signature import Signature
from bot.packs import load_pack
from bot.ports import LogFile
from bot.scan.engine import RegexEngine
from bot.scan.reader import ProcessLogReader
from bot.triage import patterns_of
from bot.triage.proof import Tried, matched, try_file, try_texts

SCHEMA = 1
# What Retriage reads out of an example's log, kept beside it.
EXPECTED = ".expected.json"


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser("test", help="try every signature on its examples")
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help=f"default: {DEFAULT_FILE}; the folder beside it is read, too"
    )
    parser.add_argument("--packs", action="store_true", help="try the built-in packs, too")
    parser.add_argument(
        "--update",
        action="store_true",
        help=f"write what is read out of example logs beside them ({EXPECTED})",
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    shape.add_argument("--format", choices=("text", "github"), default="text", help="github: annotations")
    parser.set_defaults(run=run)


def run(words: argparse.Namespace) -> int:
    """Try all examples; 1 when one does not hold, 2 when a configuration is wrong."""
    names = words.files or ([] if words.packs else [DEFAULT_FILE])
    groups = [_opened(name) for name in names]
    if words.packs:
        groups += [(f"pack {name}", Path(), load_pack(name)) for name in BUILT_IN_PACKS]
    status, told = EXIT_NOTHING, []
    for name, folder, signatures in groups:
        tried, stale = asyncio.run(_try_all(signatures, folder, update=words.update))
        problems = [one.problem for one in tried if not one.holds] + stale
        if problems:
            status = EXIT_SOMETHING
        told.append(_as_json(name, signatures, tried, problems))
        if not words.json:
            _print(name, signatures, tried, problems, words.format)
    if words.json:
        emit(json.dumps({"schema": SCHEMA, "files": told}, ensure_ascii=False, indent=2))
    return status


def _opened(name: str) -> tuple[str, Path, tuple[Signature, ...]]:
    # What was read out of a log is compared with what all signatures together make of it.
    found: Configuration = open_configuration(whole(name))
    refused = _refused(found)
    if found.config is None or refused:
        raise TellUser(
            "\n".join(["the configuration is wrong", *map(render_problem, (*found.problems, *refused))])
        )
    return name, found.folder, found.config.signatures


def _refused(found: Configuration) -> list[Problem]:
    """Patterns that the engine does not take: they are off on the server, so no example proves them."""
    signatures = found.config.signatures if found.config else ()
    bad = {problem.pattern: problem.message for problem in RegexEngine().problems(patterns_of(signatures))}
    return [
        Problem(one.source, one.source_line, 1, f"{one.id}: the pattern is refused: {bad[pattern]}")
        for one in signatures
        for pattern in patterns_of((one,))
        if pattern in bad
    ]


async def _try_all(
    signatures: Sequence[Signature], folder: Path, *, update: bool
) -> tuple[list[Tried], list[Problem]]:
    engine = RegexEngine()
    tried = [one for signature in signatures for one in try_texts(signature, engine)]
    stale: list[Problem] = []
    _find_logs(signatures, folder)
    readings = await _read(signatures, folder)
    tried += [try_file(one, file, readings[file.path]) for one in signatures for file in one.example_files]
    for path, reading in readings.items():
        note = _compare(folder / path, _expectation(signatures, reading), update=update)
        stale += [Problem((folder / path).as_posix() + EXPECTED, 1, 1, note, UPDATE)] if note else []
    return tried, stale


UPDATE = "look at the difference, then run `retriage test --update`"


def _find_logs(signatures: Sequence[Signature], folder: Path) -> None:
    """Miss every log at once, and where it is named.

    Raises:
        TellUser: some are not there.
    """
    named = [(one, file) for one in signatures for file in one.example_files]
    missing = [
        Problem(
            one.source,
            file.line,
            file.column,
            f"{one.id}: there is no log {(folder / file.path).as_posix()}",
            f"put it there: examples lie below {folder.as_posix()}/",
        )
        for one, file in named
        if not (folder / file.path).is_file()
    ]
    if missing:
        raise TellUser("\n".join(["logs of examples are missing", *map(render_problem, missing)]))


async def _read(signatures: Sequence[Signature], folder: Path) -> dict[str, Reading]:
    """Each example's log once, with all patterns."""
    paths = dict.fromkeys(file.path for one in signatures for file in one.example_files)
    if not paths:
        return {}
    readings = {}
    async with ProcessLogReader(seconds=SECONDS, cache=cache_folder()) as reader:
        for path in paths:
            with input_file(str(folder / path)) as log:
                readings[path] = await reader.read(LogFile(str(log)), patterns_of(signatures))
    return readings


def _expectation(signatures: Sequence[Signature], reading: Reading) -> str:
    """What is read out of a log: its failures, and the signatures that match each of them."""
    explained = {one.id: matched(one, reading) for one in signatures}
    failures = [
        {
            "test": failure.test,
            "kind": failure.kind.value,
            "message": failure.message,
            "signatures": [name for name, found in explained.items() if failure in found],
        }
        for failure in reading.failures
    ]
    return json.dumps({"schema": SCHEMA, "failures": failures}, ensure_ascii=False, indent=2) + "\n"


def _compare(log: Path, read: str, *, update: bool) -> str:
    """Compare with what was expected; empty when it is the same, or nobody has written it down yet."""
    expected = log.with_name(log.name + EXPECTED)
    try:
        if update:
            expected.write_text(read, encoding="utf-8")
            return ""
        if not expected.exists():
            return ""
        same = expected.read_text(encoding="utf-8") == read
    except (OSError, UnicodeDecodeError) as error:
        raise TellUser(f"{expected}: {error}") from error
    return "" if same else "the log is no longer read in this way"


def _print(
    name: str, signatures: Sequence[Signature], tried: Sequence[Tried], problems: Sequence[Problem], form: str
) -> None:
    for problem in problems:
        emit(annotation(problem) if form == "github" else render_problem(problem))
    bare = [one.id for one in signatures if not any(done.signature == one and done.matches for done in tried)]
    if bare:
        say(f"{name}: without an example that they must match: {', '.join(bare)}")
    if not problems:
        emit(f"{name}: {count(len(signatures), 'signature')}, {count(len(tried), 'example')}, all hold")


def _as_json(
    name: str, signatures: Sequence[Signature], tried: Sequence[Tried], problems: Sequence[Problem]
) -> dict[str, object]:
    """One file of the published form; keys are added, never changed, within a schema."""
    return {
        "path": name,
        "examples": len(tried),
        "failed": sum(not one.holds for one in tried),
        "problems": [
            {"file": p.file, "line": p.line, "column": p.column, "message": p.message, "fix": p.fix}
            for p in problems
        ],
        "signatures": [
            {
                "id": one.id,
                "source": one.source,
                "line": one.source_line,
                "examples": [_example_json(done) for done in tried if done.signature == one],
            }
            for one in signatures
        ],
    }


def _example_json(done: Tried) -> dict[str, object]:
    return {
        "kind": "match" if done.matches else "no_match",
        "name": done.name,
        "holds": done.holds,
        "lines": [hit.line for hit in done.hits],
    }
