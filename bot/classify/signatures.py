"""Which signatures match a failure: in its own lines, in its own place, on lines that say something."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.classify.generic import is_generic
from bot.classify.globs import fits, literal_size
from bot.model.failure import Failure
from bot.model.signature import Match, Pattern, PatternHit, Scope, Signature


@dataclass(frozen=True, slots=True)
class Place:
    """Where a failure happened.

    Attributes:
        workflow: the workflow's name.
        job: the job's full name.
        step: the step that failed; empty when unknown.
        branch: the branch the change is meant for: a contributor chooses the name of the other one.
    """

    workflow: str = ""
    job: str = ""
    step: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class SignatureMatch:
    """A signature and the lines it was found on, one per pattern, in order."""

    signature: Signature
    hits: tuple[PatternHit, ...]


def match_signatures(
    failure: Failure, place: Place, signatures: Iterable[Signature], hits: Sequence[PatternHit]
) -> tuple[SignatureMatch, ...]:
    """Find the signatures that describe this failure, the most specific first.

    All patterns of a signature must be found inside of `failure.extent`, in order, on lines that are neither
    generic nor source shown beside what failed; its `absent` must not follow them there; every glob of its
    scope must fit. A signature is given whatever its status and its date: what follows from them is the
    ladder's business.
    """
    first, last = failure.extent
    inside: dict[Pattern, list[PatternHit]] = {}
    for hit in hits:
        if first <= hit.line <= last and not _is_listed(hit, failure):
            inside.setdefault(hit.pattern, []).append(hit)
    matches = []
    for signature in signatures:
        if not in_scope(signature.scope, failure, place):
            continue
        found = find_match(signature.match, inside)
        if found:
            matches.append(SignatureMatch(signature, found))
    return tuple(sorted(matches, key=_rank))


# A numbered line of source, as Jest, Vitest, Cypress and Playwright print around the one that failed; that
# one has a `>` in front, or the failure's own number: https://babeljs.io/docs/babel-code-frame
_NUMBERED = re.compile(r"\s*(\d{1,7})\s*[|│](?:\s|$)")


def _is_listed(hit: PatternHit, failure: Failure) -> bool:
    """Whether a line only shows source beside what failed: an error that is written there did not happen."""
    if any(first <= hit.line <= last for first, last in failure.listed):
        return True
    numbered = _NUMBERED.match(hit.text) if failure.test else None
    return numbered is not None and int(numbered[1]) != failure.line


def in_scope(scope: Scope, failure: Failure, place: Place) -> bool:
    """Whether a failure at this place is one that the signature may explain."""
    if scope.kinds and failure.kind not in scope.kinds:
        return False
    pairs = (
        (scope.workflow, place.workflow),
        (scope.job, place.job),
        (scope.step, place.step),
        (scope.branch, place.branch),
    )
    if scope.file and not any(fits(scope.file, path) for path in _paths(failure)):
        return False
    if scope.test and not (fits(scope.test, failure.test) or fits(scope.test, failure.known_as)):
        return False
    return all(not glob or fits(glob, text) for glob, text in pairs)


def _paths(failure: Failure) -> tuple[str, ...]:
    """The failure's file as the log shows it and, where that is a bare name, below its package, too."""
    bare = failure.file and "/" not in failure.file and "/" in failure.suite
    return (failure.file, f"{failure.suite}/{failure.file}") if bare else (failure.file,)


def find_match(match: Match, inside: Mapping[Pattern, Sequence[PatternHit]]) -> tuple[PatternHit, ...]:
    """The hits that fulfil a match, one per pattern; empty when they do not.

    Of the last pattern the last hit counts: what was mended later, as `absent` tells, is no failure.
    """
    chain: list[PatternHit] = []
    for pattern in match.patterns:
        after = chain[-1].line if chain else 0
        found = next((hit for hit in _telling(inside, pattern) if hit.line >= after), None)
        if found is None:
            return ()
        chain.append(found)
    if not chain:
        return ()
    chain[-1] = _telling(inside, match.patterns[-1])[-1]
    absent = match.absent
    if absent is not None and any(hit.line > chain[-1].line for hit in inside.get(absent, ())):
        return ()
    return tuple(chain)


# A line of a configuration that was printed names a failure; it is none.
_ENTRY = re.compile(
    r"\s*(?:- )?\{?\s*(?:(?:examples|match)\s*:\s*\{\s*)?(?:contains|regex|lines|absent|(?:no_)?match)\s*:"
)


def _telling(inside: Mapping[Pattern, Sequence[PatternHit]], pattern: Pattern) -> list[PatternHit]:
    """Hits on lines that say something, in the order of the log."""
    hits = (hit for hit in inside.get(pattern, ()) if not is_generic(hit.text) and not _ENTRY.match(hit.text))
    return sorted(hits, key=lambda hit: hit.line)


def _rank(match: SignatureMatch) -> tuple[int, int, int, str]:
    """The narrowest scope first, then the longest patterns; the id decides between equals."""
    scope = match.signature.scope
    globs = [scope.workflow, scope.job, scope.step, scope.test, scope.file, scope.branch]
    narrow = sum(bool(glob) for glob in globs)
    named = sum(map(literal_size, globs))
    length = sum(len(pattern.text) for pattern in match.signature.match.patterns)
    return (-narrow, -named, -length, match.signature.id)
