"""A signature for an unrecognised failure: its most telling own line, without what varies in it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.classify.generic import is_generic
from bot.classify.noise import normalise
from bot.classify.signatures import Place, match_signatures
from bot.logs.redact import MASK
from bot.model.config import RepoConfig
from bot.model.failure import Failure, FailureKind, Status
from bot.model.inbox import Specimen, Unrecognised
from bot.model.signature import Match, Pattern, Scope, Signature
from bot.parsers._generic_words import TRIGGERS
from bot.repoconfig.lint import MIN_LITERALS, lint_signatures
from bot.repoconfig.literals import literal_length
from bot.triage.proposal import ProofEngine

# Letters that have to say what went wrong, beside names and places.
OWN_LETTERS = 8
# Without a test or a file to hold it, a pattern has to say more.
LONE_LITERALS, LONE_LETTERS = 20, 16
# A longer pattern is harder to review and no better.
MAX_PATTERN = 160
# One piece that is so long, and so much of the line, is enough: no expression is needed.
ALONE_LENGTH, ALONE_SHARE = 24, 0.5
# Of the patterns of one failure so many are compared by what else they match.
MOST_TRIED = 6
MAX_TITLE, MAX_GLOB, MAX_SLUG = 120, 500, 40

# What `normalise` puts in place of what varies, lists, whose order may, and what redaction left.
_VARIES = re.compile(rf"{re.escape(MASK)}|<[a-z]{{2,12}}>|#|\{{[^{{}}]*,[^{{}}]*\}}|\[[^\[\]]*,[^\[\]]*\]")
_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$])")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Paths, addresses, and files with their lines.
_PLACE = re.compile(r"\S*[/\\]\S*|\S+\.[a-z]{1,5}(?::\S*)?(?=[\s,;)]|$)")
# Words between words: beside a runner's own ("timed out after 2 s") they tell one failure from no other.
_LINKS = frozenset(("after", "before", "during", "for", "in", "of", "on", "than", "to", "until", "within"))
# A line of a stack trace tells the way, not the reason.
_FRAME = re.compile(r"^\W*(?:at|in|from)\b|:\d+:in\b|^\W*File \"")
# Marks that no sentence begins, or ends, with.
_BEGINS_NOTHING, _ENDS_NOTHING = " \t:;,.)]}>|│├└─✘✗×•-", " \t:;,([{<|│-"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A signature to paste, or why there is none."""

    group: Unrecognised
    signature: Signature | None = None
    why: str = ""


def suggest(groups: Sequence[Unrecognised], engine: ProofEngine, today: date) -> tuple[Suggestion, ...]:
    """A signature for each failure that passes lint, matches the failure and as few others as can be.

    Args:
        groups: unrecognised failures with their specimens.
        engine: compiles and tries patterns.
        today: the day on which they are added.
    """
    known = [one.specimen for one in groups if one.specimen is not None]
    return tuple(_suggest(one, known, engine, today) for one in groups)


def _suggest(group: Unrecognised, known: Sequence[Specimen], engine: ProofEngine, today: date) -> Suggestion:
    specimen = group.specimen
    if specimen is None:
        return Suggestion(group, why="no text of it is stored")
    if specimen.varies:
        return Suggestion(group, why="none of its lines stands there every time")
    if not specimen.lines:
        return Suggestion(group, why="the log shows no line of its own")
    tried: list[tuple[int, Signature]] = []
    for line, pattern in _patterns(specimen):
        signature = _signature(group, specimen, pattern, line, today)
        if not _holds(signature, specimen, engine, today):
            continue
        others = sum(matches(signature, one, engine) for one in known if one != specimen)
        tried.append((others, signature))
        if not others or len(tried) == MOST_TRIED:
            break
    if not tried:
        return Suggestion(group, why="its lines say too little: each could stand in another failure's log")
    if specimen.test and is_generic(specimen.message):
        # A test that the runner broke off: the words around it are the runner's, of any such test.
        said = specimen.message[:MAX_TITLE]
        return Suggestion(group, why=f"its message, {said!r}, says that it ended, not why")
    return Suggestion(group, min(tried, key=lambda one: one[0])[1])


