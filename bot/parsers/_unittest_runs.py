"""Runs of unittest in a log: their blocks, their progress with `-v`, and how they sum up.

Format: https://github.com/python/cpython/blob/main/Lib/unittest/runner.py; Django, nose2 and trial print
through the same code, or as it does.
"""

import re
from dataclasses import dataclass, field

from bot.model.log import Log

_HEAD = re.compile(r"(FAIL|ERROR|UNEXPECTED SUCCESS): (\S.{0,2000})$")
# trial names the tests below what they have in common, and shows what is no failure in blocks as well.
_TRIAL = re.compile(r"\[(FAIL|ERROR|SKIPPED|TODO|SUCCESS!\?!)\]$")
_TRIAL_NAME = re.compile(r"[A-Za-z_]\w{0,300}(?:\.[A-Za-z_<]\w{0,300}>?){1,40}$")
_RULE, _THIN = "=" * 70, "-" * 70
_RAN = re.compile(r"Ran (\d{1,9}) tests? in \d")
_END = re.compile(r"(OK|PASSED|FAILED|NO TESTS RAN)(?: \(([a-zA-Z0-9=, ]{1,200})\))?$")
_COUNT = re.compile(r"([a-zA-Z ]{4,30})=(\d{1,9})")
_SIGNS = re.compile(r"[.FEsxu]{1,2000}$")
_LED = re.compile(r"[.FEsxu]{1,2000}")
# `test_adds (tests.test_cart.CartTest.test_adds) ... ok`, or a line of the docstring before ` ... `.
_NAME = re.compile(r" {0,2}([A-Za-z_]\w{0,300} \([\w.<>]{1,500}\)(?: [\[(].{0,500})?)(?: \.\.\. |$)")
_VERBOSE = re.compile(r".{1,1000} \.\.\. (.{0,300})$")
_OUTCOMES = ("ok", "FAIL", "ERROR", "skipped ", "expected failure", "unexpected success")
_MAX_TITLE = 30
_BACK = 5000


@dataclass(slots=True)
class Block:
    """One failure as printed: `word` and `name` of its heading, the lines below those, and its body.

    A block of Twisted's trial has no name before its run is closed.
    """

    word: str
    name: str
    first: int
    title: list[str] = field(default_factory=list)
    body: list[tuple[int, str]] = field(default_factory=list)

    @property
    def last(self) -> int:
        """Number of its last line."""
        return self.body[-1][0] if self.body else self.first + 1


@dataclass(slots=True)
class Run:
    """One run: where it stands, its blocks, and its own counts; `ran` is -1 until it summed up."""

    first: int
    last: int
    blocks: list[Block] = field(default_factory=list)
    ran: int = -1
    word: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    trial: bool = False


def find_runs(log: Log) -> list[Run]:
    """Find the runs of a log, in its order; the last may lack its summary."""
    runs: list[Run] = []
    lines = log.lines
    blocks: list[Block] = []
    floor, at = 0, 0
    while at < len(lines):
        text = lines[at]
        if text.startswith(_RULE) and not text.strip("="):
            block = _heading(log, at)
            if block:
                blocks.append(block)
                at = block.body[-1][0] if block.body else at + 2
                block.body.clear()
                continue
        elif text.startswith(_THIN) and not text.strip("-"):
            found = _RAN.match(lines[at + 1]) if at + 1 < len(lines) else None
            if found:
                runs.append(_close(log, floor, at, blocks, int(found[1])))
                blocks, floor = [], runs[-1].last
                at = floor
                continue
        if blocks:
            blocks[-1].body.append((at + 1, text))
        at += 1
    if blocks:
        first, last = _begin(log, floor, blocks[0].first - 1), _tail(blocks)
        trial = any(not block.name for block in blocks)
        named = [one for block in blocks for one in _names(block)]
        runs.append(Run(first, last, named, trial=trial))
    return runs


