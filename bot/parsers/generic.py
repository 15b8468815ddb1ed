"""Any log at all: the line that explains the failure best, found by general words."""

import re
from bisect import bisect_left

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._generic_forms import PLACE
from bot.parsers._generic_lines import FRAME, Candidate, place_below, plain
from bot.parsers._generic_rank import exit_follows, rank
from bot.parsers._generic_reach import ends_step, section_of
from bot.parsers._workspace import relative

TOOL = "generic"
ANCHORS: tuple[str, ...] = ()
# What says that all went well behind an error that was foreseen.
KEEP: tuple[str, ...] = (
    r"^OK(?: \(|$)|^PASS$|^Job succeeded",
    r"BUILD SUCCESS|Build succeeded|All (?:\w{1,20} )?(?:checks|tests) passed",
)
# Forms and phrases that say it clearly: plain words stand in every log, and what stands before the runner's
# own marks is kept without them.
TROUBLE: tuple[str, ...] = (
    r"^[^A-Za-z]{0,40}(?i:error|fatal|panic|severe|critical|traceback|uncaught|unhandled|aborted)\b",
    r"^[^A-Za-z]{0,40}(?:FAIL|FAILED|FAILURE|Failed|failed|E:|E  |not ok)\b",
    r"^[\w.\-/]{1,60}: (?i:fatal |syntax |parse )?(?i:error)\b",
    r":\d{1,7}:(?:\d{1,6}:)? (?i:fatal |syntax |runtime )?(?i:error)\b",
    r"\(\d{1,7}(?:,\d{1,6})?\) ?: (?:fatal )?error\b",
    r"^(?:[A-Za-z_]\w{0,60}[.:/]{1,2}){0,12}[A-Z]\w{0,80}(?:Error|Exception|Failure|Timeout)(?:: |$)",
    r"level=\"?(?:error|fatal)\b|\"level\": ?\"(?:error|fatal)\"|^(?:ERRO|FATA)\[",
    r"(?i:no space left on device|out of memory|cannot allocate memory|segmentation fault|core dumped)",
    r"(?i:permission denied|no such file or directory|command not found|could ?n[o']t resolve host)",
    r"(?i:connection (?:refused|reset)|timed out (?:after|waiting)|deadline exceeded|giving up)",
    r"\bexit(?:ed)?(?: with)?(?: code| status)?[ :=(]{1,3}[1-9]\d{0,2}\b|make(?:\[\d+\])?: \*\*\* ",
    r"^[✗✘❌✖×] ",
)

# In a job that GitHub marked as failed, even a plain word is worth showing.
_LEAST_MARKED = 30
# A log without marks failed only if a line says so clearly: passing programs print errors, too.
_LEAST_UNMARKED = 74
_LEAST_CONFIRMED = 56
# What is said less clearly must be nearly the last that its step says.
_LOUD = 85
# GitHub's runner tidied up and had marked no line: no step failed, whatever its programs said.
_JOB_OVER = "Cleaning up orphan processes"
_LAST_WORDS = 200
# What a language's runtime puts before an error that nobody caught, or Node behind it.
_ENDED = re.compile(r"(?i:uncaught|unhandled|panic|fatal)\b|Exception in thread |terminate called")
_NODE_ENDED = "Node.js v"
_CAUSE = "Caused by: "
# A frame behind the package's name that a monorepo's tool puts before each line.
_PREFIXED_FRAME = re.compile(r"\S{1,100}(?: \S{1,60})?: {4,8}at \S")
_MOST_FRAMES = 80
# A burst: compilers and test runners go on after the first error, which is the one to read.
_BURST = 8.0
_NEAR = 5
_AROUND = 20
_CODE = re.compile(r"(?:exit code|exit status|code)[ :=]{1,3}(\d{1,3})\b", re.IGNORECASE | re.ASCII)
# 128 plus the signal's number: killed, aborted, segmentation fault, bus error, terminated.
_CRASH_CODES = {"132", "134", "135", "136", "137", "138", "139", "159"}
_TIMEOUT_CODE = "124"
_SAME_MESSAGE = 60
_HEAD = re.compile(r"(?:[\w./\-]{1,40} )?\W{0,2}err(?:or)?\b\W{0,2}", re.IGNORECASE | re.ASCII)


def parse(log: Log) -> Findings:
    """Find at most one failure, of kind `exit` unless the words plainly say more."""
    best = _best(log)
    if best is None:
        return Findings(TOOL)
    kind = _kind(log, best)
    file, line = _place(log, best) if kind in {FailureKind.BUILD, FailureKind.LINT} else ("", 0)
    end = next((error for error in log.errors if error >= best.number), best.number + _AROUND)
    failure = Failure(
        tool=TOOL,
        kind=kind,
        status=Status.TIMEDOUT if kind is FailureKind.TIMEOUT else Status.FAILED,
        test="",
        message=best.text,
        log_line=best.number,
        extent=(
            max(1, best.number - _AROUND),
            max(best.number, min(end, best.number + _AROUND, len(log.lines))),
        ),
        file=file,
        line=line,
    )
    return Findings(TOOL, failures=(failure,))


