"""A failure that comes in one run after the other is no flake, whatever it matches.

Why, and what it costs: docs/adr/0021-run-after-run.md.
"""

from collections.abc import Iterable

from bot.classify.case import Case
from bot.model.signature import Signature, SignatureKind
from bot.model.verdict import BaseState

# A flake of 10 % fails twice in a row in 1 % of the cases, one of 20 % three times.
ENOUGH_ON_BASE = 2
ENOUGH_OF_OFTEN = 3
OFTEN = 0.1
# Fewer runs beside those of the row tell no rate.
ENOUGH_RUNS = 20
# This run counts, too: what is judged has failed once, so that chance has two more runs to be ruled out by.
ENOUGH_HERE = 3


def in_a_row(states: Iterable[BaseState]) -> int:
    """How many runs, the newest first, failed in this way without one that did not.

    A run that did not run the test says nothing and is passed over.
    """
    count = 0
    for state in states:
        if state is BaseState.FAILED:
            count += 1
        elif state is not BaseState.DID_NOT_RUN:
            break
    return count


def too_steady(signature: Signature, case: Case) -> str:
    """Why a failure is no flake although a signature of one describes it; empty when it may be.

    Infrastructure that is down stays down for a while, and a known bug is there until it is mended.
    """
    if signature.kind is not SignatureKind.FLAKE:
        return ""
    if case.row_on_base >= (ENOUGH_OF_OFTEN if _comes_often(case) else ENOUGH_ON_BASE):
        return f"the base branch failed in this way {_times(case.row_on_base)}, and a flake passes in between"
    if case.row_here >= ENOUGH_HERE:
        return f"this pull request failed in this way {_times(case.row_here)}, and a flake passes in between"
    return ""


def _comes_often(case: Case) -> bool:
    """Whether it fails in more than a tenth of the job's runs, those of the row left out."""
    rate = case.past.rate
    if rate is None:
        return False
    failed, ran = rate.failed - case.row_on_base, rate.ran - case.row_on_base
    return ran >= ENOUGH_RUNS and failed > OFTEN * ran


def _times(count: int) -> str:
    return f"in {count} runs, one after the other"
