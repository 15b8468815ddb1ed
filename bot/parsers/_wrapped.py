"""Containers' output without what Docker Compose and BuildKit put before it, each a log of its own."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.model.failure import Findings
from bot.model.log import Log

# `api-1  | text` and `#12 3.456 text`. A table's column looks alike: only what a parser finds counts.
_COMPOSE = re.compile(r"(?P<key>[\w./\-]{1,80} {0,80}\| ?)")
_BUILDKIT = re.compile(r"(?P<key>#\d{1,5} )\d{1,7}\.\d{1,6}(?: |$)")
_LONGEST = 170
# Fewer lines hold no runner's words; more containers than these in one job are noise.
_FEWEST = 3
_MOST = 50


@dataclass(slots=True)
class Wrapped:
    """One container's output as a log, and the line of the file that each of its lines stands in."""

    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    colours: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def add(self, log: Log, number: int, front: int) -> None:
        """Take a line without what stands in front of it."""
        self.lines.append(log.line(number)[front:])
        self.numbers.append(number)
        inside = tuple(at - front for at in log.colours.get(number, ()) if at > front)
        if inside:
            self.colours[len(self.lines)] = inside

    def as_log(self, log: Log) -> Log:
        """Give the lines as a log; the runner's own steps and marks are not the container's."""
        return Log(tuple(self.lines), log.size, complete=log.complete, gap=log.gap, colours=self.colours)

    def place(self, findings: Findings) -> Findings:
        """Give what was found the numbers of the file; interleaved lines are nobody's claim."""
        at = self.numbers
        failures = tuple(
            replace(
                failure,
                log_line=at[failure.log_line - 1],
                extent=(at[max(failure.extent[0], 1) - 1], at[min(failure.extent[1], len(at)) - 1]),
            )
            for failure in findings.failures
        )
        whole = at[-1] - at[0] == len(at) - 1
        claims = tuple((at[first - 1], at[last - 1]) for first, last in findings.claims) if whole else ()
        return replace(findings, failures=failures, claims=claims)


def unwrap(log: Log) -> list[Wrapped]:
    """Give every container's output, one per step, in the order in which they begin."""
    starts = [section.first for section in log.sections]
    found: dict[tuple[int, str], Wrapped] = {}
    for number, line in enumerate(log.lines, 1):
        if (match := _match(line)) is None:
            continue
        key = (bisect_right(starts, number), match["key"].rstrip(" |"))
        if key in found or len(found) < _MOST:
            found.setdefault(key, Wrapped()).add(log, number, match.end())
    return [one for one in found.values() if len(one.lines) >= _FEWEST]


def _match(line: str) -> re.Match[str] | None:
    if line.startswith("#"):
        return _BUILDKIT.match(line)
    return _COMPOSE.match(line) if "|" in line[:_LONGEST] and not line.startswith(" ") else None


def without(log: Log, taken: Sequence[Wrapped]) -> Log:
    """Blank the lines that were read as a container's."""
    if not taken:
        return log
    lines = list(log.lines)
    for one in taken:
        for number in one.numbers:
            lines[number - 1] = ""
    return replace(log, lines=tuple(lines))
