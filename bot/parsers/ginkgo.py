"""Ginkgo 2's console output (2.0 to 2.32), and Ginkgo 1's where it is near: failed specs and totals.

The list "Summarizing N Failures" decides what failed; each failure's block above it says how. A run that was
killed has no list: there every block counts, and what the running spec had said. A retried spec that passed
has no block. Source: https://github.com/onsi/ginkgo/blob/master/reporters/default_reporter.go
"""

import re
import shlex
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from posixpath import basename, dirname

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._event_views import read_event_views
from bot.parsers._ginkgo_blocks import Block, read_block
from bot.parsers._ginkgo_broken import (
    find_compile_failures,
    find_crash,
    find_lost_process,
    find_tree_failures,
)
from bot.parsers._ginkgo_last_words import LastWord, read_last_word, read_leaked, read_running, read_stated
from bot.parsers._ginkgo_lines import LEAVES, LOST, Place, relative
from bot.parsers._ginkgo_marks import ANCHORS, KEEP, TROUBLE
from bot.parsers._ginkgo_messages import split_message
from bot.parsers._ginkgo_names import Name, containers_of, settle
from bot.parsers._ginkgo_runs import Run, find_runs, without_repeated
from bot.parsers._ginkgo_summary import Entry, read_entries

TOOL = "ginkgo"

__all__ = ["ANCHORS", "KEEP", "TOOL", "TROUBLE", "parse"]

# Other processes say so of a process that died: one row is enough.
_DISAPPEARED = "disappeared"
# Ginkgo 1, whose banner has no path, focuses on a regular expression (Go's, so that it is quoted as Go does).
_META = re.compile(r"([\\.+*?()|\[\]{}^$])")
_ESCAPED = r"\\\1"
_INTERRUPTED_BY_TIME = ("Interrupted by Timeout", "Suite Timeout Elapsed")


def parse(log: Log) -> Findings:
    """Find failed specs, suite nodes and builds, and the totals of every suite."""
    found = _read(log)
    # Events of packages that `go test` runs at once are interleaved: their lines are nobody's claim.
    inside = [(view, _read(view.log)) for view in read_event_views(log)]
    failures = [*found.failures, *(view.place(one) for view, inner in inside for one in inner.failures)]
    return replace(
        found,
        failures=tuple(sorted(failures, key=lambda failure: failure.log_line)),
        totals=(*found.totals, *(total for _, inner in inside for total in inner.totals)),
        unfinished=found.unfinished or any(inner.unfinished for _, inner in inside),
    )


def _read(log: Log) -> Findings:
    """Read a log whose lines are Ginkgo's own."""
    runs = without_repeated(log, find_runs(log))
    failures = [failure for run in runs for failure in _read_run(log, run)]
    builds = list(find_compile_failures(log))
    said = [failure for failure in failures if failure.message != LOST]
    trees = [tree for tree in find_tree_failures(log) if not _is_inside(tree, said)]
    trees = [tree for tree in trees if not _is_inside(tree, [other for other in trees if other is not tree])]
    failures = said if trees else failures
    failures.extend(builds)
    failures.extend(replace(tree, suite=_suite_at(runs, tree.log_line)) for tree in trees)
    return Findings(
        TOOL,
        failures=tuple(sorted(failures, key=lambda failure: failure.log_line)),
        totals=tuple(run.totals for run in runs if run.totals),
        claims=tuple(sorted(_claims(runs, [*builds, *trees]))),
        unfinished=any(not run.word for run in runs),
    )


def _read_run(log: Log, run: Run) -> Iterator[Failure]:
    """Give the failures of one suite's run."""
    entries = read_entries(log, run.summary + 1, run.end, run.count) if run.summary else []
    places = frozenset(entry.place for entry in entries)
    blocks = _read_blocks(log, run, places)
    known = {
        containers_of(named) for named in (*(e.name for e in entries), *(b.title.name for b in blocks))
    } - {""}
    if run.word == "SUCCESS":
        return
    found = list(_join(entries, blocks, run, known))
    if run.word and run.ran and run.totals and not found:
        found = [_failure_of_word(word, run) for word in read_stated(log, run.ran, run.totals.failed)]
    yield from found
    if not run.word:
        yield from _read_end(log, run, found, known)
    elif run.reason and not found:
        yield Failure(
            TOOL,
            FailureKind.TEST,
            Status.FAILED,
            "",
            run.reason,
            run.end,
            (run.ran, run.end),
            suite=run.suite,
        )


def _read_blocks(log: Log, run: Run, places: Collection[Place]) -> list[Block]:
    """Read the run's blocks; each ends where the next begins."""
    limit = run.summary or run.ran or run.end
    blocks: list[Block] = []
    floor = run.first
    for header, following in zip(run.headers, [*run.headers[1:], limit + 1], strict=False):
        block = read_block(log, header, floor, following - 1, places)
        if block:
            blocks.append(block)
            floor = block.last + 1
    return blocks


def _join(entries: list[Entry], blocks: list[Block], run: Run, known: Collection[str]) -> Iterator[Failure]:
    """Join the list's entries with their blocks; blocks alone count where the list is missing or cut."""
    index: dict[object, list[Block]] = {}
    for block in reversed(blocks):
        for key in _block_keys(block):
            index.setdefault(key, []).append(block)
    used: set[int] = set()
    for entry in entries:
        free = (b for key in _entry_keys(entry) for b in _unused(index.get(key, []), used))
        found = next(free, None)
        if found is not None:
            used.add(found.header)
        yield _failure(entry, found, run, known)
    if len(entries) < run.count or not run.summary:
        yield from (_failure(None, block, run, known) for block in blocks if block.header not in used)


