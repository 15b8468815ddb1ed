"""`retriage classify`: what went wrong in these logs, without any network."""

import argparse
import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.configuration import lint, open_configuration, render_problem, warn_of_base
from bot.cli.terminal import EXIT_NOTHING, EXIT_SOMETHING, each, emit, input_file, paint, say
from bot.errors import TellUser
from bot.model.config import RepoConfig
from bot.model.failure import Totals
from bot.model.reading import Reading
from bot.model.signature import Signature
from bot.model.verdict import Verdict, VerdictClass
from bot.packs import load_packs
from bot.ports import LogFile
from bot.scan.reader import ProcessLogReader
from bot.triage import judge_reading, patterns_of

SCHEMA = 1
SHOWN = {
    VerdictClass.KNOWN_FLAKE: "❄️ Known flake",
    VerdictClass.INFRA: "☁️ Infra",
    VerdictClass.RETURNED: "🔁 Returned",
    VerdictClass.UNREAD: "📄 Unread",
    VerdictClass.UNKNOWN: "❔ Unknown",
}
# Terminal colours, as paint() takes them.
RED, CYAN, BOLD = "31", "36", "1"
# A log on a maintainer's own disk may be of any size.
SECONDS = 600.0
EXPLAINED = (VerdictClass.KNOWN_FLAKE, VerdictClass.INFRA)


def add_to(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The verb's grammar."""
    parser = verbs.add_parser("classify", help="say what went wrong in job logs")
    parser.add_argument(
        "logs", nargs="+", metavar="LOG", help="a job's log, plain or gzip; - is standard input"
    )
    parser.add_argument("--config", metavar="FILE", help="the repository's retriage.yml with its signatures")
    parser.add_argument("--workflow", default="", help="the workflow's name, for the signatures' scope")
    parser.add_argument("--job", default="", help="the job's name, for the signatures' scope")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    parser.set_defaults(run=run)


def run(words: argparse.Namespace) -> int:
    """Read, judge and print each log; 1 when something in them needs somebody."""
    return asyncio.run(_run(words))


async def _run(words: argparse.Namespace) -> int:
    entries, status = [], EXIT_NOTHING
    async with ProcessLogReader(seconds=SECONDS, cache=cache_folder()) as reader:
        await reader.warm()
        signatures = load_signatures(words.config)
        patterns, now = patterns_of(signatures), datetime.now(UTC)
        for name in each(words.logs, "reading log"):
            with input_file(name) as path:
                reading = await reader.read(LogFile(str(path)), patterns)
            verdicts = judge_reading(reading, signatures, workflow=words.workflow, job=words.job, at=now)
            unexplained = any(one.verdict not in EXPLAINED for one in verdicts)
            # What nothing came of, as from a download that failed, is no passing log.
            if unexplained or reading.unfinished or not reading.complete or not reading.lines:
                status = EXIT_SOMETHING
            if words.json:
                entries.append(as_json(name, reading, verdicts))
            else:
                print_text(name, reading, verdicts)
    if words.json:
        emit(json.dumps({"schema": SCHEMA, "logs": entries}, ensure_ascii=False, indent=2))
    return status


def cache_folder() -> Path:
    """Where compiled patterns are kept between calls (the XDG base directory specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "retriage"


def load_signatures(config_file: str | None) -> tuple[Signature, ...]:
    """The signatures of a configuration file with its packs; without a file, the built-in packs.

    Raises:
        TellUser: the file is wrong; every problem with its line.
    """
    if not config_file:
        return load_packs(RepoConfig().packs)
    found = open_configuration(config_file)
    if found.config is None:
        raise TellUser("\n".join(["the configuration is wrong", *map(render_problem, found.problems)]))
    # `lint` refuses some signatures: they may be off, or match too much.
    for problem in lint(found):
        if problem.severity == "error":
            say(render_problem(problem))
    warn_of_base(found)
    return (*found.config.signatures, *load_packs(found.config.packs))


def as_json(path: str, reading: Reading, verdicts: tuple[Verdict, ...]) -> dict[str, object]:
    """One log of the published form (DESIGN section 4); keys are added, never changed, within a schema."""
    best = reading.best
    entry: dict[str, object] = {
        "path": path,
        "bytes": reading.size,
        "lines": reading.lines,
        "complete": reading.complete,
        "totals": [_totals_json(one) for one in reading.totals],
        "failures": [_failure_json(one) for one in verdicts],
        "line": None if best is None else {"number": best.number, "text": best.text},
    }
    if reading.gap:
        entry["gap"] = reading.gap
    if reading.unfinished:
        entry["unfinished"] = True
    if reading.stopped:
        entry["stopped"] = list(reading.stopped)
    return entry


def _totals_json(totals: Totals) -> dict[str, object]:
    return {
        "tool": totals.tool,
        "suite": totals.suite,
        "passed": totals.passed,
        "failed": totals.failed,
        "errors": totals.errors,
        "skipped": totals.skipped,
        "pending": totals.pending,
        "flaked": totals.flaked,
        "total": totals.total,
    }


def _failure_json(one: Verdict) -> dict[str, object]:
    failure = one.failure
    return {
        "tool": failure.tool,
        "kind": failure.kind.value,
        "status": failure.status.value,
        "rerun": failure.rerun,
        "suite": failure.suite,
        "test": failure.test,
        "message": failure.message,
        "detail": failure.detail,
        "file": failure.file,
        "line": failure.line,
        "log_line": failure.log_line,
        "fingerprint": failure.fingerprint,
        "verdict": {
            "class": one.verdict.value,
            "rung": one.rung,
            "signature": one.signature.id if one.signature else None,
            "evidence": [f"{note.text} {note.quote}".strip() for note in one.evidence],
        },
    }


def print_text(path: str, reading: Reading, verdicts: tuple[Verdict, ...]) -> None:
    """For people: counts, then each failure with its place, class and reason."""
    emit(paint(f"{path}: {len(verdicts)} failure{'' if len(verdicts) == 1 else 's'}", BOLD))
    _warn(path, reading)
    for totals in reading.totals:
        ran = totals.passed + totals.failed + totals.errors
        emit(f"  {totals.tool} {totals.suite}: {totals.passed}/{ran} passed".replace(" :", ":"))
    for one in verdicts:
        failure = one.failure
        place = f"{failure.file}:{failure.line}" if failure.line else failure.file
        shown = SHOWN.get(one.verdict, one.verdict.value)
        colour = CYAN if one.verdict in EXPLAINED else RED
        emit(f"  {paint(shown, colour)}  {failure.test or failure.message}")
        if failure.test:
            emit(f"      {failure.message}")
        where = ", ".join(part for part in (place, f"log line {failure.log_line}") if part)
        emit(f"      {where}")
        for note in one.evidence:
            emit(f"      because: {note.text} {note.quote}".rstrip())
        if failure.rerun:
            emit(f"      run it: {failure.rerun}")
    if reading.best is not None and not verdicts:
        emit(f"  line {reading.best.number}: {reading.best.text}")


def _warn(path: str, reading: Reading) -> None:
    """What keeps the reading from being all there is to know."""
    if not reading.complete:
        say(f"{path}: incomplete: {reading.gap or 'the log is cut short'}")
    if not reading.lines:
        say(f"{path}: it is empty")
    if reading.unfinished:
        say(f"{path}: a test suite ended without summing up; what came after is not known")
    for pattern in reading.stopped:
        say(f"{path}: this pattern costs too much and was stopped: {pattern}")
