"""What is wrong with signatures that can be read: they would match too much, nothing, or the wrong thing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from bot.model.config import Problem, RepoConfig
from bot.model.life import REMOVE, suggestion
from bot.model.signature import Match, Pattern, Signature
from bot.repoconfig.literals import literal_length

# Fewer would be found in any log (DESIGN section 4).
MIN_LITERALS = 12
NO_HITS: Mapping[str, date] = {}


class Refusal(Protocol):
    """A pattern that the engine does not take, and why."""

    @property
    def pattern(self) -> Pattern:
        """The pattern."""

    @property
    def message(self) -> str:
        """Why not."""


class Engine(Protocol):
    """What this needs of the pattern engine; `bot.ports.PatternEngine` is one."""

    def problems(self, patterns: tuple[Pattern, ...]) -> Sequence[Refusal]:
        """Patterns that it does not take."""

    def found(self, pattern: Pattern, text: str) -> bool:
        """Whether the pattern is found in one line."""


def lint_signatures(
    config: RepoConfig,
    engine: Engine,
    is_generic: Callable[[str], bool],
    today: date,
    packs: Sequence[Signature] = (),
    known: Sequence[Problem] = (),
    *,
    last_hits: Mapping[str, date] = NO_HITS,
) -> tuple[Problem, ...]:
    """Find what is wrong with a configuration's signatures.

    Args:
        config: as `parse_own` or `draft_own` gave it.
        engine: compiles patterns and tries them on examples.
        is_generic: says of a line that it could stand in any failed log.
        today: for signatures that have expired.
        packs: signatures of the packs in use: their ids are taken.
        known: what is wrong with the files themselves: what a signature with a mistake aims at is open.
        last_hits: when signatures matched last, by id, as far as history is known.

    Returns:
        Errors and warnings (`severity`), in the order of the file.
    """
    patterns = tuple(pattern for one in config.signatures for pattern in _patterns(one))
    refused = {refusal.pattern: refusal.message for refusal in engine.problems(patterns)}
    taken = {one.id.lower(): one for one in packs}
    aims: dict[object, Signature] = {}
    doubtful = _doubtful(config.signatures, known)
    found: list[Problem] = []
    for signature in config.signatures:
        found += _names(signature, taken)
        if signature not in doubtful:
            found += _twins(signature, aims)
        found += _widths(signature, is_generic)
        found += _dates(signature, today, last_hits.get(signature.id))
        found += _refused(signature, refused) or _examples(signature, engine, is_generic)
    return tuple(found)


_SYNTAX = "see https://github.com/google/re2/wiki/Syntax"


def _patterns(signature: Signature) -> tuple[Pattern, ...]:
    absent = signature.match.absent
    return signature.match.patterns if absent is None else (*signature.match.patterns, absent)


def _error(signature: Signature, key: str, message: str, fix: str = "", severity: str = "error") -> Problem:
    """A finding at a part of a signature, or at its entry when that part is not there."""
    line, column = place_of(signature, key)
    return Problem(signature.source, line, column, f"{signature.id}: {message}", fix, severity)


def place_of(signature: Signature, key: str) -> tuple[int, int]:
    """Line and column of a part of a signature; of its entry when that part is not there."""
    found = ((mark.line, mark.column) for mark in signature.marks if mark.key == key)
    return next(found, (signature.source_line, 1))


def _doubtful(signatures: Sequence[Signature], known: Sequence[Problem]) -> list[Signature]:
    """Signatures in whose lines something is wrong: the one that begins last before it."""
    found: dict[tuple[str, int], Signature] = {}
    for problem in known:
        before = [s for s in signatures if s.source == problem.file and s.source_line <= problem.line]
        if before:
            last = max(before, key=lambda one: one.source_line)
            found[last.source, last.source_line] = last
    return list(found.values())


def _twins(signature: Signature, aims: dict[object, Signature]) -> Iterator[Problem]:
    """An entry that can never be the one that matches."""
    same = aims.setdefault((signature.match, signature.scope), signature)
    if same is not signature:
        message = f"it is shadowed by {same.id}: same match, same scope"
        yield _error(signature, "match", message, "remove one of the two")


def _names(signature: Signature, taken: dict[str, Signature]) -> Iterator[Problem]:
    """Ids that are there twice or belong to a pack."""
    first = taken.setdefault(signature.id.lower(), signature)
    fix = "give it an id of its own"
    if first is not signature and not first.source_line:
        yield _error(signature, "id", f"the id is shadowed: the {first.source} has it", fix)
    elif first is not signature:
        line, column = place_of(first, "id")
        where = f"line {line}" if first.source == signature.source else f"{first.source}:{line}:{column}"
        yield _error(signature, "id", f"the id stands in {where} already", fix)


def _widths(signature: Signature, is_generic: Callable[[str], bool]) -> Iterator[Problem]:
    """Patterns that would match too much."""
    for pattern in signature.match.patterns:
        if pattern.is_regex and _bare(pattern.text):
            yield _error(signature, "match", "a bare `.*` matches every line", "write what the line says")
        elif not pattern.is_regex and is_generic(pattern.text):
            fix = "match the line that says why"
            yield _error(signature, "match", "this line stands in any failed log", fix)
    if (longest := max(map(literal_length, signature.match.patterns))) < MIN_LITERALS:
        shown = f"{longest} character{'' if longest == 1 else 's'}"
        message = f"it pins down {shown}, at least {MIN_LITERALS} are needed"
        yield _error(signature, "match", message, "match more of the line")


def _bare(expression: str) -> bool:
    """Nothing but wildcards, anchors and groups around them."""
    return not expression.replace(".*?", "").replace(".*", "").replace(".+", "").strip("^$()?: ")


def _refused(signature: Signature, refused: Mapping[Pattern, str]) -> list[Problem]:
    own = [pattern for pattern in _patterns(signature) if pattern in refused]
    return [_error(signature, "match", f"the pattern is refused: {refused[one]}", _SYNTAX) for one in own]


def _dates(signature: Signature, today: date, last_hit: date | None) -> Iterator[Problem]:
    """What to look at again: a suggestion alone while nobody wrote a date down."""
    found = suggestion(signature, today, last_hit)
    if found and signature.expires is not None:
        yield _error(signature, "expires", found, REMOVE, "warning")
    elif found:
        yield _error(signature, "added", found, REMOVE, "notice")


def _examples(signature: Signature, engine: Engine, is_generic: Callable[[str], bool]) -> Iterator[Problem]:
    """The examples that stand beside the pattern have to prove it."""
    if not signature.examples_match and not any(one.matches for one in signature.example_files):
        fix = 'add `examples: {match: ["…"]}` with a line of a real log'
        yield _error(signature, "id", "it has no example that it must match", fix, "warning")
    for number, example in enumerate(signature.examples_match, start=1):
        hits = match_lines(signature.match, example.splitlines(), engine.found)
        key = f"match {number}"
        if hits is None:
            fix = "mend the pattern or the example"
            yield _error(signature, key, f"example {number} of `match` does not match", fix)
        elif any(is_generic(line) for line in hits):
            fix = "use a telling line"
            yield _error(signature, key, f"example {number} of `match` is a line of any failed log", fix)
    for number, example in enumerate(signature.examples_no_match, start=1):
        if match_lines(signature.match, example.splitlines(), engine.found) is not None:
            message = f"example {number} of `no_match` matches"
            yield _error(signature, f"no_match {number}", message, "make the pattern narrower")


def match_lines(
    match: Match, lines: Sequence[str], found: Callable[[Pattern, str], bool]
) -> tuple[str, ...] | None:
    """Try a match on the lines of an example; give the line of each pattern, or `None`."""
    at, hits = 0, []
    for pattern in match.patterns:
        number = next((n for n in range(at, len(lines)) if found(pattern, lines[n])), None)
        if number is None:
            return None
        hits.append(lines[number])
        at = number
    last = _last(match.patterns[-1], lines, found)
    absent = match.absent
    if absent is not None and any(found(absent, line) for line in lines[last + 1 :]):
        return None
    return tuple(hits)


def _last(pattern: Pattern, lines: Iterable[str], found: Callable[[Pattern, str], bool]) -> int:
    return max(number for number, line in enumerate(lines) if found(pattern, line))
