"""Five reports told after five triage pages that were written by hand."""

# ruff: noqa: E501  test names and log lines stand as they were printed

from bot.model.failure import FailureKind, Status, Totals
from bot.model.report import (
    ArtifactLink,
    Cause,
    Change,
    ConfigFacts,
    Delta,
    FixedFailure,
    JobState,
    JudgedFailure,
    NextStep,
    PreviousJob,
    Report,
    Row,
)
from bot.model.signature import SignatureKind, SignatureStatus
from bot.model.verdict import Evidence, VerdictClass
from tests.core.report.builders import (
    BEFORE,
    PASSED,
    WEB,
    fold_green,
    job_url,
    judge,
    make_blocked,
    make_excerpt,
    make_facts,
    make_failure,
    make_green,
    make_red,
    make_report,
    make_signature,
    ran,
)

CONFIG = ConfigFacts(".github/retriage.yml", "b81e02c4d5f60718293a4b5c6d7e8f9012345678")
FAILED = PreviousJob(JobState.FAILED, 1)
STILL = Delta(still=1, compared=True)
BASE_PASSED = Evidence(
    "Passed on main in the same job at b81e02c4, 2 h before this run", url=f"{WEB}/actions/runs/1"
)
MUST_GATHER = ArtifactLink("must-gather-logs-datastorage", f"{WEB}/actions/runs/1/artifacts/9", 3_400_000)
AUDIT = "BR-SP-090: SignalProcessing → Data Storage Audit Integration"
SHUTDOWN = "BR-STORAGE-028: DD-007 Kubernetes-Aware Graceful Shutdown"


def tell_first() -> Report:
    """Eight services, five red: an import error, a fix that did not hold, connectivity, known flakes."""
    hapi = judge(
        VerdictClass.REGRESSION,
        make_failure(
            "tests/integration/test_hapi_audit_flow_integration.py",
            "ModuleNotFoundError: No module named 'holmesgpt_api_client'",
            tool="pytest",
            kind=FailureKind.COLLECTION,
            status=Status.ERROR,
            file="holmesgpt-api/tests/integration/test_hapi_audit_flow_integration.py",
            line=55,
            rerun="pytest tests/integration/test_hapi_audit_flow_integration.py",
            fingerprint="f1",
        ),
        "Integration (hapi)",
        BASE_PASSED,
        "This pull request changes the file",
        touched=True,
        excerpt=make_excerpt(
            (
                "==================================== ERRORS ====================================",
                "__ ERROR collecting tests/integration/test_hapi_audit_flow_integration.py __",
                "tests/integration/test_hapi_audit_flow_integration.py:55: in <module>",
                "    from holmesgpt_api_client import ApiClient as HapiApiClient, Configuration as HapiConfiguration",
                "E   ModuleNotFoundError: No module named 'holmesgpt_api_client'",
                "=========================== short test summary info ============================",
            ),
            5,
        ),
    )
    stress = judge(
        VerdictClass.RETURNED,
        make_failure(
            "P0: Concurrent Deliveries + Circuit Breaker > BR-NOT-060: Concurrent Delivery Safety > "
            "should handle rapid successive CRD creations (stress test)",
            "Expected 10 deliveries, got 9",
            detail="Expected\n    <int>: 9\nto equal\n    <int>: 10",
            file="test/integration/notification/performance_concurrent_test.go",
            line=183,
            rerun="ginkgo --focus-file performance_concurrent_test.go:183 ./test/integration/notification",
            fingerprint="f2",
        ),
        "Integration (notification)",
        Evidence("Matches NT-BUG-013, which is marked fixed", "Expected 10 deliveries, got 9"),
        change=Change.STILL,
        signature=make_signature(
            "NT-BUG-013",
            "Sending phase is not persisted before the next reconcile",
            status=SignatureStatus.FIXED,
            cause="race",
            owner="@notification",
            fix="Persist the phase transition before continuing",
        ),
        excerpt=make_excerpt(
            (
                "• [FAILED] [12.041 seconds]",
                "P0: Concurrent Deliveries + Circuit Breaker BR-NOT-060: Concurrent Delivery Safety",
                "  [FAILED] Expected 10 deliveries, got 9",
                "  Expected",
                "      <int>: 9",
                "  to equal",
                "      <int>: 10",
                "  In [It] at: test/integration/notification/performance_concurrent_test.go:183 @ 01/04/26 01:12:09.1",
            ),
            3,
        ),
    )
    rows = (
        make_red(
            "Integration (hapi)",
            hapi,
            totals=(ran(59, errors=1, tool="pytest"),),
        ),
        make_red("Integration (notification)", stress, totals=(ran(120, 1),), previous=FAILED, delta=STILL),
        make_red("Integration (signalprocessing)", *_audit_failures(), totals=(ran(73, 2),)),
        make_red("Integration (aianalysis)", _analysis_failure(), totals=(ran(48, 1),)),
        make_red(
            "Integration (datastorage)",
            *_storage_flakes(),
            totals=(ran(94, 3, skipped=60),),
            previous=PreviousJob(JobState.FAILED, 3),
            delta=Delta(still=3, compared=True),
        ),
    )
    green = fold_green(
        "Integration",
        make_green("Integration (gateway)", (ran(79),)),
        make_green("Integration (workflowexecution)", (ran(103),)),
        make_green(
            "Integration (remediationorchestrator)", (Totals("ginkgo", "", passed=59, flaked=1, total=59),)
        ),
        jobs=8,
    )
    audit = (*_audit_failures(), _analysis_failure())
    return Report(
        facts=make_facts(
            "9dc5cc7590f1e2d3c4b5a69788796a5b4c3d2e1f", "e0aa11bb22cc33dd44ee55ff66778899aabbccdd"
        ),
        rows=rows,
        groups=(green,),
        causes=(
            Cause(
                "ModuleNotFoundError: No module named 'holmesgpt_api_client'",
                VerdictClass.REGRESSION,
                (hapi,),
                ("Integration (hapi)",),
                reason="The test file cannot be loaded, so none of its tests ran",
                hint="Install the module in the test image, or drop the import at line 55",
            ),
            Cause(
                "should handle rapid successive CRD creations (stress test)",
                VerdictClass.RETURNED,
                (stress,),
                ("Integration (notification)",),
                reason="The fix of NT-BUG-013 did not hold",
                hint="Reopen its issue",
            ),
            Cause(
                "dial tcp [::1]:18094: connect: connection refused",
                VerdictClass.UNKNOWN,
                audit,
                ("Integration (signalprocessing)", "Integration (aianalysis)"),
                reason="3 audit tests in 2 jobs fail with the same line",
            ),
        ),
        next_steps=(
            NextStep(
                "Run the broken file locally",
                "pytest tests/integration/test_hapi_audit_flow_integration.py",
            ),
            NextStep("Reopen the issue of NT-BUG-013", url=f"{WEB}/issues/412"),
            NextStep(
                "See why a verdict was given", "/retriage why should create 'phase.transition' audit events"
            ),
        ),
        config=CONFIG,
    )


