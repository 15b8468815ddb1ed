"""GoogleTest's runs judged: which tests failed, which suites could not be set up, where a program died."""

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.parsers._ctest_views import View
from bot.parsers._gcc_places import in_repository
from bot.parsers._gtest_messages import Words, read_checks
from bot.parsers._gtest_runs import Block, GtestRun, read_gtest

TOOL = "gtest"
ANCHORS: tuple[str, ...] = ("[==========] ",)
_DEATH = re.compile(
    r"(?P<last>terminate called |.{0,300}(?:Assertion .{1,2000} failed|AddressSanitizer:|runtime error: |"
    r"free\(\): |corrupted ))|(?P<shell>(?:.{1,300}: line \d{1,9}: +\d{1,9} )?"
    r"(?:Segmentation fault|Aborted|Killed|Illegal instruction|Bus error|Floating point exception|"
    r"Trace/breakpoint trap)\b|Process completed with exit code 1(?:3[0-9]|4[0-3])\b)"
)
_SUMMARY = re.compile(
    r"SUMMARY: (?P<text>\w{1,40}Sanitizer: \S{1,100}"
    r"(?: (?P<file>[^\s:()]{1,1000}):(?P<line>\d{1,9}))?.{0,1000})$"
)
_EXIT = re.compile(r"Process completed with exit code \d{1,3}\.$")
_STOPPED = (
    "The operation was canceled.",
    "The action has timed out",
    "has exceeded the maximum execution time",
)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Story:
    """What one program's output says."""

    failures: tuple[Failure, ...]
    totals: tuple[Totals, ...]
    claims: tuple[tuple[int, int], ...]
    unfinished: bool


def judge_gtest(view: View) -> Story:
    """Judge all runs of a program's output."""
    runs = read_gtest(view)
    found: dict[str, Failure] = {}
    for run in runs:
        for failure in _failures(run, view):
            # A test that fails in every iteration is one failure.
            key = failure.test if run.repeated else f"{run.first} {failure.test} {failure.kind}"
            found.setdefault(key, failure)
    return Story(
        tuple(found.values()),
        () if view.inside else tuple(_totals(run) for run in runs if run.ran),
        () if view.inside else tuple((run.first, run.last) for run in runs),
        any(not run.ran for run in runs) and not view.word,
    )


def _failures(run: GtestRun, view: View) -> list[Failure]:
    by_name = {block.name: block for block in run.blocks}
    names = run.listed or [block.name for block in run.blocks if block.state == "FAILED"]
    failures = [_failure(by_name.get(name), name, run, view) for name in dict.fromkeys(names)]
    failures += _setups(run, view)
    if not run.ran and (crash := _crash(run, view)):
        failures.append(crash)
    return sorted(failures, key=lambda failure: failure.log_line)


def _failure(block: Block | None, name: str, run: GtestRun, view: View) -> Failure:
    if block is None:
        number = run.last
        return _made(FailureKind.TEST, name, Words("Failed", "", number), (number, number), view)
    checks = read_checks(block.lines)
    extent = (block.first, block.last)
    return _made(FailureKind.TEST, name, _told(checks, block.last), extent, view)


def _told(checks: Sequence[Words], number: int) -> Words:
    """Take the first check's words; the others are its detail."""
    if not checks:
        return Words("Failed", "", number)
    more = [f"{check.file}:{check.line}: {check.message}\n{check.detail}".strip() for check in checks[1:]]
    return replace(checks[0], detail="\n".join(filter(None, [checks[0].detail, *more])))


def _setups(run: GtestRun, view: View) -> Iterable[Failure]:
    """Give failed checks outside of all tests: a suite's or the environment's set-up."""
    for block in run.around:
        checks = read_checks(block.lines)
        if checks and (not run.ran or run.suites or run.counts.get("FAILED") is not None):
            yield _made(
                FailureKind.SETUP, block.name, _told(checks, block.last), (block.first, block.last), view
            )


