"""Programs that run others: their word that a child failed says nothing once the child was heard."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from bot.model.failure import Failure, FailureKind, Findings
from bot.model.log import Log


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
