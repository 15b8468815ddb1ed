"""The ladder of DESIGN section 2: the first rung that holds gives the class, and every rung says why.

The classes of rungs 5 to 8 excuse a failure. Whatever is doubtful therefore ends below them, in `unknown`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.classify.case import Case
from bot.classify.generic import is_generic
from bot.classify.signatures import SignatureMatch
from bot.classify.touched import adds, changes, touches
from bot.model.failure import Failure, FailureKind, Status
from bot.model.life import REMOVE, suggestion
from bot.model.run import Conclusion
from bot.model.signature import SignatureKind, SignatureStatus
from bot.model.verdict import Baseline, BaseState, Evidence, RungNote, Verdict, VerdictClass

# What a runner calls the tests that it did not end itself.
STOPPED = (Status.INTERRUPTED, Status.ABORTED)
# Enough of a commit to find it.
SHA_SHOWN = 7
MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class _Held:
    """A rung that holds: the class, why, and the proof."""

    verdict: VerdictClass
    why: str
    evidence: tuple[Evidence, ...]
    match: SignatureMatch | None = None


# A rung gives what it holds, or the reason why it does not.
_Rung = Callable[[Failure, Case], _Held | str]


# What is said of a test that was broken off because of another.
BROKEN_OFF = "the runner stopped it, so that its own result is not known: look at what failed before it"


def judge(failure: Failure, case: Case) -> Verdict:
    """Give a failure its class, with the evidence and the reason of every rung down to the one that held."""
    notes: list[RungNote] = []
    for number, verdict, rung in _RUNGS:
        found = rung(failure, case)
        if isinstance(found, str):
            notes.append(RungNote(number, verdict, held=False, why=found))
            continue
        notes.append(RungNote(number, found.verdict, held=True, why=found.why))
        signature = found.match.signature if found.match else None
        source = signature.source if signature else ""
        touched = touches(failure, case.changed) or changes(source, case.changed)
        return Verdict(
            failure, found.verdict, number, found.evidence, tuple(notes), signature, touched, case.excerpt
        )
    raise AssertionError("the last rung always holds")


def _cancelled(failure: Failure, case: Case) -> _Held | str:
    if case.conclusion is not Conclusion.CANCELLED:
        return "GitHub does not say that the job was cancelled"
    if failure.kind is FailureKind.TIMEOUT:
        # GitHub also calls a job cancelled that ran over its `timeout-minutes`.
        return "the job was stopped because it took too long, and that is a failure"
    if failure.test and failure.status not in STOPPED:
        return "the job was cancelled, but this test had failed before"
    why = "GitHub says that the job was cancelled"
    return _Held(VerdictClass.CANCELLED, why, (Evidence(why, case.cancelled),))


def _blocked(failure: Failure, case: Case) -> _Held | str:
    if not case.blocked_by:
        return "no job that this one needs has failed"
    if failure.kind is not FailureKind.EXIT:
        return "a job that this one needs has failed, but this failure is its own"
    why = "it failed only because a job that it needs did"
    return _Held(VerdictClass.BLOCKED, why, (Evidence(why, case.blocked_by),))


def _unread(_: Failure, case: Case) -> _Held | str:
    if case.crashed:
        why = "our own reader failed on this log"
    elif not case.complete:
        why = "the log could not be read to its end"
    else:
        return "the whole log was read"
    return _Held(VerdictClass.UNREAD, why, (Evidence(why, case.gap),))


def _returned(_: Failure, case: Case) -> _Held | str:
    fixed = [one for one in _telling(case) if one.signature.status is SignatureStatus.FIXED]
    if not fixed:
        return "no signature whose status is fixed matches"
    best = fixed[0]
    signature = best.signature
    day = f" on {signature.fixed.isoformat()}" if signature.fixed else ""
    why = f"it matches {signature.id}, which is marked as fixed{day}: the fix did not hold"
    fix = (Evidence("the fix that did not hold", signature.fix),) if signature.fix else ()
    return _Held(VerdictClass.RETURNED, why, (*_proof(best, why), *fix), best)


def _known(_: Failure, case: Case) -> _Held | str:
    telling = _telling(case)
    if not telling:
        generic = "the lines that a signature matches say too little to rest on"
        return generic if case.matches else "no signature matches pattern and scope"
    today = case.at.date()
    # One that somebody has to look at explains less than one that is up to date, but it does explain.
    best = min(telling, key=lambda one: bool(suggestion(one.signature, today, last_hit=today)))
    infra = best.signature.kind is SignatureKind.INFRA
    why = f"it matches {best.signature.id}, pattern and scope"
    found = VerdictClass.INFRA if infra else VerdictClass.KNOWN_FLAKE
    old = suggestion(best.signature, today, last_hit=today)
    looks = (Evidence(f"{best.signature.id}: {old}; {REMOVE}"),) if old else ()
    return _Held(found, why, (*_proof(best, why), *looks), best)


def _on_base(failure: Failure, case: Case) -> _Held | str:
    base = case.baseline
    if base.state is not BaseState.FAILED:
        return f"the base branch {_told(base, case.at)}"
    if is_generic(failure.message):
        return "the message says too little to call it the same failure as on the base branch"
    why = f"the same failure is on {_seen(base, case.at)}"
    return _Held(VerdictClass.ON_BASE, why, (Evidence(why, failure.message, base.url),))


def _retried(_: Failure, __: Case) -> _Held | str:
    return "not compared: other attempts of this commit are not looked at yet"


def _elsewhere(_: Failure, __: Case) -> _Held | str:
    return "not compared: other pull requests are not looked at yet"


def _regression(failure: Failure, case: Case) -> _Held | str:
    base = case.baseline
    if _was_stopped(failure):
        return BROKEN_OFF
    added = adds(failure, case.changed)
    if added:
        why = "this pull request adds the file that fails"
        return _Held(VerdictClass.REGRESSION, why, (Evidence(why, added),))
    if base.state is not BaseState.PASSED:
        return f"the base branch {_told(base, case.at)}, and this pull request does not add the test"
    why = f"passed on {_seen(base, case.at)}"
    return _Held(VerdictClass.REGRESSION, why, (Evidence(why, "", base.url),))


def _unknown(failure: Failure, case: Case) -> _Held:
    if _was_stopped(failure):
        return _Held(VerdictClass.UNKNOWN, BROKEN_OFF, (Evidence(BROKEN_OFF),))
    why = f"nothing explains it: no signature matches, and the base branch {_told(case.baseline, case.at)}"
    return _Held(VerdictClass.UNKNOWN, why, (Evidence(why, "", case.baseline.url),))


_RUNGS: tuple[tuple[int, VerdictClass, _Rung], ...] = (
    (1, VerdictClass.CANCELLED, _cancelled),
    (2, VerdictClass.BLOCKED, _blocked),
    (3, VerdictClass.UNREAD, _unread),
    (4, VerdictClass.RETURNED, _returned),
    (5, VerdictClass.KNOWN_FLAKE, _known),
    (6, VerdictClass.ON_BASE, _on_base),
    (7, VerdictClass.PASSED_ON_RETRY, _retried),
    (8, VerdictClass.SEEN_ELSEWHERE, _elsewhere),
    (9, VerdictClass.REGRESSION, _regression),
    (10, VerdictClass.UNKNOWN, _unknown),
)


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
            return f"passed it ({_seen(base, at)})"
        case BaseState.DID_NOT_RUN:
            return f"did not run it{_because(base)}"
        case BaseState.NOT_COMPARED:
            return f"was not compared{_because(base)}"


def _because(base: Baseline) -> str:
    return f": {base.note}" if base.note else ""


def _seen(base: Baseline, at: datetime) -> str:
    """Where and when, for example "main at 1a2b3c4 3 h ago"."""
    where = _plain(base.branch) if base.branch else "the base branch"
    commit = f" at {_plain(base.sha[:SHA_SHOWN])}" if base.sha else ""
    return f"{where}{commit}{_ago(base.at, at)}"


def _ago(then: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit that is not zero."""
    if then is None:
        return ""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < HOUR:
        return f" {seconds // MINUTE} min ago"
    if seconds < 2 * DAY:
        return f" {seconds // HOUR} h ago"
    return f" {seconds // DAY} days ago"


def _plain(name: str) -> str:
    """A branch's name without what means something in markdown."""
    return "".join(char if char.isalnum() or char in "._/-+#" else "?" for char in name)
