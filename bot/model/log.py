"""A job's log as numbered, cleaned lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """What one step of a job printed: the lines from its `##[group]Run …` on.

    Attributes:
        title: what the runner wrote behind `##[group]`, for example `Run make test`.
        first: number of the section's first line, counted from 1.
        last: number of its last line, inclusive.
        failed: a `##[error]` line stands in it.
    """

    title: str
    first: int
    last: int
    failed: bool


@dataclass(frozen=True, slots=True)
class Log:
    """A job's log, cleaned: no timestamps, colours, control characters or byte order mark.

    Attributes:
        lines: the cleaned lines; `lines[0]` is line 1 of the file as given.
        size: bytes of the file as given.
        complete: the whole log was read. Nothing is called a flake from an incomplete one.
        gap: why the log is incomplete, for people; empty when it is complete.
        sections: steps in the order in which they were printed; empty outside GitHub Actions.
        errors: numbers of the lines that the runner marked with `##[error]`.
        colours: per line number, where inside the cleaned line the colour or style changed (offsets in
            characters, ascending, none at either end); lines that change nowhere inside are left out.
            Some runners separate parts of a name by colour alone.
    """

    lines: tuple[str, ...]
    size: int
    complete: bool = True
    gap: str = ""
    sections: tuple[Section, ...] = ()
    errors: tuple[int, ...] = ()
    colours: Mapping[int, tuple[int, ...]] = field(default_factory=dict, hash=False)

    def line(self, number: int) -> str:
        """Give the cleaned line with this number, counted from 1."""
        return self.lines[number - 1]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A few redacted lines of a log around the one that matters.

    Attributes:
        first: number of the first line shown, counted from 1.
        lines: the lines, redacted.
        mark: number of the line that matters.
    """

    first: int
    lines: tuple[str, ...]
    mark: int
