"""Failures put together by what they have in common, in the order in which to mend them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.classify.clues import Clue, clue_of
from bot.classify.generic import is_generic
from bot.model.failure import STOPPED, Failure, FailureKind
from bot.model.report import Cause, JudgedFailure
from bot.model.verdict import VerdictClass, gravity

# Where one of these fails, the tests behind it did not run.
ROOTS = (FailureKind.SETUP, FailureKind.COLLECTION, FailureKind.BUILD, FailureKind.INFRA)
# Explained by somebody else's doing: nothing to mend here, unless it holds others up.
EXCUSED = (
    VerdictClass.KNOWN_FLAKE,
    VerdictClass.INFRA,
    VerdictClass.ON_BASE,
    VerdictClass.PASSED_ON_RETRY,
    VerdictClass.SEEN_ELSEWHERE,
)
# Said of a whole job, and not a cause of anything.
NO_CAUSE = (VerdictClass.CANCELLED, VerdictClass.BLOCKED, VerdictClass.UNREAD)


@dataclass(frozen=True, slots=True)
class _Group:
    """Failures of one cause, in the order of jobs and log lines; `cascades` follow from them."""

    clue: Clue | None
    roots: tuple[JudgedFailure, ...]
    cascades: tuple[JudgedFailure, ...] = ()


def group(judged: Sequence[JudgedFailure], blocked: Mapping[str, int]) -> tuple[Cause, ...]:
    """Put failures together by common cause and sort them: what to mend first comes first.

    Args:
        judged: every failure, in any order.
        blocked: by job, how many jobs wait for it or were skipped because of it.

    Returns:
        What blocks most jobs and tests, then regressions, then returned, then causes that several jobs
        share, then unknown, then infrastructure. A failure that is excused (known flake, on
        base, ...), blocks nothing and is alone is no cause. The order of the input does not matter: what is
        equal otherwise comes in the order of the jobs' names and the log.
    """
    counted = sorted((one for one in judged if one.verdict.verdict not in NO_CAUSE), key=_place)
    heads, cascades = _split(counted)
    groups: dict[object, list[JudgedFailure]] = {}
    clues: dict[object, Clue | None] = {}
    for one in heads:
        clue = clue_of(one.verdict)
        key: object = (clue.kind, clue.name) if clue else (one.job, one.verdict.failure)
        groups.setdefault(key, []).append(one)
        clues.setdefault(key, clue)
    made = [
        _Group(clues[key], tuple(members), tuple(c for head in members for c in cascades.get(id(head), ())))
        for key, members in groups.items()
    ]
    causes = [(_cause(one, blocked), _place(one.roots[0])) for one in made]
    kept = [(cause, where) for cause, where in causes if _counts(cause)]
    kept.sort(key=lambda pair: (_rank(pair[0]), pair[1]))
    return tuple(cause for cause, _ in kept)


def _place(one: JudgedFailure) -> tuple[object, ...]:
    """Where a failure stands among its equals, whatever order they are given in."""
    failure = one.verdict.failure
    return (one.job, failure.log_line, failure.test, failure.message, failure.kind, repr(failure))


_Cascades = dict[int, list[JudgedFailure]]


def _split(judged: Sequence[JudgedFailure]) -> tuple[list[JudgedFailure], _Cascades]:
    """Tell causes from what only follows from them in the same job; cascades by their cause's identity."""
    by_job: dict[str, list[JudgedFailure]] = {}
    for one in judged:
        by_job.setdefault(one.job, []).append(one)
    cascades: _Cascades = {}
    followers: set[int] = set()
    for members in by_job.values():
        for one in members:
            head = _head_of(one, members)
            if head is not None:
                cascades.setdefault(id(head), []).append(one)
                followers.add(id(one))
    return [one for one in judged if id(one) not in followers], cascades


def _head_of(one: JudgedFailure, members: Iterable[JudgedFailure]) -> JudgedFailure | None:
    """The failure of the same job that this one follows from; `None` when it stands for itself."""
    failure = one.verdict.failure
    earlier = [
        other
        for other in members
        if other is not one and not _follows_anything(other) and _stands_before(other, one)
    ]
    if _follows_anything(one):
        return _first(earlier)
    return _first(other for other in earlier if _same_setup(other.verdict.failure, failure))


