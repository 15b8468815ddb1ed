"""Of an unrecognised failure its own words are kept, and of several occurrences what they share."""

from bot.classify.specimen import merge, specimen_of
from bot.model.log import Excerpt
from tests.core.classify.build import DLQ, failure

LINES = ("before", "panic: boom in worker 3", DLQ, "  at 10:22:01", "x" * 299 + "…", "behind")


def test_only_the_failures_own_lines_are_kept_the_one_that_matters_first() -> None:
    found = specimen_of(failure(extent=(11, 14)), Excerpt(10, LINES, 12))
    assert found.lines == (DLQ, "panic: boom in worker 3", "at 10:22:01", "x" * 299)
    assert (found.message, found.kind) == (DLQ, "test")
    assert specimen_of(failure(), None).lines == ()


def test_of_two_occurrences_the_lines_of_both_stay() -> None:
    one = specimen_of(failure(extent=(11, 13)), Excerpt(10, LINES, 12))
    changed = ("panic: boom in worker 7", "something else", "at 11:30:59")
    other = specimen_of(failure(extent=(1, 3)), Excerpt(1, changed, 1))
    both = merge(one, other)
    assert both.lines == ("panic: boom in worker 3", "at 10:22:01")
    assert merge(both, one) == merge(both, other) == both


def test_lines_that_differ_each_time_are_said_to() -> None:
    one = specimen_of(failure(extent=(12, 12)), Excerpt(10, LINES, 12))
    other = specimen_of(failure(extent=(1, 1)), Excerpt(1, ("quite another",), 1))
    both = merge(one, other)
    assert (both.lines, both.varies) == ((), True)
    assert merge(both, one) == both


def test_a_failure_that_came_without_lines_takes_none_away() -> None:
    one, bare = specimen_of(failure(extent=(12, 12)), Excerpt(10, LINES, 12)), specimen_of(failure(), None)
    assert merge(one, bare) == merge(bare, one) == one