def _unused(blocks: list[Block], used: Collection[int]) -> Iterator[Block]:
    """Give the first block that no entry has taken, forgetting those that are taken."""
    while blocks and blocks[-1].header in used:
        blocks.pop()
    yield from blocks[-1:]


def _block_keys(block: Block) -> Iterator[object]:
    """Give what an entry may find a block by."""
    status, flat = block.status, block.title.name.flat
    if block.report:
        yield status, flat, block.report.place
        yield status, block.report.place
    yield status, flat


def _entry_keys(entry: Entry) -> Iterator[object]:
    """Give what a block may be found by, from the surest to the weakest; noise may hide its name or location.

    Without colours an entry's labels are part of its text, while `-vv` prints each level's own.
    """
    status, flat = entry.status, entry.name.flat
    unlabelled = flat[: flat.rfind(" [")] if " [" in flat else flat
    yield status, flat, entry.place
    yield status, unlabelled, entry.place
    yield status, flat
    yield status, unlabelled
    yield status, entry.place


def _failure(entry: Entry | None, block: Block | None, run: Run, known: Collection[str]) -> Failure:
    """Build a failure of a list's entry, a block, or both."""
    names = [n for n in (entry.name if entry else None, block.title.name if block else None) if n]
    name = settle(next((n for n in names if n.exact), names[0]), known)
    report = block.report if block else None
    place = entry.place if entry and entry.place.file else report.place if report else Place()
    message, detail = split_message(report.message) if report else ("", "")
    first, last = (
        (block.first, block.last) if block else (entry.number, entry.last) if entry else (run.first, run.end)
    )
    status = entry.status if entry else block.status if block else Status.FAILED
    node = (report.node if report else "") or name.node
    return Failure(
        TOOL,
        _kind(name, node, status, message),
        status,
        name.test,
        message or name.test,
        report.number if report else entry.number if entry else first,
        (first, last),
        detail=detail,
        file=place.file,
        line=place.line,
        rerun=_rerun(name, block.title.spec if block else Place(), place, run),
        suite=run.suite,
    )


def _failure_of_word(word: LastWord, run: Run) -> Failure:
    """Build a failure of a spec that has no block."""
    message, detail = split_message(word.message)
    return Failure(
        TOOL,
        _kind(word.name, word.node, word.status, message),
        word.status,
        word.name.test,
        message,
        word.number,
        (word.number, word.last),
        detail=detail,
        file=word.place.file,
        line=word.place.line,
        rerun=_rerun(word.name, word.spec, word.place, run),
        suite=run.suite,
    )


def _read_end(log: Log, run: Run, found: list[Failure], known: Collection[str]) -> Iterator[Failure]:
    """Give what a run without an end says of it: a panic, its last spec, a node that never returned."""
    if run.summary or run.ran:
        return
    above = max((failure.extent[1] for failure in found), default=run.first)
    if crash := find_crash(log, above, run.last):
        running = read_running(log, above, crash.log_line - 1)
        name = settle(running.name, known).test if running else ""
        rerun = _rerun(running.name, running.spec, Place(), run) if running else ""
        yield replace(crash, suite=run.suite, test=name, rerun=rerun)
        return
    if lost := find_lost_process(log, run.first, run.last, run.suite):
        if not any(_DISAPPEARED in failure.message for failure in found):
            yield lost
        return
    word = read_last_word(log, above, run.end) or read_leaked(log, above, run.end)
    if word:
        yield _failure_of_word(replace(word, name=settle(word.name, known)), run)


def _kind(name: Name, node: str, status: Status, message: str) -> FailureKind:
    """Decide what sort of failure it is by the node that failed."""
    if name.of_suite:
        return FailureKind.SETUP
    if status is Status.TIMEDOUT or message.startswith(_INTERRUPTED_BY_TIME):
        return FailureKind.TIMEOUT
    return FailureKind.TEST if not node or node in LEAVES else FailureKind.SETUP


def _rerun(name: Name, spec: Place, place: Place, run: Run) -> str:
    """Give the command that runs this spec alone, or its suite when it is a node of the suite."""
    folder = relative(run.path + "/").rstrip("/") if run.path else dirname(spec.file or place.file)
    if not folder and not spec.file:
        return ""
    package = shlex.quote(folder if folder.startswith("/") else f"./{folder}".rstrip("/"))
    if name.of_suite or not spec.file:
        return f"ginkgo {package}"
    if run.old:
        return f"ginkgo -focus {shlex.quote(_META.sub(_ESCAPED, name.flat))} {package}"
    return f"ginkgo --focus-file {shlex.quote(f'{basename(spec.file)}:{spec.line}')} {package}"


def _is_inside(failure: Failure, others: Iterable[Failure]) -> bool:
    """Tell whether a failure's text is part of another's."""
    first, last = failure.extent
    return any(other.extent[0] <= first and last <= other.extent[1] for other in others)


def _suite_at(runs: Iterable[Run], number: int) -> str:
    return next((run.suite for run in runs if run.first <= number <= run.last), "")


def _claims(runs: Iterable[Run], others: Iterable[Failure]) -> Iterator[tuple[int, int]]:
    """Give the line ranges that Ginkgo printed; a data race in between is Go's to report."""
    for run in runs:
        first = run.first
        for race_first, race_last in run.races:
            if first < race_first:
                yield first, race_first - 1
            first = race_last + 1
        if first <= run.last:
            yield first, run.last
    yield from (failure.extent for failure in others)
