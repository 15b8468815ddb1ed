"""What a pull request adds, by its diff: a text that it writes itself is no evidence that excuses it.

Anybody who opens a pull request can let a failing test say what a known flake says. What tells the two apart
is where the words come from (docs/adr/0020-own-words.md).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.classify.ages import plain
from bot.classify.touched import may_be
from bot.model.failure import Failure
from bot.model.run import MOST_CHANGED_FILES, ChangedFile

# Only letters are compared: quotes, joints, numbers and spaces differ between a source and what it prints. So
# many letters in a row are a piece of a sentence, not a word that any program has.
RUN = 8
# Of a text's letters this share must stand in what is added; what is put in at run time need not.
SHARE = 0.6
# A text of fewer letters is nobody's.
MIN_LETTERS = 12
# Longer lines are compared by their beginning.
MAX_LETTERS = 300
# Beyond this many letters, a novel, nothing is looked for, and nothing is excused.
MAX_ADDED = 600_000

_HUNK = re.compile(r"^@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@")
# Escapes of a source that are one character of what it prints; colours are none.
_COLOUR = re.compile(r"(?:\\(?:x1[bB]|u001[bB]|u\{1[bB]\}|033|e)|\x1b)\[[\d;]{0,20}m")
_CODE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})")
_ESCAPE = re.compile(r"\\[abefnrtv0]")
_VERB = re.compile(r"%[-+ #0]{0,3}\d{0,3}(?:\.\d{1,3})?(?:l{0,2}|h)[sdvqfxXegtTpciur]\b")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,2000})"|\'((?:[^\'\\]|\\.){0,2000})\'|`([^`]{0,2000})`')
_PUT_IN = re.compile(r"[$#]?\{[^{}]{0,200}\}|\$\([^()]{0,200}\)|\\\([^()]{0,200}\)|\$\w{1,60}")
_MAX_CODE = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Added:
    """The lines that a pull request adds.

    Attributes:
        letters: path and letters of each file's added lines; a stretch of lines ends with a line break.
        lines: by path, the numbers of the added lines.
        unseen: why it is not known what is added, for people; empty when all of it is.
    """

    letters: tuple[tuple[str, str], ...] = ()
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    unseen: str = ""


def added_by(changed: Iterable[ChangedFile], unseen: str = "") -> Added:
    """Read what a pull request adds out of its files' patches, in git's unified form.

    Args:
        changed: the files that it changes.
        unseen: why they are not known, for people; empty when they are.
    """
    files = tuple(changed)
    letters: list[tuple[str, str]] = []
    lines: dict[str, frozenset[int]] = {}
    hidden = [one.path for one in files if one.hidden]
    size = 0
    for one in files:
        passages = list(_passages(one.patch))
        spoken = "\n".join(text for passage in passages for text in _spoken([text for _, text in passage]))
        size += len(spoken)
        letters.append((one.path, spoken))
        lines[one.path] = frozenset(number for passage in passages for number, _ in passage)
    if unseen:
        return Added(unseen=unseen)
    if len(files) >= MOST_CHANGED_FILES:
        unseen = f"it changes {len(files):,} files or more, of which GitHub shows no more"
    elif hidden:
        unseen = f"GitHub does not show what it adds to {_names(hidden)}"
    elif size > MAX_ADDED:
        unseen, letters = "it adds too much to look through", []
    return Added(tuple(letters), lines, unseen)


def whole_file(text: str) -> str:
    """A patch that adds a whole file: what is not known to be old may be new."""
    lines = text.splitlines()
    return "\n".join([f"@@ -0,0 +1,{len(lines)} @@", *(f"+{line}" for line in lines)])


def writes(added: Added, text: str) -> str:
    """The file in which a pull request adds this text, whatever is put into it at run time; else empty."""
    return _writer(added.letters, letters_of(text)[:MAX_LETTERS])


# Several rungs ask the same of one failure. Few answers are kept: each holds on to a diff.
@lru_cache(maxsize=8)
def _writer(letters: tuple[tuple[str, str], ...], wanted: str) -> str:
    spare = int((1 - SHARE) * len(wanted))
    if len(wanted) < MIN_LETTERS or _missing(wanted, [one for _, one in letters], spare) > spare:
        return ""
    return min(letters, key=lambda one: _missing(wanted, (one[1],), len(wanted)))[0]


def adds_line(added: Added, failure: Failure) -> str:
    """The file in which a pull request adds the very line that a failure names; else empty."""
    path = failure.file.removeprefix("./")
    if not path or not failure.line:
        return ""
    return next(
        (
            one
            for one, numbers in added.lines.items()
            if failure.line in numbers and may_be(path, failure.suite, one)
        ),
        "",
    )


def letters_of(text: str) -> str:
    """The letters alone, in lower case."""
    return "".join(char for char in text if char.isalpha()).lower()


def _missing(wanted: str, spoken: Sequence[str], most: int) -> int:
    """How many letters stand in no run of `RUN` that is added; counted until they are more than `most`."""
    missing = reached = 0
    for at in range(len(wanted) - RUN + 1):
        piece = wanted[at : at + RUN]
        if any(piece in one for one in spoken):
            missing += max(0, at - reached)
            reached = at + RUN
        elif at - reached + missing > most:
            break
    return missing + len(wanted) - reached


def _passages(patch: str) -> Iterator[list[tuple[int, str]]]:
    """Stretches of added lines with their numbers in the new file."""
    number, passage = 0, list[tuple[int, str]]()
    for line in patch.split("\n"):
        if line.startswith("+") and number:
            passage.append((number, line[1:]))
            number += 1
            continue
        if line.startswith(("-", "\\")):
            # What is taken away in between does not part what is added.
            continue
        if passage:
            yield passage
            passage = []
        hunk = _HUNK.match(line)
        number = int(hunk[1]) if hunk else number + 1
    if passage:
        yield passage


def _spoken(lines: list[str]) -> Iterator[str]:
    """The letters that a stretch of lines may print: all of it, and its quoted texts alone."""
    plain = [_ESCAPE.sub(" ", _CODE.sub(_decoded, _COLOUR.sub("", line))) for line in lines]
    yield letters_of(_VERB.sub(" ", " ".join(plain)))
    quoted = [next(filter(None, found), "") for line in plain for found in _QUOTED.findall(line)]
    yield letters_of(_PUT_IN.sub(" ", _VERB.sub(" ", " ".join(quoted))))


def _decoded(found: re.Match[str]) -> str:
    code = int(next(filter(None, found.groups()), "20"), 16)
    return chr(code) if code <= _MAX_CODE else " "


def _names(paths: list[str]) -> str:
    first = plain(paths[0])
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1:,} more"
