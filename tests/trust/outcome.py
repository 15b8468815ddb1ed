"""One failure of one run: what it truly was, and what Retriage called it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model.failure import Failure, FailureKind
from bot.model.report import JudgedFailure
from bot.model.verdict import VerdictClass, gravity
from tests.trust.pool import Pool
from tests.trust.suite import CLEAN, Suite
from tests.trust.truth import WHOLE, same_test, tokens

# What it truly was.
REGRESSION, BASE, FLAKE, UNSURE = "regression", "base", "flake", "unsure"
# What Retriage called it when it named no such failure.
NOT_LISTED = "not listed"
# Of the ladder, the one that signatures give.
KNOWN_RUNG = 5
# Kinds that are of no test: they stand for a suite that failed as a whole.
WHOLE_KINDS = (
    FailureKind.COLLECTION,
    FailureKind.SETUP,
    FailureKind.BUILD,
    FailureKind.TIMEOUT,
    FailureKind.CRASH,
    FailureKind.EXIT,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the table that everything is counted from.

    Attributes:
        day: days since the beginning.
        pull: the pull request's key in the plan; `kind` what it is, `push` which of its pushes.
        test: as the runner's report names it.
        truth: `regression` (this pull request's), `base` (of `main`), `flake` or `unsure`.
        bug: the mutation that was in the code; empty for none.
        hard: how close the bug's text comes to a flake's.
        flake: the kind of the flake that this test is by nature; empty when it is none.
        known: the team has a signature for that flake, and it is in the configuration.
        verdict: the class, or `not listed`.
        touched: Retriage says that the pull request touches it.
        run: which real run the log is of.
        outweighed: why rung 5 did not hold although a signature matched; empty when it held or none did.
    """

    day: float
    pull: str
    kind: str
    push: int
    attempt: int
    suite: str
    test: str
    truth: str
    bug: str
    hard: str
    flake: str
    known: bool
    verdict: str
    rung: int
    signature: str
    touched: bool
    why: str
    message: str
    run: str
    outweighed: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """A failure that Retriage lists and the runner's report does not have."""

    day: float
    pull: str
    suite: str
    verdict: str
    kind: str
    test: str
    message: str
    run: str
    beside: str


def pair(
    failed: Sequence[str], judged: Sequence[JudgedFailure]
) -> tuple[dict[str, list[JudgedFailure]], list[JudgedFailure]]:
    """Put what Retriage lists of a job to the tests that failed there; and what is left over."""
    found: dict[str, list[JudgedFailure]] = {name: [] for name in failed}
    left = []
    for one in judged:
        names = [name for name in failed if _is(name, one.verdict.failure)]
        # `TestX` and `Other TestX` both end so: the name that is nearer in length is meant.
        names.sort(key=lambda name: abs(len(tokens(name)) - len(tokens(one.verdict.failure.test))))
        if names:
            found[names[0]].append(one)
        else:
            left.append(one)
    empty = [name for name, ones in found.items() if not ones]
    aside = [one for one in left if not one.verdict.failure.test or one.verdict.failure.kind in WHOLE_KINDS]
    if empty and aside:
        # The report names a package or a file, Retriage why it could not be built or loaded.
        for name in empty:
            found[name] = list(aside)
        left = [one for one in left if one not in aside]
    return found, left


def _is(name: str, failure: Failure) -> bool:
    if name == WHOLE:
        return not failure.test or failure.kind in WHOLE_KINDS
    forms = [failure.test, failure.known_as] if failure.test else [failure.suite, failure.file]
    return any(form and same_test(name, form) for form in forms)


def gravest(judged: Sequence[JudgedFailure]) -> JudgedFailure | None:
    """Of several rows for one test the one that is shown on top."""
    return min(judged, key=lambda one: gravity(one.verdict.verdict), default=None)


@dataclass(frozen=True, slots=True)
class Cause:
    """What was really in the code of a job: a variant, and whose it is (`regression` or `base`)."""

    variant: str
    whose: str


def truth_of(test: str, pool: Pool, cause: Cause) -> str:
    """What a failure truly was, by the control runs alone."""
    if cause.variant == CLEAN:
        return FLAKE
    if test in pool.broken[cause.variant]:
        return cause.whose
    if test in pool.unsure[cause.variant]:
        return UNSURE
    if WHOLE in pool.broken[cause.variant]:
        # The bug ends the run; which tests fail before that is chance.
        return UNSURE if flake_of(pool.suite, test) == "" else FLAKE
    return FLAKE if flake_of(pool.suite, test) or _fails_clean(test, pool) else UNSURE


def flake_of(suite: Suite, test: str) -> str:
    """The kind of flake that a test is by nature; empty when it is none."""
    return next((one.kind for one in suite.flakes if same_test(one.test, test)), "")


def hardness(suite: Suite, variant: str, test: str) -> str:
    """How close a bug's text comes to a flake's, in the flaky test that it names; `plain` otherwise."""
    for bug in suite.variants().get(variant, ()):
        if bug.hard:
            return bug.hard if same_test(bug.flake, test) else f"beside {bug.hard}"
    return "plain"


def _fails_clean(test: str, pool: Pool) -> bool:
    return any(test in run.failed for run in pool.runs[CLEAN])


def as_row(one: Outcome | Extra) -> Mapping[str, object]:
    """As JSON has it."""
    return {name: getattr(one, name) for name in one.__slots__}


def outweighed(judged: JudgedFailure | None) -> str:
    """What kept a signature that matches from excusing a failure."""
    notes = () if judged is None else judged.verdict.ladder
    told = (note.why for note in notes if note.rung == KNOWN_RUNG and not note.held)
    return next((why for why in told if why.startswith("it matches")), "")


def verdict_of(judged: JudgedFailure | None) -> tuple[str, int, str, bool, str, str]:
    """Class, rung, signature, touched, why and message; of nothing: not listed."""
    if judged is None:
        return NOT_LISTED, 0, "", False, "", ""
    verdict = judged.verdict
    why = next((note.why for note in verdict.ladder if note.held), "")
    signature = verdict.signature.id if verdict.signature else ""
    return verdict.verdict.value, verdict.rung, signature, verdict.touched, why, verdict.failure.message[:300]


EXCUSED = tuple(
    one.value
    for one in (
        VerdictClass.KNOWN_FLAKE,
        VerdictClass.INFRA,
        VerdictClass.PASSED_ON_RETRY,
        VerdictClass.SEEN_ELSEWHERE,
    )
)
