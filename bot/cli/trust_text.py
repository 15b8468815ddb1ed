"""A repository's record as text for people and as JSON for programs."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.classify.trust import ENOUGH, Precision, RungTrust, SignatureTrust, Trust
from bot.cli.terminal import emit, paint
from bot.model.run import Repository
from bot.report.quote import quote_plain

BOLD, RED = "1", "31"
NAME_LIMIT = 80
RUNGS = {5: "signatures", 7: "passed on retry", 8: "seen elsewhere"}
HEADER = ("signature", "matches", "pulls", "last hit", "flake", "not-flake", "precision", "unlabelled")


@dataclass(frozen=True, slots=True)
class Record:
    """One repository's record, and the configuration that it was held against; empty: none is known."""

    repository: Repository
    config: str
    trust: Trust


def print_record(record: Record, days: int) -> None:
    """Print one repository's record, what somebody should look at first."""
    trust = record.trust
    config = f", signatures of {_plain(record.config)}" if record.config else ", no configuration known"
    emit(paint(f"{_plain(record.repository.slug)}, the last {days} days{config}", BOLD))
    shown = [one for one in trust.signatures if one.looks or one.precision.labels or _times(one)]
    if shown:
        _print_table(shown)
    else:
        emit("no signature matched")
    for rung in trust.rungs:
        emit(f"rung {rung.rung}, {RUNGS[rung.rung]}: {_told(rung.precision)}")
        _print_looks(rung.looks)
    told = [*(one.precision for one in shown), *(one.precision for one in trust.rungs)]
    if any(one.labels < ENOUGH for one in told):
        emit(f"few: with fewer than {ENOUGH} labels a precision tells little; it is never of all failures")
    emit("")


def as_json(record: Record) -> dict[str, object]:
    """One repository; keys are added, never changed, within a schema."""
    return {
        "repository": record.repository.slug,
        "config": record.config or None,
        "signatures": [_signature(one) for one in record.trust.signatures],
        "rungs": [{"rung": one.rung, **_precision(one)} for one in record.trust.rungs],
    }


def _print_table(shown: Sequence[SignatureTrust]) -> None:
    rows = [HEADER, *(_row(one) for one in shown)]
    sizes = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        cells = [cell.rjust(size) for cell, size in zip(row, sizes, strict=True)]
        emit("  ".join([row[0].ljust(sizes[0]), *cells[1:]]).rstrip())
        _print_looks(shown[number - 1].looks if number else ())


def _print_looks(looks: Sequence[str]) -> None:
    for look in looks:
        emit(paint(f"  {look}", RED))


def _row(one: SignatureTrust) -> tuple[str, ...]:
    use, precision, unlabelled = one.use, one.precision, one.unlabelled
    name = _plain(one.id) + ("" if one.is_known is not False else " (removed)")
    return (
        name,
        f"{_times(one):,}",
        f"{use.pulls if use else 0:,}",
        use.last.date().isoformat() if use else "never",
        f"{precision.flakes:,}",
        f"{precision.disputed:,}",
        _told(precision),
        "" if unlabelled is None else f"{_percent(unlabelled)} %",
    )


def _told(precision: Precision) -> str:
    """A precision with its interval: "60 % (23 to 88 %) of 5, few"."""
    if precision.share is None:
        return "no label"
    low, high = precision.interval
    few = ", few" if precision.labels < ENOUGH else ""
    return (
        f"{_percent(precision.share)} % ({_percent(low)} to {_percent(high)} %) of {precision.labels:,}{few}"
    )


def _percent(share: float) -> int:
    """Rounded down: what is not quite 95 % shall not be told as 95 %."""
    return int(100 * share + 1e-9)


def _signature(one: SignatureTrust) -> dict[str, object]:
    use = one.use
    return {
        "signature": one.id,
        "in_configuration": one.is_known,
        "matches": _times(one),
        "pull_requests": use.pulls if use else 0,
        "first_hit": use.first.isoformat() if use else None,
        "last_hit": use.last.isoformat() if use else None,
        "unlabelled": None if one.unlabelled is None else round(one.unlabelled, 4),
        **_precision(one),
    }


def _precision(one: SignatureTrust | RungTrust) -> dict[str, object]:
    precision = one.precision
    low, high = precision.interval
    return {
        "labels": {
            "flake": {"retry": precision.flakes + precision.retried},
            "not_flake": {"person": precision.disputed},
            "both": precision.retried,
        },
        "precision": None if precision.share is None else round(precision.share, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "enough": precision.labels >= ENOUGH,
        "look": list(one.looks),
    }


def _times(one: SignatureTrust) -> int:
    return one.use.times if one.use else 0


def _plain(text: str) -> str:
    return quote_plain(text, NAME_LIMIT)
