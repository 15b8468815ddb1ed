"""What a value of the configuration may look like: the parser and the published JSON Schema read the same."""

from collections.abc import Mapping
from dataclasses import dataclass

# Longer than any name, title or glob that people read.
MAX_TEXT = 500
# Lists of names and globs: a repository with more workflows than this does not write them down.
MAX_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Form:
    """An expression of ours that a whole text has to fit.

    Attributes:
        pattern: means the same to Python and to JavaScript.
        says: what is said of a text that does not fit; `{}` stands for it.
        fix: what to write instead.
    """

    pattern: str
    says: str
    fix: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most `limit` characters; `several_lines` may stand in it, all `forms` have to fit."""

    limit: int = MAX_TEXT
    several_lines: bool = False
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One of some known words."""

    values: tuple[str, ...]
    default: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within its limits, both inclusive."""

    default: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""

    default: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A date as 2026-01-04."""


@dataclass(frozen=True, slots=True)
class Part:
    """A mapping with these keys, and exactly one of `one_of` when some are named there."""

    keys: Mapping[str, "Key"]
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class List:
    """A list; with `alone` a single value stands for a list of one."""

    of: "Shape"
    most: int = MAX_ITEMS
    least: int = 0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """A text, or the mapping that says the same at length."""

    text: Text
    part: Part


Shape = Text | Word | Number | Flag | Day | Part | List | Either


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping: what may stand there, and what editors say of it."""

    shape: Shape
    about: str
    required: bool = False
