"""A few redacted lines around the one that matters."""

from bot.logs.redact import redact
from bot.model.log import Excerpt, Log

# What a comment shows of one line.
MAX_SHOWN = 300
# A token that begins within the shown part is seen whole up to this length.
_MAX_LOOKED_AT = 4_096
# A private key may begin before the excerpt or end behind it; the longest usual one has 51 lines.
_AROUND = 60


def excerpt(
    log: Log,
    mark: int,
    before: int = 3,
    after: int = 5,
    most: int = 20,
    *,
    extent: tuple[int, int] | None = None,
) -> Excerpt:
    """Cut out the lines around `mark`, redacted as one block, each at most 300 characters.

    Args:
        log: the log.
        mark: number of the line that matters, counted from 1; always shown.
        before: lines shown before it.
        after: lines shown behind it.
        most: lines shown at most.
        extent: first and last line of the failure: all of it is shown as far as `most` allows.

    Returns:
        The excerpt; empty for an empty log.
    """
    mark = max(1, min(mark, len(log.lines)))
    low, high = extent or (mark, mark)
    first = max(1, mark - before)
    last = min(len(log.lines), max(mark + after, high), first + most - 1)
    first = max(1, min(first, low), last - most + 1)
    start = max(1, first - _AROUND)
    looked_at = (line[:_MAX_LOOKED_AT] for line in log.lines[start - 1 : last + _AROUND])
    shown = redact("\n".join(looked_at)).split("\n")[first - start : last - start + 1]
    return Excerpt(first=first, lines=tuple(_cut(line) for line in shown), mark=mark)


def _cut(line: str) -> str:
    return line if len(line) <= MAX_SHOWN else line[: MAX_SHOWN - 1] + "…"
