"""What an unrecognised failure says, kept once for each fingerprint: its message and its own lines."""

from dataclasses import replace

from bot.classify.noise import normalise
from bot.model.failure import Failure
from bot.model.inbox import Specimen
from bot.model.log import Excerpt

# Where an excerpt cuts a line.
CUT = "…"
# A failure's message is a sentence; more lines than this are a dump.
MOST_LINES = 20


def specimen_of(failure: Failure, excerpt: Excerpt | None) -> Specimen:
    """Keep of a failure what is its own: not the lines around it, which are another's."""
    first, last = failure.extent
    lines: dict[str, None] = {}
    if excerpt is not None:
        # The line that matters first, whatever has to be left out.
        numbered = sorted(
            enumerate(excerpt.lines, excerpt.first), key=lambda one: (one[0] != excerpt.mark, one[0])
        )
        own = (line.removesuffix(CUT).strip() for number, line in numbered if first <= number <= last)
        lines = dict.fromkeys(line for line in own if line)
    return Specimen(
        fingerprint=failure.fingerprint,
        test=failure.test,
        kind=failure.kind.value,
        message=failure.message,
        file=failure.file,
        lines=tuple(lines)[:MOST_LINES],
    )


def merge(known: Specimen, new: Specimen) -> Specimen:
    """What stands in both: a line that is there only sometimes describes one occurrence, not the failure.

    Numbers, ids and times do not count. A failure that came without any lines takes none away.
    """
    if known.varies or not new.lines:
        return known
    if not known.lines:
        return new
    said = {normalise(line) for line in new.lines}
    kept = tuple(line for line in known.lines if normalise(line) in said)
    return replace(known, lines=kept, varies=not kept)
