"""`go test`, as text and as events (`-json`), and gotestsum around it; Go 1.10 and newer.

Ids are Go's own (`TestX/sub_name`); `suite` is the import path. `log_line` is the line that holds the message
(`file.go:12: ...`, `panic: ...`, a compiler error), or the `--- FAIL` line where a test said nothing. Totals
count tests and subtests alike, as Go's events do, for each package whose tests the log announces (`-v`,
`-json`); for gotestsum without them, its own closing line. A test that only starts a Ginkgo suite is left to
Ginkgo.
"""

from dataclasses import replace

from bot.model.failure import Failure, Findings, Totals
from bot.model.log import Log
from bot.parsers._gotest_builds import Group, explain_build, read_errors, read_groups, report_orphans
from bot.parsers._gotest_events import EventScanner, read_event
from bot.parsers._gotest_failures import TOOL, judge
from bot.parsers._gotest_lines import Block, Line, strip_marker
from bot.parsers._gotest_places import Places, read_frames
from bot.parsers._gotest_sums import Summary, build_blocks, find_prefix, read_summaries
from bot.parsers._gotest_text import TextScanner

ANCHORS: tuple[str, ...] = (
    "=== RUN", "--- FAIL", "--- PASS", "--- SKIP", "FAIL\t", "FAIL  ", "ok  \t", "ok   ", '"Action"',
    "=== FAIL", " failed]", "DONE ", " ns/op", ".go:", "panic: test timed out",
)  # fmt: skip
KEEP: tuple[str, ...] = (
    r"^(ok|FAIL|\?)  ?[ \t]",
    r"^(ok|FAIL|\?)\t",
    r"^(PASS|FAIL)$",
    r"^DONE \d+ tests?",
    r"^=== (Skipped|Failed|Errors)",
    r"\bAction\": ?\"(pass|skip|start)\"",
)
TROUBLE: tuple[str, ...] = (
    r"--- FAIL: ",
    r"^(##\[error\])?FAIL\t",
    r"^FAIL  +[a-z]",
    r"^(vet: )?[^ :]+\.go:\d+(:\d+)?: [a-zA-Z]",
    r"\[(build|setup) failed\]",
    r"^=== FAIL: ",
    r"^\s{0,8}panic: ",
    r"^fatal error: ",
    r"^signal: ",
    r"WARNING: DATA RACE",
    r"test timed out after",
    r"\bAction\": ?\"(fail|build-fail|build-output)\"",
    r"\bOutput\": ?\"(fatal error|panic|signal): ",
    r"no required module provides package",
)
COUNTS_LINES = True

__all__ = ["ANCHORS", "COUNTS_LINES", "TOOL", "parse"]


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    events = EventScanner()
    lines: list[Line] = []
    for number, raw in enumerate(log.lines, 1):
        text = strip_marker(raw)
        event = read_event(text) if '"Action"' in text else None
        if event is None:
            lines.append(Line(number, text))
        else:
            events.feed(number, event)
    summaries, rest = read_summaries(lines)
    scanner = TextScanner(rest)
    for line in rest:
        scanner.feed(line.number, line.text)
    blocks = scanner.finish() + events.blocks
    summed = [(summary, build_blocks(summary)) for summary in summaries]
    groups = read_groups([*lines, *events.build_lines])
    groups += [group for summary in summaries for group in read_errors(summary.errors)]
    places = _learn(lines, blocks, [block for _, found in summed for block in found], groups)
    failures = _collect(groups, blocks, summed, places)
    return Findings(
        tool=TOOL,
        failures=tuple(sorted(failures, key=lambda failure: failure.log_line)),
        totals=tuple(_count(blocks, summaries)),
        claims=tuple(claim for block in blocks for claim in _claim(block)),
        unfinished=any(_is_unfinished(block, summaries) for block in blocks),
    )


def _learn(lines: list[Line], blocks: list[Block], summed: list[Block], groups: list[Group]) -> Places:
    """Learn where packages live, and the whole import paths of those that gotestsum abbreviates."""
    places = Places()
    places.learn_repository(lines)
    places.learn_frames(read_frames(lines))
    for block in blocks:
        places.learn_frames(read_frames(block.lines) if block.events else ())
        places.learn_lines(block.package, block.lines)
    whole = {block.package for block in [*blocks, *summed] if block.package != block.short}
    shown = {frame.package for block in summed for frame in read_frames(block.lines)}
    prefix = find_prefix({block.short for block in summed}, whole | shown)
    for block in summed:
        if block.short and "." not in block.short.partition("/")[0] and block.short not in whole:
            block.package = block.package if block.package != block.short else f"{prefix}{block.short}"
            places.learn(block.package, f"{block.short}/x.go")
    places.learn_packages(whole)
    for group in groups:
        if group.error:
            places.learn_build(min(group.names, key=len), group.error[1])
    return places


