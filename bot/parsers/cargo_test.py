"""`cargo test`: libtest's pretty and quiet output, doc-tests, and cargo's words for a binary that died.

`test` is libtest's name. The list at a binary's end says which tests failed; a binary that aborts has none
and is a crash of the test that was last heard of, where one was. Places are as the panic has them, relative
to the workspace.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._cargo_binaries import Binary, read_binaries
from bot.parsers._cargo_panics import Reason, explain, read_panics

TOOL = "cargo-test"
ANCHORS: tuple[str, ...] = ("test result: ", "test failed, to rerun pass", "running ")
KEEP: tuple[str, ...] = (
    r"^ {3,6}Running (?:unittests |tests|benches|examples|\S+ \()",
    r"^ {2,4}Doc-tests ",
    r"^running \d+ tests?$",
    r"^test result: ",
    r"test failed, to rerun pass ",
    r" has been running for over \d+ seconds$",
)
TROUBLE: tuple[str, ...] = (
    r"^test .+ \.\.\. FAILED",
    r"^---- .+ std(?:out|err) ----$",
    r"thread '.+' (?:\(\d+\) )?(?:panicked at|has overflowed)",
    r"^failures:$",
    r"test failed, to rerun pass ",
    r"^  process didn't exit successfully: ",
)

_BLOCK = re.compile(r"---- (?P<name>.{1,1000}?)(?: std(?:out|err))? ----$")
_STARTED = re.compile(r"test (?P<name>\S.{0,1000}?)(?: - should panic)? \.\.\. ?(?P<rest>.{0,4000})$")
_SLOW = re.compile(r"test (?P<name>\S.{0,1000}) has been running for over \d{1,5} seconds$")
_STOPPED = (
    "The operation was canceled.",
    "The action has timed out",
    "has exceeded the maximum execution time",
)
_SIGNALS = ("signal:", "exit code: 0xc0", "STATUS_")
_AROUND = 40


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    binaries = read_binaries(log)
    failures = [failure for binary in binaries for failure in _failures(binary)]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(binary, binary.counts) for binary in binaries if binary.counts is not None),
        tuple((binary.first, binary.last) for binary in binaries),
        any(binary.counts is None and not binary.stopped for binary in binaries),
    )


def _failures(binary: Binary) -> list[Failure]:
    if binary.counts is not None:
        return _listed(binary) if binary.counts[1] else []
    if binary.stopped:
        return [_died(binary)]
    return _hung(binary)


def _totals(binary: Binary, counts: tuple[int, int, int, int]) -> Totals:
    passed, failed, ignored, measured = counts
    return Totals(
        TOOL, binary.name, passed=passed + measured, failed=failed, skipped=ignored, total=sum(counts)
    )


def _listed(binary: Binary) -> list[Failure]:
    """Give the tests that a binary lists as failed, each with what it printed."""
    lines = [(number, text) for number, text in binary.lines if number < binary.last]
    names, end = _names(lines)
    if not names:
        names = [
            f["name"] for _, text in lines if (f := _STARTED.match(text)) and f["rest"].startswith("FAILED")
        ]
    blocks = _blocks(lines[:end], set(names))
    return [_failure(binary, name, blocks.get(name), lines[:end]) for name in dict.fromkeys(names)]


def _names(lines: list[tuple[int, str]]) -> tuple[list[str], int]:
    """Read the list at the end; gives the names and the index where it begins."""
    at = len(lines)
    while at and not lines[at - 1][1].strip():
        at -= 1
    names = []
    while at and lines[at - 1][1].startswith("    "):
        at -= 1
        names.append(lines[at][1].strip())
    if at and lines[at - 1][1] == "failures:":
        return names[::-1], at - 1
    return [], len(lines)


def _blocks(lines: list[tuple[int, str]], names: set[str]) -> dict[str, list[tuple[int, str]]]:
    """Cut what failed tests printed at `---- name stdout ----`; other such lines are a test's own."""
    blocks: dict[str, list[tuple[int, str]]] = {}
    current: list[tuple[int, str]] | None = None
    for number, text in lines:
        found = _BLOCK.match(text) if text.startswith("---- ") else None
        if found and found["name"] in names:
            current = blocks.setdefault(found["name"], [])
        if current is not None:
            current.append((number, text))
    return blocks


