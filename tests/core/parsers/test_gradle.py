"""Gradle's console: what fixtures cannot show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import gradle

RUNS = Path(__file__).parents[2] / "fixtures" / "gradle" / "runs"
FAILED = ("CartTest > adds() FAILED", "    java.lang.AssertionError at CartTest.java:12", "")
WRONG = ("FAILURE: Build failed with an exception.", "", "* What went wrong:")


def parse_text(*lines: str) -> Findings:
    return gradle.parse(clean("\n".join(lines).encode()))


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


def test_a_test_that_failed_in_a_build_that_did_not_was_run_again() -> None:
    counts = "2 tests completed, 1 failed"
    findings = parse_text("> Task :cart:test", *FAILED, counts, "BUILD SUCCESSFUL in 3s")
    assert findings.failures == ()
    assert (findings.totals[0].flaked, findings.totals[0].failed) == (1, 0)


def test_a_test_of_a_failed_build_that_passed_below_was_run_again() -> None:
    again = (
        "CartTest > adds() PASSED",
        "CartTest > takes() FAILED",
        "    java.lang.AssertionError at CartTest.java:20",
    )
    findings = parse_text("> Task :cart:test FAILED", *FAILED, *again, "", "BUILD FAILED in 3s")
    assert [failure.test for failure in findings.failures] == ["CartTest > takes()"]


@pytest.mark.parametrize(
    "lines",
    [
        ("> Task :cart:test", "uploading > FAILED", "BUILD SUCCESSFUL in 3s"),
        ("> Task :cart:test", "    CartTest > adds() FAILED", "        quoted", "BUILD SUCCESSFUL in 3s"),
        ("login > shows an error FAILED", "    at login.ts:3"),
        ("> Task :lint", "CartTest FAILED", "BUILD SUCCESSFUL in 1s"),
    ],
)
def test_text_that_only_looks_like_a_test_is_none(lines: tuple[str, ...]) -> None:
    assert parse_text(*lines).failures == ()


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("> Process 'Gradle Test Executor 3' finished with non-zero exit value 137", FailureKind.CRASH),
        ("> Timeout has been exceeded", FailureKind.TIMEOUT),
        ("> Process 'command 'npm'' finished with non-zero exit value 1", FailureKind.EXIT),
        ("> There were failing tests. See the report at: file:///a/index.html", FailureKind.EXIT),
        ("> Could not GET 'https://registry.example/a.pom'. Received status code 503", FailureKind.INFRA),
        ("> No tests found for given includes: [A](--tests filter)", FailureKind.COLLECTION),
        ("> Could not create task ':a:b'.", FailureKind.BUILD),
    ],
)
def test_the_reason_tells_the_kind(reason: str, kind: FailureKind) -> None:
    findings = parse_text(
        *WRONG, "Execution failed for task ':cart:test'.", reason, "", "* Try:", "BUILD FAILED in 1s"
    )
    (failure,) = findings.failures
    assert (failure.kind, failure.suite, failure.message) == (kind, ":cart:test", reason[2:])


def test_a_linter_s_task_is_lint() -> None:
    findings = parse_text(
        *WRONG, "Execution failed for task ':app:spotlessJavaCheck'.", "> The following files had", ""
    )
    assert [failure.kind for failure in findings.failures] == [FailureKind.LINT]


PIECES = st.sampled_from(
    [line for name in ("continue-full", "new-kotlin-full") for line in log_of(name).lines]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = gradle.parse(Log(lines=tuple(lines), size=0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message
