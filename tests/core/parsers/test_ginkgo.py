"""Ginkgo's console output, checked against the reports that Ginkgo wrote in the same runs."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypedDict

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.logs.clean import clean
from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers import ginkgo

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ginkgo"
RUNS = sorted(path.parent.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("log.txt"))
CORPUS = [run for run in RUNS if run.startswith("corpus/")]
FAILED = {"failed", "panicked", "timedout", "interrupted", "aborted"}
CHECKOUT = "/home/runner/work/repo/repo/"

# Runs whose report is missing, empty or not the whole story; their `expected.json` is the truth.
WITHOUT_REPORT = {
    "corpus/exiting_synchronized_setup-p4": "process 1 exits in a suite node: no report is written",
    "corpus/exiting_synchronized_setup-serial": "the process exits in a suite node without a word",
    "corpus/fail_then_hang-p4": "killed (137)",
    "corpus/fail_then_hang-serial": "killed (137)",
    "corpus/malformed-p4": "a container in an It ends process 2: no report is written",
    "corpus/malformed-serial": "a container in an It ends the process",
    "corpus/malformed_by-p4": "By in a container ends every process before the suite starts",
    "corpus/malformed_by-serial": "By in a container ends the process before the suite starts",
    "corpus/suite-timeout": "killed (137) while a timed out node hangs",
    "corpus/suite-timeout-p2": "killed (137) while a timed out node hangs",
    "runs/crash-gotest": "a goroutine's panic ends the process",
    "runs/crash-p3": "a goroutine's panic ends one process",
    "runs/crash-serial": "a goroutine's panic ends the process",
    "runs/fd": "--fd prints neither suite nor locations",
    "runs/killed-p2": "killed (137)",
    "runs/killed-serial": "killed (137) after the spec's failure, before its block",
    "runs/killed-vv": "killed (137) after the spec's failure, before its block",
    "runs/one-before": "Ginkgo 1 writes no JSON report",
    "runs/one-nodes": "Ginkgo 1 writes no JSON report",
    "runs/one-p2": "Ginkgo 1 writes no JSON report",
    "runs/one-plain": "Ginkgo 1 writes no JSON report",
    "runs/repeat": "--repeat overwrites the report of the first two runs",
    "runs/tree": "an assertion in a container ends the process before the suite starts",
    "runs/tree-p2": "an assertion in a container ends every process before the suite starts",
    "runs/v210-killed": "killed (137)",
    "runs/v2130-killed": "killed (137)",
    "runs/v2220-killed": "killed (137)",
    "runs/v240-killed": "killed (137)",
    "runs/v290-killed": "killed (137)",
}
# Without colours nothing stands between two containers, or between a text and a single label.
WITHOUT_COLOURS = {
    "runs/nodes-nocolor",
    "runs/nodes-nocolor-vv",
    "runs/v210-nodes-nocolor",
    "runs/v2130-nodes-nocolor",
    "runs/v2220-nodes-nocolor",
    "runs/v240-nodes-nocolor",
    "runs/v290-nodes-nocolor",
}
# Specs whose name is not the report's to the letter, all of them in runs without colours.
GUESSED = {
    "Setup nodes > when the last preparation fails > deep down > never runs either",
    "An ordered life > of a cluster > is created",
    "[sig-matchers] Matchers > waits without a word",
}

Failed = tuple[str, str, int, str, str]


class Expected(TypedDict):
    """What stands in an `expected.json`."""

    unfinished: bool
    failures: list[dict[str, str | int]]
    totals: list[dict[str, str | int]]


class Location(TypedDict, total=False):
    """Where a node failed."""

    FileName: str
    LineNumber: int


class Spec(TypedDict):
    """The part of a spec's report that is compared."""

    State: str
    LeafNodeType: str
    LeafNodeText: str
    ContainerHierarchyTexts: list[str] | None
    Failure: Mapping[str, Location]
    NumAttempts: int


class Suite(TypedDict):
    """The part of a suite's report that is compared."""

    SuiteDescription: str
    SpecReports: list[Spec] | None
    PreRunStats: Mapping[str, int]


def raw_log(run: str) -> bytes:
    return (FIXTURES / run / "log.txt").read_bytes()


def as_github_prints(raw: bytes) -> bytes:
    """A byte order mark, and a time stamp in front of every line."""
    stamp = b"2026-11-21T02:37:54.3951234Z "
    return b"\xef\xbb\xbf" + b"".join(stamp + line for line in raw.splitlines(keepends=True))


