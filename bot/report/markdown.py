"""Markdown as a type of its own, so that a plain `str` cannot slip into a comment.

A `Markdown` value is made in three ways only: by `say` from a literal of ours, by `quote.py` from
untrusted text, and by `links.py` from checked addresses. Nothing else in `report/` builds one: the
template of `say` and the separator of `join` are literals, which `tests/core/report/` holds.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime


class Markdown(str):
    """Text that is safe where GitHub's markdown is expected: paragraphs, cells, summaries."""

    __slots__ = ()


EMPTY = Markdown("")


def say(template: str, *parts: Markdown | int) -> Markdown:
    """Fill a sentence of ours (a literal with `{}`) with what is quoted already.

    Raises:
        TypeError: a part is plain text, which would be unquoted.
    """
    for part in parts:
        if not isinstance(part, (Markdown, int)):
            raise TypeError("unquoted text in a sentence")
    return Markdown(template.format(*parts))


def join(separator: str, parts: Iterable[Markdown]) -> Markdown:
    """Put the non-empty parts together with a separator of ours (a literal)."""
    return Markdown(separator.join(part for part in parts if part))


def count(number: int, one: str, many: str = "") -> Markdown:
    """Say a number with its noun: `1 failure`, `2 failures`; both nouns are literals of ours."""
    noun = one if number == 1 else many or one + "s"
    return Markdown(f"{number:,} {noun}")


def listed(shown: Sequence[Markdown], total: int) -> Markdown:
    """Name what is shown of `total` and count the rest."""
    rest = total - len(shown)
    return say("{} and {} more", join(", ", shown), rest) if rest > 0 else join(", ", shown)


def table(header: Sequence[Markdown], rows: Iterable[Sequence[Markdown]]) -> Markdown:
    """Draw a GFM table. A cell never holds a line break or a pipe: quoting has encoded them."""
    lines = [header, [Markdown("---")] * len(header), *rows]
    return join("\n", (say("| {} |", join_cells(cells)) for cells in lines))


def join_cells(cells: Sequence[Markdown]) -> Markdown:
    """Put one row's cells together, empty ones too."""
    return Markdown(" | ".join(" ".join(cell.splitlines()) for cell in cells))


def fold(summary: Markdown, body: Iterable[Markdown]) -> Markdown:
    """Hide blocks behind a summary. Blank lines around the body let GitHub read it as markdown."""
    return say(
        "<details>\n<summary>{}</summary>\n\n{}\n\n</details>",
        Markdown(" ".join(summary.splitlines())),
        join("\n\n", body),
    )


def moment(at: datetime) -> Markdown:
    """Say a time in UTC, to the minute; a time without a zone is UTC already."""
    utc = at.astimezone(UTC) if at.tzinfo else at
    return Markdown(utc.strftime("%Y-%m-%d %H:%M UTC"))