def _crash(run: GtestRun, view: View) -> Failure | None:
    """Give the test inside of which the program ended, where anything says that it did."""
    open_test = run.current
    lines = open_test.lines if open_test else run.around[-1].lines if run.around else []
    number, text, shell = _death(lines)
    timed_out = view.word.startswith("***Timeout") or any(word in text for word in _STOPPED)
    if not text and not view.word:
        # Whatever ended the log, a test with a failed check has failed.
        checks = read_checks(lines) if open_test else []
        kind, told = FailureKind.TEST, _told(checks, 0)
        extent = (open_test.first, told.number) if open_test else (0, 0)
        return _made(kind, open_test.name, told, extent, view) if open_test and checks else None
    first = open_test.first if open_test else lines[0][0] if lines else run.last
    number = number or first
    message = text or ("Timeout" if timed_out else _word(view.word))
    kind = FailureKind.TIMEOUT if timed_out else FailureKind.CRASH
    status = Status.TIMEDOUT if timed_out else Status.ABORTED
    words = replace(_told(read_checks(lines), number), message=message[:_LONGEST], number=number)
    words = _sanitized(lines) or words
    number = words.number
    name = open_test.name if open_test else ""
    last = max(shell, number, first)
    return _made(kind, name, words, (first, last), view, status)


def _sanitized(lines: Sequence[tuple[int, str]]) -> Words | None:
    """Read a sanitizer's summary, which has the place and no addresses."""
    for number, text in lines:
        if text.startswith("SUMMARY: ") and (found := _SUMMARY.match(text)):
            file = in_repository(found["file"] or "")
            line = int(found["line"]) if found["line"] else 0
            return Words(found["text"][:_LONGEST], "", number, file, line)
    return None


def _word(word: str) -> str:
    """Put ctest's words in a row: `Subprocess aborted***Exception:` is `Exception: Subprocess aborted`."""
    before, _, behind = word.partition("***")
    return f"{behind.strip()} {before.strip()}".strip()


def _death(lines: Sequence[tuple[int, str]]) -> tuple[int, str, int]:
    """Find the last words: number and text of the best line, and the number of the shell's."""
    best: tuple[int, str] = (0, "")
    for at, (number, text) in enumerate(lines):
        if found := _DEATH.match(text):
            if found["shell"]:
                return (*(best if best[0] else (number, _shell(text))), number)
            if not best[0]:
                below = lines[at + 1][1].strip() if at + 1 < len(lines) else ""
                best = (number, f"{text} {below}" if below.startswith("what():") else text)
        elif _EXIT.match(text) or any(word in text for word in _STOPPED):
            return (*(best if best[0] else (number, text)), number)
    return (*best, best[0])


def _shell(text: str) -> str:
    """Take the signal's name out of a shell's message."""
    found = re.search(
        r"(?:line \d{1,9}: +\d{1,9} )([A-Z][A-Za-z/ ]{3,40}?)(?: {2,}| \(core dumped\))", text[:600]
    )
    return found[1] if found else text.strip()


def _made(
    kind: FailureKind,
    name: str,
    words: Words,
    extent: tuple[int, int],
    view: View,
    status: Status = Status.FAILED,
) -> Failure:
    first, last = min(extent[0], words.number), max(extent[1], words.number)
    return Failure(
        TOOL, kind, status, name, words.message, words.number, (first, last), words.detail,
        words.file, words.line, _rerun(name, view), name.partition(".")[0],
    )  # fmt: skip


def _rerun(name: str, view: View) -> str:
    if not view.rerun or not name:
        return view.rerun
    which = name if "." in name else f"{name}.*"
    if view.inside:
        return f"GTEST_FILTER={shlex.quote(which)} {view.rerun}"
    return f"{view.rerun} --gtest_filter={shlex.quote(which)}"


def _totals(run: GtestRun) -> Totals:
    skipped, failed = run.counts.get("SKIPPED", 0), run.counts.get("FAILED")
    passed = run.counts.get("PASSED", 0)
    if failed is None:
        failed = max(0, run.announced - passed - skipped) if run.blocks else 0
    return Totals(TOOL, "", passed=passed, failed=failed, skipped=skipped, total=run.announced)
