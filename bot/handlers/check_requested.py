"""A pull request's head: where it changes the configuration, say on it what that would mean."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.errors import Drop, Refused, RetryLater, TellUser
from bot.handlers import payload
from bot.handlers.check import reference_of, send_check
from bot.handlers.comment import HOLD_SECONDS
from bot.handlers.proposal import read_proposal, touched_files
from bot.handlers.reconcile import request_report
from bot.handlers.trying import try_on_kept
from bot.handlers.world import Guard, World
from bot.model.backtest import Grade, Trial
from bot.model.check import CheckReference, CheckRun
from bot.model.config import CONFIG_FILE, Problem
from bot.model.proposal import Proposal, ProposalReport
from bot.model.run import PullRequest, Repository
from bot.model.signature import ExampleFile, Signature
from bot.ports import FetchedLog, Work
from bot.repoconfig.lint import place_of
from bot.report.proposal import render_proposal
from bot.triage import patterns_of
from bot.triage.changes import changed_keys, signature_changes
from bot.triage.proof import try_file

# GitHub gives a file with its contents up to this size.
LOG_BYTES = 1 << 20
# What a packed one may become.
UNPACKED_BYTES = 32 << 20
GZIP = 31
# Each is a request to GitHub, and a log to read.
MOST_LOGS = 20
EXAMPLES = CONFIG_FILE.rpartition("/")[0]


async def handle(world: World, work: Work, guard: Guard) -> None:
    """Check the head's configuration; nothing more is asked of GitHub where the pull request leaves it alone.

    What a person asks for again is said again, the report too.
    """
    repo = await world.github.repository(payload.repository(work.payload))
    pull = await world.github.pull_request(repo, payload.number(work.payload, "pull_request"))
    if not pull.open:
        return
    again = bool(work.payload.get("again"))
    if again:
        await request_report(world, repo, pull.number, again=True)
    touched = touched_files(await world.github.changed_files(repo, pull.number))
    if not touched:
        return
    check = render_proposal(await _judge(world, repo, pull, touched))
    if world.dry_run:
        world.journal.note("dry run: no check of the configuration", pull_request=pull.number)
        return
    try:
        await _publish(world, repo, pull, check, guard, again=again)
    except Drop as error:
        world.journal.note("no check of the configuration", pull_request=pull.number, why=str(error))


async def _publish(
    world: World, repo: Repository, pull: PullRequest, check: CheckRun, guard: Guard, *, again: bool
) -> None:
    """One check run for each head, looked for before it is made: a process may end between the two."""
    whole = reference_of(check, pull.number)
    found = await world.github.find_check(repo, pull.head_sha, check.name)
    if found is not None and CheckReference.from_text(found.reference) == whole and not again:
        return
    await guard.check()
    try:
        await send_check(world, repo, pull.head_sha, check, whole, found, guard)
    except RetryLater as error:
        # It may have been made unseen, and the list may not show it yet.
        after = HOLD_SECONDS if error.ambiguous else error.after
        raise RetryLater(str(error), after=after, ambiguous=error.ambiguous) from error


async def _judge(
    world: World, repo: Repository, pull: PullRequest, touched: frozenset[str]
) -> ProposalReport:
    """Everything that is to be said of it. Nothing of a pull request's configuration is followed for that."""
    try:
        found = await read_proposal(world, repo, pull, touched)
    except Refused as error:
        fix = "grant the App the permission Contents: read"
        problem = Problem(CONFIG_FILE, 1, 1, f"it cannot be read: {error}", fix, "warning")
        return ProposalReport(repo.default_branch, pull.base_branch, (problem,))
    hits = {name: at.date() for name, at in (await world.store.last_hits(repo)).items()}
    proof = await world.reader.prove(Proposal(found.after, found.before, world.clock.now().date(), hits))
    readable = proof.usable and not any(one.severity == "error" for one in found.problems)
    before = proof.before if readable else None
    changes = signature_changes(before, proof.after) if before is not None else ()
    changed = [one.after for one in changes if one.after is not None]
    logs = await _try_logs(world, repo, pull, changed if readable else ())
    backtest = await try_on_kept(world, repo, before, proof.after, changes) if before is not None else None
    too_wide = _too_wide(backtest.trials) if backtest else []
    return ProposalReport(
        default_branch=repo.default_branch,
        base_branch=pull.base_branch,
        problems=_in_order(*found.problems, *proof.problems, *logs.problems, *too_wide),
        touched=touched,
        usable=readable,
        removed=found.after.is_empty and not (found.before.is_empty or found.problems),
        changes=changes,
        keys=changed_keys(before, proof.after) if before is not None else (),
        examples=proof.examples + logs.tried,
        backtest=backtest,
        notes=(*found.notes, *logs.notes),
    )


def _in_order(*problems: Problem) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda one: (one.file != CONFIG_FILE, one.file, one.line, one.column)))


def _too_wide(trials: Iterable[Trial]) -> list[Problem]:
    """What the backtest says against a signature, at its match."""
    found = []
    for one in trials:
        severity = {Grade.FAILS: "error", Grade.WARNING: "warning"}.get(one.grade)
        if severity:
            line, column = place_of(one.signature, "match")
            message = f"{one.signature.id}: {one.why}"
            found.append(
                Problem(one.signature.source, line, column, message, "match more of the line", severity)
            )
    return found


@dataclass(slots=True)
class _Logs:
    """What came of the logs that are examples."""

    tried: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def _try_logs(
    world: World, repo: Repository, pull: PullRequest, signatures: Sequence[Signature]
) -> _Logs:
    """Try what changes on the logs that it names as examples, as they are on the head; a few of them."""
    found = _Logs()
    paths = tuple(dict.fromkeys(file.path for one in signatures for file in one.example_files))
    patterns = patterns_of(signatures)
    for path in paths[:MOST_LOGS]:
        try:
            file = await world.github.file(repo, f"{EXAMPLES}/{path}", pull.head_sha, LOG_BYTES)
        except (TellUser, Drop) as error:
            found.notes.append(f"the example log {path}: {error}")
            continue
        if file is None:
            found.problems += [_missing(one, example) for one, example in _of(signatures, path)]
            continue
        reading = await world.reader.read(unpacked(file.data), patterns)
        tried = [try_file(one, example, reading) for one, example in _of(signatures, path)]
        found.problems += [one.problem for one in tried if not one.holds]
        found.tried += len(tried)
    if len(paths) > MOST_LOGS:
        left = len(paths) - MOST_LOGS
        found.notes.append(f"{left} more example logs: `retriage test` tries them all")
    return found


def _of(signatures: Iterable[Signature], path: str) -> list[tuple[Signature, ExampleFile]]:
    """Whose example a log is."""
    return [(one, example) for one in signatures for example in one.example_files if example.path == path]


def _missing(signature: Signature, example: ExampleFile) -> Problem:
    message = f"{signature.id}: the example's log {EXAMPLES}/{example.path} is not there"
    return Problem(
        signature.source, example.line, example.column, message, "add it, or mend the name", "warning"
    )


def unpacked(data: bytes) -> FetchedLog:
    """A log that may be packed, within a limit; what is over it is missing."""
    if not data.startswith(b"\x1f\x8b"):
        return FetchedLog(data)
    inflater = zlib.decompressobj(wbits=GZIP)
    try:
        text = inflater.decompress(data, UNPACKED_BYTES)
    except zlib.error:
        return FetchedLog(b"", complete=False, gap="the gzip file is damaged")
    return FetchedLog(text, complete=inflater.eof, gap="" if inflater.eof else "only its beginning was read")
