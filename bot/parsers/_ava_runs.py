"""Lines of ava's default reporter become runs: the list of tests, the report of failures, the sums."""

import re
from dataclasses import dataclass, field

Line = tuple[int, str]

_RULE = re.compile(r" {2}─$")
_COUNT = re.compile(
    r" {2}(?P<count>\d{1,7}) (?P<what>tests? passed|tests? failed|tests? skipped|tests? todo|known failures?"
    r"|hooks? failed|uncaught exceptions?|unhandled rejections?|tests? remained pending after a timeout)"
)
_FAIL = re.compile(r" {2}[✖✘×] \[(?P<word>fail|unexpected pass)\]: (?P<name>.+)$")
# Version 4 has no word before a failed test's name; what it tells of files and runs has these words.
_ABOUT = re.compile(
    r"(?:\d{1,6} tests? remaining in |No tests found in |Timed out while |Exiting due to |Couldn['’]t find "
    r"|Based on your |The |Could not |.{1,400} exited (?:with|due) )"
)
_PASS = re.compile(r" {2}[✔✓√] (?P<name>\S.*)$")
_WARN = re.compile(r" {2}[✖✘×] (?P<text>[^\[\s].*)$")
_ERROR = re.compile(
    r" {2}(?P<what>Uncaught exception|Unhandled rejection|Internal error)s?(?: in (?P<file>\S.{0,500}))?$"
)
_WAIT = re.compile(
    r" {2}(?:Failed to exit when running|Timed out while running) (?P<file>\S.{0,500})$"
    r"|\s{2}\d{1,6} tests? (?:were|was) pending in (?P<pending>\S.{0,500})$"
)
_PENDING = re.compile(r" {2}[◌⏳] (?P<name>\S.*)$")
_LONGEST = 2000
_MOST_BLOCK = 2000


@dataclass(slots=True)
class Block:
    """One title in the report, or one error outside the tests, and what stands below it."""

    line: int
    title: str
    body: list[Line] = field(default_factory=list)
    last: int = 0
    file: str = ""


