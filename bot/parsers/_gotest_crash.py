"""A test binary that died: panics, fatal errors of the runtime, timeouts, signals.

Source: https://go.dev/src/runtime/panic.go, https://go.dev/src/testing/testing.go (alarm) and
https://go.dev/src/cmd/go/internal/test/test.go (signals, "ran too long").
"""

import re
from dataclasses import dataclass

from bot.model.failure import FailureKind, Status
from bot.parsers._gotest_lines import QUOTES, Block, Line
from bot.parsers._gotest_places import Frame, read_frames

STARTS = (
    "panic: ",
    "fatal error: ",
    "*** Test killed",
    "SIG",
    "signal: ",
    "runtime: ",
    "testing: ",
    "unexpected fault",
)
SIGNAL = re.compile(
    r"signal: (killed|interrupt|terminated|aborted|quit|segmentation fault|bus error|[a-z ]{4,40})\b"
)
TRAP = re.compile(r"SIG[A-Z]{2,6}: [a-z]")
TIMED_OUT = re.compile(r"panic: test timed out after |\*\*\* Test killed.*ran too long")
RUNNING = re.compile(r"\t{1,2}((?:Test|Fuzz|Example|Benchmark)\S*) \(\S+\)$")
LATE = re.compile(
    r"panic: (?:Fail|Log|subtest may have called FailNow).{0,20} in goroutine after (\S+) has completed"
)
RECOVERED = re.compile(r" \[recovered(?:, repanicked)?\]$")
# A trace of every goroutine can be huge; what matters stands at its beginning.
MAX_TRACE = 5_000
MAX_DETAIL = 40


@dataclass(frozen=True, slots=True)
class Crash:
    """How a test binary died.

    Attributes:
        message: Go's own sentence.
        detail: the beginning of the trace.
        kind: `timeout`, `crash`, or `test` for a panic.
        status: the word for it.
        first, last: log lines of the report.
        owner: the test that the events or the trace name; empty when neither does.
        running: tests that Go listed as running, in its order.
        frames: the stack traces.
    """

    message: str
    detail: str
    kind: FailureKind
    status: Status
    first: int
    last: int
    owner: str
    running: tuple[str, ...]
    frames: tuple[Frame, ...]


def find_crash(block: Block) -> Crash | None:
    """Find the report that nothing but the package's end follows; a recovered panic is none."""
    lines = block.lines[block.alive :]
    for at, line in enumerate(lines):
        start = 0 if line.text.startswith(STARTS) else line.text.find("panic: ")
        if start < 0:
            continue
        below = lines[at + 1 : at + 12]
        text = line.text[start:]
        glued = start > 0 and line.text[start - 1] not in QUOTES and _is_traced(below)
        if (not start or glued) and (found := _classify(text, below)):
            return _read([Line(line.number, text, line.test), *lines[at + 1 : at + MAX_TRACE]], *found)
    return None


def _is_traced(below: list[Line]) -> bool:
    return any(line.text.startswith(("goroutine ", "PC=", "runtime stack:")) for line in below)


def _classify(text: str, below: list[Line]) -> tuple[FailureKind, Status] | None:
    """Name the death that a line reports, if it reports one."""
    if TIMED_OUT.match(text):
        return FailureKind.TIMEOUT, Status.TIMEDOUT
    if text.startswith("panic: "):
        return FailureKind.TEST, Status.PANICKED
    if text.startswith("fatal error: ") or (TRAP.match(text) and _is_traced(below)):
        return FailureKind.CRASH, Status.PANICKED
    if match := SIGNAL.match(text):
        stopped = match[1] in {"interrupt", "terminated"}
        return FailureKind.CRASH, Status.INTERRUPTED if stopped else Status.ABORTED
    return None


def _read(lines: list[Line], kind: FailureKind, status: Status) -> Crash:
    head = lines[0]
    while len(lines) > 1 and (not lines[-1].text.strip() or lines[-1].text in {"FAIL", "PASS"}):
        lines = lines[:-1]
    frames = read_frames(lines)
    late = LATE.match(head.text)
    owner = late[1] if late else head.test
    running = tuple(match[1] for line in lines[:200] if (match := RUNNING.match(line.text)))
    detail = [RECOVERED.sub("", line.text) for line in lines[1 : MAX_DETAIL + 1]]
    return Crash(
        message=RECOVERED.sub("", head.text).strip(),
        detail="\n".join(detail).strip("\n"),
        kind=kind,
        status=status,
        first=head.number,
        last=lines[-1].number,
        owner=owner,
        running=running,
        frames=tuple(frames),
    )