def read_report(run: str) -> list[Suite]:
    text = gzip.decompress((FIXTURES / run / "report.json.gz").read_bytes())
    suites: list[Suite] = json.loads(text)
    return [suite for suite in suites if suite["SuiteDescription"]]


def read_expected(run: str) -> Expected:
    expected: Expected = json.loads((FIXTURES / run / "expected.json").read_text(encoding="utf-8"))
    return expected


def failed_in_report(suites: Iterable[Suite]) -> Counter[Failed]:
    failed: Counter[Failed] = Counter()
    for suite in suites:
        for spec in suite["SpecReports"] or []:
            if spec["State"] not in FAILED:
                continue
            kind, leaf = spec["LeafNodeType"], spec["LeafNodeText"]
            name = leaf if kind == "It" else f"[{kind}] {leaf}".strip()
            place = spec["Failure"]["Location"]
            file = place.get("FileName", "").removeprefix(CHECKOUT)
            test = " > ".join([*(spec["ContainerHierarchyTexts"] or []), name])
            failed[test, file, place.get("LineNumber", 0), spec["State"], suite["SuiteDescription"]] += 1
    return failed


def totals_in_report(suites: Iterable[Suite]) -> Counter[Totals]:
    counted: Counter[Totals] = Counter()
    for suite in suites:
        specs = [spec for spec in suite["SpecReports"] or [] if spec["LeafNodeType"] == "It"]
        states = Counter(spec["State"] for spec in specs)
        flaked = sum(
            spec["State"] == "passed" and spec["NumAttempts"] > 1 and spec.get("MaxFlakeAttempts", 2) != 0
            for spec in specs
        )
        totals = Totals(
            "ginkgo",
            suite["SuiteDescription"],
            passed=states["passed"],
            failed=sum(states[state] for state in FAILED),
            skipped=states["skipped"],
            pending=states["pending"],
            flaked=flaked,
            total=suite["PreRunStats"]["TotalSpecs"],
        )
        counted[totals] += 1
    return counted


def specs_in(findings: Findings) -> Counter[Failed]:
    return Counter((f.test, f.file, f.line, f.status.value, f.suite) for f in findings.failures if f.test)


def nameless(failed: Counter[Failed]) -> Counter[tuple[str, str, int, str, str]]:
    """Forget where a container ends, and a spec's single label."""
    loose: Counter[Failed] = Counter()
    for (test, file, line, status, suite), count in failed.items():
        loose[test.replace(" > ", " ").removesuffix(" [quick]"), file, line, status, suite] += count
    return loose


def find(findings: Findings, test: str) -> Failure:
    return next(failure for failure in findings.failures if failure.test == test)


def read(run: str) -> Findings:
    return ginkgo.parse(clean(raw_log(run)))


@pytest.mark.parametrize("dress", [bytes, as_github_prints], ids=["as printed", "as GitHub prints"])
@pytest.mark.parametrize("run", [run for run in RUNS if run not in WITHOUT_REPORT])
def test_the_failed_specs_and_totals_are_those_of_the_report(run: str, dress: type[bytes]) -> None:
    findings = ginkgo.parse(clean(dress(raw_log(run))))
    suites = read_report(run)
    if run in WITHOUT_COLOURS:
        assert nameless(specs_in(findings)) == nameless(failed_in_report(suites))
        assert {failed[0] for failed in failed_in_report(suites) - specs_in(findings)} <= GUESSED
    else:
        assert specs_in(findings) == failed_in_report(suites)
    assert Counter(findings.totals) == totals_in_report(suites)
    assert not findings.unfinished


@pytest.mark.parametrize("dress", [bytes, as_github_prints], ids=["as printed", "as GitHub prints"])
@pytest.mark.parametrize("run", WITHOUT_REPORT)
def test_a_run_without_a_report_says_what_its_log_says(run: str, dress: type[bytes]) -> None:
    findings = ginkgo.parse(clean(dress(raw_log(run))))
    expected = read_expected(run)
    keys = ("kind", "status", "test", "file", "line", "suite", "message")
    assert [{key: getattr(f, key) for key in keys} for f in findings.failures] == expected["failures"]
    figures = ("suite", "passed", "failed", "skipped", "pending", "flaked", "total")
    assert [{key: getattr(t, key) for key in figures} for t in findings.totals] == expected["totals"]
    assert findings.unfinished is expected["unfinished"]


def test_the_whole_corpus_is_read() -> None:
    assert len(CORPUS) == 56
    assert set(RUNS) >= set(WITHOUT_REPORT) | WITHOUT_COLOURS