def matches(signature: Signature, specimen: Specimen, engine: ProofEngine) -> bool:
    """Whether a signature describes a failure, as far as its specimen tells; its job and workflow fit."""
    if not specimen.lines:
        return False
    failure = _failure(specimen)
    place = Place(signature.scope.workflow, signature.scope.job, signature.scope.step, signature.scope.branch)
    patterns = [*signature.match.patterns, *([signature.match.absent] if signature.match.absent else [])]
    return bool(match_signatures(failure, place, (signature,), engine.find(patterns, specimen.lines)))


def _failure(specimen: Specimen) -> Failure:
    """The failure of a specimen: its own lines are all the lines there are."""
    known = {kind.value: kind for kind in FailureKind}
    return Failure(
        tool="",
        kind=known.get(specimen.kind, FailureKind.EXIT),
        status=Status.FAILED,
        test=specimen.test,
        message=specimen.message,
        log_line=1,
        extent=(1, len(specimen.lines)),
        file=specimen.file,
    )


def _holds(signature: Signature, specimen: Specimen, engine: ProofEngine, today: date) -> bool:
    config = RepoConfig(signatures=(signature,))
    wrong = any(one.severity != "notice" for one in lint_signatures(config, engine, is_generic, today))
    return not wrong and matches(signature, specimen, engine)


def _patterns(specimen: Specimen) -> Iterator[tuple[str, Pattern]]:
    """Patterns for a failure's lines, the most telling first."""
    named = specimen.test or specimen.file
    least, own = (MIN_LITERALS, OWN_LETTERS) if named else (LONE_LITERALS, LONE_LETTERS)
    ranked = sorted((*_rank(line, specimen), n, line) for n, line in enumerate(specimen.lines))
    for rank, _, _, line in ranked:
        if rank == _SILENT or is_generic(line):
            continue
        parts = stable_parts(line)
        while parts and not _own_words(parts[0], specimen):
            parts.pop(0)
        words = [word for part in parts for word in _own_words(part, specimen)]
        # What is not part of the message has to speak for itself.
        wanted = own if rank < _SPEAKS else LONE_LETTERS
        if sum(map(len, words)) < wanted or is_generic(" ".join(words)):
            continue
        for pattern in _of_parts(parts, specimen):
            if literal_length(pattern) >= least:
                yield line, pattern


# A line that is not part of the message and speaks of trouble, or does not even that.
_SPEAKS, _SILENT = 2, 3


def _rank(line: str, specimen: Specimen) -> tuple[int, int]:
    """What the message says comes first, and little else: it is the same each time, numbers and ids aside."""
    said, message = normalise(line), normalise(specimen.message)
    if len(message) >= MIN_LITERALS and message in said:
        return 0, len(said)
    if len(said) >= MIN_LITERALS and said in message:
        return 1, -len(said)
    speaks = TRIGGERS.search(line.lower()) and not _FRAME.search(line)
    return (_SPEAKS if speaks else _SILENT), 0


def stable_parts(line: str) -> list[str]:
    """The pieces of a line that stand there every time, as they are written, in their order.

    Each begins and ends with a whole word, or with a mark that belongs to one.
    """
    found, at = [], 0
    for piece in _VARIES.split(normalise(line)):
        for part in _verbatim(piece.strip(), line, at):
            start = line.index(part, at)
            at = start + len(part)
            whole = _whole_words(line, start, at)
            if _WORD.search(whole):
                found.append(whole)
    return found


def _whole_words(line: str, start: int, end: int) -> str:
    """What is left of a piece without the halves of words, and the marks, at its ends."""
    while start < end and line[start].isalnum() and start and line[start - 1].isalnum():
        start += 1
    while end > start and line[end - 1].isalnum() and end < len(line) and line[end].isalnum():
        end -= 1
    return line[start:end].lstrip(_BEGINS_NOTHING).rstrip(_ENDS_NOTHING)


