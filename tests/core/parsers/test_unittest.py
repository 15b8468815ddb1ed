"""unittest's logs where fixtures cannot show it: quotations, logs cut off, hostile text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import unittest_

RUNS = Path(__file__).parents[2] / "fixtures" / "unittest" / "runs"
RULE, THIN = "=" * 70, "-" * 70
INNER = (
    RULE,
    "FAIL: test_inner (inner.InnerTest.test_inner)",
    THIN,
    "Traceback (most recent call last):",
    '  File "/srv/inner.py", line 3, in test_inner',
    "    assert False",
    "AssertionError",
    "",
    THIN,
    "Ran 1 test in 0.001s",
    "",
    "FAILED (failures=1)",
)


def log_of(name: str) -> Log:
    return clean((RUNS / f"{name}.log").read_bytes())


def parse_lines(*lines: str) -> Findings:
    return unittest_.parse(Log(lines=lines, size=0))


def test_a_run_that_a_test_started_is_a_quotation_with_names() -> None:
    findings = parse_lines(
        "test_runner (tests.RunnerTest.test_runner) ... F",
        *INNER,
        "ok",
        "",
        THIN,
        "Ran 1 test in 0.2s",
        "",
        "OK",
    )
    assert findings.failures == ()
    assert [totals.failed for totals in findings.totals] == [0]


def test_a_run_that_a_test_started_is_a_quotation_with_signs() -> None:
    findings = parse_lines("..F", *INNER, "..", THIN, "Ran 4 tests in 0.2s", "", "OK")
    assert findings.failures == ()


def test_two_runs_one_after_the_other_both_count() -> None:
    findings = parse_lines("F", *INNER, "....", THIN, "Ran 4 tests in 0.2s", "", "OK")
    assert [failure.test for failure in findings.failures] == ["inner.InnerTest.test_inner"]
    assert [totals.total for totals in findings.totals] == [1, 4]


@pytest.mark.parametrize(
    "lines",
    [
        ("FAIL: test_x (a.B.test_x)", "Ran 3 tests in 0.1s", "OK"),
        ("    " + RULE, "    FAIL: test_x (a.B.test_x)", "    " + THIN, "    AssertionError"),
        ("test foo (bar.Baz) ... ok", "FAILED (failures=1)"),
        (RULE, "ERROR: the service answered (500)", "and went on"),
        ("INFO: FAIL: nothing", THIN, "Ran all tests in the queue"),
    ],
)
def test_text_that_only_looks_like_a_run_is_none(lines: tuple[str, ...]) -> None:
    assert parse_lines(*lines).failures == ()


def test_no_tests_are_a_failure_only_where_the_step_says_so() -> None:
    ran = (THIN, "Ran 0 tests in 0.000s", "", "NO TESTS RAN")
    assert parse_lines(*ran).failures == ()
    (failure,) = parse_lines(*ran, "##[error]Process completed with exit code 5.").failures
    assert failure.kind is FailureKind.COLLECTION


def test_what_the_names_said_before_a_log_was_cut_off_stays() -> None:
    lines = log_of("several-verbose").lines
    cut = next(at for at, text in enumerate(lines) if text.startswith(RULE))
    findings = unittest_.parse(Log(lines=lines[:cut], size=0, complete=False))
    assert findings.unfinished
    assert "tests.test_cart.CartTest.test_negative" in {failure.test for failure in findings.failures}


def test_the_command_runs_a_test_from_the_folder_it_was_loaded_in() -> None:
    body = [text.replace("/srv/inner.py", "/home/runner/work/shop/shop/api/inner.py") for text in INNER]
    (failure,) = parse_lines("F", *body).failures
    assert failure.file == "api/inner.py"
    assert failure.rerun == "cd api && python -m unittest inner.InnerTest.test_inner"


def test_a_container_without_a_checkout_shows_its_paths_by_the_module() -> None:
    body = [
        text.replace("/srv/inner.py", "/app/tests/inner.py").replace("inner.I", "tests.inner.I")
        for text in INNER
    ]
    (failure,) = parse_lines("F", *body).failures
    assert failure.file == "tests/inner.py"


PIECES = st.sampled_from(
    [
        line
        for name in (
            "several-verbose",
            "hooks",
            "collection",
            "crash-SIGSEGV",
            "interrupted",
            "nose2-params-verbose",
        )
        for line in log_of(name).lines
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=80))
def test_no_text_breaks_the_parser(lines: list[str]) -> None:
    findings = parse_lines(*lines)
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message