def _place(log: Log, best: Candidate) -> tuple[str, int]:
    """Read the place that a compiler or linter names in the line itself, or under it."""
    found = PLACE.search(best.text)
    if found:
        return relative(found["file"]), int(found["line"] or found["paren"])
    below = place_below(log, best.number)
    return (relative(below["file"]), int(below["line"])) if below else ("", 0)


def best_line(log: Log, failures: tuple[Failure, ...]) -> int:
    """Number the line that explains the failure best, counted from 1; 0 when nothing failed.

    Args:
        log: the log.
        failures: what the parsers found; the own message of the first one in a failed step is best, and an
            exit code tells less than any other kind. Without any, words decide.
    """
    if not failures:
        best = _best(log)
        return best.number if best else 0
    failure = min(failures, key=lambda one: (one.kind is FailureKind.EXIT, _passed(log, one), one.log_line))
    wanted = failure.message.strip()[:_SAME_MESSAGE]
    first, last = max(1, failure.extent[0]), min(failure.extent[1], len(log.lines))
    if wanted and 0 < failure.log_line <= len(log.lines):
        numbers = [failure.log_line, *range(first, last + 1)]
        return next((n for n in numbers if wanted in log.line(n)), failure.log_line)
    return failure.log_line if 0 < failure.log_line <= len(log.lines) else 0


def _passed(log: Log, failure: Failure) -> bool:
    """Whether it stands in a step that the runner did not mark as failed."""
    section = section_of(log, failure.log_line)
    return section is not None and not section.failed


def _best(log: Log) -> Candidate | None:
    """Choose from the ranking, or say that nothing failed."""
    ranked = rank(log)
    if not ranked:
        return None
    top = ranked[0]
    if log.errors:
        return _first_of_burst(log, ranked, top) if top.score >= _LEAST_MARKED else top
    if any(line.startswith(_JOB_OVER) for line in log.lines[-_LAST_WORDS:]):
        return None
    wraps = sorted(c.number for c in ranked if c.wraps)
    for candidate in ranked:
        if candidate.wraps or candidate.passed:
            continue
        clear = candidate.base + 10 * exit_follows(log, candidate.number)
        if clear >= _LEAST_CONFIRMED and _confirmed(log, candidate.number, wraps):
            return _first_of_burst(log, ranked, candidate)
        if _is_printed(log, candidate.number):
            continue
        loud = candidate.base >= _LOUD or ends_step(log, candidate.number)
        if clear >= _LEAST_UNMARKED and loud:
            return _first_of_burst(log, ranked, candidate)
    return None


def _is_printed(log: Log, number: int) -> bool:
    """Whether an error with its stack may just have been printed: nobody says that it ended a program."""
    text = plain(log.line(number)).strip()
    below = range(number + 1, min(number + _MOST_FRAMES, len(log.lines)) + 1)
    next_line = log.line(number + 1) if below else ""
    traced = text.startswith(_CAUSE) or bool(FRAME.match(next_line) or _PREFIXED_FRAME.match(next_line))
    if _ENDED.match(text) or not traced:
        return False
    return not any(log.line(at).startswith(_NODE_ENDED) for at in below)


def _confirmed(log: Log, number: int, wraps: list[int]) -> bool:
    """Whether the same step says later that something failed."""
    at = bisect_left(wraps, number)
    section = section_of(log, number)
    return at < len(wraps) and (section is None or wraps[at] <= section.last)


def _block_from(log: Log, top: Candidate) -> int:
    """Number the first of the lines in a row that begin like this one: `npm error …`, `[ERROR] …`."""
    head = _HEAD.match(top.text)
    number = top.number
    while head and number > 1 and plain(log.line(number - 1)).startswith(head.group().rstrip()):
        number -= 1
    return number


def _first_of_burst(log: Log, ranked: list[Candidate], top: Candidate) -> Candidate:
    """Go back to the first of several alike, and of that line to its last repetition."""
    block = _block_from(log, top)
    alike = sorted((c for c in ranked if c.base == top.base and c.kind == top.kind), key=lambda c: -c.number)
    first = top
    for candidate in alike:
        near = first.number - candidate.number <= _NEAR or candidate.score >= top.score - _BURST
        near = near or candidate.number >= block
        if candidate.number < first.number and near:
            first = candidate
    return max((c for c in alike if c.text == first.text), key=lambda c: c.number)


def _kind(log: Log, best: Candidate) -> FailureKind:
    """Say what sort of thing failed; exit codes of the step speak where the line does not."""
    if best.kind is not None:
        return best.kind
    last = min(best.number + 3, len(log.lines))
    numbers = (*log.errors, *range(best.number, last + 1))
    codes = {code for number in numbers for code in _CODE.findall(plain(log.line(number)))}
    if codes & _CRASH_CODES:
        return FailureKind.CRASH
    if _TIMEOUT_CODE in codes:
        return FailureKind.TIMEOUT
    return FailureKind.EXIT