def _verbatim(piece: str, line: str, at: int) -> Iterable[str]:
    """A piece as it stands in the line; where blanks or endings differ, as many words in a row as do."""
    if piece and piece.isprintable() and line.find(piece, at) >= 0:
        return (piece,)
    runs: list[str] = []
    current = ""
    for word in piece.split():
        longer = f"{current} {word}" if current else word
        if word.isprintable() and line.find(longer, at) >= 0:
            current = longer
            continue
        if current:
            runs.append(current)
            at = line.index(current, at) + len(current)
        current = word if word.isprintable() and line.find(word, at) >= 0 else ""
    return [*runs, current] if current else runs


def _own_words(part: str, specimen: Specimen) -> list[str]:
    """The words that say what went wrong: not the names of the test, nor places, which say where."""
    names = f"{specimen.test} {specimen.file}".lower()
    words = _WORD.findall(_PLACE.sub(" ", part))
    return [word for word in words if word.lower() not in names and word.lower() not in _LINKS]


def _of_parts(parts: Sequence[str], specimen: Specimen) -> Iterator[Pattern]:
    """The one piece that says most of it, then all of them."""
    weights = [sum(map(len, _own_words(part, specimen))) for part in parts]
    heaviest = max(range(len(parts)), key=lambda index: weights[index])
    alone = len(parts[heaviest]) >= ALONE_LENGTH and weights[heaviest] >= ALONE_SHARE * sum(weights)
    if len(parts) == 1 or alone:
        yield Pattern(_cut(parts[heaviest]))
    kept: list[str] = []
    for part in parts:
        if sum(map(len, kept)) + len(part) > MAX_PATTERN:
            break
        kept.append(part)
    if len(kept) > 1:
        yield Pattern(".*".join(_SPECIAL.sub(r"\\\1", part) for part in kept), is_regex=True)


def _cut(text: str) -> str:
    """Not too long, and not in the middle of a word."""
    if len(text) <= MAX_PATTERN:
        return text
    cut, _, _ = text[:MAX_PATTERN].rpartition(" ")
    return cut if len(cut) > MAX_PATTERN // 2 else text[:MAX_PATTERN]


def _signature(
    group: Unrecognised, specimen: Specimen, pattern: Pattern, line: str, today: date
) -> Signature:
    alone = len(group.jobs) == 1 and not group.more_jobs
    job = group.jobs[0] if alone else ""
    known = {kind.value: kind for kind in FailureKind}
    # What is no test is known by its kind and its file.
    kinds = () if specimen.test or specimen.kind not in known else (known[specimen.kind],)
    file = "" if specimen.test else specimen.file
    title = " ".join(specimen.message.split())[:MAX_TITLE] or f"unrecognised {specimen.kind}"
    return Signature(
        id=_name(specimen),
        title=title,
        match=Match((pattern,)),
        scope=Scope(job=_glob(job), test=_glob(specimen.test), file=_glob(file), kinds=kinds),
        added=today,
        examples_match=(line,),
    )


def _glob(name: str) -> str:
    """A name as a glob; one that is too long by its beginning."""
    return name if len(name) <= MAX_GLOB else name[: MAX_GLOB - 1] + "*"


def _name(specimen: Specimen) -> str:
    """An id that people recognise, and that no other failure has."""
    words = re.findall(r"[a-z0-9]+", (specimen.test or specimen.message).lower())
    slug = ""
    for word in reversed(words):
        longer = f"{word}-{slug}" if slug else word
        if len(longer) > MAX_SLUG:
            break
        slug = longer
    slug = slug or "-".join(words)[-MAX_SLUG:].strip("-") or specimen.kind
    return f"{slug}-{specimen.fingerprint[:6]}"
