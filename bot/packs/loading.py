"""Reads the pack files that lie beside this module."""

import functools
from collections.abc import Iterable
from importlib.resources import files

import msgspec
import yaml

from bot.errors import TellUser
from bot.model.config import BUILT_IN_PACKS as PACKS
from bot.model.failure import FailureKind
from bot.model.signature import Match, Pattern, Scope, Signature, SignatureKind


class _Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly one of the first three, as in a repository's configuration."""

    contains: str = ""
    regex: str = ""
    lines: tuple[str, ...] = ()
    absent: str = ""


class _Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pack knows no names of jobs; it always says which kinds of failure it may explain."""

    kinds: tuple[FailureKind, ...]


class _Examples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    match: tuple[str, ...]
    no_match: tuple[str, ...]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of a repository's configuration (DESIGN section 4), and why it is surely infrastructure."""

    id: str
    title: str
    why: str
    match: _Match
    scope: _Scope
    cause: str
    kind: SignatureKind
    fix: str
    examples: _Examples


def load_packs(names: Iterable[str]) -> tuple[Signature, ...]:
    """The signatures of several packs, in the order of their names."""
    return tuple(signature for name in names for signature in load_pack(name))


@functools.lru_cache(maxsize=len(PACKS))
def load_pack(name: str) -> tuple[Signature, ...]:
    """The signatures of one pack. Raises `TellUser` when there is no such pack."""
    if name not in PACKS:
        raise TellUser(f"there is no pack {name[:60]!r}; the packs are {', '.join(PACKS)}")
    read = yaml.load(files("bot.packs").joinpath(f"{name}.yml").read_bytes(), Loader=yaml.CSafeLoader)
    entries = msgspec.convert(read, tuple[_Entry, ...])
    return tuple(_signature(entry, name) for entry in entries)


def _signature(entry: _Entry, pack: str) -> Signature:
    match = entry.match
    patterns = tuple(Pattern(text) for text in match.lines)
    if match.contains:
        patterns = (Pattern(match.contains),)
    if match.regex:
        patterns = (Pattern(match.regex, is_regex=True),)
    return Signature(
        id=entry.id,
        title=entry.title,
        match=Match(patterns, Pattern(match.absent) if match.absent else None),
        scope=Scope(kinds=entry.scope.kinds),
        cause=entry.cause,
        kind=entry.kind,
        fix=entry.fix,
        examples_match=entry.examples.match,
        examples_no_match=entry.examples.no_match,
        source=f"pack {pack}",
    )
