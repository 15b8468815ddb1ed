"""Candidates by Hyperscan: thousands of expressions in one pass, at the speed of memory.

Native code over hostile text: it runs in a child process alone. https://intel.github.io/hyperscan/dev-reference/
"""

import hashlib
import platform
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import hyperscan

from bot.scan.candidates import FilterCandidates

# Compiling is super-linear in the number of expressions that are no literals (DEPENDENCIES 1.4).
SHARD = 500
_EVERY = hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_UTF8
_ONCE = _EVERY | hyperscan.HS_FLAG_SINGLEMATCH
_LITERAL = re.compile(r"(?:[^\\^$.|?*+()\[\]{}]|\\[^A-Za-z0-9])+")
# An expression that ends at every character has told enough of a line by then.
_MOST_PLACES = 20_000


class HyperscanCandidates:
    """`Candidates` on Hyperscan.

    Args:
        expressions: rewritten, each valid in RE2; what Hyperscan does not take is left to RE2.
        cache: a folder for serialized databases, keyed by their content; `None` compiles anew.
        once: prepare for `possible`, else for `places`: the automata differ.
    """

    def __init__(self, expressions: Sequence[str], cache: Path | None = None, *, once: bool = True) -> None:
        flags = _ONCE if once else _EVERY
        self._databases: list[hyperscan.Database] = []
        refused: list[int] = []
        for ids in _shards(expressions):
            texts = [expressions[index].encode() for index in ids]
            database = _load(texts, ids, flags, cache)
            if database is None:
                taken, bad = _sort_out(texts, ids, flags)
                refused += bad
                database = _compile([expressions[index].encode() for index in taken], taken, flags)
            if database is not None:
                self._databases.append(database)
        self._refused = refused
        self._rest = FilterCandidates([expressions[index] for index in refused]) if refused else None

    def possible(self, text: bytes) -> Sequence[int]:
        """Scan once per shard."""
        found: set[int] = set()

        def note(index: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            found.add(index)

        for database in self._databases:
            database.scan(text, match_event_handler=note)
        if self._rest is not None:
            found.update(self._refused[index] for index in self._rest.possible(text))
        return sorted(found)

    def places(self, text: bytes) -> Sequence[tuple[int, int]]:
        """Scan for every match."""
        found = [place for database in self._databases for place in _places(database, text, 0)]
        if self._rest is not None:
            found += [(offset, self._refused[index]) for offset, index in self._rest.places(text)]
        return sorted(found)


def _places(database: "hyperscan.Database", text: bytes, at: int) -> list[tuple[int, int]]:
    """Scan text that begins at an offset, by halves where too much is found: every line has its say."""
    found: list[tuple[int, int]] = []

    def note(index: int, _start: int, end: int, _flags: int, _context: object) -> bool:
        found.append((at + end - 1, index))
        return len(found) >= _MOST_PLACES

    with suppress(hyperscan.ScanTerminated):
        database.scan(text, match_event_handler=note)
    if len(found) < _MOST_PLACES:
        return found
    half = text.rfind(b"\n", 0, len(text) // 2) + 1 or text.find(b"\n") + 1
    if not 0 < half < len(text):
        return found
    return _places(database, text[:half], at) + _places(database, text[half:], at + half)


def _shards(expressions: Sequence[str]) -> Iterator[list[int]]:
    """Put expressions together by number: literals all at once, since their automaton stays small."""
    literal = [index for index, text in enumerate(expressions) if _LITERAL.fullmatch(text)]
    others = sorted(set(range(len(expressions))) - set(literal))
    if literal:
        yield literal
    for first in range(0, len(others), SHARD):
        yield others[first : first + SHARD]


def _compile(texts: Sequence[bytes], ids: Sequence[int], flags: int) -> "hyperscan.Database | None":
    """Compile expressions together; `None` when one of them is refused, or there are none."""
    if not texts:
        return None
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(expressions=texts, ids=ids, elements=len(texts), flags=[flags] * len(texts))
    except hyperscan.error:
        return None
    return database


def _sort_out(texts: Sequence[bytes], ids: Sequence[int], flags: int) -> tuple[list[int], list[int]]:
    """Tell the ids that Hyperscan takes from those that it refuses, by halves."""
    if _compile(texts, ids, flags) is not None:
        return list(ids), []
    if len(ids) == 1:
        return [], list(ids)
    half = len(ids) // 2
    good, bad = _sort_out(texts[:half], ids[:half], flags)
    more, worse = _sort_out(texts[half:], ids[half:], flags)
    return good + more, bad + worse


def _load(
    texts: Sequence[bytes], ids: Sequence[int], flags: int, cache: Path | None
) -> "hyperscan.Database | None":
    """Take a database out of the cache; compile it and put it there when it is not in it."""
    if cache is None:
        return _compile(texts, ids, flags)
    key = hashlib.sha256(
        repr((getattr(hyperscan, "__version__", ""), platform.processor(), flags, texts, ids)).encode()
    )
    file = cache / f"{key.hexdigest()}.hs"
    with suppress(OSError, hyperscan.error):
        found = hyperscan.loadb(file.read_bytes(), hyperscan.HS_MODE_BLOCK)
        found.scratch = hyperscan.Scratch(found)
        return found
    database = _compile(texts, ids, flags)
    if database is not None:
        with suppress(OSError):
            cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = file.with_suffix(f".{id(database):x}")
            fresh.write_bytes(hyperscan.dumpb(database))
            fresh.replace(file)
    return database
