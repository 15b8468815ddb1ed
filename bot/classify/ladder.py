"""The ladder of DESIGN section 2: the first rung that holds gives the class, and every rung says why.

The classes of rungs 5 to 8 excuse a failure. Whatever is doubtful therefore ends below them, in `unknown`.
"""

from datetime import datetime

from bot.classify.ages import seen
from bot.classify.case import Case
from bot.classify.disputed import contest, dispute_beside
from bot.classify.doubt import own_match, own_message, own_subject
from bot.classify.generic import is_generic
from bot.classify.held import Held, Outweighed, Rung
from bot.classify.past import flake_rate, how_often_matched
from bot.classify.rungs_of_history import own_flake, passed_on_retry, seen_elsewhere, told_beside
from bot.classify.signatures import SignatureMatch
from bot.classify.streak import too_steady
from bot.classify.touched import adds, changes, touches
from bot.model.failure import STOPPED, Failure, FailureKind, Status
from bot.model.life import REMOVE, suggestion
from bot.model.run import Conclusion
from bot.model.signature import SignatureKind, SignatureStatus
from bot.model.verdict import Baseline, BaseState, Evidence, RungNote, Verdict, VerdictClass

# Rungs up to this one speak of a job, not of a failure in it.
_LAST_OF_JOBS = 3

# What is said of a test that was broken off because of another.
BROKEN_OFF = "the runner stopped it, so that its own result is not known: look at what failed before it"


def judge(failure: Failure, case: Case) -> Verdict:
    """Give a failure its class, with the evidence and the reason of every rung.

    The rungs below the one that gave the class are asked all the same: what they would say is told, too.
    """
    answers = [
        (number, verdict, contest(number, rung(failure, case), case)) for number, verdict, rung in _RUNGS
    ]
    number, found = next((n, answer) for n, _, answer in answers if isinstance(answer, Held))
    signature = found.match.signature if found.match else None
    source = signature.source if signature else ""
    touched = touches(failure, case.changed) or changes(source, case.changed)
    return Verdict(
        failure,
        found.verdict,
        number,
        (*found.evidence, *(dispute_beside(case) if number > _LAST_OF_JOBS else ())),
        tuple(_note(*answer, decided_by=number) for answer in answers),
        signature,
        touched,
        case.excerpt,
        flake_rate(case.past) if signature else 0.0,
    )


def _note(number: int, verdict: VerdictClass, answer: Held | str, *, decided_by: int) -> RungNote:
    """What a rung says; below the one that gave the class it says so in the conditional."""
    if isinstance(answer, str):
        return RungNote(number, verdict, held=False, why=answer)
    if number == decided_by:
        return RungNote(number, answer.verdict, held=True, why=answer.why)
    last = number == _RUNGS[-1][0]
    why = f"rung {decided_by} gave the class" if last else f"not needed, but it would hold: {answer.why}"
    return RungNote(number, answer.verdict, held=False, why=why)


def _cancelled(failure: Failure, case: Case) -> Held | str:
    if case.conclusion is not Conclusion.CANCELLED:
        return "GitHub does not say that the job was cancelled"
    if failure.kind is FailureKind.TIMEOUT:
        # GitHub also calls a job cancelled that ran over its `timeout-minutes`.
        return "the job was stopped because it took too long, and that is a failure"
    if failure.test and failure.status not in STOPPED:
        return "the job was cancelled, but this test had failed before"
    why = "GitHub says that the job was cancelled"
    return Held(VerdictClass.CANCELLED, why, (Evidence(why, case.cancelled),))


def _blocked(failure: Failure, case: Case) -> Held | str:
    if not case.blocked_by:
        return "no job that this one needs has failed"
    if failure.kind is not FailureKind.EXIT:
        return "a job that this one needs has failed, but this failure is its own"
    why = "it failed only because a job that it needs did"
    return Held(VerdictClass.BLOCKED, why, (Evidence(why, case.blocked_by),))


def _unread(_: Failure, case: Case) -> Held | str:
    if case.crashed:
        why = "our own reader failed on this log"
    elif not case.complete:
        why = "the log could not be read to its end"
    else:
        return "the whole log was read"
    return Held(VerdictClass.UNREAD, why, (Evidence(why, case.gap),))


def _returned(_: Failure, case: Case) -> Held | str:
    fixed = [one for one in _telling(case) if one.signature.status is SignatureStatus.FIXED]
    if not fixed:
        return "no signature whose status is fixed matches"
    best = fixed[0]
    signature = best.signature
    day = f" on {signature.fixed.isoformat()}" if signature.fixed else ""
    why = f"it matches {signature.id}, which is marked as fixed{day}: the fix did not hold"
    fix = (Evidence("the fix that did not hold", signature.fix),) if signature.fix else ()
    often = how_often_matched(case.past, signature.id, case.at)
    return Held(VerdictClass.RETURNED, why, (*_proof(best, why), *fix, *often), best)