def _collect(
    groups: list[Group],
    blocks: list[Block],
    summed: list[tuple[Summary, list[Block]]],
    places: Places,
) -> list[Failure]:
    repeated: dict[str, set[str]] = {}
    for section in (section for summary, _ in summed for section in summary.sections):
        for test in {section.test, ""}:
            repeated.setdefault(test, set()).add(section.package)
    failures: list[Failure] = []
    closed = max((done.number for summary, _ in summed for done in summary.dones), default=0)
    for block in blocks:
        if block.begun < closed and not block.status and not block.events and not block.package:
            # gotestsum names what failed; lines of a test without their package are a quotation.
            continue
        found = [explain_build(block, groups, places)] if block.note else judge(block, places)
        failures += [failure for failure in found if not _repeats(repeated, failure)]
    for block in (block for _, found in summed for block in found):
        failures += [explain_build(block, groups, places)] if block.note else judge(block, places)
    used = {name for block in blocks for name in (block.package,) if block.note}
    ends = [block.end for block in blocks if block.status]
    ends += [done.number for summary, _ in summed for done in summary.dones]
    return failures + report_orphans(groups, used, max(ends, default=0), places)


def _repeats(sections: dict[str, set[str]], failure: Failure) -> bool:
    """Tell whether gotestsum's summary names this failure too: then its word stands.

    Args:
        sections: packages that the summary names, by test; every package under the empty name.
        failure: what the run itself printed.
    """
    suite, named = failure.suite, sections.get(failure.test, set())
    return any(not package or not suite or f"/{suite}".endswith(f"/{package}") for package in named)


def _count(blocks: list[Block], summaries: list[Summary]) -> list[Totals]:
    """Count tests per package, or per call of gotestsum where it did not print each of them."""
    counted = [(block.end or block.begun, _count_block(block)) for block in blocks]
    totals = [(end, total) for end, total in counted if total is not None]
    start = 0
    for summary in summaries:
        if not summary.dones:
            continue
        done = summary.dones[-1]
        inside = [(end, total) for end, total in totals if start < end < done.number]
        if len(summary.dones) > 1 or sum(total.total for _, total in inside) != done.tests:
            totals = [pair for pair in totals if pair not in inside]
            totals.append((done.number, _count_summary(summary)))
        start = done.number
    last = max((end for end, _ in totals), default=0) + 1
    return [total for _, total in sorted(totals, key=lambda pair: pair[0] or last)]


def _claim(block: Block) -> list[tuple[int, int]]:
    """Claim what a passed package printed from its first test on: its tests' own output, whatever it says.

    Nothing is claimed of a package that failed, that another runner's suite ran in, or where a test never
    ended: then the lines may hold more than this package.
    """
    sure = block.status == "ok" and block.verbose and not block.events and block.cases
    if not sure or any(case.foreign or not case.result for case in block.cases):
        return []
    return [(block.cases[0].start, block.end)]


def _count_block(block: Block) -> Totals | None:
    passing = block.status in {"ok", "?"} and not block.events
    results = []
    for case in block.cases:
        died = block.status == "FAIL" and not case.name.startswith("Benchmark")
        ended = case.result or ("FAIL" if died else "")
        if block.partial or (not block.verbose and not case.name.startswith("Benchmark")):
            return None
        if ended and not case.foreign and not (passing and ended == "FAIL"):
            results.append(ended)
    if not results:
        return None
    return Totals(
        tool=TOOL,
        suite=block.package,
        passed=results.count("PASS"),
        failed=results.count("FAIL"),
        skipped=results.count("SKIP"),
        total=len(results),
    )


def _count_summary(summary: Summary) -> Totals:
    """Count by gotestsum's closing line; failures of packages outside their tests are no tests."""
    first = summary.dones[0]
    if len(summary.dones) > 1:
        failed = len({(section.package, section.test) for section in summary.final if section.test})
    else:
        failed = max(0, first.failures - sum(not section.test for section in summary.sections))
    passed = max(0, first.tests - first.skipped - failed)
    flaked = len(summary.flaked)
    return replace(
        Totals(tool=TOOL, suite="", passed=passed, failed=failed, skipped=first.skipped, total=first.tests),
        flaked=flaked,
    )


def _is_unfinished(block: Block, summaries: list[Summary]) -> bool:
    """Tell whether a package started and its end is missing, or its process was killed."""
    if block.status == "FAIL":
        return any(line.text.startswith("signal: ") for line in block.lines[block.alive :])
    if block.status or any(done.number >= block.begun for summary in summaries for done in summary.dones):
        return False
    if block.events:
        return bool(block.lines or block.cases)
    failed = any(case.result == "FAIL" and not case.foreign for case in block.cases)
    return not block.summed and (bool(block.running()) or failed)