def _audit_failures() -> tuple[JudgedFailure, ...]:
    job = "Integration (signalprocessing)"
    tests = (
        ("should create 'phase.transition' audit events for each phase change", Status.INTERRUPTED, 402),
        ("should create 'signalprocessing.signal.processed' audit event in Data Storage", Status.FAILED, 188),
    )
    return tuple(
        judge(
            VerdictClass.UNKNOWN,
            make_failure(
                f"{AUDIT} > {test}",
                "dial tcp [::1]:18094: connect: connection refused",
                status=status,
                file="test/integration/signalprocessing/audit_integration_test.go",
                line=line,
                fingerprint=f"sp{line}",
            ),
            job,
            "No signature matches and main did not run this test",
        )
        for test, status, line in tests
    )


def _analysis_failure() -> JudgedFailure:
    return judge(
        VerdictClass.UNKNOWN,
        make_failure(
            "AIAnalysis Controller Audit Flow Integration - BR-AI-050 > "
            "should generate complete audit trail from Pending to Completed",
            "dial tcp [::1]:18094: connect: connection refused",
            file="test/integration/aianalysis/audit_flow_integration_test.go",
            line=140,
            fingerprint="aa140",
        ),
        "Integration (aianalysis)",
        "No signature matches and main did not run this test",
    )


def _storage_flakes() -> tuple[JudgedFailure, ...]:
    job = "Integration (datastorage)"
    shared = make_signature("DS-FLAKY-003", "Graceful shutdown reads another test's DLQ messages")
    adr = make_signature(
        "DS-FLAKY-002", "Cleanup deletes rows of a parallel process", cause="data-pollution", source_line=48
    )
    specs = (
        ("should handle multiple workflows for same incident type (TC-ADR033-02)", Status.FAILED, adr),
        ("MUST include DLQ drain time in total shutdown duration", Status.INTERRUPTED, shared),
        ("MUST handle graceful shutdown even when DLQ is empty", Status.INTERRUPTED, shared),
    )
    return tuple(
        judge(
            VerdictClass.KNOWN_FLAKE,
            make_failure(
                f"{SHUTDOWN} > {test}",
                "Expected at least 1 message in stream, found: 0",
                status=status,
                file="test/integration/datastorage/graceful_shutdown_test.go",
                line=849,
            ),
            job,
            Evidence("Matched on log line 1234", "Expected at least 1 message in stream, found: 0"),
            "Seen 12 times in 7 days, last 2 h ago",
            change=Change.STILL,
            signature=signature,
        )
        for test, status, signature in specs
    )


