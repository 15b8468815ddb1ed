"""Which lines of a log are read for the reason: what the failed steps said, up to their ends."""

from bisect import bisect_left

from bot.model.log import Log, Section

# The reason stands near the step's end; more of it is not read, so that a log of a gigabyte costs no more.
MAX_READ = 12_000
# Lines that a `##[error]` of several lines may go on for.
_BEHIND_ERROR = 40
# A step's settings and script; longer ones are rare.
_MAX_HEAD = 500
# What is indented or quoted belongs to the line above; of other lines hardly one follows the last error.
_MARGIN = " \t|>^~-+=|│"
_FEW = 1
_MAX_TRACE = 400

# https://github.com/actions/runner/blob/main/src/Runner.Worker/StepsRunner.cs and JobExtension.cs
_TIDYING = ("Post job cleanup.", "Cleaning up orphan processes")


def numbers_read(log: Log) -> list[int]:
    """Number the lines worth reading: the failed steps up to their last error, or all of the log's end."""
    if not log.errors:
        return list(range(max(1, len(log.lines) - MAX_READ), len(log.lines) + 1))
    ranges = []
    before = log.sections[0].first if log.sections else len(log.lines) + 1
    if log.errors[0] < before:
        ranges.append((1, log.errors[bisect_left(log.errors, before) - 1], before - 1))
    for section in log.sections:
        if section.failed:
            last = log.errors[bisect_left(log.errors, section.last + 1) - 1]
            ranges.append((said_from(log, section.first), last, section.last))
    numbers: set[int] = set(log.errors)
    left = MAX_READ
    for first, error, last in ranges:
        until = _said_until(log, error, last)
        part = range(max(first, error - left), until + 1)
        numbers.update(part)
        left = max(_MAX_HEAD, left - len(part))
    return sorted(numbers)


def section_of(log: Log, number: int) -> Section | None:
    """Find the step that printed a line."""
    at = bisect_left(log.sections, number, key=lambda section: section.last)
    section = log.sections[at] if at < len(log.sections) else None
    return section if section and section.first <= number else None


def ends_step(log: Log, number: int) -> bool:
    """Whether little is said behind a line: a program that goes on was not stopped by it."""
    section = section_of(log, number)
    last = section.last if section else len(log.lines)
    if last - number > _MAX_TRACE:
        return False
    behind = (log.line(n) for n in range(number + 1, last + 1))
    return sum(bool(line[:1].strip(_MARGIN)) for line in behind) <= _FEW


def said_from(log: Log, first: int) -> int:
    """Skip the script and settings that the runner prints at a step's head."""
    for number in range(first, min(first + _MAX_HEAD, len(log.lines)) + 1):
        if log.line(number).startswith("##[endgroup]"):
            return number
    return first


def _said_until(log: Log, error: int, last: int) -> int:
    """Give the last line that may belong to a marked one; the runner's tidying up does not."""
    for number in range(error + 1, min(error + _BEHIND_ERROR, last) + 1):
        if log.line(number).startswith(_TIDYING):
            return number - 1
    return min(error + _BEHIND_ERROR, last)
