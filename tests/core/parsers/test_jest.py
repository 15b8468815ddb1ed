"""jest: what its logs in the fixtures do not show, and what holds for all four JavaScript test runners."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import FailureKind, Findings
from bot.model.log import Log
from bot.parsers import ava, jest, mocha, parse_all, vitest
from bot.parsers._arbitrate import Parser

FIXTURES = Path(__file__).parents[2] / "fixtures"
RUNNERS: dict[str, Parser] = {"jest": jest, "vitest": vitest, "mocha": mocha, "ava": ava}
LOGS = [path for tool in RUNNERS for path in sorted((FIXTURES / tool / "runs").glob("*.log"))]
PIECES = st.sampled_from(
    [
        line
        for name in (
            "jest/runs/several-v29",
            "vitest/runs/late-v3",
            "mocha/runs/hooks-v11",
            "ava/runs/broken-v6",
        )
        for line in clean((FIXTURES / f"{name}.log").read_bytes()).lines
    ]
)
SUM = ("", "Test Suites: 1 failed, 1 total", "Tests:       1 failed, 1 total", "Ran all test suites.")
BLOCK = (
    "FAIL src/tea.test.ts",
    "  ● tea › is hot",
    "",
    "    expected hot",
    "",
    "      at src/tea.test.ts:4:2",
)


def shown(path: Path) -> str:
    return f"{path.parent.parent.name}-{path.stem}"


def parse(*lines: str) -> Findings:
    return jest.parse(clean("\n".join(lines).encode()))


def outline(parser: Parser, log: Log, *, above: int, below: int) -> Log:
    """Keep of a log what is read of a large one, with less around trouble than there."""
    kept: set[int] = set()
    for number, text in enumerate(log.lines):
        if any(re.search(pattern, text) for pattern in parser.KEEP):
            kept |= set(range(number - 1, number + 3))
        if any(re.search(pattern, text) for pattern in parser.TROUBLE):
            kept |= set(range(number - above, number + below + 1))
    kept |= {number - 1 for number in log.errors}
    return replace(log, lines=tuple(t if n in kept else "" for n, t in enumerate(log.lines)))


@pytest.mark.parametrize("path", LOGS, ids=shown)
def test_a_large_logs_outline_tells_the_same_failures(path: Path) -> None:
    parser, log = RUNNERS[path.parent.parent.name], clean(path.read_bytes())
    whole, short = parser.parse(log), parser.parse(outline(parser, log, above=40, below=60))
    told = [[(f.test, f.file, f.kind, f.log_line) for f in findings.failures] for findings in (whole, short)]
    assert told[0] == told[1]
    assert [(t.failed, t.total) for t in whole.totals] == [(t.failed, t.total) for t in short.totals]
    assert whole.unfinished is short.unfinished


@pytest.mark.parametrize("path", LOGS, ids=shown)
def test_a_log_that_was_cut_off_tells_no_other_failures(path: Path) -> None:
    """What is told of a test may lack its end; a test that did not fail is never told of.

    Except where a test prints a whole other run, and the log ends before its own run can sum up.
    """
    parser, log = RUNNERS[path.parent.parent.name], clean(path.read_bytes())
    whole = {failure.file for failure in parser.parse(log).failures}
    for end in range(1, len(log.lines), max(1, len(log.lines) // 25)):
        short = parser.parse(Log(log.lines[:end], size=0, complete=False))
        for failure in short.failures:
            assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= end
            quoted = "passing" not in path.stem or path.stem.startswith("passing-quoted-sum")
            assert not failure.file or failure.file in whole or quoted


@pytest.mark.parametrize("tool", RUNNERS)
@given(lines=st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=80))
def test_no_text_breaks_a_parser(tool: str, lines: list[str]) -> None:
    findings = RUNNERS[tool].parse(Log(lines=tuple(lines), size=0))
    for failure in findings.failures:
        assert 1 <= failure.extent[0] <= failure.log_line <= failure.extent[1] <= len(lines)
        assert failure.message
        assert "\n" not in failure.message


@pytest.mark.parametrize("tool", RUNNERS)
@pytest.mark.parametrize("path", LOGS[::9], ids=shown)
def test_one_runners_log_is_no_failure_of_another(tool: str, path: Path) -> None:
    other = path.parent.parent.name
    if tool not in {other, "jest"} and not path.stem.startswith(("monorepo", "passing", "several")):
        assert RUNNERS[tool].parse(clean(path.read_bytes())).failures == ()


def test_a_failure_has_the_place_in_its_test_file() -> None:
    (failure,) = parse(*BLOCK, *SUM).failures
    assert (failure.test, failure.file, failure.line) == ("tea > is hot", "src/tea.test.ts", 4)
    assert failure.rerun == "npx jest src/tea.test.ts -t '^tea is hot$'"


def test_what_a_passing_run_prints_is_no_failure() -> None:
    findings = parse(
        "PASS src/a.test.js", *BLOCK, "", "Test Suites: 2 passed, 2 total", "Tests:       2 passed, 2 total"
    )
    assert findings.failures == ()
    assert not findings.unfinished


@pytest.mark.parametrize(
    "lines",
    [
        ("FAIL: test_tea", "PASS: test_milk"),
        ("FAIL\tshop/store\t0.3s",),
        ("--- FAIL: TestTea (0.00s)", "FAIL"),
        ("  ● tea › is hot", "", "    expected hot"),
        ("FAIL  Upload of dist/app.js.map failed, trying again",),
        ("Tests: 1 failed, 1 total",),
        ("PASS", "ok  \tshop/tea\t0.1s"),
        ("PASS src/tea.js",),
    ],
)
def test_words_of_others_are_no_run(lines: tuple[str, ...]) -> None:
    findings = parse(*lines)
    assert (findings.failures, findings.totals, findings.unfinished) == ((), (), False)


def test_a_run_that_never_sums_up_and_is_killed_is_a_crash() -> None:
    findings = parse(
        "PASS src/a.test.js", "PASS src/b.test.js", "Killed", "##[error]Process completed with exit code 137."
    )
    (failure,) = findings.failures
    assert (failure.kind, failure.message, findings.unfinished) == (FailureKind.CRASH, "Killed", True)


def test_a_run_out_of_memory_says_so() -> None:
    fatal = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"
    findings = parse("PASS src/a.test.js", "", "<--- Last few GCs --->", "", fatal, "Aborted (core dumped)")
    assert [(one.kind, one.message) for one in findings.failures] == [(FailureKind.CRASH, fatal)]


def test_the_same_test_in_two_files_fails_twice_and_a_repeated_block_once() -> None:
    other = ("FAIL src/milk.test.ts", *BLOCK[1:])
    again = ("Summary of all failing tests", *BLOCK, *other)
    found = parse(*BLOCK, *other, *again, *SUM).failures
    assert [failure.file for failure in found] == ["src/tea.test.ts", "src/milk.test.ts"]


def test_two_runs_of_one_step_are_two_sums() -> None:
    totals = parse(
        *BLOCK, *SUM, "PASS a.test.js", "", "Test Suites: 1 passed, 1 total", "Tests:       3 passed, 3 total"
    ).totals
    assert [(one.failed, one.total) for one in totals] == [(1, 1), (0, 3)]


def test_lines_of_packages_may_be_mixed() -> None:
    mine = [f"@shop/tea:test: {line}" for line in (*BLOCK, *SUM)]
    yours = [f"@shop/milk:test: {line}" for line in (*BLOCK, *SUM)]
    findings = parse(*(line for pair in zip(mine, yours, strict=True) for line in pair))
    assert [failure.suite for failure in findings.failures] == ["@shop/tea:test", "@shop/milk:test"]
    assert [(one.suite, one.failed) for one in findings.totals] == [
        ("@shop/tea:test", 1),
        ("@shop/milk:test", 1),
    ]


@pytest.mark.parametrize(
    "place",
    [
        "(D:\\a\\shop\\shop\\src\\tea.test.ts:4:2)",
        "(file:///D:/a/shop/shop/src/tea.test.ts:4:2)",
        "(/__w/shop/shop/src/tea.test.ts:4:2)",
        "file:///home/runner/work/shop/shop/src/tea.test.ts:4:2",
        "(src/tea.test.ts:4:2)",
    ],
)
def test_a_place_may_be_of_any_system(place: str) -> None:
    frame = f"      at Object.<anonymous> {place}" if place.startswith("(") else f"      at {place}"
    (failure,) = parse(*BLOCK[:-1], frame, *SUM).failures
    assert (failure.file, failure.line) == ("src/tea.test.ts", 4)


def test_names_may_be_long_and_odd() -> None:
    name = "a | b `c` " + "x" * 10_000
    lines = ("FAIL src/tea.test.ts", f"  ● {name}", "", "    no", *SUM)
    (failure,) = parse(*lines).failures
    assert failure.message == "no"
    assert failure.test.startswith("a | b `c` xx")


def test_all_parsers_together_tell_a_job_of_two_runners() -> None:
    jest_log = (FIXTURES / "jest/runs/several-job-v29.log").read_bytes()
    mocha_log = (FIXTURES / "mocha/runs/several-job-v11.log").read_bytes()
    found = parse_all(clean(jest_log + mocha_log))
    assert {one.tool: len(one.failures) for one in found if one.failures} == {"jest": 9, "mocha": 10}


def test_an_error_without_words_is_told_by_the_tests_name_and_not_by_the_source_below_it() -> None:
    text = (
        "FAIL test/pay.test.js\n  ● pays › in time\n\n\n\n      1 | test('in time', () => {\n"
        "    > 2 |   return Promise.reject(undefined);\n        |   ^\n\n"
        "Test Suites: 1 failed, 1 total\nTests:       1 failed, 1 total\n"
    )
    (failure,) = jest.parse(clean(text.encode())).failures
    assert (failure.test, failure.message) == ("pays > in time", "pays › in time")