def tell_second() -> Report:
    """One flaky unit test blocks all eight integration jobs."""
    flake = judge(
        VerdictClass.KNOWN_FLAKE,
        make_failure(
            "BR-STORAGE-019: Prometheus Metrics - Performance Impact > "
            "should have minimal overhead for counter increment",
            "Expected <time.Duration>: 61µs to be < <time.Duration>: 50µs",
            file="test/unit/datastorage/metrics_test.go",
            line=312,
        ),
        "Unit (datastorage)",
        Evidence("Matched on log line 1234", "Expected <time.Duration>: 61µs to be < <time.Duration>: 50µs"),
        signature=make_signature(
            "DS-PERF-001",
            "Counter overhead is timed on a shared runner",
            cause="performance",
            fix="Measure relative to a loop",
        ),
    )
    services = ("gateway", "datastorage", "notification", "hapi", "signalprocessing", "aianalysis")
    more = ("workflowexecution", "remediationorchestrator")
    before = PreviousJob(JobState.FAILED, 1)
    blocked = [
        make_blocked(f"Integration ({name})", "Unit (datastorage)", previous=before)
        for name in services + more
    ]
    units = [
        make_green(f"Unit ({name})", (ran(100 + len(name)),), "Unit")
        for name in (*services[2:], *more, "gateway")
    ]
    return make_report(
        make_red("Unit (datastorage)", flake, totals=(ran(443, 1),), group="Unit"),
        *blocked,
        groups=(
            fold_green("Unit", *units, jobs=8),
            fold_green("Build & Lint", make_green("Build & Lint (Go Services)", group="Build & Lint")),
        ),
        causes=(
            Cause(
                "should have minimal overhead for counter increment",
                VerdictClass.KNOWN_FLAKE,
                (flake,),
                ("Unit (datastorage)",),
                blocked=8,
                reason="8 integration jobs need this job",
                hint="Run the failed job again, or mark the test pending",
            ),
        ),
        next_steps=(NextStep("Run the failed job again", "gh run rerun 21317201476 --failed"),),
        config=CONFIG,
    )


def tell_third() -> Report:
    """Four tiers: build 2/2, unit 9/9, integration 5/9, must-gather 2/2; base not compared."""
    names = ("datastorage", "notification", "remediationorchestrator", "workflowexecution")
    failed = [
        judge(
            VerdictClass.UNKNOWN,
            make_failure(
                f"{name} suite > should reconcile",
                "Timed out after 60.001s.",
                fingerprint=name,
                file=f"test/integration/{name}/suite_test.go",
                line=77,
            ),
            f"Integration ({name})",
            change=Change.NOT_COMPARED,
        )
        for name in names
    ]
    totals = (ran(108, 2), ran(116, 1), ran(58, 1), ran(70, 1))
    rows = [
        make_red(one.job, one, totals=(count,), previous=None)
        for one, count in zip(failed, totals, strict=True)
    ]
    green = ("authwebhook", "gateway", "hapi", "signalprocessing", "aianalysis")
    return make_report(
        *rows,
        facts=make_facts(
            previous=BEFORE, base=None, base_note="main has no completed run of this workflow in 7 days"
        ),
        groups=(
            fold_green(
                "Integration", *(make_green(f"Integration ({one})", (ran(60),)) for one in green), jobs=9
            ),
            fold_green(
                "Unit", *(make_green(f"Unit ({one})", (ran(50),), "Unit") for one in (*green, *names))
            ),
            fold_green(
                "Build & Lint", *(make_green(f"Build & Lint ({one} Services)") for one in ("Go", "Python"))
            ),
            fold_green(
                "Must-Gather",
                make_green("Must-Gather Container Build (amd64)"),
                make_green("Must-Gather Unit Tests", (ran(45, tool="bats"),)),
            ),
        ),
        causes=tuple(
            Cause(one.verdict.failure.test, VerdictClass.UNKNOWN, (one,), (one.job,)) for one in failed
        ),
        artifacts=(MUST_GATHER,),
        next_steps=(
            NextStep("Download the must-gather logs", "gh run download 21317201476 --name must-gather-logs"),
        ),
        config=CONFIG,
    )


