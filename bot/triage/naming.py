"""Which failure the words of `/retriage not-flake` name, and which of the words are the reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.classify.causes import EXCUSED, NO_CAUSE
from bot.commands import QUOTES
from bot.report.replies import find_failures
from bot.triage.labels import Placed

# A shorter word stands in too many names; it names something only where it is the whole name.
MIN_PART = 4
# More words than this are not looked at for a name; of a longer one its beginning is enough.
MOST_WORDS = 40
# Begins a reason; in front of all other words it says that no name is given.
BECAUSE = "because"
_BEFORE_A_REASON = " ,.:;-–—"


@dataclass(frozen=True, slots=True)
class Named:
    """One failure, in every job that has it, or all those of one signature; and why, untrusted."""

    failures: tuple[Placed, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """The words name none (`found` empty) or several; `known` are those that could be meant, once each."""

    words: str
    found: tuple[Placed, ...]
    known: tuple[Placed, ...]


def name_failures(failures: Sequence[Placed], text: str, disputed: Collection[str] = ()) -> Named | Unclear:
    """Read the words behind `not-flake`: a name and a reason, both of which may be left out.

    A name in quotes ends with its quote; without quotes it is as many of the first words as name something:
    a signature's id, a test or a part of it, else a part of a job's name or of a message. Without a name the
    only failure that is excused is meant.

    Args:
        failures: as the ladder sees them when nobody disputes anything.
        text: the words, untrusted.
        disputed: subjects that are disputed already: without a name they are not meant.
    """
    known = [one for one in failures if one.subject and one.judged.verdict.verdict not in NO_CAUSE]
    words = " ".join(text.split())
    if not words or words.split()[0].casefold().rstrip(_BEFORE_A_REASON) == BECAUSE:
        excused = [one for one in known if one.judged.verdict.verdict in EXCUSED]
        left = [one for one in excused if one.subject not in disputed]
        return _one_of(left, known, "", _reason(words))
    readings = [(name, reason, _find(known, name)) for name, reason in _readings(words)]
    # First a name that ends where a word ends: the I of `hash chain I broke it` is not that of `integrity`.
    for whole in (True, False):
        for name, reason, named in readings:
            found = [one for one in named if not whole or _ends_a_word(one, name)]
            if found:
                return _one_of(found, known, name, _reason(reason))
    return Unclear(words, (), _once(known))


def _readings(words: str) -> list[tuple[str, str]]:
    """Every way to cut the words into a name and a reason, the longest name first."""
    for quote in QUOTES:
        if words.startswith(quote) and quote in words[1:]:
            name, _, reason = words[1:].partition(quote)
            return [(name.strip(), reason)]
    parts = words.split(" ")
    sizes = range(min(len(parts), MOST_WORDS), 0, -1)
    return [(" ".join(parts[:size]).rstrip(",:;"), " ".join(parts[size:])) for size in sizes]


def _find(known: Sequence[Placed], name: str) -> list[Placed]:
    asked = name.casefold()
    by_id = [one for one in known if asked and _signature(one) == asked]
    if by_id:
        return by_id
    found = find_failures([one.judged for one in known], name)
    if len(asked) < MIN_PART:
        found = [one for one in found if one.verdict.failure.test.casefold() == asked]
    chosen = {id(one) for one in found}
    named = [one for one in known if id(one.judged) in chosen]
    # Who disputes means what was excused.
    return [one for one in named if one.judged.verdict.verdict in EXCUSED] or named


def _ends_a_word(one: Placed, name: str) -> bool:
    failure, asked = one.judged.verdict.failure, name.casefold()
    texts = (failure.test, one.judged.job, failure.message, _signature(one))
    behind = (text.casefold().partition(asked) for text in texts)
    return any(found and not rest[:1].isalnum() for _, found, rest in behind)


def _one_of(found: Sequence[Placed], known: Sequence[Placed], name: str, reason: str) -> Named | Unclear:
    """One failure in several jobs is one; so are all that the named signature matched."""
    if found and name and all(_signature(one) == name.casefold() for one in found):
        return Named(tuple(found), reason)
    subjects = {one.subject for one in found}
    if len(subjects) == 1:
        return Named(tuple(one for one in known if one.subject in subjects), reason)
    return Unclear(name, _once(found), _once(known))


def _reason(words: str) -> str:
    """A reason without the word that begins it."""
    text = words.strip(" ").lstrip(_BEFORE_A_REASON)
    first, _, rest = text.partition(" ")
    return rest.lstrip(_BEFORE_A_REASON) if first.casefold().rstrip(",:") == BECAUSE else text


def _once(failures: Sequence[Placed]) -> tuple[Placed, ...]:
    return tuple({one.subject: one for one in reversed(failures)}.values())[::-1]


def _signature(one: Placed) -> str:
    signature = one.judged.verdict.signature
    return signature.id.casefold() if signature else ""