@pytest.mark.parametrize("run", RUNS)
def test_every_failure_points_at_lines_that_the_run_printed(run: str) -> None:
    log = clean(raw_log(run))
    findings = ginkgo.parse(log)
    for failure in findings.failures:
        first, last = failure.extent
        assert 1 <= first <= failure.log_line <= last <= len(log.lines)
        assert failure.message
        assert "\n" not in failure.message
    for first, last in findings.claims:
        assert 1 <= first <= last <= len(log.lines)


@pytest.mark.parametrize("run", [run for run in RUNS if run not in WITHOUT_REPORT])
def test_the_log_line_is_the_one_with_the_message(run: str) -> None:
    log = clean(raw_log(run))
    old = "/v210-" in run or "/v240-" in run
    for failure in ginkgo.parse(log).failures:
        if failure.kind is FailureKind.BUILD or not failure.test:
            continue
        assert failure.message.split()[0].rstrip(":") in log.line(failure.log_line) + log.line(
            failure.log_line + 1
        )
        text = log.line(failure.log_line).rpartition('"Output":"')[2]
        assert old or re.match(r"  (\\u001b\[[\d;]+m)?\[[A-Z]+\]", text)


def test_gotestsum_repeats_a_suite_and_nothing_counts_twice() -> None:
    text = (FIXTURES / "runs/gateway-gotestsum/log.txt").read_text(encoding="utf-8")
    assert text.count("Running Suite: ") == 2
    assert len(read("runs/gateway-gotestsum").totals) == 1


def test_a_suite_inside_go_tests_events_is_read_like_any_other() -> None:
    plain, events = read("runs/gateway-r"), read("runs/gateway-events")
    assert {f.rerun for f in events.failures} == {
        f.rerun for f in plain.failures if f.test != "[BeforeSuite]"
    }


def test_what_a_test_prints_of_another_package_ends_no_suite() -> None:
    totals = next(t for t in read("runs/gateway-r").totals if t.suite == "Okay Unit Suite")
    assert (totals.passed, totals.flaked, totals.total) == (3, 1, 3)


def test_ten_runs_of_one_commit_are_told_apart_by_their_sums() -> None:
    findings = ginkgo.parse(clean((FIXTURES / "ten-runs-of-one-commit.txt").read_bytes()))
    green, red, aborted = (41, 0, 1, 2, 44), (40, 1, 1, 2, 44), (38, 1, 3, 2, 44)
    nothing = (0, 0, 0, 0, 44)
    expected = [green, green, green, red, green, aborted, aborted, nothing, nothing, nothing]
    assert [(t.passed, t.failed, t.skipped, t.pending, t.total) for t in findings.totals] == expected
    assert findings.failures == ()


def test_a_spec_that_passed_when_retried_is_counted_and_is_no_failure() -> None:
    findings = read("runs/green-succinct")
    assert findings.failures == ()
    assert [(t.suite, t.passed, t.flaked) for t in findings.totals] == [
        ("Green Suite", 3, 1),
        ("Pending Suite", 1, 0),
    ]


def test_gomegas_annotation_is_the_message_and_the_comparison_its_detail() -> None:
    failure = find(read("runs/nodes-p3"), "[sig-matchers] Matchers > waits for [Slow] things [Serial]")
    assert failure.message == "events should arrive"
    assert failure.detail.startswith("Timed out after 0.")
    assert failure.detail.endswith("Expected\n    <int>: 0\nto equal\n    <int>: 1")


def test_a_comparison_without_annotation_is_one_sentence() -> None:
    findings = read("runs/nodes-serial")
    added = find(findings, "[sig-matchers] Matchers > adding up > one and two > two")
    assert added.message == "Expected <int>: 3 to equal <int>: 4"
    assert added.detail == "Expected\n    <int>: 3\nto equal\n    <int>: 4"
    matched = find(findings, "[sig-matchers] Matchers > asks for another error").message
    assert matched.startswith("Expected <*fmt.wrapError | 0x")
    assert matched.endswith(">: wrapped: disk full to match error <string>: no such host")


def test_a_panic_says_what_it_panicked_with() -> None:
    failure = find(read("corpus/fail-serial"), "Exercising different failure modes > synchronous panics")
    assert (failure.message, failure.status) == ("Test Panicked: a sync panic", Status.PANICKED)


