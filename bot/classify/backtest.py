"""Signatures tried on kept logs: what they match in failing ones, and what they hit in passing ones.

A pattern that stands in logs of jobs that passed says nothing of a failure: it would excuse real ones.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.classify.globs import fits
from bot.classify.signatures import Place, find_match, match_signatures
from bot.model.backtest import Backtest, Explained, Grade, PassingHit, Trial
from bot.model.failure import Failure
from bot.model.kept import LogOrigin, SearchedLog
from bot.model.signature import Pattern, PatternHit, Scope, Signature

# Of a signature's scope, shares of passing jobs above which it is warned of, and refused.
WARN_ABOVE, FAIL_ABOVE = 0.01, 0.10
# Fewer passing logs tell none of these shares: one hit is a warning, two are too many all the same.
ENOUGH = 10
MOST_EXAMPLES = 3
MOST_SHOWN = 20


@dataclass(slots=True)
class _Count:
    """What was counted of one signature so far."""

    failures: int = 0
    jobs: int = 0
    passing: int = 0
    passing_hits: int = 0
    examples: list[PassingHit] = field(default_factory=list)
    overlap: Counter[str] = field(default_factory=Counter)
    pulls: set[int] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)
    moments: list[datetime] = field(default_factory=list)
    stopped: bool = False


@dataclass(slots=True)
class _Change:
    """Failures that only one of two configurations matches: how many, and some of them."""

    count: int = 0
    seen: list[Explained] = field(default_factory=list)

    def add(self, failure: Failure, origin: LogOrigin, ids: tuple[str, ...]) -> None:
        self.count += 1
        if len(self.seen) < MOST_SHOWN:
            self.seen.append(Explained(failure, origin, ids))


class Tally:
    """Counts log by log, so that never more than one of them is held.

    Args:
        signatures: what is tried.
        others: further ones that explain failures beside them: the packs'.
        against: everything that an older configuration has, with its packs; `None`: nothing is compared.
    """

    def __init__(
        self,
        signatures: Sequence[Signature],
        others: Sequence[Signature] = (),
        against: Sequence[Signature] | None = None,
    ) -> None:
        self._signatures = tuple(signatures)
        self._all = (*signatures, *others)
        self._against = against
        self._counts = {one.id: _Count() for one in signatures}
        self._failing = self._passing = self._failures = self._explained = 0
        self._newly, self._lost = _Change(), _Change()
        self._unread: list[str] = []

    def add(self, log: SearchedLog) -> None:
        """Count one log; its hits are of all patterns of all the signatures."""
        if log.found.gap:
            self.miss(log.origin.name, log.found.gap)
            return
        stopped = set(log.found.stopped)
        for signature in self._signatures:
            if stopped and any(pattern.text in stopped for pattern in signature.match.patterns):
                self._counts[signature.id].stopped = True
        if log.origin.passed:
            self._passing += 1
            self._add_passing(log)
        else:
            self._failing += 1
            self._add_failing(log)

    def miss(self, name: str, why: str) -> None:
        """Note a log that could not be tried."""
        self._unread.append(f"{name}: {why}")

    def _add_passing(self, log: SearchedLog) -> None:
        inside = _by_pattern(log.hits)
        for signature in self._signatures:
            if not _is_in_scope(signature.scope, log.origin):
                continue
            count = self._counts[signature.id]
            count.passing += 1
            hits = find_match(signature.match, inside)
            if hits:
                count.passing_hits += 1
                if len(count.examples) < MOST_EXAMPLES:
                    count.examples.append(PassingHit(log.origin, hits[0].line, hits[0].text))

    def _add_failing(self, log: SearchedLog) -> None:
        matched: set[str] = set()
        known, older = _found(self._all, log), _found(self._against or (), log)
        for failure in log.failures:
            self._failures += 1
            now = _ids(failure, log, known)
            self._explained += bool(now)
            self._note(log.origin, now, matched)
            if self._against is not None:
                before = _ids(failure, log, older)
                if now and not before:
                    self._newly.add(failure, log.origin, now)
                elif before and not now:
                    self._lost.add(failure, log.origin, before)
        for one in matched:
            self._counts[one].jobs += 1

    def _note(self, origin: LogOrigin, ids: tuple[str, ...], matched: set[str]) -> None:
        for one in ids:
            count = self._counts.get(one)
            if count is None:
                continue
            matched.add(one)
            count.failures += 1
            count.overlap.update(other for other in ids if other != one)
            if origin.pull_request:
                count.pulls.add(origin.pull_request)
            if origin.author:
                count.authors.add(origin.author)
            if origin.at is not None:
                count.moments = [min((*count.moments, origin.at)), max((*count.moments, origin.at))]

    def result(self) -> Backtest:
        """What was counted."""
        return Backtest(
            trials=tuple(_trial(one, self._counts[one.id]) for one in self._signatures),
            failing=self._failing,
            passing=self._passing,
            failures=self._failures,
            explained=self._explained,
            compared=self._against is not None,
            newly=self._newly.count,
            newly_seen=tuple(self._newly.seen),
            lost=self._lost.count,
            lost_seen=tuple(self._lost.seen),
            unread=tuple(self._unread),
        )


def backtest(
    signatures: Sequence[Signature],
    logs: Iterable[SearchedLog],
    others: Sequence[Signature] = (),
    against: Sequence[Signature] | None = None,
) -> Backtest:
    """Try signatures on logs; see `Tally`."""
    tally = Tally(signatures, others, against)
    for log in logs:
        tally.add(log)
    return tally.result()


def _trial(signature: Signature, count: _Count) -> Trial:
    grade, why = _grade(count.passing_hits, count.passing)
    return Trial(
        signature=signature,
        grade=grade,
        why=why,
        failures=count.failures,
        jobs=count.jobs,
        passing=count.passing,
        passing_hits=count.passing_hits,
        examples=tuple(count.examples),
        overlap=tuple(sorted(count.overlap.items(), key=lambda one: (-one[1], one[0]))),
        pull_requests=len(count.pulls),
        authors=len(count.authors),
        first=min(count.moments, default=None),
        last=max(count.moments, default=None),
        stopped=count.stopped,
    )


def _grade(hits: int, passing: int) -> tuple[Grade, str]:
    """Warned of above 1 % of the passing jobs, refused above 10 %; a few logs tell less."""
    logs = f"{passing:,} passing log{'' if passing == 1 else 's'} in scope"
    if not hits:
        if passing < ENOUGH:
            return Grade.TOO_FEW, f"{logs}: too few to tell" if passing else "no passing log in scope"
        return Grade.FINE, f"in none of {logs}"
    said = f"in {hits:,} of {logs} ({hits / passing:.1%})"
    if passing < ENOUGH and hits == 1:
        return Grade.WARNING, f"{said}, which are too few to tell"
    if hits / passing > FAIL_ABOVE:
        return Grade.FAILS, f"{said}: what passing jobs print tells nothing of a failure"
    if hits / passing > WARN_ABOVE:
        return Grade.WARNING, said
    return Grade.FINE, said


def _found(signatures: Iterable[Signature], log: SearchedLog) -> list[Signature]:
    """Those whose patterns were all found somewhere: few, of the hundreds that a file may have."""
    found = {hit.pattern for hit in log.hits}
    return [one for one in signatures if found.issuperset(one.match.patterns)]


def _ids(failure: Failure, log: SearchedLog, signatures: Sequence[Signature]) -> tuple[str, ...]:
    """The ids of the signatures that match a failure, the most specific first.

    What is not known of the log's place is taken to be what each scope asks for.
    """
    origin = log.origin
    if None not in (origin.workflow, origin.job, origin.step, origin.branch):
        place = Place(origin.workflow or "", origin.job or "", origin.step or "", origin.branch or "")
        found = match_signatures(failure, place, signatures, log.hits)
        return tuple(one.signature.id for one in found)
    return tuple(
        one.id
        for one in signatures
        if match_signatures(failure, _assumed(one.scope, origin), (one,), log.hits)
    )


def _assumed(scope: Scope, origin: LogOrigin) -> Place:
    return Place(
        scope.workflow if origin.workflow is None else origin.workflow,
        scope.job if origin.job is None else origin.job,
        scope.step if origin.step is None else origin.step,
        scope.branch if origin.branch is None else origin.branch,
    )


def _is_in_scope(scope: Scope, origin: LogOrigin) -> bool:
    """Whether a job is one that the signature speaks of; a passing job has no failed step, test or file."""
    pairs = ((scope.workflow, origin.workflow), (scope.job, origin.job), (scope.branch, origin.branch))
    return all(not glob or text is None or fits(glob, text) for glob, text in pairs)


def _by_pattern(hits: Iterable[PatternHit]) -> dict[Pattern, list[PatternHit]]:
    found: dict[Pattern, list[PatternHit]] = {}
    for hit in hits:
        found.setdefault(hit.pattern, []).append(hit)
    return found
