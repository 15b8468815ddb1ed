"""A reviewed description of a known failure, and what a scan for it found."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.model.failure import FailureKind


class SignatureKind(StrEnum):
    """What a match means."""

    FLAKE = "flake"
    INFRA = "infra"
    KNOWN_BUG = "known-bug"


class SignatureStatus(StrEnum):
    """Where a signature is in its life; a match of a `FIXED` one is a fix that did not hold."""

    OPEN = "open"
    TRIAGED = "triaged"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One thing to look for in one cleaned line: a literal, or an expression in RE2 syntax."""

    text: str
    is_regex: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What must stand in a failure's lines.

    Attributes:
        patterns: all of them, in this order, each on the same or a later line than the one before.
        absent: must not follow the last of them within the failure's lines.
    """

    patterns: tuple[Pattern, ...]
    absent: Pattern | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a signature holds: globs, each empty for "anywhere".

    `kinds` are the kinds of failure it may explain, empty for every kind: a pack's signature never
    explains a failing test's own assertion. `branch` is the branch the change is meant for.
    """

    workflow: str = ""
    job: str = ""
    step: str = ""
    test: str = ""
    file: str = ""
    branch: str = ""
    kinds: tuple[FailureKind, ...] = ()


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """An example that is a job's log in a file of its own, below the configuration's folder.

    `matches` says whether the signature must match it; `line` and `column` where it is named.
    """

    path: str
    matches: bool
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a part of a signature stands in its file; both count from 1."""

    key: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A reviewed description of a known failure (DESIGN section 4).

    `source` names the file or pack it stands in, `source_line` the line of its entry there, `marks` the
    places of its parts: `match`, `match 2` for its second example, and so on.
    """

    id: str
    title: str
    match: Match
    scope: Scope = field(default_factory=Scope)
    cause: str = "other"
    kind: SignatureKind = SignatureKind.FLAKE
    status: SignatureStatus = SignatureStatus.OPEN
    priority: str = ""
    issue: str = ""
    owner: str = ""
    fix: str = ""
    action: str = "label"
    added: date | None = None
    fixed: date | None = None
    expires: date | None = None
    examples_match: tuple[str, ...] = ()
    examples_no_match: tuple[str, ...] = ()
    example_files: tuple[ExampleFile, ...] = ()
    source: str = ""
    source_line: int = 0
    marks: tuple[Mark, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class PatternHit:
    """A pattern found on a log line, counted from 1; `text` is that line, cleaned."""

    pattern: Pattern
    line: int
    text: str = ""