@dataclass(slots=True)
class Run:
    """One run of ava.

    Attributes:
        fails: the failed tests of the list: name and, behind it, the beginning of the message.
        bare: the same, but only a cross says that they failed: they count where the report has them.
        report: one block per failed test.
        errors: exceptions that no test caught.
        warnings: what is told of files and of the whole run, marked with a cross.
        waiting: files that did not end before the time was over.
        pending: tests that did not, with their file.
        counts: the sums by their words; empty until they were printed.
    """

    first: int
    last: int
    fails: list[Line] = field(default_factory=list)
    bare: list[Line] = field(default_factory=list)
    passes: list[str] = field(default_factory=list)
    report: list[Block] = field(default_factory=list)
    errors: list[Block] = field(default_factory=list)
    warnings: list[Line] = field(default_factory=list)
    waiting: list[Line] = field(default_factory=list)
    pending: list[tuple[int, str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def read_runs(lines: tuple[str, ...]) -> list[Run]:
    """Give the runs of a view, their lines counted from 1; each ends with its sums."""
    runs: list[Run] = []
    start = 1
    rules: list[int] = []
    for number, text in enumerate(lines, 1):
        if number < start or not _RULE.match(text[:_LONGEST]):
            continue
        rules.append(number)
        counts, last = _sums(lines, number)
        if counts:
            runs.append(_run(lines, start, rules, (number, last), counts))
            start, rules = last + 1, []
    if rest := _unsummed(lines, start, rules):
        runs.append(rest)
    return runs


def _sums(lines: tuple[str, ...], rule: int) -> tuple[dict[str, int], int]:
    """Read the sums below a rule."""
    counts: dict[str, int] = {}
    last = rule
    for number in range(rule + 1, min(len(lines), rule + 20) + 1):
        text = lines[number - 1][:_LONGEST]
        found = _COUNT.match(text)
        if found:
            word = found["what"].replace("tests", "test").removesuffix("s").replace("hooks", "hook")
            counts[word], last = int(found["count"]), number
        elif text.strip() and not text.startswith("  `--"):
            break
    return counts, last


def _run(
    lines: tuple[str, ...], start: int, rules: list[int], sums: tuple[int, int], counts: dict[str, int]
) -> Run:
    """Read a run that ends with these sums; the rule before them begins its report."""
    end, last = sums
    run = Run(start, last, counts=counts)
    reports = any(word in counts for word in ("test failed", "hook failed", "known failure"))
    begin = rules[-2] if reports and len(rules) > 1 else end
    _read_list(lines, run, start, begin)
    _read_report(lines, run, begin, end)
    return run


def _unsummed(lines: tuple[str, ...], start: int, rules: list[int]) -> Run | None:
    """Read what was printed of a run that was broken off."""
    run = Run(start, start)
    _read_list(lines, run, start, rules[-1] if rules else len(lines) + 1)
    marks = [number for number, _ in (*run.fails, *run.warnings, *run.waiting)]
    marks += [block.last for block in run.errors]
    run.last = max([start, *marks])
    return run if marks or rules else None


def _read_list(lines: tuple[str, ...], run: Run, first: int, end: int) -> None:
    """Read the list of tests, between which errors of whole files are told."""
    block: Block | None = None
    seen = 0
    for number in range(first, end):
        text = lines[number - 1]
        head = text[:_LONGEST]
        if _take_mark(run, number, head) or (error := _ERROR.match(head)) is None:
            ended = block is not None and _ends(head)
            if block is not None and not ended:
                block.body.append((number, text))
                block.last = number if text.strip() else block.last
            block = None if ended else block
        else:
            block = Block(number, error["what"], last=number, file=error["file"] or "")
            run.errors.append(block)
        seen = seen or (number if _is_mark(head) or block is not None else 0)
    run.first = seen or min(end, len(lines))


def _ends(text: str) -> bool:
    return bool(_is_mark(text) or _RULE.match(text) or (text[:1].strip() and not text.startswith("Error")))


def _is_mark(text: str) -> bool:
    return text.startswith("  ") and bool(_FAIL.match(text) or _PASS.match(text) or _WARN.match(text))


def _take_mark(run: Run, number: int, text: str) -> bool:
    """Take a line of the list."""
    if not text.startswith("  ") or text[2:3] == " ":
        return False
    if found := _FAIL.match(text):
        run.fails.append((number, found["name"]))
    elif found := _PASS.match(text):
        run.passes.append(found["name"])
    elif found := _WARN.match(text):
        about = _ABOUT.match(found["text"])
        (run.warnings if about else run.bare).append((number, found["text"]))
    elif run.waiting and (found := _PENDING.match(text)):
        run.pending.append((number, found["name"], run.waiting[-1][1]))
    elif found := _WAIT.match(text):
        run.waiting.append((number, found["file"] or found["pending"]))
    else:
        return False
    return True


def _read_report(lines: tuple[str, ...], run: Run, begin: int, end: int) -> None:
    """Cut the report at the titles of the tests that failed, in the order of the list."""
    left = [name for _, name in sorted((*run.fails, *run.bare))]
    block: Block | None = None
    for number in range(begin + 1, end):
        text = lines[number - 1]
        above = not lines[number - 2].strip() or number == begin + 1
        title = _title(text[:_LONGEST], left) if above and left else ""
        if title:
            block = Block(number, title, last=number)
            run.report.append(block)
        elif block is not None and len(block.body) < _MOST_BLOCK:
            block.body.append((number, text))
            block.last = number if text.strip() else block.last


def _title(text: str, left: list[str]) -> str:
    """Say whether a line is the title of a test of the list, and take the test off it."""
    if not text.startswith("  ") or text[2:3] in {"", " "}:
        return ""
    title = text[2:].rstrip()
    for at, name in enumerate(left):
        if name == title or name.startswith(f"{title} "):
            del left[at]
            return title
    return ""
