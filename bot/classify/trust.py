"""How far signatures and rungs can be trusted, from what was said of their verdicts afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.classify.past import wilson
from bot.model.label import Feedback, Labelled, SignatureUse
from bot.model.life import REMOVE, suggestion
from bot.model.signature import Signature

# Of what excuses failures so many shall have been flakes; what cannot be so good any more is looked at.
PRECISE = 0.95
# With fewer labels the interval is so wide that it tells little: one of twenty is five in a hundred.
ENOUGH = 20
# Rungs of which labels tell something: signatures, passed on retry, seen elsewhere.
RUNGS = (5, 7, 8)
NARROW = "look at what was disputed: narrow it, or remove it"


@dataclass(frozen=True, slots=True)
class Precision:
    """Of the failures with a label, how many were flakes.

    Attributes:
        flakes: passed in a later attempt, and nobody disputes them.
        disputed: somebody says that they were none.
        retried: of the disputed, how many passed in a later attempt all the same.
    """

    flakes: int = 0
    disputed: int = 0
    retried: int = 0

    @property
    def labels(self) -> int:
        """How many failures have a label."""
        return self.flakes + self.disputed

    @property
    def share(self) -> float | None:
        """The precision; `None` without any label."""
        return self.flakes / self.labels if self.labels else None

    @property
    def interval(self) -> tuple[float, float]:
        """What it hardly is below and above: Wilson's interval, 95 %."""
        return wilson(self.flakes, self.labels)

    @property
    def is_too_low(self) -> bool:
        """Even at best it is not what an excuse has to be."""
        return self.interval[1] < PRECISE


@dataclass(frozen=True, slots=True)
class SignatureTrust:
    """One signature's record.

    Attributes:
        id: the signature's.
        is_known: it stands in the configuration or one of its packs; `None` without a configuration.
        use: how often it matched; `None` when history knows no match.
        precision: from the labels of failures within the span.
        looks: what somebody should look at, in sentences; empty while there is nothing.
    """

    id: str
    is_known: bool | None
    use: SignatureUse | None
    precision: Precision
    looks: tuple[str, ...] = ()

    @property
    def unlabelled(self) -> float | None:
        """The share of the matches of which nobody said anything; `None` without a match."""
        if self.use is None or not self.use.times:
            return None
        return max(0.0, 1 - self.precision.labels / self.use.times)


@dataclass(frozen=True, slots=True)
class RungTrust:
    """One rung's record, over all signatures."""

    rung: int
    precision: Precision
    looks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trust:
    """What one repository's history says: signatures, the worst first, and rungs."""

    signatures: tuple[SignatureTrust, ...]
    rungs: tuple[RungTrust, ...]

    @property
    def needs_somebody(self) -> bool:
        """Somebody should look at something."""
        return any(one.looks for one in self.signatures) or any(one.looks for one in self.rungs)


def assess(
    feedback: Feedback, own: Sequence[Signature] | None, packs: Sequence[Signature], today: date
) -> Trust:
    """Weigh what was said of verdicts.

    Args:
        feedback: what history counts.
        own: the repository's signatures; `None` when its configuration is not known.
        packs: signatures of the packs in use: nobody here can mend these, so that they never expire.
        today: for ages.
    """
    uses = {one.signature: one for one in feedback.uses}
    mine = {one.id: one for one in own or ()}
    known = None if own is None else {*mine, *(one.id for one in packs)}
    labelled = {one.signature for one in feedback.labelled} - {""}
    records = []
    for name in sorted({*uses, *mine, *labelled}):
        precision = _precision(one for one in feedback.labelled if one.signature == name)
        gone = known is not None and name not in known
        looks = () if gone else _looks(precision, mine.get(name), uses.get(name), today)
        records.append(
            SignatureTrust(name, None if known is None else not gone, uses.get(name), precision, looks)
        )
    return Trust(
        tuple(sorted(records, key=_order)),
        tuple(_rung(number, feedback.labelled) for number in RUNGS),
    )


def _looks(
    precision: Precision, signature: Signature | None, use: SignatureUse | None, today: date
) -> tuple[str, ...]:
    found = [f"{told_at_most(precision)}: {NARROW}"] if precision.is_too_low else []
    old = suggestion(signature, today, use.last.date() if use else None) if signature else ""
    return (*found, f"{old}; {REMOVE}") if old else tuple(found)


def told_at_most(precision: Precision) -> str:
    """A low precision in words: "at most 79 % of what it excuses are flakes"."""
    return f"at most {int(100 * precision.interval[1])} % of what it excuses are flakes"


def _rung(number: int, labelled: Iterable[Labelled]) -> RungTrust:
    precision = _precision(one for one in labelled if one.rung == number)
    looks = (f"{told_at_most(precision)}: look at what was disputed",) if precision.is_too_low else ()
    return RungTrust(number, precision, looks)


def _precision(labelled: Iterable[Labelled]) -> Precision:
    found = tuple(labelled)
    return Precision(
        sum(one.flakes for one in found),
        sum(one.disputed for one in found),
        sum(one.retried for one in found),
    )


def _order(one: SignatureTrust) -> tuple[bool, float, int, int, str]:
    """What somebody should look at, the least precise, the most disputed, the most used; then by name."""
    times = one.use.times if one.use else 0
    return (not one.looks, one.precision.interval[1], -one.precision.disputed, -times, one.id)
