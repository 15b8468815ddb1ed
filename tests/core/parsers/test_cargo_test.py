"""cargo test: what no fixture shows."""

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import cargo_test

RUN = ("     Running tests/api.rs (target/debug/deps/api-5dc0991ea6bc6fd0)", "", "running 2 tests")
FAILED = (
    "test answers ... ok",
    "test serves ... FAILED",
    "",
    "failures:",
    "",
    "---- serves stdout ----",
    "thread 'serves' panicked at tests/api.rs:4:5:",
    "no tea",
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "",
    "",
    "failures:",
    "    serves",
    "",
    "test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.22s",
)


def parse(*lines: str) -> Findings:
    return cargo_test.parse(clean("\n".join(lines).encode()))


def test_a_test_that_prints_another_run_adds_nothing():
    quoted = ("running 1 test", "test quoted ... FAILED", "failures:", "    quoted", FAILED[-1])
    findings = parse(*RUN, *quoted[:4], "test result: FAILED. 0 passed; 1 failed; 0 ignored;", *FAILED)
    assert [failure.test for failure in findings.failures] == ["serves"]
    assert [totals.total for totals in findings.totals] == [2]


def test_a_failed_test_is_run_again_by_what_cargo_says_or_by_its_source():
    (alone,) = parse(*RUN, *FAILED).failures
    (told,) = parse(*RUN, *FAILED, "error: test failed, to rerun pass `-p shop --test api`").failures
    (old,) = parse(*RUN, *FAILED, "error: test failed, to rerun pass '-p shop --test api'").failures
    assert alone.rerun == "cargo test --test api -- --exact serves"
    assert told.rerun == old.rerun == "cargo test -p shop --test api -- --exact serves"


def test_a_cut_log_is_unfinished_and_has_no_failure_of_its_own():
    for end in range(3, len(RUN) + len(FAILED) - 1):
        findings = parse(*(RUN + FAILED)[:end])
        assert findings.unfinished
        assert findings.failures == ()


def test_a_test_that_ran_when_the_job_was_stopped_is_a_timeout():
    slow = "test waits has been running for over 60 seconds"
    (failure,) = parse(*RUN, slow, "test answers ... ok", "##[error]The operation was canceled.").failures
    assert (failure.kind, failure.test) == (FailureKind.TIMEOUT, "waits")
    assert parse(*RUN, slow, "test waits ... ok", "##[error]The operation was canceled.").failures == ()


def test_a_harness_of_its_own_that_fails_is_a_failed_test():
    line = "error: test failed, to rerun pass `--test ui`"
    (failure,) = parse(
        "     Running tests/ui.rs (target/debug/deps/ui-5dc0991ea6bc6fd0)", "checking", line
    ).failures
    assert failure.kind is FailureKind.TEST
    assert failure.rerun == "cargo test --test ui"


def test_the_harnesses_that_imitate_libtest_are_read():
    lines = [
        line.replace(" stdout ----", " ----") for line in FAILED if not line.startswith(("thread", "note"))
    ]
    (failure,) = parse(*RUN, *lines).failures
    assert (failure.test, failure.message) == ("serves", "no tea")


def test_doc_tests_in_several_parts_below_one_heading_are_one_crates():
    parts = ("   Doc-tests shop", "", *RUN[1:], *FAILED, "", "running 1 test", "test b ... ok", "")
    end = "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s"
    findings = parse(*parts, end)
    assert [totals.suite for totals in findings.totals] == ["Doc-tests shop"] * 2
    assert findings.failures[0].rerun == "cargo test --doc -- --exact serves"


def test_paths_of_windows_are_read():
    place = r"thread 'serves' panicked at tests\api.rs:4:5:"
    lines = [place if "panicked" in line else line for line in FAILED]
    (failure,) = parse(*RUN, *lines).failures
    assert (failure.file, failure.line) == ("tests/api.rs", 4)


@given(st.lists(st.one_of(st.sampled_from(RUN + FAILED), st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = cargo_test.parse(Log(tuple(lines), 0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
