"""Short ways to say what a test is about."""

from datetime import UTC, datetime

from bot.classify.case import Case
from bot.classify.signatures import SignatureMatch
from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.model.reading import Reading
from bot.model.report import JudgedFailure
from bot.model.run import Conclusion, Job
from bot.model.signature import Match, Pattern, PatternHit, Scope, Signature, SignatureKind, SignatureStatus
from bot.model.verdict import Baseline, BaseState, Evidence, Verdict, VerdictClass

NOW = datetime(2026, 1, 24, 15, 0, tzinfo=UTC)
DLQ = "Expected at least 1 message in stream, found: 0"
SHUTDOWN = "Graceful Shutdown > drains the DLQ"


def failure(
    message: str = DLQ,
    *,
    test: str = SHUTDOWN,
    kind: FailureKind = FailureKind.TEST,
    status: Status = Status.FAILED,
    file: str = "test/integration/datastorage/shutdown_test.go",
    suite: str = "",
    tool: str = "ginkgo",
    line: int = 100,
    extent: tuple[int, int] = (90, 110),
    detail: str = "",
) -> Failure:
    return Failure(
        tool, kind, status, test, message, line, extent, detail=detail, file=file, line=7, suite=suite
    )


def signature(
    *patterns: str,
    name: str = "DS-FLAKY-003a",
    absent: str = "",
    scope: Scope | None = None,
    status: SignatureStatus = SignatureStatus.OPEN,
    kind: SignatureKind = SignatureKind.FLAKE,
    **rest: object,
) -> Signature:
    match = Match(tuple(Pattern(one) for one in patterns or (DLQ,)), Pattern(absent) if absent else None)
    made = Signature(name, "reads another test's messages", match, scope or Scope(), kind=kind, status=status)
    for key, value in rest.items():
        object.__setattr__(made, key, value)
    return made


def hit(text: str, line: int = 100, pattern: str = "") -> PatternHit:
    return PatternHit(Pattern(pattern or text), line, text)


def matched(one: Signature | None = None, text: str = DLQ) -> SignatureMatch:
    return SignatureMatch(one or signature(), (hit(text),))


def base(state: BaseState, **rest: object) -> Baseline:
    made = Baseline(
        state, "main", "1a2b3c4d5e6f", datetime(2026, 1, 24, 12, 0, tzinfo=UTC), "https://ci.example/1"
    )
    for key, value in rest.items():
        object.__setattr__(made, key, value)
    return made


def case(**rest: object) -> Case:
    made = Case(NOW)
    for key, value in rest.items():
        object.__setattr__(made, key, value)
    return made


def job(name: str, conclusion: Conclusion = Conclusion.FAILURE, status: str = "completed") -> Job:
    return Job(1, 1, 1, name, status, conclusion)


def reading(*failures: Failure, totals: tuple[Totals, ...] = (), **rest: object) -> Reading:
    made = Reading(size=1, lines=1, complete=True, totals=totals, failures=failures)
    for key, value in rest.items():
        object.__setattr__(made, key, value)
    return made


def judged(
    one: Failure,
    verdict: VerdictClass = VerdictClass.UNKNOWN,
    where: str = "unit",
    by: Signature | None = None,
) -> JudgedFailure:
    made = Verdict(one, verdict, 10, (Evidence("because"),), signature=by)
    return JudgedFailure(made, where, "")
