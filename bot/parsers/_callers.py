"""Programs that run others: their word that a child failed says nothing once the child was heard."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from bot.model.failure import Failure, FailureKind, Findings
from bot.model.log import Log
from bot.parsers._generic_rank import rank

# What a line's form must be worth (`_generic_lines.Candidate.base`) to be heard before a caller's word.
_CLEAR = 45


def is_telling(failure: Failure) -> bool:
    """Whether it says what went wrong, and not only that something did."""
    return failure.kind is not FailureKind.EXIT


def without_callers(log: Log, found: Sequence[Findings]) -> list[Findings]:
    """Drop failures of kind `exit` in every step in which somebody told more; of several the first stays.

    The innermost caller speaks first: `make[1]` before `make`, a script before `npm`.
    """
    starts = [section.first for section in log.sections]

    def step(failure: Failure) -> int:
        return bisect_right(starts, failure.log_line)

    failures = [failure for one in found for failure in one.failures]
    told = {step(failure) for failure in failures if is_telling(failure)}
    firsts: dict[int, Failure] = {}
    for failure in sorted(failures, key=lambda one: one.log_line):
        firsts.setdefault(step(failure), failure)

    def stays(failure: Failure) -> bool:
        return is_telling(failure) or (step(failure) not in told and firsts[step(failure)] is failure)

    return [replace(one, failures=tuple(filter(stays, one.failures))) for one in found]


def heard(log: Log, settled: Sequence[Findings], words: Sequence[Findings]) -> list[Findings]:
    """Choose between callers and the last resort's words, where nobody else told what went wrong.

    A line of the last resort that says nothing clear is no better than the name of what failed.
    """
    spoken = [failure for one in words for failure in one.failures]
    called = any(one.failures for one in settled)
    if not spoken or (called and not any(_is_clear(log, failure) for failure in spoken)):
        return [*settled, *(replace(one, failures=()) for one in words)]
    return [*(replace(one, failures=()) for one in settled), *words]


def _is_clear(log: Log, failure: Failure) -> bool:
    if is_telling(failure):
        return True
    return any(c.base >= _CLEAR and not c.wraps for c in rank(log) if c.number == failure.log_line)
