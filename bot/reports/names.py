"""When two names are one test's: a runner's log and its report put containers together differently."""

import re
from collections.abc import Sequence

# Between containers: `a > b`, `a › b`, `a::b`, `a.b`, `a/b`, `a\b`, `a#b`, and blanks: some join with these.
_BETWEEN = re.compile(r"\s[>›»|]\s|::|[\s./\\#]")
# The end of a file's name stands in one of the two: `tests/test_tea.py::test_hot`, `tests.test_tea.test_hot`.
_EXTENSION = re.compile(
    r"\.(?:py|rb|php|go|rs|bats|(?:cy\.|spec\.|test\.)?[cm]?[jt]sx?|java|kt|exs?)(?=::|[/\\\s>›»|]|$)"
)
# `[It] pays`, `adds()`, `adds # in 21 ms`: what a runner adds to a name.
_MARKS = re.compile(r"^\[It\]\s|\(\)(?=$|\[|\s)|\s# in \d{1,9} ?m?s$")
# PHPUnit shows the values of a data set in a log alone.
_VALUES = re.compile(r"(\swith data set (?:\"[^\"\n]{0,300}\"|#\d{1,9})) \([^\n]*\)$")
# Longer names are cut by whoever printed them.
MAX_NAME = 10_000

Name = tuple[str, ...]


def parts_of(test: str) -> Name:
    """The parts of a test's name; two names with the same parts differ in their separators alone."""
    text = _VALUES.sub(r"\1", _MARKS.sub("", test[:MAX_NAME]))
    return tuple(part for part in _BETWEEN.split(_EXTENSION.sub(" ", text)) if part and part not in ">›»|")


def ends_with(long: Name, short: Name) -> bool:
    """Whether the shorter name is the end of the longer one: the same test with fewer containers."""
    return bool(short) and len(short) <= len(long) and long[len(long) - len(short) :] == short


def pair_up(ours: Sequence[Name], theirs: Sequence[Name]) -> dict[int, int]:
    """Pair names of one list with those of the other, as indices; each is used once.

    Equal names first, in their order; then a name that is the end of exactly one other, and the other way
    round. A name that fits two is left alone: nobody knows which one is meant.
    """
    pairs: dict[int, int] = {}
    waiting: dict[Name, list[int]] = {}
    for index, name in enumerate(theirs):
        waiting.setdefault(name, []).append(index)
    for index, name in enumerate(ours):
        if name and waiting.get(name):
            pairs[index] = waiting[name].pop(0)
    taken = set(pairs.values())
    left_ours = [index for index in range(len(ours)) if index not in pairs and ours[index]]
    left_theirs = [index for index in range(len(theirs)) if index not in taken and theirs[index]]
    return pairs | _pair_ends(ours, theirs, left_ours, left_theirs)


def _pair_ends(
    ours: Sequence[Name], theirs: Sequence[Name], left_ours: list[int], left_theirs: list[int]
) -> dict[int, int]:
    """Pairs by their ends; only names with the same last part are compared: many tests cost little."""
    by_last: dict[str, list[int]] = {}
    for index in left_theirs:
        by_last.setdefault(theirs[index][-1], []).append(index)
    fits: dict[int, list[int]] = {}
    back: dict[int, int] = {}
    for mine in left_ours:
        for other in by_last.get(ours[mine][-1], ()):
            if ends_with(theirs[other], ours[mine]) or ends_with(ours[mine], theirs[other]):
                fits.setdefault(mine, []).append(other)
                back[other] = back.get(other, 0) + 1
    return {mine: found[0] for mine, found in fits.items() if len(found) == 1 and back[found[0]] == 1}
