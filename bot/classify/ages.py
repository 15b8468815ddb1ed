"""How long ago and how often, in words; names without what means something in markdown."""

from datetime import datetime

from bot.model.verdict import Baseline

# Enough of a commit to find it.
SHA_SHOWN = 7
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def seen(base: Baseline, at: datetime) -> str:
    """Where and when, for example "main at 1a2b3c4 3 h ago"."""
    where = plain(base.branch) if base.branch else "the base branch"
    commit = f" at {plain(base.sha[:SHA_SHOWN])}" if base.sha else ""
    return f"{where}{commit}{ago(base.at, at)}"


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago with a space before it, in the largest unit that is not zero; empty when unknown."""
    if then is None:
        return ""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < HOUR:
        return f" {seconds // MINUTE} min ago"
    if seconds < 2 * DAY:
        return f" {seconds // HOUR} h ago"
    return f" {seconds // DAY} days ago"


def count(number: int, one: str) -> str:
    """A number with its noun: "1 time", "12 times"."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def plain(name: str) -> str:
    """A branch's name without what means something in markdown."""
    return "".join(char if char.isalnum() or char in "._/-+#" else "?" for char in name)