def _heading(log: Log, at: int) -> Block | None:
    """Read a block's heading: rule, words, perhaps a docstring, thin rule; the body holds its lines."""
    heading = log.lines[at + 1] if at + 1 < len(log.lines) else ""
    if trial := _TRIAL.match(heading):
        return Block(trial[1].replace("SUCCESS!?!", "UNEXPECTED SUCCESS"), "", at + 1)
    head = _HEAD.match(heading)
    if head is None:
        return None
    block = Block(head[1], head[2], at + 1)
    for below in range(at + 2, min(at + 2 + _MAX_TITLE, len(log.lines))):
        text = log.lines[below]
        if text.startswith(_THIN):
            following = log.lines[below + 1] if below + 1 < len(log.lines) else ""
            # An unexpected success has no body: the rule already belongs to the summary.
            if not _RAN.match(following):
                block.body.append((below + 1, text))
            return block
        if text.startswith(_RULE):
            break
        block.title.append(text)
    block.title.clear()
    return block if head[1].startswith("UNEXPECTED") else None


def _close(log: Log, floor: int, rule: int, blocks: list[Block], ran: int) -> Run:
    run = Run(_begin(log, floor, blocks[0].first - 1 if blocks else rule, ran), rule + 2, blocks, ran)
    for at in range(rule + 2, min(rule + 7, len(log.lines))):
        found = _END.match(log.lines[at])
        if found:
            run.word, run.last = found[1], at + 1
            run.counts = {name.strip(): int(count) for name, count in _COUNT.findall(found[2] or "")}
            break
    for block in blocks:
        _trim(block)
    run.trial = any(not block.name for block in blocks)
    run.blocks = [named for block in blocks for named in _names(block)]
    return run


def _names(block: Block) -> list[Block]:
    """Give trial's block once for each test named at its end; what is no failure gives none."""
    if block.name:
        return [block]
    if block.word in {"SKIPPED", "TODO"}:
        return []
    end = len(block.body)
    while end and _TRIAL_NAME.match(block.body[end - 1][1]):
        end -= 1
    names = [text for _, text in block.body[end:]]
    return [Block(block.word, name, block.first, [], block.body[:end]) for name in names]


def _trim(block: Block) -> None:
    """Take off a block's end what is no part of it: blank lines, and the list of slow tests."""
    slow = [i for i, (_, text) in enumerate(block.body) if text == "Slowest test durations"]
    if slow:
        del block.body[slow[-1] :]
    while block.body and not block.body[-1][1].strip():
        block.body.pop()


def _tail(blocks: list[Block]) -> int:
    _trim(blocks[-1])
    return blocks[-1].last


def _begin(log: Log, floor: int, end: int, ran: int = -1) -> int:
    """Find where a run's progress begins: the first signs or names above its first rule.

    What a test prints stands right behind the signs; there the number of tests tells.
    """
    starts = [section.first for section in log.sections if section.first <= end]
    floor = max(floor, starts[-1] if starts else 0, end - _BACK)
    first, seen = end, 0
    for at in range(end - 1, floor - 1, -1):
        text = log.lines[at]
        if _SIGNS.match(text):
            seen += len(text)
            first = at
        elif outcome_of(text) or _NAME.match(text):
            first = at
        else:
            led = _LED.match(text)
            if led and 0 < ran - seen <= len(led[0]):
                return at + 1
    return first + 1


def outcome_of(text: str) -> str:
    """Give what a line of `-v` says behind its ` ... `: the outcome, or nothing."""
    found = _VERBOSE.match(text) if " ... " in text else None
    outcome = found[1] if found else ""
    return outcome if outcome.startswith(_OUTCOMES) else ""


def name_of(text: str) -> str:
    """Give the test that a line of `-v` is about, or nothing.

    Before 3.11 a test with broken subtests did not end its line: the last test on it is the one.
    """
    before, dots, _ = text.rpartition(" ... ")
    found = _NAME.match(before.rpartition(" ... ")[2]) if dots else None
    found = found or _NAME.match(text)
    return found[1] if found else ""


def is_open(text: str) -> bool:
    """Whether a line of `-v` began a test and the log does not say on it how it ended."""
    return bool(name_of(text)) and " ... " in text and not outcome_of(text)
