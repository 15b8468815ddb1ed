"""The output of one step, and of each package in it whose lines a monorepo's tool puts its name before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.model.failure import Failure, Findings, Totals
from bot.model.log import Log

# turbo `@shop/cart:test: `, lerna and nx `@shop/cart: `, pnpm `packages/cart test: `, yarn `[@shop/cart]: `,
# concurrently `[unit] `.
_PREFIX = re.compile(
    r"(?:➤ YN0000: )?(?P<key>\[@?[\w./@:#-]{1,80} {0,40}\]|@?[\w./@-]{1,100}(?:[:#][\w:.-]{1,60})?"
    r"|[\w./@-]{1,100} [\w:.-]{1,60}(?=:))(?::(?: |$)|(?<=\]) )"
)
# What may stand before a mark: a margin, a count.
_COUNTED = " 0123456789"
_LONGEST = 260
# More packages than these in one step are noise.
_MOST = 200


@dataclass(frozen=True, slots=True)
class View:
    """Some lines of a log, read as if they stood alone.

    Attributes:
        name: the package whose lines these are; empty for a step's own.
        numbers: the line of the log that each line stands in.
    """

    name: str
    lines: tuple[str, ...]
    numbers: tuple[int, ...]

    def place(self, findings: Findings) -> Findings:
        """Give what was found the numbers of the log; interleaved lines are nobody's claim."""
        at = self.numbers
        failures = tuple(self._placed(failure) for failure in findings.failures)
        claims = tuple((at[first - 1], at[last - 1]) for first, last in findings.claims)
        whole = at[-1] - at[0] == len(at) - 1
        totals = tuple(self._named(one) for one in findings.totals)
        return replace(findings, failures=failures, totals=totals, claims=claims if whole else ())

    def _placed(self, failure: Failure) -> Failure:
        at, (first, last) = self.numbers, failure.extent
        return replace(
            failure,
            log_line=at[failure.log_line - 1],
            extent=(at[first - 1], at[last - 1]),
            suite=failure.suite or self.name,
        )

    def _named(self, totals: Totals) -> Totals:
        return replace(totals, suite=totals.suite or self.name)


def views(log: Log, marks: Sequence[str]) -> list[View]:
    """Cut a log into views.

    Args:
        log: the log.
        marks: literals; a package's lines are a view only where one of them stands behind its name.
    """
    starts = [1, *(section.first for section in log.sections if section.first > 1)]
    found: list[View] = []
    for first, end in zip(starts, [*starts[1:], len(log.lines) + 1], strict=True):
        numbers = tuple(range(first, end))
        if numbers:
            own = View("", log.lines[first - 1 : end - 1], numbers)
            found += [own, *_prefixed(own, marks)]
    return found


def merge(tool: str, parts: Sequence[Findings]) -> Findings:
    """Join what was found in the views of one log."""
    failures = (failure for part in parts for failure in part.failures)
    return Findings(
        tool,
        tuple(sorted(failures, key=lambda failure: failure.extent)),
        tuple(totals for part in parts for totals in part.totals),
        tuple(sorted(claim for part in parts for claim in part.claims)),
        any(part.unfinished for part in parts),
    )


def _prefixed(own: View, marks: Sequence[str]) -> list[View]:
    """Give the views of packages: those keys behind which a mark stands."""
    kept: dict[str, list[tuple[int, str]]] = {}
    for text in own.lines:
        if any(mark in text for mark in marks) and (found := _match(text)):
            rest = text[found.end() :].lstrip(_COUNTED)
            if any(rest.startswith(mark.lstrip()) for mark in marks) and len(kept) < _MOST:
                kept.setdefault(found["key"], [])
    if not kept:
        return []
    for number, text in zip(own.numbers, own.lines, strict=True):
        found = _match(text)
        if found and found["key"] in kept:
            kept[found["key"]].append((number, text[found.end() :]))
    return [
        View(key.strip("[] "), tuple(text for _, text in rows), tuple(number for number, _ in rows))
        for key, rows in kept.items()
    ]


def _match(text: str) -> re.Match[str] | None:
    head = text[:_LONGEST]
    return _PREFIX.match(head) if ":" in head or head.startswith("[") else None
