"""How much of a report is shown, and the steps in which it shrinks to fit."""

from dataclasses import dataclass, replace

HARD_LIMIT = 65_536  # GitHub: "Body is too long (maximum is 65536 characters)"
SOFT_LIMIT = 60_000  # room for what GitHub counts differently; 4 bytes each stay below 262,144
OPEN_ROWS = 10
OUTAGE_ROWS = 3


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one try.

    Attributes:
        before: excerpt lines before the marked one; `after` behind it.
        cell: characters of a message in a table cell or a summary.
        rows: rows of the status table behind the first ten.
        failures: failures shown in full.
        entries: entries per folded list (known flakes, on base, blocked ...).
        evidence: reasons per failure.
        block: lines of a message's detail; 0 leaves excerpts and details out.
        names: names before "and N more".
    """

    before: int = 3
    after: int = 5
    cell: int = 120
    rows: int = 90
    failures: int = 25
    entries: int = 30
    evidence: int = 6
    block: int = 20
    names: int = 8


_FULL = Budget()
STEPS = (
    _FULL,
    replace(_FULL, before=1, after=2, block=10),
    replace(_FULL, before=1, after=2, block=8, evidence=3, failures=15, entries=20),
    replace(_FULL, before=0, after=1, block=5, evidence=2, failures=10, entries=10, rows=60),
    replace(_FULL, before=0, after=0, block=3, evidence=2, failures=8, entries=6, rows=30, cell=90),
    replace(_FULL, before=0, after=0, block=0, evidence=1, failures=5, entries=4, rows=10, cell=60, names=4),
    Budget(before=0, after=0, cell=40, rows=0, failures=3, entries=2, evidence=1, block=0, names=2),
)
