"""Karma's runs: counts per browser, blocks of failures, errors outside of tests or before them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_BROWSER = r"(?P<browser>[A-Z]\S{0,40}(?: \S{1,40}){0,4}? \([^()]{1,80}\))"
_COUNT = re.compile(
    _BROWSER + r": Executed (?P<executed>\d{1,7}) of (?P<total>\d{1,7})(?: \((?P<failed>\d{1,7}) FAILED\))?"
    r"(?: \(skipped (?P<skipped>\d{1,7})\))?(?: (?P<state>SUCCESS|ERROR|DISCONNECTED))?"
    r"(?: \((?P<took>[\d.]{1,12}) [a-z]{1,9}.{0,60}\))?$"
)
_FAILED = re.compile(_BROWSER + r" (?P<test>\S.*) FAILED(?: \([\d.]{1,12} secs?\))?$")
_ERROR = re.compile(_BROWSER + r" ERROR$")
_STARTED = re.compile(r".{0,60}\[karma(?:-server)?\]: Karma v\d")
_SERVER = re.compile(
    r".{0,60}ERROR \[(?:karma-server|karma|launcher|config|framework[\w.-]*)\]: (?P<text>.+)$"
)
_MOCHA_HEAD = "FAILED TESTS:"
_MOCHA_SUM = re.compile(r"(?P<mark>[✔✖ℹ]) (?P<count>\d{1,7}) tests? (?P<word>completed|skipped|failed)$")
_MOCHA_TEST = re.compile(r"(?P<in> +)✖ (?P<test>\S.*)$")
_SPEC_HEAD = re.compile(r"\d{1,6}\) (?P<test>\S.*)$")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Failing:
    """One failure; `outside`: of no test; `server`: Karma itself or a browser did not start."""

    test: str
    browser: str
    number: int
    last: int
    body: tuple[str, ...]
    outside: bool = False
    server: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """What one browser had run when it ended."""

    browser: str
    executed: int
    total: int
    failed: int
    skipped: int
    state: str


@dataclass(slots=True)
class Run:
    """One start of Karma."""

    first: int
    last: int
    counts: list[Count] = field(default_factory=list)
    failing: list[Failing] = field(default_factory=list)
    ended: bool = True


def read_runs(lines: Sequence[str]) -> list[Run]:
    """Give the runs; one begins where Karma starts, or before its first browser counts."""
    starts = [number for number, line in enumerate(lines, 1) if _STARTED.match(line)]
    if not starts:
        some = next((at for at, line in enumerate(lines, 1) if _speaks(line)), 0)
        starts = [some] if some else []
    ends = [start - 1 for start in starts[1:]] + [len(lines)]
    return [_read(lines, first, end) for first, end in zip(starts, ends, strict=False)]


def _speaks(line: str) -> bool:
    """Whether a line can only be Karma's, where its first is missing."""
    if ": Executed " in line or line.endswith((" FAILED", " ERROR")):
        return bool(_COUNT.match(line) or _FAILED.match(line) or _ERROR.match(line))
    return _server(line)


def _server(line: str) -> bool:
    return "ERROR [" in line[:80] and bool(_SERVER.match(line))


def _read(lines: Sequence[str], first: int, end: int) -> Run:
    run = Run(first, first)
    counts: dict[str, Count] = {}
    for number in range(first, end + 1):
        found = _COUNT.match(lines[number - 1]) if ": Executed " in lines[number - 1] else None
        if found:
            counts[found["browser"]] = _count(found)
            run.last = number
    run.counts = list(counts.values())
    failed = {count.browser for count in run.counts if count.failed}
    run.failing = [
        one
        for one in _blocks(lines, first, end)
        if one.browser in failed or (one.outside and one.browser in counts)
    ]
    if not run.counts:
        _read_mocha(lines, run, end)
    elif failed and not any(not one.outside for one in run.failing):
        run.failing += _spec(lines, run, end, next(iter(failed)))
    _finish(lines, run, end)
    return run


def _finish(lines: Sequence[str], run: Run, end: int) -> None:
    """Say where a run ended, and whether it did; without any test, what Karma itself complained of."""
    complaints = [
        Failing("", "", at, at, (found["text"],), outside=True, server=True)
        for at in range(run.first, end + 1)
        if _server(lines[at - 1]) and (found := _SERVER.match(lines[at - 1]))
    ]
    if complaints and not run.failing:
        run.failing = complaints[:1]
    run.ended = bool(run.counts or run.failing) and all(_is_over(count) for count in run.counts)
    run.last = max([run.last, *(one.last for one in run.failing)])
    if run.last < end and lines[run.last].startswith("TOTAL: "):
        run.last += 1


