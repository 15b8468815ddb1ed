"""Pest's and Laravel's pretty output (Collision): suites, failed tests' blocks and the counts at the end.

How Collision lays them out: https://github.com/nunomaduro/collision, `src/Adapters/Phpunit/Style.php`
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.log import Log
from bot.parsers._workspace import relative

# `   FAILED  Tests\\Unit\\CartTest > it adds tea     RuntimeException`; before Collision 7: `  • Tests\\…`.
_FAILED = re.compile(
    r"\s{1,4}(?:FAILED {1,3}|• )(?P<name>[\w\\`]\S{0,500} (?:>|›|→|==>) \S.{0,2000}?)\s{0,4}$"
)
_SUITE = re.compile(r"\s{1,4}(?P<word>PASS|FAIL|WARN|RISK|DEPR|TODO) {1,4}(?P<name>[\w\\]\S{0,500})$")
_POINT = re.compile(r"\s{2,4}[✓⨯✕✔✗✖!\-…↓×] ")
_COUNTS = re.compile(
    r"\s{1,4}Tests: {1,6}(?P<counts>(?:\d{1,9} \w{1,20}(?:, )?){1,9})(?: \(\d{1,9} assertions?\))?$"
)
_COUNT = re.compile(r"(\d{1,9}) (\w{1,20})")
_TIME = re.compile(r"\s{1,4}(?:Duration|Time): {1,6}\S")
_AT = re.compile(r"\s{1,4}at (?P<file>\S.{0,500}?\.php):(?P<line>\d{1,7})$")
_FRAME = re.compile(r"\s{1,4}\d{1,4}\s{1,5}(?P<file>\S.{0,500}?\.php):(?P<line>\d{1,7})$")
_CODE = re.compile(r"\s{0,6}(?:➜ )?\s{0,6}\d{1,7}\s?▕")
_RULE = re.compile(r"\s{1,4}─{10,400}")
_CLASS = re.compile(r"(?P<name>\S.*?)\s{2,400}(?P<error>[A-Z]\w{2,100})$")
_MOST = 400


@dataclass(frozen=True, slots=True)
class Block:
    """One failed test, with 1-based log lines; `error` is the exception's class, if it was one."""

    name: str
    first: int
    last: int
    number: int
    message: str
    detail: str
    file: str
    line: int
    error: str


@dataclass(slots=True)
class Run:
    """One run."""

    first: int
    last: int
    blocks: list[Block] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def read_runs(log: Log) -> list[Run]:
    """Give the runs of a log; blocks in a run that counts no failed test are quotations."""
    runs: list[Run] = []
    run: Run | None = None
    steps = {section.first for section in log.sections}
    at = 0
    while at < len(log.lines):
        text = log.lines[at]
        if at + 1 in steps:
            run = None
        if text.startswith(" ") and (_SUITE.match(text) or _FAILED.match(text)):
            if run is None:
                run = Run(at + 1, at + 1)
                runs.append(run)
            run.last = at + 1
            if found := _FAILED.match(text):
                block = _read(log.lines, at, found["name"])
                run.blocks.append(block)
                run.last = block.last
                at = block.last - 1
        elif run and _POINT.match(text):
            run.last = at + 1
        elif run and (counts := _COUNTS.match(text)):
            _take_counts(run, log.lines, at, counts)
            run = None
        at += 1
    return [_checked(one) for one in runs]


def _take_counts(run: Run, lines: Sequence[str], at: int, found: re.Match[str]) -> None:
    run.counts = {word: int(count) for count, word in _COUNT.findall(found["counts"])}
    run.last = at + 1
    if at + 1 < len(lines) and _TIME.match(lines[at + 1]):
        run.last = at + 2


def _checked(run: Run) -> Run:
    if run.counts and not run.counts.get("failed"):
        run.blocks = []
    return run


def _read(lines: Sequence[str], at: int, title: str) -> Block:
    """Read a block: the message, `at file:line`, the code, and the frames of the trace."""
    classed = _CLASS.match(title)
    name, error = (classed["name"], classed["error"]) if classed else (title.strip(), "")
    end = at + 1
    while end < len(lines) and end < at + _MOST and not _ends(lines[end]):
        end += 1
    places = [m for n in range(at + 1, end) if (m := _AT.match(lines[n]) or _FRAME.match(lines[n]))]
    cut = next((n for n in range(at + 1, end) if _AT.match(lines[n]) or _CODE.match(lines[n])), end)
    told = [(n, lines[n].strip()) for n in range(at + 1, cut) if lines[n].strip()]
    # Older ones name the exception in a line of its own.
    if len(told) > 1 and not error and re.match(r"[A-Z][\w\\]{2,200}(?:Exception|Error)$", told[0][1]):
        error, told = told[0][1].rpartition("\\")[2], told[1:]
    number, message = told[0] if told else (at, "failed")
    file, line = _place(places, name)
    last = max([n for n in range(at, end) if lines[n].strip()], default=at)
    return Block(
        _joined(name),
        at + 1,
        last + 1,
        number + 1,
        message,
        "\n".join(text for _, text in told[1:]),
        file,
        line,
        error,
    )


def _ends(text: str) -> bool:
    return bool(_FAILED.match(text) or _COUNTS.match(text) or _RULE.match(text) or text.startswith("##["))


def _place(places: Sequence[re.Match[str]], name: str) -> tuple[str, int]:
    """Give the place in the test's own file, else the first that is not a library's."""
    ours = [m for m in places if "vendor/" not in m["file"] and "vendor\\" not in m["file"]]
    own = re.split(r" (?:>|›|→|==>) ", name)[0].rpartition("\\")[2]
    best = next((m for m in ours if own and m["file"].replace("\\", "/").endswith(f"/{own}.php")), None)
    best = best or next(iter(ours), None)
    return (relative(best["file"]), int(best["line"])) if best else ("", 0)


def _joined(name: str) -> str:
    """Join the class, the `describe` blocks and the test."""
    return " > ".join(part.strip().strip("`") for part in re.split(r" (?:>|›|→|==>) ", name))