def _known(failure: Failure, case: Case) -> Held | str:
    telling = _telling(case)
    if not telling:
        generic = "the lines that a signature matches say too little to rest on"
        return generic if case.matches else "no signature matches pattern and scope"
    subject = own_subject(failure, case)
    doubts = {
        one.signature.id: own_match(one, failure, case) or subject or too_steady(one.signature, case)
        for one in telling
    }
    held = [one for one in telling if not doubts[one.signature.id]]
    if not held:
        first = telling[0].signature.id
        return Outweighed(f"it matches {first}, but {doubts[first]}")
    today = case.at.date()
    # One that somebody has to look at explains less than one that is up to date, but it does explain.
    best = min(held, key=lambda one: bool(suggestion(one.signature, today, last_hit=today)))
    infra = best.signature.kind is SignatureKind.INFRA
    why = f"it matches {best.signature.id}, pattern and scope"
    found = VerdictClass.INFRA if infra else VerdictClass.KNOWN_FLAKE
    old = suggestion(best.signature, today, last_hit=today)
    looks = (Evidence(f"{best.signature.id}: {old}; {REMOVE}"),) if old else ()
    proof = _proof(best, why)
    often = how_often_matched(case.past, best.signature.id, case.at)
    return Held(found, why, (proof[0], *often, *proof[1:], *looks), best)


def _on_base(failure: Failure, case: Case) -> Held | str:
    base = case.baseline
    if base.state is not BaseState.FAILED:
        return f"the base branch {_told(base, case.at)}"
    if is_generic(failure.message):
        return "the message says too little to call it the same failure as on the base branch"
    doubt = own_message(failure, case)
    if doubt:
        return Outweighed(f"the same failure is on {seen(base, case.at)}, but {doubt}")
    why = f"the same failure is on {seen(base, case.at)}{_beside(base)}"
    matched = _known(failure, case)
    beside = (Evidence(f"no flake: {matched}"),) if isinstance(matched, Outweighed) else ()
    return Held(VerdictClass.ON_BASE, why, (Evidence(why, failure.message, base.url), *beside))


def _regression(failure: Failure, case: Case) -> Held | str:
    base = case.baseline
    if _was_stopped(failure):
        return BROKEN_OFF
    flake = own_flake(failure, case)
    if flake is not None:
        return flake
    added = adds(failure, case.changed)
    if added:
        why = "this pull request adds the file that fails"
        return Held(VerdictClass.REGRESSION, why, (Evidence(why, added), *_told_beside(failure, case)))
    if base.state is not BaseState.PASSED:
        return f"the base branch {_told(base, case.at)}, and this pull request does not add the test"
    why = f"passed on {seen(base, case.at)}{_beside(base)}"
    return Held(VerdictClass.REGRESSION, why, (Evidence(why, "", base.url), *_told_beside(failure, case)))


def _unknown(failure: Failure, case: Case) -> Held:
    if _was_stopped(failure):
        return Held(VerdictClass.UNKNOWN, BROKEN_OFF, (Evidence(BROKEN_OFF),))
    outweighed = isinstance(_known(failure, case), Outweighed)
    matched = "" if outweighed else "no signature matches, and "
    nothing = "it is disputed, so that nothing excuses it, and " if case.disputed else ""
    why = f"{nothing or f'nothing explains it: {matched}'}the base branch {_told(case.baseline, case.at)}"
    beside = _told_beside(failure, case)
    return Held(VerdictClass.UNKNOWN, why, (Evidence(why, "", case.baseline.url), *beside))


_RUNGS: tuple[tuple[int, VerdictClass, Rung], ...] = (
    (1, VerdictClass.CANCELLED, _cancelled),
    (2, VerdictClass.BLOCKED, _blocked),
    (3, VerdictClass.UNREAD, _unread),
    (4, VerdictClass.RETURNED, _returned),
    (5, VerdictClass.KNOWN_FLAKE, _known),
    (6, VerdictClass.ON_BASE, _on_base),
    (7, VerdictClass.PASSED_ON_RETRY, passed_on_retry),
    (8, VerdictClass.SEEN_ELSEWHERE, seen_elsewhere),
    (9, VerdictClass.REGRESSION, _regression),
    (10, VerdictClass.UNKNOWN, _unknown),
)


def _told_beside(failure: Failure, case: Case) -> tuple[Evidence, ...]:
    """What would have excused it and does not, and what history says."""
    answers = (rung(failure, case) for rung in (_known, _on_base, passed_on_retry, seen_elsewhere))
    outweighed = (Evidence(f"not excused: {one}") for one in answers if isinstance(one, Outweighed))
    return (*outweighed, *told_beside(case))


def _was_stopped(failure: Failure) -> bool:
    """The runner broke the test off and says nothing else of it, as after another test with fail-fast."""
    return failure.status is Status.INTERRUPTED and is_generic(failure.message)


def _telling(case: Case) -> list[SignatureMatch]:
    """Matches that rest on lines that say something; a generic line supports no class."""
    return [one for one in case.matches if one.hits and not any(is_generic(hit.text) for hit in one.hits)]


def _proof(match: SignatureMatch, why: str) -> tuple[Evidence, ...]:
    """The sentence with the issue, then every line that was matched."""
    lines = (Evidence(f"log line {hit.line}", hit.text) for hit in match.hits)
    return (Evidence(why, "", match.signature.issue), *lines)


def _told(base: Baseline, at: datetime) -> str:
    """What the base branch says, behind "the base branch"."""
    match base.state:
        case BaseState.FAILED:
            return "has the same failure"
        case BaseState.PASSED:
            return f"passed it ({seen(base, at)})"
        case BaseState.DID_NOT_RUN:
            return f"did not run it{_because(base)}"
        case BaseState.NOT_COMPARED:
            return f"was not compared{_because(base)}"


def _beside(base: Baseline) -> str:
    return f"; {base.note}" if base.note else ""


def _because(base: Baseline) -> str:
    return f": {base.note}" if base.note else ""