def test_a_failed_setup_node_carries_the_specs_name_and_the_spec_is_what_runs_again() -> None:
    findings = read("runs/nodes-serial")
    failure = find(findings, "Setup nodes > when preparing fails > never runs")
    assert (failure.kind, failure.line) == (FailureKind.SETUP, 22)
    assert failure.rerun == "ginkgo --focus-file nodes_test.go:24 ./nodes"
    alone = find(findings, "stands alone")
    assert (alone.kind, alone.rerun) == (FailureKind.TEST, "ginkgo --focus-file nodes_test.go:107 ./nodes")


def test_a_failed_suite_node_blocks_the_suite_and_runs_again_with_it() -> None:
    findings = read("runs/before-serial")
    (failure,) = findings.failures
    assert (failure.test, failure.kind, failure.rerun) == (
        "[BeforeSuite]",
        FailureKind.SETUP,
        "ginkgo ./before",
    )
    assert "etcd: no such file or directory" in failure.message
    assert findings.totals == (Totals("ginkgo", "Before Suite", total=3),)


def test_a_timeout_is_a_timeout() -> None:
    failure = find(read("corpus/fail-vv"), "Exercising different failure modes > times out")
    assert (failure.kind, failure.status, failure.message) == (
        FailureKind.TIMEOUT,
        Status.TIMEDOUT,
        "A node timeout occurred",
    )


def test_a_suite_that_does_not_compile_names_the_first_error() -> None:
    findings = read("runs/several-stop")
    (failure,) = findings.failures
    assert failure.kind is FailureKind.BUILD
    assert failure.message == "Failed to compile broken: undefined: undefinedHelper"
    assert (failure.file, failure.line) == ("broken/broken_suite_test.go", 14)
    assert failure.rerun == "ginkgo ./broken"


def test_programmatic_focus_fails_no_test() -> None:
    findings = read("corpus/focused-serial")
    assert findings.failures == ()
    assert not findings.unfinished


def test_a_suite_that_fails_without_a_failed_spec_says_why() -> None:
    (failure,) = read("runs/pending-fails").failures
    assert failure.message == "Detected pending specs and --fail-on-pending is set"


def claimed(run: str, text: str) -> list[bool]:
    """Which lines with this text lie in what Ginkgo claims."""
    log = clean(raw_log(run))
    claims = ginkgo.parse(log).claims
    found = [number for number, line in enumerate(log.lines, 1) if text in line]
    assert found
    return [any(first <= number <= last for first, last in claims) for number in found]


@pytest.mark.parametrize("run", ["corpus/fail-serial", "corpus/gotest-fail", "corpus/multi-keepgoing"])
def test_the_bootstrap_test_of_a_failed_suite_is_ginkgos_to_report(run: str) -> None:
    assert all(claimed(run, "--- FAIL: TestFail_fixture") if "multi" not in run else claimed(run, "[FAIL] "))


def test_plain_go_tests_and_data_races_beside_a_suite_are_not_ginkgos() -> None:
    assert claimed("runs/nodes-gotest", "--- FAIL: TestNodes") == [True]
    assert claimed("runs/nodes-gotest", "--- FAIL: TestPlainFails") == [False]
    assert claimed("runs/several-succinct", "--- FAIL: TestPlainFails") == [False]
    assert claimed("runs/race", "WARNING: DATA RACE") == [False]
    assert claimed("runs/race", "--- FAIL: TestRace") == [False]


def cut(log: Log, first: int, last: int) -> Log:
    """The same log with only these lines left, first counted from 0."""
    lines = log.lines[first:last]
    colours = {number - first: at for number, at in log.colours.items() if first < number <= last}
    return replace(log, lines=lines, colours=colours, complete=False)


CUT = ("corpus/fail-serial", "runs/nodes-vv", "runs/noise-p3", "runs/v210-nodes-serial", "runs/one-nodes")


@settings(deadline=None)
@given(st.sampled_from(CUT), st.integers(0, 500), st.integers(0, 500))
@example("runs/v210-nodes-serial", 222, 253)
@example("runs/v210-nodes-serial", 229, 253)
def test_a_cut_log_invents_no_failure(run: str, first: int, last: int) -> None:
    log = clean(raw_log(run))
    known = {failure.test for failure in ginkgo.parse(log).failures}
    findings = ginkgo.parse(cut(log, first, max(first, last)))
    assert {failure.test for failure in findings.failures} <= known


