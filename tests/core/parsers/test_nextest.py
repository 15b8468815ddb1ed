"""nextest: formats of older versions, and what no fixture shows."""

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers import nextest, parse_all

# Until 0.9.9x the output of a test stood unindented below a heading; without UTF-8 the rules are dashes.
OLD = (
    "------------",
    " Nextest run ID 4b1a6f1e-0b56-4d7b-a9b5-3f3a9b3f1f8a with nextest profile: default",
    "    Starting 2 tests across 1 binary (1 test skipped)",
    "        PASS [   0.010s] shop tests::adds",
    "        FAIL [   0.030s] shop tests::sums",
    "",
    "--- STDOUT:              shop tests::sums ---",
    "",
    "running 1 test",
    "test tests::sums ... FAILED",
    "",
    "failures:",
    "",
    "failures:",
    "    tests::sums",
    "",
    "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.00s",
    "",
    "",
    "--- STDERR:              shop tests::sums ---",
    "thread 'tests::sums' panicked at src/lib.rs:12:9:",
    "three is not four",
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "",
    "------------",
    "     Summary [   0.040s] 2 tests run: 1 passed, 1 failed, 1 skipped",
    "        FAIL [   0.030s] shop tests::sums",
    "error: test run failed",
)


def parse(*lines: str) -> Findings:
    return nextest.parse(clean("\n".join(lines).encode()))


def test_the_older_format_is_read_and_the_libtest_inside_is_no_run_of_its_own():
    found = parse_all(clean("\n".join(OLD).encode()))
    (failure,) = [failure for one in found for failure in one.failures]
    assert (failure.tool, failure.test, failure.suite) == ("nextest", "tests::sums", "shop")
    assert (failure.message, failure.file, failure.line) == ("three is not four", "src/lib.rs", 12)
    (totals,) = [totals for one in found for totals in one.totals]
    assert (totals.passed, totals.failed, totals.skipped) == (1, 1, 1)


def test_a_run_that_was_cut_off_is_unfinished():
    for end in range(4, len(OLD) - 3):
        assert parse(*OLD[:end]).unfinished


def test_a_setup_script_that_fails_is_a_failed_set_up():
    lines = (
        *OLD[:3],
        "  SETUP FAIL [   0.008s] (1/1) db-setup: scripts/db.sh",
        "------------",
        "     Summary [   0.010s] 0/2 tests run: 0 passed, 0 skipped",
        "error: test run failed",
    )
    (failure,) = parse(*lines).failures
    assert (failure.kind.value, failure.test) == ("setup", "db-setup")


@given(st.lists(st.one_of(st.sampled_from(OLD), st.text(max_size=60)), max_size=60))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = nextest.parse(Log(tuple(lines), 0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