def tell_fourth() -> Report:
    """One job, four known flakes of three signatures, two fixed since; one signature's file is touched."""
    job = "Integration (datastorage)"
    file = "test/integration/datastorage/workflow_label_scoring_integration_test.go"
    scoring = make_signature(
        "DS-FLAKY-004",
        "Workflow search sees other tests' workflows",
        cause="eventual-consistency",
        fix="Wait and filter by test_run_id",
    )
    paging = make_signature(
        "DS-FLAKY-005",
        "Workflow paging sees other tests' workflows",
        cause="eventual-consistency",
        fix="Wait and filter by test_run_id",
    )
    runner = make_signature(
        "RUNNER-LOST",
        "The runner lost contact",
        kind=SignatureKind.INFRA,
        cause="runner",
        owner="",
        issue="",
        fix="",
        source="github-runner",
        source_line=12,
    )
    shutdown = _storage_flakes()[1:]
    flakes = (
        *shutdown,
        judge(
            VerdictClass.KNOWN_FLAKE,
            make_failure(
                "Workflow Relevance Scoring > High Relevance Score (score >= 60.0) > should return workflows with score >= 60.0 when multiple high-relevance labels match",
                "Expected exactly 1 workflow with score >= 60.0, found: 2",
                file=file,
                line=365,
            ),
            job,
            Evidence("Matched on log line 1234"),
            signature=scoring,
            touched=True,
        ),
        judge(
            VerdictClass.KNOWN_FLAKE,
            make_failure(
                "Workflow Relevance Scoring > Pagination > should paginate search results with label scoring",
                "Expected exactly 50 workflows on page 1, found: 52",
                file=file,
                line=238,
            ),
            job,
            Evidence("Matched on log line 1310"),
            signature=paging,
        ),
    )
    lost = judge(
        VerdictClass.INFRA,
        make_failure(
            "",
            "The hosted runner lost communication with the server.",
            kind=FailureKind.INFRA,
            tool="github",
            log_line=0,
        ),
        "E2E (kind)",
        "Matched the whole log's last line",
        signature=runner,
    )
    old = judge(
        VerdictClass.ON_BASE,
        make_failure(
            "TestParseDuration", "got 3s, want 3000ms", tool="go", file="pkg/shared/duration_test.go", line=19
        ),
        "Unit (shared)",
        Evidence("Fails on main in the same way at b81e02c4", url=f"{WEB}/actions/runs/2"),
        change=Change.STILL,
    )
    unread = Row(
        "E2E (upgrade)",
        "CI Pipeline",
        "E2E",
        JobState.UNREAD,
        VerdictClass.UNREAD,
        note="GitHub keeps its log no more (410)",
        url=job_url("x"),
    )
    stopped = Row(
        "E2E (soak)",
        "CI Pipeline",
        "E2E",
        JobState.CANCELLED,
        VerdictClass.CANCELLED,
        note="cancelled by a person",
        url=job_url("y"),
    )
    return make_report(
        unread,
        make_red(
            job,
            *flakes,
            totals=(ran(153, 4),),
            previous=PreviousJob(JobState.FAILED, 4),
            delta=Delta(new=2, still=2, fixed=2, compared=True),
        ),
        make_red("E2E (kind)", lost, previous=PASSED, group="E2E"),
        make_red(
            "Unit (shared)", old, totals=(ran(211, 1, tool="go"),), previous=FAILED, delta=STILL, group="Unit"
        ),
        stopped,
        groups=(
            fold_green(
                "Unit",
                *(make_green(f"Unit (pkg{number})", (ran(10 + number),), "Unit") for number in range(12)),
                jobs=13,
            ),
        ),
        fixed=(
            FixedFailure(job, "Audit Events Query API > should return paginated results"),
            FixedFailure(job, "ADR-033 Repository > should calculate success rate"),
        ),
        config=CONFIG,
    )


