"""Report values for the tests, with little ceremony."""

from datetime import UTC, datetime

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.model.log import Excerpt
from bot.model.report import (
    Change,
    Compared,
    Delta,
    Facts,
    GreenGroup,
    JobState,
    JudgedFailure,
    PreviousJob,
    Report,
    Row,
)
from bot.model.signature import Match, Pattern, Signature, SignatureStatus
from bot.model.verdict import Evidence, RungNote, Verdict, VerdictClass

NOW = datetime(2026, 1, 24, 15, 31, tzinfo=UTC)
SHA = "26d7cc29a4f0b1c2d3e4f5061728394a5b6c7d8e"
BEFORE = "9dc5cc7590f1e2d3c4b5a69788796a5b4c3d2e1f"
MAIN = "b81e02c4d5f60718293a4b5c6d7e8f9012345678"
REPOSITORY = "jordigilh/kubernaut"
WEB = f"https://github.com/{REPOSITORY}"
RUN = f"{WEB}/actions/runs/21317201476"
PASSED = PreviousJob(JobState.PASSED)
RUNGS = {
    VerdictClass.CANCELLED: 1,
    VerdictClass.BLOCKED: 2,
    VerdictClass.UNREAD: 3,
    VerdictClass.RETURNED: 4,
    VerdictClass.KNOWN_FLAKE: 5,
    VerdictClass.INFRA: 5,
    VerdictClass.ON_BASE: 6,
    VerdictClass.PASSED_ON_RETRY: 7,
    VerdictClass.SEEN_ELSEWHERE: 8,
    VerdictClass.REGRESSION: 9,
    VerdictClass.UNKNOWN: 10,
}


def make_facts(sha: str = SHA, previous: str = BEFORE, **more: object) -> Facts:
    """A pull request compared with its previous run and with main."""
    values: dict[str, object] = {
        "repository": REPOSITORY,
        "pull_request": 20,
        "head_sha": sha,
        "at": NOW,
        "run_id": 21317201476,
        "run_url": RUN,
        "previous": Compared(previous, 21316766113, url=f"{WEB}/actions/runs/21316766113"),
        "base": Compared(MAIN, branch="main", at=datetime(2026, 1, 24, 13, 2, tzinfo=UTC)),
        "docs_url": "https://retriage.example/docs",
    }
    return Facts(**{**values, **more})  # type: ignore[arg-type]  # names are checked by the constructor


def make_failure(test: str, message: str, **more: object) -> Failure:
    """A failing Ginkgo spec at log line 1234."""
    values: dict[str, object] = {
        "tool": "ginkgo",
        "kind": FailureKind.TEST,
        "status": Status.FAILED,
        "test": test,
        "message": message,
        "log_line": 1234,
        "extent": (1230, 1250),
    }
    return Failure(**{**values, **more})  # type: ignore[arg-type]  # names are checked by the constructor


def make_excerpt(lines: tuple[str, ...], mark: int) -> Excerpt:
    """An excerpt whose `mark`-th line (from 1) is the one that matters, at log line 1234."""
    return Excerpt(1234 - mark + 1, lines, 1234)


def judge(
    verdict: VerdictClass,
    failure: Failure,
    job: str,
    *evidence: Evidence | str,
    change: Change = Change.NEW,
    signature: Signature | None = None,
    excerpt: Excerpt | None = None,
    touched: bool = False,
) -> JudgedFailure:
    """A verdict in its place, with a ladder down to its rung."""
    rung = RUNGS[verdict]
    ladder = (
        RungNote(4, VerdictClass.RETURNED, rung == 4, "no fixed signature matches"),
        RungNote(rung, verdict, held=True, why="the first rung that holds"),
    )
    reasons = tuple(Evidence(one) if isinstance(one, str) else one for one in evidence)
    made = Verdict(
        failure,
        verdict,
        rung,
        reasons or (Evidence("Nothing matched and the base branch did not run it"),),
        ladder,
        signature,
        touched,
        excerpt,
    )
    return JudgedFailure(made, job, job_url(job), change)


def job_url(job: str) -> str:
    """The page of a job; the same name has the same page."""
    return f"{RUN}/job/{61292937000 + sum(job.encode()) % 1000}"


def make_signature(name: str, title: str, **more: object) -> Signature:
    """An open signature from the repository's own file."""
    values: dict[str, object] = {
        "match": Match((Pattern("Expected at least 1 message in stream, found: 0"),)),
        "cause": "shared-state",
        "priority": "P2",
        "issue": f"{WEB}/issues/412",
        "owner": "@data-storage",
        "fix": "Run serially until every test has its own stream",
        "source": ".github/retriage.yml",
        "source_line": 31,
        "status": SignatureStatus.OPEN,
    }
    return Signature(id=name, title=title, **{**values, **more})  # type: ignore[arg-type]  # as above


def ran(passed: int, failed: int = 0, *, tool: str = "ginkgo", errors: int = 0, skipped: int = 0) -> Totals:
    """What a runner counted."""
    total = passed + failed + errors + skipped
    return Totals(tool, "", passed=passed, failed=failed, errors=errors, skipped=skipped, total=total)


def make_red(
    job: str,
    *failures: JudgedFailure,
    totals: tuple[Totals, ...] = (),
    previous: PreviousJob | None = PASSED,
    delta: Delta | None = None,
    group: str = "Integration",
) -> Row:
    """A failing job; by default it passed before and all its failures are new."""
    return Row(
        job,
        "CI Pipeline",
        group,
        JobState.FAILED,
        failures[0].verdict.verdict if failures else VerdictClass.UNKNOWN,
        previous,
        delta or Delta(new=len(failures), compared=previous is not None),
        totals,
        failures,
        url=job_url(job),
    )


def make_green(job: str, totals: tuple[Totals, ...] = (), group: str = "Integration", **more: object) -> Row:
    """A job that passed, and passed before."""
    values: dict[str, object] = {"previous": PASSED, "delta": Delta(compared=True), "url": job_url(job)}
    fields = {**values, **more}
    return Row(job, "CI Pipeline", group, JobState.PASSED, totals=totals, **fields)  # type: ignore[arg-type]  # as above


def make_blocked(job: str, by: str, *, previous: PreviousJob | None = None) -> Row:
    """A job that never ran, because one that it needs failed."""
    state, verdict = JobState.BLOCKED, VerdictClass.BLOCKED
    delta = Delta(compared=True)
    return Row(
        job, "CI Pipeline", "Integration", state, verdict, previous, delta, blocked_by=by, url=job_url(job)
    )


def fold_green(name: str, *rows: Row, jobs: int = 0) -> GreenGroup:
    """The green jobs of a group."""
    return GreenGroup(name, rows, jobs or len(rows))


def make_report(*rows: Row, **more: object) -> Report:
    """A report on these rows."""
    return Report(**{"facts": make_facts(), "rows": rows, **more})  # type: ignore[arg-type]  # as above
