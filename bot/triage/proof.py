"""Tries a signature on its examples, in the way in which it is tried on failures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.classify.signatures import Place, find_match, match_signatures
from bot.model.config import Problem
from bot.model.failure import Failure
from bot.model.reading import Reading
from bot.model.signature import ExampleFile, Pattern, PatternHit, Signature
from bot.repoconfig.lint import place_of
from bot.triage.reading import patterns_of


class Finder(Protocol):
    """What this needs of the pattern engine."""

    def find(self, patterns: Sequence[Pattern], lines: Sequence[str]) -> tuple[PatternHit, ...]:
        """All patterns in all lines, numbered from 1."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One example and what came of it.

    Attributes:
        signature: whose example it is.
        matches: it stands under `match`, not under `no_match`.
        name: its number in the list, or its file.
        holds: it matched, or not, as it should.
        hits: the lines that were matched.
        line: where it stands in the configuration, from 1; 0 in a pack.
        column: likewise.
    """

    signature: Signature
    matches: bool
    name: str
    holds: bool
    hits: tuple[PatternHit, ...]
    line: int
    column: int

    @property
    def said(self) -> str:
        """What is wrong, in a sentence."""
        key = "match" if self.matches else "no_match"
        if self.matches:
            return f"example {self.name} of `{key}` does not match"
        numbers = ", ".join(str(hit.line) for hit in self.hits)
        return f"example {self.name} of `{key}` matches in its line {numbers}"

    @property
    def problem(self) -> Problem:
        """The same with its place, and what to do."""
        fix = "mend the pattern or the example" if self.matches else "make the pattern narrower"
        message = f"{self.signature.id}: {self.said}"
        return Problem(self.signature.source, self.line, self.column, message, fix)


def try_texts(signature: Signature, engine: Finder) -> tuple[Tried, ...]:
    """Try the examples that stand in the configuration: each is a failure's own lines."""
    found = []
    for matches, texts in ((True, signature.examples_match), (False, signature.examples_no_match)):
        for number, text in enumerate(texts, start=1):
            hits = find_in(signature, text.splitlines(), engine)
            line, column = place_of(signature, f"{'match' if matches else 'no_match'} {number}")
            holds = bool(hits) == matches
            found.append(Tried(signature, matches, str(number), holds, hits, line, column))
    return tuple(found)


def find_in(signature: Signature, lines: Sequence[str], engine: Finder) -> tuple[PatternHit, ...]:
    """The lines that fulfil a signature's match; generic ones support none, as in a report."""
    inside: dict[object, list[PatternHit]] = {}
    for hit in engine.find(patterns_of((signature,)), lines):
        inside.setdefault(hit.pattern, []).append(hit)
    return find_match(signature.match, {hits[0].pattern: hits for hits in inside.values()})


def try_file(signature: Signature, file: ExampleFile, reading: Reading) -> Tried:
    """Try an example that is a job's log: some failure in it must match, or none."""
    hits = next(iter(matched(signature, reading).values()), ())
    return Tried(signature, file.matches, file.path, bool(hits) == file.matches, hits, file.line, file.column)


def matched(signature: Signature, reading: Reading) -> Mapping[Failure, tuple[PatternHit, ...]]:
    """The failures of a log that a signature explains.

    A log does not name its workflow, job, step and branch: they are taken to be what the scope asks for.
    """
    scope = signature.scope
    place = Place(scope.workflow, scope.job, scope.step, scope.branch)
    found = {}
    for failure in reading.failures:
        for match in match_signatures(failure, place, (signature,), reading.hits):
            found[failure] = match.hits
    return found
