"""Several parsers read one log: who is called, and whose word counts where one runner quotes another."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.model.failure import Failure, Findings
from bot.model.log import Log
from bot.parsers._callers import heard, is_telling, without_callers
from bot.parsers._steps import Steps
from bot.parsers._wrapped import Wrapped, unwrap, without

# Asked last, and only where nobody told what went wrong.
LAST_RESORT = "generic"

Claim = tuple[int, int]

# Every digit becomes what no literal holds.
_DIGITS = bytes.maketrans(b"0123456789", bytes(10))


class Parser(Protocol):
    """A module of this package.

    Attributes:
        TOOL: the runner's name.
        ANCHORS: literals; every log that the parser reads holds one of them; empty: always asked.
        KEEP: expressions (RE2) for lines that structure or sum up a run; of a large log only these and
            what stands around trouble is read.
        TROUBLE: expressions (RE2) for lines that only a failing run prints.

    A module that counts a line per test, of which its `KEEP` leaves some out, has `COUNTS_LINES = True`, too:
    its totals are dropped where not every line was read.
    """

    TOOL: str
    ANCHORS: tuple[str, ...]
    KEEP: tuple[str, ...]
    TROUBLE: tuple[str, ...]

    def parse(self, log: Log) -> Findings:
        """Read the log; never raises on purpose."""


def arbitrate(parsers: Iterable[Parser], log: Log) -> tuple[Findings, ...]:
    """Ask the parsers and settle what they say.

    A failure inside another parser's claim is a quotation and is dropped, unless its own parser claims a
    wider range around that one. Who only says that its child failed is heard where nobody else is. A
    parser that breaks loses its own findings, never another's.

    Returns:
        What each parser that found anything found; the last resort's findings at the end.
    """
    runners: list[Parser] = []
    last: list[Parser] = []
    for parser in parsers:
        (last if parser.TOOL == LAST_RESORT else runners).append(parser)
    asked = _ask_all(runners, log)
    heeded = _without_passed_steps(log, [_settle(findings, asked) for findings in asked])
    settled = without_callers(log, heeded)
    if not any(is_telling(failure) for findings in settled for failure in findings.failures):
        unclaimed = _without_passed_suites(log, settled)
        words = [_ask(parser, unclaimed) for parser in last]
        settled = heard(log, settled, words)
    return tuple(findings for findings in settled if findings != Findings(findings.tool))


def _ask_all(runners: Sequence[Parser], log: Log) -> list[Findings]:
    """Ask every runner's parser, of the log and of each container's output in it."""
    taken: list[Wrapped] = []
    inside: list[Findings] = []
    for container in unwrap(log):
        view = container.as_log(log)
        found = [_ask(parser, view) for parser in _anchored(runners, view)]
        heard = [one for one in found if one.failures or one.totals]
        if heard:
            taken.append(container)
            settled = [_settle(one, heard) for one in heard]
            inside += [container.place(one) for one in settled]
    rest = without(log, taken)
    return [*(_ask(parser, rest) for parser in _anchored(runners, rest)), *inside]


def _anchored(parsers: Sequence[Parser], log: Log) -> list[Parser]:
    """Keep the parsers that have something to read.

    Most lines of a log differ from others in digits alone: of such lines the first is looked at, once per
    literal; a literal that has digits itself is looked for in the log as it is, if it may be there.
    """
    text = "\n".join(log.lines)
    lines = text.encode("utf-8", "surrogatepass").translate(_DIGITS).split(b"\n")
    distinct = b"\n".join(dict.fromkeys(lines))

    def holds(anchor: str) -> bool:
        raw = anchor.encode()
        masked = raw.translate(_DIGITS)
        return masked in distinct and (masked == raw or anchor in text)

    return [p for p in parsers if not p.ANCHORS or any(map(holds, p.ANCHORS))]


def _ask(parser: Parser, log: Log) -> Findings:
    """Run one parser; if it breaks, say so instead of losing the log."""
    try:
        return parser.parse(log)
    except Exception:  # noqa: BLE001 - hostile text must not silence the other parsers
        return Findings(parser.TOOL, unfinished=True, crashed=True)


def _settle(findings: Findings, everybody: Sequence[Findings]) -> Findings:
    """Drop what another parser's claim shows to be a quotation."""
    others = [claim for other in everybody if other is not findings for claim in other.claims]
    kept = tuple(failure for failure in findings.failures if not _quoted(failure, findings.claims, others))
    inside = findings.claims and all(any(_wider(o, own) for o in others) for own in findings.claims)
    if inside and not kept:
        return replace(findings, failures=(), totals=(), unfinished=False)
    return replace(findings, failures=kept)


def _quoted(failure: Failure, own: Sequence[Claim], others: Sequence[Claim]) -> bool:
    """Whether another parser's claim around a failure is wider than every claim of its own.

    A failure that began before the claim is no quotation: two runners printed at once.
    """
    begins = failure.extent[0]
    around = [c for c in others if c[0] <= begins and c[0] <= failure.log_line <= c[1]]
    ours = [claim for claim in own if claim[0] <= failure.log_line <= claim[1]]
    return any(all(_wider(theirs, mine) for mine in ours) for theirs in around)


def _wider(outer: Claim, inner: Claim) -> bool:
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def _without_passed_suites(log: Log, settled: Sequence[Findings]) -> Log:
    """Blank what runners printed that ran to their end and found nothing: passing tests print anything.

    What the same step printed before goes with it: a suite's output begins before its first sure line.
    """
    claims = [
        (_step_of(log, claim)[0], claim[1])
        for findings in settled
        if not (findings.unfinished or findings.crashed)
        for claim in findings.claims
        if not _is_marked(log, claim)
    ]
    if not claims:
        return log
    lines = list(log.lines)
    for first, last in claims:
        first, last = max(1, first), min(last, len(lines))  # noqa: PLW2901 - a claim past the end is cut
        lines[first - 1 : last] = [""] * (last - first + 1)
    for number in log.errors:
        lines[number - 1] = log.lines[number - 1]
    return replace(log, lines=tuple(lines))


def _without_passed_steps(log: Log, found: list[Findings]) -> list[Findings]:
    """Leave out what stands in a step that went well, where a step that did not tells what went wrong.

    Where no failed step tells anything, one that let failures pass may be the reason after all.
    """
    steps = Steps(log)

    def real(failure: Failure) -> bool:
        return not steps.passed(failure.log_line)

    if not log.complete or not any(is_telling(f) and real(f) for one in found for f in one.failures):
        return found
    return [replace(one, failures=tuple(filter(real, one.failures))) for one in found]


def _step_of(log: Log, claim: Claim) -> Claim:
    """Give the lines of a claim from its step's beginning on; in a failed step the claim alone."""
    for section in log.sections:
        if section.first <= claim[0] and claim[1] <= section.last and not section.failed:
            return section.first, claim[1]
    return claim


def _is_marked(log: Log, claim: Claim) -> bool:
    """Whether GitHub's runner marked an error inside: then not all of it went well."""
    at = bisect_left(log.errors, claim[0])
    return at < len(log.errors) and log.errors[at] <= claim[1]
