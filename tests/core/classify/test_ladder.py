"""The first rung that holds gives the class; whatever is doubtful is unknown, never excused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.case import Case
from bot.classify.ladder import judge
from bot.classify.signatures import SignatureMatch
from bot.model.failure import Failure, FailureKind, Status
from bot.model.run import ChangedFile, Conclusion
from bot.model.signature import SignatureKind, SignatureStatus
from bot.model.verdict import BaseState, VerdictClass
from tests.core.classify.build import DLQ, NOW, base, case, failure, matched, signature

FIXED = signature(name="FIXED-1", status=SignatureStatus.FIXED)
INFRA = signature(name="NET-1", kind=SignatureKind.INFRA)
EXCUSES = {
    VerdictClass.KNOWN_FLAKE,
    VerdictClass.INFRA,
    VerdictClass.ON_BASE,
    VerdictClass.PASSED_ON_RETRY,
    VerdictClass.SEEN_ELSEWHERE,
}
GENERIC = "Error: Process completed with exit code 1."
ADDED = (ChangedFile("test/integration/datastorage/shutdown_test.go", "added"),)
EXIT = failure("Process completed with exit code 1.", test="", kind=FailureKind.EXIT, file="")

STORIES = [
    ("nothing is known", failure(), case(), 10, "unknown"),
    ("GitHub cancelled the job", EXIT, case(conclusion=Conclusion.CANCELLED), 1, "cancelled"),
    (
        "a test was running when the job was cancelled",
        failure(status=Status.INTERRUPTED),
        case(conclusion=Conclusion.CANCELLED, matches=(matched(),)),
        1,
        "cancelled",
    ),
    (
        "the job ran over its time, which GitHub calls cancelled",
        failure("the job ran over 30 minutes", test="", kind=FailureKind.TIMEOUT),
        case(conclusion=Conclusion.CANCELLED),
        10,
        "unknown",
    ),
    (
        "a test had failed before the job was cancelled",
        failure(),
        case(conclusion=Conclusion.CANCELLED, baseline=base(BaseState.PASSED)),
        9,
        "regression",
    ),
    ("a job that it needs failed", EXIT, case(blocked_by="Unit Tests (datastorage)"), 2, "blocked"),
    ("it has a failure of its own", failure(), case(blocked_by="Unit Tests (datastorage)"), 10, "unknown"),
    ("the log was cut short", failure(), case(complete=False, gap="cut", matches=(matched(),)), 3, "unread"),
    ("our reader crashed", failure(), case(crashed=True, matches=(matched(),)), 3, "unread"),
    ("the fix did not hold", failure(), case(matches=(matched(FIXED),)), 4, "returned"),
    ("a fixed one among others", failure(), case(matches=(matched(), matched(FIXED))), 4, "returned"),
    ("a known flake", failure(), case(matches=(matched(),)), 5, "known_flake"),
    ("infrastructure", failure(), case(matches=(matched(INFRA),)), 5, "infra"),
    (
        "a known bug",
        failure(),
        case(matches=(matched(signature(kind=SignatureKind.KNOWN_BUG)),)),
        5,
        "known_flake",
    ),
    (
        "a signature that somebody has looked at",
        failure(),
        case(matches=(matched(signature(status=SignatureStatus.TRIAGED)),)),
        5,
        "known_flake",
    ),
    (
        "a signature that has expired still explains",
        failure(),
        case(matches=(matched(signature(expires=date(2026, 1, 23))),)),
        5,
        "known_flake",
    ),
    (
        "a signature on its last day",
        failure(),
        case(matches=(matched(signature(expires=date(2026, 1, 24))),)),
        5,
        "known_flake",
    ),
    ("the base branch fails too", failure(), case(baseline=base(BaseState.FAILED)), 6, "on_base"),
    ("it passed on the base branch", failure(), case(baseline=base(BaseState.PASSED)), 9, "regression"),
    ("the pull request adds it", failure(), case(changed=ADDED), 9, "regression"),
    ("it did not run there", failure(), case(baseline=base(BaseState.DID_NOT_RUN)), 10, "unknown"),
    (
        "a flake that also fails on the base branch",
        failure(),
        case(matches=(matched(),), baseline=base(BaseState.FAILED)),
        5,
        "known_flake",
    ),
    ("a bare exit code on both", EXIT, case(baseline=base(BaseState.FAILED)), 10, "unknown"),
    ("a match on a bare exit code", EXIT, case(matches=(matched(text=GENERIC),)), 10, "unknown"),
]


@pytest.mark.parametrize(("story", "one", "known", "rung", "verdict"), STORIES, ids=[s[0] for s in STORIES])
def test_the_first_rung_that_holds_gives_the_class(
    story: str, one: Failure, known: Case, rung: int, verdict: str
) -> None:
    found = judge(one, known)
    assert (found.rung, found.verdict.value) == (rung, verdict), story
    assert [note.rung for note in found.ladder] == list(range(1, 11))
    assert [note.rung for note in found.ladder if note.held] == [rung]
    assert all(note.why for note in found.ladder)
    assert found.evidence
    assert all(evidence.text for evidence in found.evidence)


def test_the_evidence_says_where_and_when_it_passed() -> None:
    found = judge(failure(), case(baseline=base(BaseState.PASSED)))
    assert found.evidence[0].text == "passed on main at 1a2b3c4 3 h ago"
    assert found.evidence[0].url == "https://ci.example/1"


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (timedelta(seconds=20), "0 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
    ],
)
def test_ages_are_told_in_a_unit_that_people_use(before: timedelta, told: str) -> None:
    found = judge(failure(), case(baseline=base(BaseState.PASSED, at=NOW - before)))
    assert found.evidence[0].text.endswith(told)


def test_the_evidence_quotes_the_matched_line_and_links_the_issue() -> None:
    one = signature(issue="https://github.example/o/r/issues/7")
    found = judge(failure(), case(matches=(matched(one),)))
    assert found.signature == one
    assert found.evidence[0].url == one.issue
    assert (found.evidence[1].text, found.evidence[1].quote) == ("log line 100", DLQ)


def test_a_blocked_job_names_the_one_it_waits_for() -> None:
    assert judge(EXIT, case(blocked_by="Unit Tests (a)")).evidence[0].quote == "Unit Tests (a)"


def test_an_unread_log_says_why() -> None:
    assert judge(failure(), case(complete=False, gap="it has expired")).evidence[0].quote == "it has expired"


def test_the_rungs_that_need_history_say_that_nothing_was_compared() -> None:
    notes = {note.rung: note for note in judge(failure(), case()).ladder}
    assert notes[7].why.startswith("not compared")
    assert notes[8].why.startswith("not compared")


def test_an_expired_signature_explains_and_its_owner_is_asked_to_look_at_it() -> None:
    one = signature(expires=date(2026, 1, 4))
    told = [note.text for note in judge(failure(), case(matches=(matched(one),))).evidence]
    assert told[-1].startswith("DS-FLAKY-003a: it expired on 2026-01-04; look at it again")


def test_a_match_is_a_hit_so_that_an_old_signature_without_a_date_is_not_called_old() -> None:
    one = signature(added=date(2024, 1, 4))
    told = judge(failure(), case(matches=(matched(one),))).evidence
    assert not any("look at it again" in note.text for note in told)


def test_of_two_signatures_the_one_that_is_up_to_date_explains() -> None:
    old, new = signature(id="OLD", expires=date(2026, 1, 4)), signature(id="NEW")
    found = judge(failure(), case(matches=(matched(old), matched(new))))
    assert found.signature == new


def test_a_return_says_when_it_was_fixed_and_which_fix_did_not_hold() -> None:
    one = signature(status=SignatureStatus.FIXED, fixed=date(2026, 1, 4), fix="Wait for the flush")
    found = judge(failure(), case(matches=(matched(one),)))
    assert "marked as fixed on 2026-01-04: the fix did not hold" in found.evidence[0].text
    assert (found.evidence[-1].text, found.evidence[-1].quote) == (
        "the fix that did not hold",
        "Wait for the flush",
    )


def test_a_branch_name_brings_no_markup_into_the_sentence() -> None:
    found = judge(failure(), case(baseline=base(BaseState.PASSED, branch="a`b<c>")))
    assert "on a?b?c? at" in found.evidence[0].text


@pytest.mark.parametrize(
    ("shown", "suite", "path", "touched"),
    [
        ("pkg/a/x_test.go", "", "pkg/a/x_test.go", True),
        ("./pkg/a/x_test.go", "", "pkg/a/x_test.go", True),
        ("tests/test_x.py", "", "service/tests/test_x.py", True),
        ("/somewhere/pkg/a/x_test.go", "", "pkg/a/x_test.go", True),
        ("x_test.go", "example.com/m/pkg/a", "pkg/a/x_test.go", True),
        ("x_test.go", "example.com/m/pkg/b", "pkg/a/x_test.go", False),
        ("x_test.go", "", "pkg/a/x_test.go", True),
        ("pkg/a/x_test.go", "", "x_test.go", False),
        ("pkg/a/x_test.go", "", "pkg/a/y_test.go", False),
        ("pkg/a/x_test.go", "", "a/x_test.go.bak", False),
        ("", "", "pkg/a/x_test.go", False),
    ],
)
def test_a_pull_request_that_changes_the_failing_file_is_said_to_touch_it(
    shown: str,
    suite: str,
    path: str,
    touched: bool,  # noqa: FBT001 - a table
) -> None:
    one = failure(file=shown, suite=suite)
    assert judge(one, case(changed=(ChangedFile(path, "modified"),))).touched is touched


def test_a_pull_request_that_changes_the_signatures_is_said_to_touch_it() -> None:
    one = signature(source=".github/retriage.yml")
    changed = (ChangedFile(".github/retriage.yml", "modified"),)
    assert judge(failure(), case(matches=(matched(one),), changed=changed)).touched
    assert not judge(failure(), case(changed=changed)).touched


@pytest.mark.parametrize(
    ("one", "changed", "verdict"),
    [
        (failure(file="x_test.go", suite="m/pkg/a"), ChangedFile("pkg/a/x_test.go", "added"), "regression"),
        (failure(file="x_test.go"), ChangedFile("pkg/a/x_test.go", "added"), "unknown"),
        (failure(file="x_test.go", suite="m/pkg/b"), ChangedFile("pkg/a/x_test.go", "added"), "unknown"),
        (failure(file="pkg/a/x_test.go"), ChangedFile("pkg/a/x_test.go", "modified"), "unknown"),
        (failure(file="Dockerfile", kind=FailureKind.INFRA), ChangedFile("Dockerfile", "added"), "unknown"),
    ],
)
def test_only_a_test_that_the_pull_request_surely_adds_is_held_against_it(
    one: Failure, changed: ChangedFile, verdict: str
) -> None:
    assert judge(one, case(changed=(changed,))).verdict.value == verdict


STATES = st.sampled_from([base(state) for state in BaseState])
LINES = st.sampled_from([DLQ, GENERIC, "FAIL", "", "dial tcp 10.0.0.1:80: connect: connection refused"])
SIGNATURES = st.sampled_from([signature(), FIXED, INFRA, signature(expires=date(2025, 1, 1))])
MATCHES = st.lists(st.builds(matched, SIGNATURES, LINES), max_size=3).map(tuple)
FAILURES = st.builds(
    lambda message, kind, status, test: failure(message, kind=kind, status=status, test=test),
    LINES,
    st.sampled_from(FailureKind),
    st.sampled_from(Status),
    st.sampled_from(["", "a test"]),
)
CHANGES = st.sampled_from([(), ADDED, (ChangedFile(ADDED[0].path, "modified"),)])
CASES = st.builds(
    lambda conclusion, blocked, complete, crashed, matches, baseline, changed: case(
        conclusion=conclusion,
        blocked_by=blocked,
        complete=complete,
        crashed=crashed,
        matches=matches,
        baseline=baseline,
        changed=changed,
    ),
    st.sampled_from([Conclusion.FAILURE, Conclusion.CANCELLED, Conclusion.TIMED_OUT]),
    st.sampled_from(["", "build"]),
    st.booleans(),
    st.booleans(),
    MATCHES,
    STATES,
    CHANGES,
)


def telling(matches: tuple[SignatureMatch, ...]) -> list[SignatureMatch]:
    return [one for one in matches if one.hits[0].text not in (GENERIC, "FAIL", "")]


@given(FAILURES, CASES)
def test_an_incomplete_log_excuses_nothing(one: Failure, known: Case) -> None:
    if not known.complete or known.crashed:
        assert judge(one, known).verdict not in EXCUSES


@given(FAILURES, CASES)
def test_a_generic_line_excuses_nothing(one: Failure, known: Case) -> None:
    found = judge(one, known)
    if found.rung == 5:
        assert telling(known.matches)
    if found.rung == 6:
        assert one.message not in (GENERIC, "FAIL", "")


@given(FAILURES, CASES)
def test_a_crash_of_ours_is_unread_unless_github_says_more(one: Failure, known: Case) -> None:
    if known.crashed:
        assert judge(one, known).rung <= 3


@given(FAILURES, CASES)
def test_a_match_of_a_fixed_signature_is_never_a_known_flake(one: Failure, known: Case) -> None:
    if any(match.signature == FIXED for match in telling(known.matches)):
        assert judge(one, known).rung <= 4


@given(FAILURES, CASES)
def test_what_passed_on_the_base_branch_is_excused_by_a_signature_alone(one: Failure, known: Case) -> None:
    found = judge(one, known)
    if known.baseline.state is BaseState.PASSED and found.verdict in EXCUSES:
        assert found.rung == 5


@given(FAILURES, CASES)
def test_only_a_base_branch_that_failed_or_passed_speaks(one: Failure, known: Case) -> None:
    found = judge(one, known)
    if found.verdict is VerdictClass.ON_BASE:
        assert known.baseline.state is BaseState.FAILED
    if found.verdict is VerdictClass.REGRESSION:
        assert known.baseline.state is BaseState.PASSED or known.changed == ADDED


@given(FAILURES, CASES)
def test_every_verdict_has_its_evidence_and_its_whole_ladder(one: Failure, known: Case) -> None:
    found = judge(one, known)
    assert found.evidence
    assert [note.rung for note in found.ladder] == list(range(1, 11))
    assert [note.rung for note in found.ladder if note.held] == [found.rung]
    assert found.touched >= (known.changed != ())
    assert (found.signature is not None) == (found.rung in (4, 5))