PIECES = (
    "Running Suite: A - /home/runner/work/r/r/a",
    "[1] A - 1/2 specs •S",
    " SUCCESS! 1ms PASS",
    "-" * 30,
    "• [FAILED] [0.001 seconds]",
    "[BeforeSuite] [PANICKED] [0.001 seconds]",
    "A [It] b",
    "[BeforeSuite] ",
    "/home/runner/work/r/r/a/a_test.go:1",
    "",
    "  [FAILED] boom",
    "  [PANICKED] Test Panicked",
    "  more",
    "  In [It] at: /home/runner/work/r/r/a/a_test.go:2 @ 11/21/26 02:37:54.395",
    "It 11/21/26 02:37:54.395",
    "  [FAILED] in [It] - /a_test.go:3 @ 11/21/26 02:37:54",
    "Summarizing 2 Failures:",
    "  [FAIL] A [It] b",
    "  /home/runner/work/r/r/a/a_test.go:2",
    "Ran 1 of 2 Specs in 0.001 seconds",
    "FAIL! - Interrupted by User",
    "FAIL! -- 0 Passed | 1 Failed | 0 Pending | 1 Skipped",
    "--- FAIL: TestA (0.00s)",
    "panic: boom",
    "[FAILED]",
    "Ginkgo timed out waiting for all parallel procs to report back",
    "Failed to compile a:",
    "leaf (FAILED)",
    "./a_test.go:4:1: nope",
    "  Learn more at: http://onsi.github.io/ginkgo/#x",
    "WARNING: DATA RACE",
    "=" * 18,
    "Ginkgo ran 1 suite in 1s",
    "• Failure [0.001 seconds]",
    "[Fail] A [It] b ",
    "TOP-LEVEL [AfterEach] A b",
    "A running node failed to exit in time",
    "    A b (Spec Runtime: 1s)",
    "  << Timeline",
    "FAIL\ta\t0.1s",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_order_of_lines_breaks_it(lines: list[str]) -> None:
    findings = ginkgo.parse(Log(tuple(lines), size=1))
    for failure in findings.failures:
        first, last = failure.extent
        assert 1 <= first <= failure.log_line <= last <= len(lines)
    for first, last in findings.claims:
        assert 1 <= first <= last <= len(lines)


JUNK = (
    '{"level":"error","ts":"2026-01-01T00:00:00Z","msg":"[FAILED] x","e":"In [It] at: /a.go:1"}',
    "I0101 00:00:00.000000   1 x.go:12] [FAIL] nope",
    "2026-01-01T00:00:00Z INFO reconciling",
    'time="2026-01-01" level=info msg="• [FAILED] [0.001 seconds]"',
)
NOISY = ("corpus/fail-p4", "runs/nodes-p3", "runs/nodes-vv", "runs/nodes-github-p3", "runs/v210-nodes-serial")


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(NOISY), st.randoms(use_true_random=False), st.sampled_from(JUNK))
def test_what_controllers_log_between_the_lines_changes_nothing(run: str, random: Random, junk: str) -> None:
    log = clean(raw_log(run))
    lines: list[str] = []
    colours: dict[int, tuple[int, ...]] = {}
    for number, line in enumerate(log.lines, 1):
        if random.random() < 0.2:
            lines.append(junk)
        lines.append(line)
        colours[len(lines)] = log.colours.get(number, ())
    noisy = ginkgo.parse(replace(log, lines=tuple(lines), colours=colours))
    assert essence(noisy) == essence(ginkgo.parse(log))


def essence(findings: Findings) -> list[tuple[str, str, str, int, str]]:
    return [(f.test, f.message, f.file, f.line, f.rerun) for f in findings.failures]


def test_two_specs_of_one_name_are_two_failures() -> None:
    block = (
        "------------------------------",
        "• [FAILED] [0.001 seconds]",
        "A [It] b",
        "/home/runner/work/r/r/a/a_test.go:1",
        "",
        "  [FAILED] boom",
        "  In [It] at: /home/runner/work/r/r/a/a_test.go:2 @ 11/21/26 02:37:54.395",
    )
    listed = ("  [FAIL] A [It] b", "  /home/runner/work/r/r/a/a_test.go:2")
    lines = (
        "Running Suite: A - /home/runner/work/r/r/a",
        *block,
        *block,
        block[0],
        "",
        "Summarizing 2 Failures:",
    )
    findings = ginkgo.parse(Log((*lines, *listed, *listed), size=1))
    assert [(f.test, f.log_line) for f in findings.failures] == [("A > b", 7), ("A > b", 14)]


def test_a_log_of_something_else_is_none_of_its_business() -> None:
    findings = ginkgo.parse(clean(b"[FAILED] Failed to start kubelet.\n  [FAILED] disk\nRan 3 tests\n"))
    assert findings == Findings("ginkgo")