def tell_fifth() -> Report:
    """Seven services compared with the run before: one more failure, one still failing, one new."""
    storage = "Integration (datastorage)"
    chain = judge(
        VerdictClass.REGRESSION,
        make_failure(
            "Audit Export Integration Tests - SOC2 > Hash Chain Verification > should verify hash chain integrity correctly",
            "All events should have valid hash chain",
            detail="Expected\n    <int>: 0\nto equal\n    <int>: 5",
            file="test/integration/datastorage/audit_export_integration_test.go",
            line=221,
            rerun="ginkgo --focus-file audit_export_integration_test.go:221 ./test/integration/datastorage",
            fingerprint="a",
        ),
        storage,
        BASE_PASSED,
        "pkg/datastorage/repository/audit_export.go is changed by this pull request",
        change=Change.STILL,
        excerpt=make_excerpt(
            (
                "2026-01-24T15:23:55.114Z INFO verifying 5 events",
                "• [FAILED] [0.312 seconds]",
                "Audit Export Integration Tests - SOC2 Hash Chain Verification [It] should verify hash chain integrity correctly",
                "  [FAILED] All events should have valid hash chain",
                "  Expected",
                "      <int>: 0",
                "  to equal",
                "      <int>: 5",
            ),
            4,
        ),
    )
    unique = judge(
        VerdictClass.REGRESSION,
        make_failure(
            "Workflow Catalog Repository Integration Tests > Create > should return unique constraint violation error",
            "Expected an error to have occurred. Got:",
            detail="<nil>: nil",
            file="test/integration/datastorage/workflow_repository_integration_test.go",
            line=207,
            rerun="ginkgo --focus-file workflow_repository_integration_test.go:207 ./test/integration/datastorage",
            fingerprint="b",
        ),
        storage,
        BASE_PASSED,
        excerpt=make_excerpt(
            (
                'workflow created {"workflow_id": "049a427d-f03e-4330-b7aa-284c947f51a8", "version": "v1.0.0"}',
                'workflow created {"workflow_id": "62979aa2-e1ce-4988-8b64-1ef7de74f3ce", "version": "v1.0.0"}',
                "  [FAILED] Expected an error to have occurred. Got:",
                "      <nil>: nil",
            ),
            3,
        ),
    )
    isolate = judge(
        VerdictClass.REGRESSION,
        make_failure(
            "BR-ORCH-042: Consecutive Failure Blocking > should isolate blocking by namespace (multi-tenant)",
            "Timed out after 120.000s.",
            status=Status.TIMEDOUT,
            file="test/integration/remediationorchestrator/blocking_integration_test.go",
            line=260,
            fingerprint="c",
        ),
        "Integration (remediationorchestrator)",
        BASE_PASSED,
        change=Change.STILL,
    )
    phase = judge(
        VerdictClass.UNKNOWN,
        make_failure(
            f"{AUDIT} > should create 'phase.transition' audit events",
            "Expected 4 audit events, found 0",
            fingerprint="d",
        ),
        "Integration (signalprocessing)",
        "No signature matches",
        "main did not run this test in the last 7 days",
    )
    green = (("notification", 117), ("aianalysis", 49), ("workflowexecution", 70), ("gateway", 118))
    return make_report(
        make_red(
            storage,
            chain,
            unique,
            totals=(ran(108, 2),),
            previous=FAILED,
            delta=Delta(new=1, still=1, compared=True),
        ),
        make_red(
            "Integration (remediationorchestrator)",
            isolate,
            totals=(ran(58, 1),),
            previous=FAILED,
            delta=STILL,
        ),
        make_red("Integration (signalprocessing)", phase, totals=(ran(91, 1),)),
        groups=(
            fold_green(
                "Integration",
                *(make_green(f"Integration ({name})", (ran(number),)) for name, number in green),
                jobs=7,
            ),
        ),
        causes=(
            Cause(
                "All events should have valid hash chain",
                VerdictClass.REGRESSION,
                (chain,),
                (storage,),
                reason="It passed on main and this pull request changes the code it tests",
                hint="Still failing after the last push",
            ),
            Cause(
                "Expected an error to have occurred. Got: <nil>: nil",
                VerdictClass.REGRESSION,
                (unique,),
                (storage,),
                reason="It passed in the previous run",
            ),
            Cause(
                "Timed out after 120.000s.",
                VerdictClass.REGRESSION,
                (isolate,),
                (isolate.job,),
                reason="It passed on main",
            ),
            Cause("Expected 4 audit events, found 0", VerdictClass.UNKNOWN, (phase,), (phase.job,)),
        ),
        artifacts=(MUST_GATHER,),
        next_steps=(
            NextStep(
                "Run the first one locally",
                "ginkgo --focus-file audit_export_integration_test.go:221 ./test/integration/datastorage",
            ),
            NextStep(
                "Download the must-gather logs",
                "gh run download 21317201476 --name must-gather-logs-datastorage",
            ),
        ),
        config=CONFIG,
    )


STORIES = {
    "first": tell_first,
    "second": tell_second,
    "third": tell_third,
    "fourth": tell_fourth,
    "fifth": tell_fifth,
}