def _stands_before(other: JudgedFailure, one: JudgedFailure) -> bool:
    """Whether it can be the reason: it came first, or the other is only the job's last word."""
    last_word = one.verdict.failure.kind is FailureKind.EXIT
    return last_word or other.verdict.failure.log_line < one.verdict.failure.log_line


def _follows_anything(one: JudgedFailure) -> bool:
    """A bare exit code, and a test that was stopped, say nothing of their own."""
    failure = one.verdict.failure
    bare = failure.kind is FailureKind.EXIT and is_generic(failure.message)
    return bare or failure.status in STOPPED


def _same_setup(root: Failure, failure: Failure) -> bool:
    """A suite's setup that failed in one process is told by the others too."""
    if root.kind is not FailureKind.SETUP or failure.kind is not FailureKind.SETUP:
        return False
    return bool(root.test) and (root.tool, root.suite, root.test) == (
        failure.tool,
        failure.suite,
        failure.test,
    )


def _first(several: Iterable[JudgedFailure]) -> JudgedFailure | None:
    return min(several, key=lambda one: one.verdict.failure.log_line, default=None)


def _cause(made: _Group, blocked: Mapping[str, int]) -> Cause:
    # The root comes first: what keeps others from running, then the gravest, then the order of the table.
    roots = sorted(made.roots, key=lambda one: (one.verdict.failure.kind not in ROOTS, _gravity(one)))
    failures = (*roots, *made.cascades)
    gravest = min(failures, key=_gravity).verdict.verdict
    jobs = tuple(dict.fromkeys(one.job for one in (*made.roots, *made.cascades)))
    waiting = max((blocked.get(job, 0) for job in jobs), default=0)
    title = _title(made.clue, roots)
    return Cause(title, gravest, failures, jobs, waiting, _reason(gravest, len(jobs), failures))


def _title(clue: Clue | None, roots: Sequence[JudgedFailure]) -> str:
    """What they share; one test, in one job or in several, is called by its name."""
    failure = roots[0].verdict.failure
    one_test = len({one.verdict.failure.test for one in roots}) == 1
    if clue is None or (clue.kind == "message" and one_test):
        return failure.test or failure.message or f"{failure.tool} {failure.kind.value}".strip()
    return clue.title


def _reason(verdict: VerdictClass, jobs: int, failures: Sequence[JudgedFailure]) -> str:
    """Why it stands where it stands."""
    parts = []
    if failures[0].verdict.failure.kind in ROOTS:
        parts.append("tests behind it did not run")
    if jobs > 1:
        parts.append(f"the same in {jobs} jobs")
    elif len(failures) > 1:
        parts.append(f"explains {len(failures)} failures")
    if verdict is VerdictClass.REGRESSION:
        parts.append("this change broke it")
    if verdict is VerdictClass.RETURNED:
        parts.append("marked as fixed, and back")
    if verdict is VerdictClass.UNKNOWN:
        parts.append("no evidence either way, somebody has to look")
    return ", ".join(parts)


def _counts(cause: Cause) -> bool:
    return cause.verdict not in EXCUSED or cause.blocked > 0 or len(cause.jobs) > 1


def _rank(cause: Cause) -> tuple[int, int, int]:
    """DESIGN section 4, part 6. Within a place the larger comes first."""
    blocks = cause.blocked > 0 or (
        cause.failures[0].verdict.failure.kind in ROOTS and cause.verdict not in EXCUSED
    )
    if blocks:
        place = 0
    elif cause.verdict is VerdictClass.REGRESSION:
        place = 1
    elif cause.verdict is VerdictClass.RETURNED:
        place = 2
    elif len(cause.jobs) > 1:
        place = 3
    else:
        place = 4 if cause.verdict is VerdictClass.UNKNOWN else 5
    return (place, -cause.blocked, -len(cause.failures))


def _gravity(one: JudgedFailure) -> int:
    return gravity(one.verdict.verdict)
