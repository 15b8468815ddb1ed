"""ctest of CMake 3.10 and newer: plain, `-V`, `--output-on-failure`, parallel, `--repeat`.

`test` is ctest's own name. A test that is a GoogleTest, Catch2 or doctest program which names its failures is
left to that parser: the inner, more precise report is the failure, ctest's word for the program is none.
Totals are ctest's; `pending` are the disabled tests, which its own total leaves out.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._catch2_runs import judge_catch2
from bot.parsers._ctest_runs import Attempt, Run, read_runs
from bot.parsers._ctest_views import rerun_of, view_of
from bot.parsers._doctest_cpp_runs import judge_doctest
from bot.parsers._gcc_places import place_of
from bot.parsers._gtest_failures import judge_gtest

TOOL = "ctest"
ANCHORS: tuple[str, ...] = ("Test project ",)
KEEP: tuple[str, ...] = (
    r"^Test project ",
    r"^ +Start +\d+: ",
    r"^\s*(?:\d+/\d+ )?\s*Test +#\d+: ",
    r"% tests passed, ",
    r"^\s+\d+ - .+ \([A-Za-z_ ]+\)",
    r"^The following tests |^Errors while running CTest|^No tests were found|^Total Test time",
)
TROUBLE: tuple[str, ...] = (
    r"\*\*\*(?:Failed|Exception|Timeout|Not Run +\d)",
    r"^Unable to find executable: ",
)

_TELLING = re.compile(
    r"\b(?:error|errors|fail|failed|failure|fatal|assert|assertion|exception|abort|aborted|panic|mismatch|"
    r"terminate called|cannot|not found)\b",
    re.IGNORECASE,
)
_LONGEST = 300
_MOST_DETAIL = 100


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    failures: list[Failure] = []
    claims: list[tuple[int, int]] = []
    for run in runs:
        inner = [one for one in run.finals() if (one.failed or not one.word) and _tells(run, one)]
        own = [one for one in run.finals() if one.failed and one not in inner]
        failures += [_failure(run, one) for one in own]
        claims += _claims(run, inner)
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(run) for run in runs if run.total >= 0),
        tuple(claims),
        any(not run.ended for run in runs),
    )


def _tells(run: Run, attempt: Attempt) -> bool:
    """Whether the test is a program whose own report names what failed."""
    view = view_of(run, attempt)
    return any(judge(view).failures for judge in (judge_gtest, judge_catch2, judge_doctest))


def _claims(run: Run, inner: list[Attempt]) -> list[tuple[int, int]]:
    """Claim the run but for what the inner reports are read from."""
    free = sorted((one.printed[0][0], one.printed[-1][0]) for one in inner)
    claims: list[tuple[int, int]] = []
    first = run.first
    for begin, end in free:
        if begin > first:
            claims.append((first, begin - 1))
        first = max(first, end + 1)
    return [*claims, (first, run.last)] if first <= run.last else claims


def _totals(run: Run) -> Totals:
    finals = run.finals()
    skipped = sum(final.skipped for final in finals)
    pending = sum(final.disabled for final in finals)
    passed = max(0, run.total - run.failed - skipped)
    return Totals(
        TOOL, "", passed=passed, failed=run.failed, skipped=skipped, pending=pending, flaked=run.flaked(),
        total=run.total,
    )  # fmt: skip


def _failure(run: Run, attempt: Attempt) -> Failure:
    kind, status = _kind(run, attempt)
    number, message = _message(attempt, kind)
    printed = attempt.before or attempt.printed
    numbers = [attempt.line, number, *(at for at, _ in printed)]
    detail = [text for at, text in printed if at != number]
    place = next((found for _, text in printed if (found := place_of(text))), ("", 0))
    return Failure(
        TOOL, kind, status, attempt.name, message[:_LONGEST], number, (min(numbers), max(numbers)),
        "\n".join(detail[-_MOST_DETAIL:]).strip("\n"), place[0], place[1], rerun_of(run, attempt),
    )  # fmt: skip


def _kind(run: Run, attempt: Attempt) -> tuple[FailureKind, Status]:
    word = attempt.word
    if word.startswith("***Timeout"):
        return FailureKind.TIMEOUT, Status.TIMEDOUT
    if word.startswith("***Not Run"):
        waits = any(text.startswith("Failed test dependencies") for _, text in attempt.before)
        return (FailureKind.SETUP if waits else FailureKind.COLLECTION), Status.FAILED
    listed = run.listed.get(attempt.number, "")
    if "***Exception" in word or listed in {"SEGFAULT", "ILLEGAL", "INTERRUPT", "NUMERICAL", "OTHER_FAULT"}:
        return FailureKind.CRASH, Status.ABORTED
    return FailureKind.TEST, Status.FAILED


def _message(attempt: Attempt, kind: FailureKind) -> tuple[int, str]:
    """Choose what explains it: ctest's own reason, the test's telling line, else ctest's word."""
    before, _, behind = attempt.word.partition("***")
    said = f"{behind.strip()} {before.strip()}".strip()
    if kind in {FailureKind.COLLECTION, FailureKind.SETUP}:
        reasons = [one for one in attempt.before if one[1].startswith(("Unable to find", "Failed test dep"))]
        return reasons[-1] if reasons else (attempt.line, said)
    if "regular expression" in said or kind is FailureKind.TIMEOUT:
        return attempt.line, said.removeprefix("Failed").strip()
    own = [(at, text.strip()) for at, text in attempt.printed if text.strip() and not _is_heading(text)]
    telling = [line for line in own if _TELLING.search(line[1][:2000])]
    if telling:
        return telling[0]
    if own and kind is FailureKind.TEST:
        return own[-1]
    return attempt.line, said or "Failed"


def _is_heading(text: str) -> bool:
    """Whether it is what `-V` says of a test before it runs."""
    return text.startswith(
        ("Test command: ", "Working Directory: ", "Test timeout computed", "Environment var")
    )
