"""What `go test` and gotestsum print, read against what other tools and Go's events say of the same runs."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.parsers import gotest

FIXTURES = Path(__file__).parents[2] / "fixtures" / "gotest"
RUNS = FIXTURES / "runs"
EXPECTED = json.loads((RUNS / "expected.json").read_text())
REPORTS = sorted((FIXTURES / "go-junit-report").glob("*.txt"))
STREAMS = sorted((FIXTURES / "gotestsum" / "input").glob("*.out"))
SUMMARIES = sorted((FIXTURES / "gotestsum" / "summary").iterdir())
FORMATS = sorted((FIXTURES / "gotestsum" / "format").iterdir())
NO_TESTS = {"Failure", "[build failed]", "[setup failed]"}

# Where our reading differs from go-junit-report's on purpose.
SUITES = {
    "007": (
        "test/package",
        "",
        "the package's name was an option of go-junit-report; the log does not hold it",
    ),
}
# These name no test, or not what it said: gotestsum leaves that to its summary, before which the files end.
BEFORE_SUMMARY = ("dots", "github-actions", "pkgname", "testdox")
STYLE = re.compile(r"^(standard-quiet|standard-verbose|testname)-?")
# The events that a format was written from, by the end of its name.
EVENTS = {
    "": "go-test-json.out",
    "shuffle": "go-test-json-with-shuffle.out",
    "coverage": "go-test-json-with-cover.out",
    "coverage-go1.20": "go-test-json-with-cover-go1.20.out",
}


def read(path: Path) -> Findings:
    return gotest.parse(clean(path.read_bytes()))


def read_text(*lines: str) -> Findings:
    return gotest.parse(clean("\n".join(lines).encode()))


def leaves(names: Iterable[str]) -> list[str]:
    """Leave out parents that only failed with their subtests."""
    all_names = list(names)
    return [name for name in all_names if not any(other.startswith(f"{name}/") for other in all_names)]


def describe(failure: Failure) -> str:
    head = f"{failure.kind.value} {failure.status.value} | {failure.suite} | {failure.test}"
    return f"{head} | {failure.file}:{failure.line} | {failure.message}"


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_the_same_tests_failed_as_go_junit_report_says(path: Path) -> None:
    number = path.name[:3]
    report = ET.parse(path.with_name(f"{number}-report.xml")).getroot()  # noqa: S314 - our own fixture
    failing: list[tuple[str, str]] = []
    totals: list[tuple[str, int, int, int, int]] = []
    for suite in report:
        name = suite.get("name", "")
        name = SUITES[number][1] if number in SUITES and SUITES[number][0] == name else name
        cases = list(suite.iter("testcase"))
        failed = [c for c in cases if c.find("failure") is not None or c.find("error") is not None]
        names = leaves(c.get("name", "") for c in failed)
        failing += [(name, "" if test in NO_TESTS else test) for test in names]
        # A package that failed outside its tests is a failure, and no test that ran.
        tests = [c for c in cases if c.get("name") not in NO_TESTS]
        bad = sum(c.find("failure") is not None for c in tests)
        skipped = sum(c.find("skipped") is not None for c in tests)
        if tests:
            totals.append((name, len(tests) - bad - skipped, bad, skipped, len(tests)))
    findings = read(path)
    assert sorted((f.suite, f.test) for f in findings.failures) == sorted(failing)
    assert sorted((t.suite, t.passed, t.failed, t.skipped, t.total) for t in findings.totals) == sorted(
        totals
    )
    assert not findings.unfinished


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_the_same_tests_failed_as_the_events_say(path: Path) -> None:
    events = [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]
    ends = [e for e in events if e.get("Test") and e["Action"] in {"pass", "fail", "skip"}]
    failing = leaves(f"{e.get('Package', '')}\0{e['Test']}" for e in ends if e["Action"] == "fail")
    broken = {e.get("Package", "") for e in events if e["Action"] == "fail" and not e.get("Test")}
    broken -= {name.partition("\0")[0] for name in failing}
    findings = read(path)
    named = [f for f in findings.failures if f.test and f.status is not Status.PANICKED]
    # The package's name is missing in a stream that only the closing line names.
    assert sorted(f.test for f in named) == sorted(name.partition("\0")[2] for name in failing)
    others = {f.suite for f in findings.failures if f not in named}
    assert others == broken
    assert sum(t.passed for t in findings.totals) == sum(e["Action"] == "pass" for e in ends)
    assert sum(t.skipped for t in findings.totals) == sum(e["Action"] == "skip" for e in ends)
    assert not findings.unfinished


def test_a_panic_whose_test_never_ended_is_that_tests_failure() -> None:
    (failure,) = read(FIXTURES / "gotestsum" / "input" / "go-test-json-missing-test-fail.out").failures
    assert failure.test == "TestWaitOn_WithCompare"
    assert failure.message == "panic: runtime error: index out of range [1] with length 1"
    assert (failure.file, failure.line, failure.status) == ("result.go", 102, Status.PANICKED)


@pytest.mark.parametrize("path", SUMMARIES, ids=lambda path: path.stem)
def test_gotestsums_summary_alone_tells_what_failed(path: Path) -> None:
    lines = path.read_text().splitlines()
    heads = [line.split() for line in lines if line.startswith("=== FAIL: ")]
    names = [head[3] if not head[3].startswith("(") else "" for head in heads if len(head) > 4]
    names += [head[2] if head[2].startswith("Test") else "" for head in heads if len(head) <= 4]
    findings = read(path)
    assert sorted(f.test for f in findings.failures) == sorted(leaves(names) if any(names) else names)
    (total,) = findings.totals
    counted = int(lines[-1].partition(" tests")[0].split()[-1])
    assert total.total == total.passed + total.failed + total.skipped == counted
    assert total.failed == sum(bool(name) for name in names)


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.stem)
def test_gotestsums_formats_show_the_same_failures_as_the_events(path: Path) -> None:
    shown = read(path)
    if path.stem.startswith(BEFORE_SUMMARY):
        assert shown.failures == ()
        return
    events = read(FIXTURES / "gotestsum" / "input" / EVENTS[STYLE.sub("", path.stem)])
    if path.stem.startswith("standard-quiet"):
        assert {f.suite for f in shown.failures} == {f.suite for f in events.failures}
        return
    told = [(f.test, f.message, f.line) for f in shown.failures if f.test]
    assert sorted(told) == sorted((f.test, f.message, f.line) for f in events.failures if f.test)


@pytest.mark.parametrize("path", sorted(RUNS.glob("*.txt")), ids=lambda path: path.stem)
def test_each_run_is_read_as_its_sources_say(path: Path) -> None:
    expected = EXPECTED.get(path.stem) or EXPECTED[path.stem.rpartition("-")[0]]
    findings = read(path)
    assert sorted(describe(f) for f in findings.failures) == expected["failures"]
    assert findings.unfinished == expected["unfinished"]
    totals = [
        [t.passed, t.failed, t.skipped, t.total, *([t.flaked] if t.flaked else [])] for t in findings.totals
    ]
    if path.stem in EXPECTED or not path.stem.endswith("-quiet"):
        known = expected["totals"]
        assert sorted(totals) == sorted(known.values() if isinstance(known, dict) else known)
    elif not path.stem.startswith("bench"):
        assert not findings.totals


@pytest.mark.parametrize(
    "path", [*RUNS.glob("*.txt"), *REPORTS, *STREAMS, *SUMMARIES], ids=lambda path: path.stem
)
def test_every_failure_points_at_its_line(path: Path) -> None:
    log = clean(path.read_bytes())
    findings = gotest.parse(log)
    assert [f.log_line for f in findings.failures] == sorted(f.log_line for f in findings.failures)
    for failure in findings.failures:
        first, last = failure.extent
        assert 1 <= first <= failure.log_line <= last <= len(log.lines)
        assert failure.message
        assert "\n" not in failure.message
        assert (failure.line > 0) == bool(failure.file)
        assert not failure.file.startswith(("/", "./"))


@pytest.mark.parametrize("name", ["pass-quiet", "pass-v", "pass-json", "tools-v", "tools-json", "sum-pass"])
def test_a_passing_log_has_no_failure(name: str) -> None:
    """`tools` prints another `go test` run's failures, panics and package lines at the line's beginning."""
    assert read(RUNS / f"{name}.txt").failures == ()


@pytest.mark.parametrize(
    "name", ["cart-v", "cart-json", "build-quiet", "race-quiet", "sum-testname", "lib-quiet"]
)
def test_a_job_log_of_github_actions_reads_like_the_bare_output(name: str) -> None:
    """Time stamps, a step's header, and setup-go's problem matcher that marks lines as errors."""
    bare = (RUNS / f"{name}.txt").read_text().splitlines()
    head = ["##[group]Run go test ./...", "shell: /usr/bin/bash -e {0}", "##[endgroup]"]
    tail = ["##[error]Process completed with exit code 1."]
    marked = [f"##[error]{line}" if "_test.go:" in line and '"' not in line[:2] else line for line in bare]
    raw = "".join(f"2026-01-04T10:00:00.1234567Z {line}\r\n" for line in head + marked + tail).encode()
    expected = [describe(f) for f in read(RUNS / f"{name}.txt").failures]
    assert [describe(f) for f in gotest.parse(clean(raw)).failures] == expected


def test_only_a_passed_packages_own_lines_are_claimed() -> None:
    assert read(RUNS / "tools-v.txt").claims == ((1, len((RUNS / "tools-v.txt").read_text().splitlines())),)
    assert read(RUNS / "price-v.txt").claims == ()
    ginkgo = [
        "=== RUN   TestX",
        "Ran 2 of 2 Specs in 0.05 seconds",
        "--- PASS: TestX (0.00s)",
        "ok  \tm\t0.1s",
    ]
    assert read_text(*ginkgo).claims == ()
    assert read_text("=== RUN   TestGone", "FAILED a.py::b", "=== RUN   TestX", *ginkgo[2:]).claims == ()


@pytest.mark.parametrize("flag", ["-v", ""])
def test_a_run_of_the_ginkgo_command_before_it_hides_no_failed_test(flag: str) -> None:
    ginkgo = [
        "Running Suite: Books - /home/runner/work/m/m/books",
        "Ran 2 of 2 Specs in 0.055 seconds",
        "SUCCESS! -- 2 Passed | 0 Failed | 0 Pending | 0 Skipped",
        "",
        "Ginkgo ran 1 suite in 1.911923406s",
        "Test Suite Passed",
    ]
    quiet = ["--- FAIL: TestA (0.00s)", "    a_test.go:7: no money", "FAIL", "FAIL\tm/a\t0.01s"]
    verbose = ["=== RUN   TestA", "    a_test.go:7: no money", "--- FAIL: TestA (0.00s)", *quiet[2:]]
    (failure,) = read_text(*ginkgo, *(verbose if flag else quiet)).failures
    assert (failure.test, failure.message) == ("TestA", "no money")


def test_two_calls_of_gotestsum_keep_what_each_ran_again() -> None:
    once = (RUNS / "sum-rerun-flaky.txt").read_text().splitlines()
    findings = read_text(*once, *once)
    assert findings.failures == ()
    assert [(total.passed, total.flaked) for total in findings.totals] == [(6, 1), (6, 1)]
    still = (RUNS / "sum-rerun-fail.txt").read_text().splitlines()
    failing = {f.test for f in read_text(*still).failures}
    assert failing
    assert {f.test for f in read_text(*once, *still, *once).failures} == failing


def test_each_failure_brings_the_command_that_runs_it_alone() -> None:
    commands = {f.test: f.rerun for f in read(RUNS / "cart-v.txt").failures}
    assert commands["TestTotal/two_prices"] == "go test -run '^TestTotal$/^two_prices$' ./cart"
    commands = {f.test: f.rerun for f in read(RUNS / "race-v.txt").failures}
    assert commands["TestRaces"] == "go test -race -run '^TestRaces$' ./race"
    commands = {f.test: f.rerun for f in read(RUNS / "nested-v.txt").failures}
    name = "TestDeep/a#01/with_space_&_(paren)"
    assert (
        commands[name] == r"go test -run '^TestDeep$/^a#01$/^with_space_&_\(paren\)$' example.com/shop/nested"
    )
    commands = {f.test: f.rerun for f in read(RUNS / "bench-v.txt").failures}
    assert commands["BenchmarkBad"] == "go test -run '^$' -bench '^BenchmarkBad$' example.com/shop/bench"


def test_testify_says_where_and_what() -> None:
    first = next(f for f in read(RUNS / "lib-v.txt").failures if f.test == "TestAssert")
    assert first.message == "the shelf has 3 items"
    assert first.detail == "Not equal:\nexpected: 1\nactual  : 2"
    assert (first.file, first.line) == ("internal/store/store_test.go", 14)


def test_a_data_race_names_both_sides_in_its_detail() -> None:
    race = next(f for f in read(RUNS / "race-quiet.txt").failures if f.test == "TestLibRaces/sub")
    assert race.message == "race detected during execution of test"
    assert race.detail.startswith("WARNING: DATA RACE\nRead at ")
    assert "Previous write at " in race.detail
    assert (race.file, race.line) == ("racelib/lib.go", 12)


def test_a_fuzz_failure_names_the_input_that_was_written() -> None:
    (failure,) = read(RUNS / "fuzzrun-v.txt").failures
    assert "Failing input written to testdata/fuzz/FuzzReverse/" in failure.detail


def test_go_1_13_prints_a_tests_log_below_its_result() -> None:
    findings = read_text(
        "=== RUN   TestA",
        "=== RUN   TestA/x",
        "--- FAIL: TestA (0.00s)",
        "    --- FAIL: TestA/x (0.00s)",
        "        a_test.go:9: got 1, want 2",
        "            second line",
        "    a_test.go:12: after the subtest",
        "=== RUN   TestB",
        "--- PASS: TestB (0.00s)",
        "    b_test.go:3: got lucky",
        "FAIL",
        "FAIL\texample.com/m/a\t0.004s",
    )
    (failure,) = findings.failures
    assert (failure.test, failure.message, failure.detail) == ("TestA/x", "got 1, want 2", "second line")
    assert (failure.log_line, failure.extent) == (5, (4, 6))


def test_go_1_14_puts_the_tests_name_before_the_file() -> None:
    (failure,) = read_text(
        "=== RUN   TestA/x",
        "    TestA/x: a_test.go:9: got 1, want 2",
        "--- FAIL: TestA/x (0.00s)",
        "FAIL",
        "FAIL\texample.com/m/a\t0.004s",
    ).failures
    assert (failure.message, failure.file, failure.line) == ("got 1, want 2", "a_test.go", 9)


def test_a_timeout_before_go_1_20_names_the_running_test_that_the_trace_shows() -> None:
    (failure,) = read_text(
        "=== RUN   TestWaits",
        "=== PAUSE TestWaits",
        "=== RUN   TestHangs",
        "panic: test timed out after 10m0s",
        "",
        "goroutine 33 [running]:",
        "testing.(*M).startAlarm.func1()",
        "\t/opt/hostedtoolcache/go/1.17.13/x64/src/testing/testing.go:1788 +0x8e",
        "",
        "goroutine 19 [chan receive, 9 minutes]:",
        "example.com/m/net.TestHangs(0xc000082b60)",
        "\t/home/runner/work/m/m/net/net_test.go:20 +0x31",
        "FAIL\texample.com/m/net\t600.009s",
    ).failures
    assert (failure.kind, failure.status) == (FailureKind.TIMEOUT, Status.TIMEDOUT)
    assert (failure.test, failure.file, failure.line) == ("TestHangs", "net/net_test.go", 20)


def test_go_test_kills_a_binary_that_ignores_its_timeout() -> None:
    (failure,) = read_text(
        "=== RUN   TestHangs",
        "*** Test killed with quit: ran too long (11m0s).",
        "exit status 2",
        "FAIL\texample.com/m/net\t660.009s",
    ).failures
    assert (failure.kind, failure.test) == (FailureKind.TIMEOUT, "TestHangs")


def test_a_windows_runners_paths_are_relative_too() -> None:
    (failure,) = read_text(
        "--- FAIL: TestA (0.00s)",
        "panic: boom [recovered]",
        "\tpanic: boom",
        "",
        "goroutine 18 [running]:",
        "testing.tRunner.func1.2({0x4b7a60, 0x4f9a30})",
        "\tC:/hostedtoolcache/windows/go/1.21.0/x64/src/testing/testing.go:1545 +0x238",
        "example.com/m/a.TestA(0xc000082b60)",
        "\tD:/a/m/m/a/a_test.go:7 +0x31",
        "FAIL\texample.com/m/a\t0.009s",
    ).failures
    assert (failure.message, failure.file, failure.line) == ("panic: boom", "a/a_test.go", 7)


def test_a_recovered_panic_in_the_output_is_no_failure_of_its_own() -> None:
    (failure,) = read_text(
        "=== RUN   TestServer",
        "panic: handler broke",
        "goroutine 18 [running]:",
        "    a_test.go:9: status 500, want 200",
        "--- FAIL: TestServer (0.00s)",
        "FAIL",
        "FAIL\texample.com/m/a\t0.009s",
    ).failures
    assert (failure.message, failure.status) == ("status 500, want 200", Status.FAILED)


def test_a_test_that_only_starts_ginkgo_is_left_to_ginkgo() -> None:
    findings = read_text(
        "=== RUN   TestBooks",
        "Running Suite: Books - /home/runner/work/m/m/books",
        "[FAIL] Books [It] can be read",
        "Ran 2 of 2 Specs in 0.055 seconds",
        "FAIL! -- 1 Passed | 1 Failed | 0 Pending | 0 Skipped",
        "--- FAIL: TestBooks (0.06s)",
        "FAIL",
        "FAIL\texample.com/m/books\t0.064s",
    )
    assert findings.failures == ()
    assert findings.totals == ()


@pytest.mark.parametrize(
    "text",
    [
        "  --- FAIL: TestX (0.00s)",
        "        --- FAIL: TestX/sub (0.00s)",
        "the log said '--- FAIL: TestX (0.00s)'",
        "# Title\nmain.go:3:2: see below\nok  \texample.com/m\t0.1s",
        "FAIL src/app.test.js (5.1 s)",
        "not ok 1 - FAIL",
        "panic: at the disco",
        "DONE 5 chores in 3 hours",
        '{"Action": "fail", "Test": "TestX", "level": "info"}',
    ],
)
def test_other_words_that_look_alike_are_no_failure(text: str) -> None:
    assert read_text(*text.split("\n")).failures == ()


def test_an_earlier_steps_panic_is_not_this_packages() -> None:
    (failure,) = read_text(
        "##[group]Run go run ./cmd/check",
        "panic: no configuration",
        "",
        "goroutine 1 [running]:",
        "##[group]Run go test ./...",
        "cannot reach the database",
        "FAIL\texample.com/m/a\t0.009s",
    ).failures
    assert (failure.kind, failure.message) == (FailureKind.SETUP, "cannot reach the database")


def test_a_panic_behind_output_without_a_line_end_is_found() -> None:
    (failure,) = read_text(
        "=== RUN   TestA",
        "loading...panic: boom",
        "",
        "goroutine 18 [running]:",
        "example.com/m/a.TestA.func1()",
        "\t/home/runner/work/m/m/a/a_test.go:7 +0x31",
        "FAIL\texample.com/m/a\t0.009s",
    ).failures
    assert (failure.test, failure.message, failure.file) == ("TestA", "panic: boom", "a/a_test.go")


def test_a_package_that_cannot_be_loaded_says_why_above_its_result() -> None:
    (failure,) = read_text(
        "package example.com/m/a",
        "\timports example.com/m/b: build constraints exclude all Go files in /home/runner/work/m/m/b",
        "FAIL\texample.com/m/a [setup failed]",
        "FAIL",
    ).failures
    assert (failure.kind, failure.suite) == (FailureKind.COLLECTION, "example.com/m/a")
    assert "build constraints exclude all Go files" in failure.message + failure.detail


def test_two_runs_of_one_log_keep_their_failures() -> None:
    plain, summed = (RUNS / "cart-v.txt").read_text(), (RUNS / "sum-rerun-fail.txt").read_text()
    findings = gotest.parse(clean((plain + summed).encode()))
    suites = [f.suite for f in findings.failures]
    assert suites.count("example.com/shop/cart") == 3
    assert suites.count("example.com/shop/price") == 7


CUTS = ["cart-v", "cart-json", "par-v", "timeout-v", "sum-testname", "lib-json"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CUTS), st.integers(0, 400))
def test_a_log_that_was_cut_never_names_a_test_that_did_not_fail(name: str, keep: int) -> None:
    lines = (RUNS / f"{name}.txt").read_text().splitlines()
    whole = {f.test for f in read(RUNS / f"{name}.txt").failures}
    parents = {f.rpartition("/")[0] for f in whole} | {"TestIndexPanics", "TestHangs", ""}
    for failure in read_text(*lines[:keep]).failures:
        assert failure.test in whole | parents


LINES = [
    "=== RUN   TestA",
    "=== RUN   TestA/b",
    "=== CONT  TestA",
    "=== NAME  ",
    "=== PAUSE TestA",
    "--- FAIL: TestA (0.00s)",
    "    --- FAIL: TestA/b (0.00s)",
    "    a_test.go:3: ",
    "PASS",
    "FAIL",
    "        more",
    "panic: x",
    "goroutine 1 [running]:",
    "m.TestA()",
    "\t/a/m/m/a_test.go:1 +0x1",
    "FAIL\tm\t0.1s",
    "ok  \tm\t0.1s",
    "# m",
    "a.go:1:2: bad",
    "FAIL\tm [build failed]",
    "=== Failed",
    "=== FAIL: m TestA (0.00s)",
    "DONE 2 tests, 1 failure in 0.1s",
    "",
    "DONE 2 runs, 3 tests in 0.1s",
    "BenchmarkA",
    "BenchmarkA-8 1 2 ns/op",
    "signal: killed",
    '{"Action":"run","Package":"m","Test":"TestA"}',
    '{"Action":"fail","Package":"m","Test":"TestA"}',
    '{"Action":"output","Package":"m","Test":"TestA","Output":"x"}',
    '{"Action":"fail","Package":"m"}',
    '{"Action":"output","Package":"m","Output":"FAIL\\tm [build failed]\\n"}',
    '{"Action":"pass"}',
    "got:",
    "want:",
    "--- FAIL: ExampleA (0.00s)",
    "OOPS: 1 passed",
    "-" * 70,
    "FAIL: a.go:1: S.T",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(LINES),
            st.text(max_size=20),
        ),
        max_size=25,
    )
)
def test_no_order_of_lines_breaks_the_parser(lines: list[str]) -> None:
    log = clean("\n".join(lines).encode())
    findings = gotest.parse(log)
    for failure in findings.failures:
        first, last = failure.extent
        assert 1 <= first <= failure.log_line <= last <= len(log.lines)


FAILED_IN_A_SUBGROUP = (
    "--- FAIL: TestHelper (0.00s)",
    "    store_test.go:35: unexpected error: EOF",
    "FAIL",
    "FAIL\tgitlab.com/acme/platform/wallet/pkg/store\t0.021s",
)


def test_the_checkout_names_the_repository_that_an_import_path_holds() -> None:
    told = "Working directory is '/home/runner/work/wallet/wallet'"
    (failure,) = gotest.parse(clean("\n".join((told, *FAILED_IN_A_SUBGROUP)).encode())).failures
    assert failure.file == "pkg/store/store_test.go"
    assert failure.rerun == "go test -run '^TestHelper$' ./pkg/store"


def test_a_compiler_error_beside_it_tells_where_a_package_lives() -> None:
    built = (
        "# example.com/platform/pkg/nocompile [example.com/platform/pkg/nocompile.test]",
        'pkg/nocompile/n_test.go:6:14: cannot use "text" as int value in variable declaration',
    )
    ends = ("FAIL\texample.com/platform/pkg/nocompile [build failed]",)
    tested = (
        *FAILED_IN_A_SUBGROUP[:3],
        "FAIL\texample.com/platform/pkg/store\t0.021s",
    )
    found = gotest.parse(clean("\n".join((*built, *ends, *tested)).encode())).failures
    assert [(f.file, f.rerun.rpartition(" ")[2]) for f in found] == [
        ("pkg/nocompile/n_test.go", "./pkg/nocompile"),
        ("pkg/store/store_test.go", "./pkg/store"),
    ]


def test_what_gotestsums_groups_quote_of_another_run_is_no_failure() -> None:
    lines = (
        "##[group]PASS pkg/good.TestFine (0.00s)",
        "--- FAIL: TestFake (0.00s)",
        "    x_test.go:3: no",
        "##[endgroup]",
        "",
        "=== Failed",
        "=== FAIL: pkg/store TestNoMessage (0.00s)",
        "",
        "DONE 2 tests, 1 failure in 0.500s",
    )
    assert [f.test for f in gotest.parse(clean("\n".join(lines).encode())).failures] == ["TestNoMessage"]