def _is_over(count: Count) -> bool:
    return bool(count.state) or count.failed > 0


def _count(found: re.Match[str]) -> Count:
    return Count(
        found["browser"],
        int(found["executed"]),
        int(found["total"]),
        int(found["failed"] or 0),
        int(found["skipped"] or 0),
        found["state"] or "",
    )


def _blocks(lines: Sequence[str], first: int, end: int) -> list[Failing]:
    """Read the blocks of progress and dots: a head with the browser, the error behind a tab."""
    found: dict[tuple[str, str, tuple[str, ...]], Failing] = {}
    for number in range(first, end + 1):
        line = lines[number - 1]
        failed = _FAILED.match(line) if " FAILED" in line else None
        error = _ERROR.match(line) if line.endswith(" ERROR") else None
        head = failed or error
        if head is None:
            continue
        last = number
        while last < min(end, number + _LONGEST) and lines[last].startswith(("\t", "  ")):
            last += 1
        body = tuple(lines[number:last])
        test = failed["test"] if failed else ""
        one = Failing(test, head["browser"], number, last, body, outside=failed is None)
        found.setdefault((test, head["browser"], body), one)
    return list(found.values())


def _read_mocha(lines: Sequence[str], run: Run, end: int) -> None:
    """Read the mocha reporter's end: counts below `SUMMARY:`, then a tree of what failed."""
    sums = {}
    for number in range(run.first, end + 1):
        if found := _MOCHA_SUM.match(lines[number - 1]):
            sums[found["word"]] = int(found["count"])
            run.last = number
    if not sums:
        return
    done, failed, skipped = sums.get("completed", 0), sums.get("failed", 0), sums.get("skipped", 0)
    run.counts = [Count("", done + failed, done + failed + skipped, failed, skipped, "SUCCESS")]
    heads = [at for at in range(run.first, end + 1) if lines[at - 1] == _MOCHA_HEAD]
    if failed and heads:
        run.failing = _mocha(lines, run, heads[-1], end)


def _mocha(lines: Sequence[str], run: Run, head: int, end: int) -> list[Failing]:
    """Read the list of what failed: a test, its browser, the error; containers may be left out in it."""
    shown = _shown(lines, run.first, head)
    failing: list[Failing] = []
    number = head + 1
    while number <= end and (not lines[number - 1].strip() or lines[number - 1].startswith(" ")):
        found = _MOCHA_TEST.match(lines[number - 1])
        if found:
            last = number
            while last < min(end, number + _LONGEST) and lines[last].strip():
                last += 1
            browser = lines[number].strip() if number < end else ""
            key = (len(found["in"]), found["test"])
            names = shown[key].pop(0) if shown.get(key) else ()
            test = " > ".join((*names, found["test"]))
            failing.append(Failing(test, browser, number, last, tuple(lines[number + 1 : last])))
            number = last
        number += 1
    return failing


def _shown(lines: Sequence[str], first: int, head: int) -> dict[tuple[int, str], list[tuple[str, ...]]]:
    """Give the containers of what failed, by indentation and name, from the tree that a run shows first."""
    shown: dict[tuple[int, str], list[tuple[str, ...]]] = {}
    names: list[tuple[int, str]] = []
    for line in lines[first - 1 : head - 1]:
        depth = len(line) - len(line.lstrip(" "))
        # Containers are indented; what a page's console says is not.
        if not depth or not line.strip():
            continue
        names = [one for one in names if one[0] < depth]
        if found := _MOCHA_TEST.match(line):
            shown.setdefault((depth, found["test"]), []).append(tuple(name for _, name in names))
        elif line.strip()[0] not in "✔✖ℹ":
            names.append((depth, line.strip()))
    return shown


def _spec(lines: Sequence[str], run: Run, end: int, browser: str) -> list[Failing]:
    """Read the list of the spec reporter: the test, its containers, the error."""
    failing = []
    for number in range(run.last, end):
        found = _SPEC_HEAD.match(lines[number - 1])
        if not found or not lines[number].startswith("     "):
            continue
        last = number + 1
        while last < min(end, number + _LONGEST) and lines[last].strip():
            last += 1
        test = f"{lines[number].strip()} {found['test']}"
        failing.append(Failing(test, browser, number, last, tuple(lines[number + 1 : last])))
    return failing
