"""Rungs 7 and 8: it passed on the same commit, or others have it, too.

Both excuse, so that whatever is doubtful keeps them from holding: a line that says nothing, a test that the
runner stopped, a test that this pull request touches, and every sighting that history withholds.
"""

from bot.classify.ages import count
from bot.classify.case import Case
from bot.classify.doubt import own_message, own_subject
from bot.classify.generic import is_generic
from bot.classify.held import Held, Outweighed
from bot.classify.past import how_often, not_counted
from bot.classify.touched import touches
from bot.model.failure import STOPPED, Failure
from bot.model.verdict import Evidence, VerdictClass

# On fewer pull requests of others it may be a coincidence (DESIGN section 2, rung 8).
ENOUGH = 2


def passed_on_retry(failure: Failure, case: Case) -> Held | str:
    """Rung 7: the same job and test passed on the same commit, in another attempt of the run."""
    past = case.past
    if not past.attempts:
        return "not compared: this commit has no other attempt"
    passed = past.passed
    if passed is None:
        first = past.attempts[0]
        note = f": {first.result.note}" if first.result.note else ""
        return f"no other attempt passed it; attempt {first.number}: {first.result.state.value}{note}"
    doubt = _doubt(failure, case)
    if doubt:
        return Outweighed(f"it passed in attempt {passed.number}, but {doubt}")
    why = f"passed in attempt {passed.number}, on the same commit"
    return Held(
        VerdictClass.PASSED_ON_RETRY,
        why,
        (Evidence(why, "", passed.result.url), *how_often(past, case.at)),
    )


def seen_elsewhere(failure: Failure, case: Case) -> Held | str:
    """Rung 8: the same fingerprint on two or more pull requests of other authors in 7 days."""
    past = case.past
    if past.note:
        return f"not compared: {past.note}"
    withheld = not_counted(past)
    if past.independent < ENOUGH:
        if withheld:
            return f"not used: {withheld}"
        if past.count is None:
            return "seen nowhere else in 7 days; two pull requests of others are needed"
        unrelated = "" if past.count.pulls < ENOUGH else " that hang together"
        found = f"{count(past.count.pulls, 'pull request')} of others{unrelated}"
        return f"seen on {found} in 7 days; two are needed"
    doubt = _doubt(failure, case) or own_subject(failure, case)
    pulls = past.count.pulls if past.count else past.independent
    many = ("at least " if past.count and past.count.more else "") + count(pulls, "pull request")
    if doubt:
        return Outweighed(f"seen on {many} of others, but {doubt}")
    why = f"the same failure on {many} of other authors in 7 days"
    return Held(VerdictClass.SEEN_ELSEWHERE, why, (Evidence(why), *how_often(past, case.at)))


def own_flake(failure: Failure, case: Case) -> Held | None:
    """A test that this pull request adds or changes, and that fails and passes on one commit."""
    passed = case.past.passed
    if passed is None or is_generic(failure.message) or failure.status in STOPPED:
        return None
    if not failure.test or not touches(failure, case.changed):
        return None
    why = (
        f"this pull request brings a flake: it touches the test, which passed in attempt {passed.number}"
        " and fails now, on the same commit"
    )
    return Held(VerdictClass.REGRESSION, why, (Evidence(why, "", passed.result.url),))


def told_beside(case: Case) -> tuple[Evidence, ...]:
    """What history says of a failure that it does not excuse. What is withheld stands in the ladder alone."""
    return how_often(case.past, case.at)


def _doubt(failure: Failure, case: Case) -> str:
    if is_generic(failure.message):
        return "the message says too little to call it the same failure"
    if failure.status in STOPPED:
        return "the runner stopped it, so that its own result is not known"
    if touches(failure, case.changed):
        return "this pull request touches the test"
    return own_message(failure, case)