def _failure(
    binary: Binary, name: str, block: list[tuple[int, str]] | None, lines: list[tuple[int, str]]
) -> Failure:
    reason = explain(block[1:], name) if block else None
    first = block[0][0] if block else 0
    if reason is None:
        uncaptured = _uncaptured(lines, name)
        reason = explain(uncaptured, name)
        first = first or (uncaptured[0][0] if uncaptured else 0)
    if reason is None:
        texts = [(number, text.strip()) for number, text in (block or [])[1:] if text.strip()]
        number, text = texts[-1] if texts else (first or binary.last, "test failed")
        reason = explain([(number, f"Error: {text}")], name) or Reason(text, number)
        reason = Reason(text[:300], number, file=reason.file, line=reason.line)
    ends = [number for number, text in block or [] if text.strip()]
    first = min(first or reason.number, reason.number)
    last = max([reason.number, reason.last, *ends[-1:]])
    return _made(binary, name, reason, (first, last))


def _uncaptured(lines: list[tuple[int, str]], name: str) -> list[tuple[int, str]]:
    """Find what a test printed with `--nocapture`: its panic anywhere, else what stands behind its name."""
    for at, (_, text) in enumerate(lines):
        if f"thread '{name}'" in text and read_panics(own := [lines[at], *_until_next(lines, at)]):
            return own
    for at, (number, text) in enumerate(lines):
        found = _STARTED.match(text)
        if found and found["name"] == name:
            return [(number, found["rest"].removesuffix("FAILED")), *_until_next(lines, at)]
    return []


def _until_next(lines: list[tuple[int, str]], at: int) -> list[tuple[int, str]]:
    """Give the lines behind one, as far as no other test speaks."""
    own = []
    panicked = lines[at][1].startswith("thread '")
    ends = ("test ", "---- ", "thread '") if panicked else ("test ", "---- ")
    for number, text in lines[at + 1 : at + _AROUND]:
        if text in {"ok", "FAILED", "failures:"} or text.startswith(ends):
            break
        own.append((number, text.removesuffix("FAILED")))
    return own


def _died(binary: Binary) -> Failure:
    """Give the binary that ended without summing up; its test is the one that was last heard of."""
    panics = read_panics(binary.lines)
    known = [found["name"] for _, text in binary.lines if (found := _STARTED.match(text))]
    last = next((found for _, text in reversed(binary.lines) if (found := _STARTED.match(text))), None)
    name = last["name"] if last and not last["rest"].startswith(("ok", "FAILED", "ignored")) else ""
    if panics and not name and panics[-1].thread not in {"main", "<unnamed>", *known}:
        name = panics[-1].thread
    how = binary.exited or "test failed"
    crashed = binary.exited.startswith(_SIGNALS)
    if binary.announced < 0 and not binary.exited:
        crashed = False
    number = binary.last if binary.exited else binary.stopped
    reason = Reason(f"process didn't exit successfully: {how}", number, last=number)
    if panics:
        told = panics[-1]
        reason = Reason(told.message, told.number, f"{told.detail}\n{how}".strip(), told.file, told.line)
    kind = FailureKind.CRASH if crashed or binary.announced >= 0 else FailureKind.TEST
    status = Status.ABORTED if crashed else Status.FAILED
    return _made(binary, name, reason, (min(reason.number, binary.stopped), binary.last), kind, status)


def _hung(binary: Binary) -> list[Failure]:
    """Give the tests that were still running when somebody stopped the job."""
    stop = next((at for at, (_, text) in enumerate(binary.lines) if text.startswith(_STOPPED)), None)
    if stop is None:
        return []
    slow = {found["name"]: number for number, text in binary.lines[:stop] if (found := _SLOW.match(text))}
    for _, text in binary.lines[:stop]:
        if (found := _STARTED.match(text)) and found["rest"]:
            slow.pop(found["name"], None)
    return [
        _made(
            binary, name, Reason(f"test {name} was still running", number), (number, number),
            FailureKind.TIMEOUT, Status.TIMEDOUT,
        )
        for name, number in slow.items()
    ]  # fmt: skip


def _made(
    binary: Binary,
    name: str,
    reason: Reason,
    extent: tuple[int, int],
    kind: FailureKind = FailureKind.TEST,
    status: Status = Status.FAILED,
) -> Failure:
    command = f"cargo test {binary.rerun}".strip()
    rerun = f"{command} -- --exact {shlex.quote(name)}" if name else command if binary.rerun else ""
    return Failure(
        TOOL, kind, status, name, reason.message, reason.number, extent, reason.detail, reason.file,
        reason.line, rerun, binary.name,
    )  # fmt: skip
