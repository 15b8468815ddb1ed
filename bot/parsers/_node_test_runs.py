"""What Node's spec and dot reporters print: the tree with its containers, the counts, the failures again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_COUNT = re.compile(
    r"ℹ (?P<word>tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) (?P<count>[\d.]{1,20})$"
)
# What node writes behind a test that may fail, after a `#`.
_EXPECTED = ("TODO", "SKIP", "EXPECTED FAILURE")
_FIRST, _LAST = "tests", "duration_ms"
_AGAIN = "✖ failing tests:"
_DOT_AGAIN = "Failed tests:"
_DOTS = re.compile(r"[.X]{1,200}$")
_PLACE = re.compile(r"test at (?P<file>.{1,500}):(?P<line>\d{1,7}):\d{1,7}$")
_NODE = re.compile(
    r"(?P<in>(?:  ){0,40})(?P<mark>[✔✖▶﹣⚠]) (?P<name>\S.*?)(?P<time> \(\d{1,12}(?:\.\d{1,12})?ms\))?"
    r"(?P<note> # .{0,200})?$"
)
_TIMED = re.compile(r" *[✔✖▶] .* \(\d{1,12}\.\d{1,12}ms\)(?: # .*)?$")
_PRECISE = re.compile(r"\(\d{1,12}\.\d{4,12}ms\)$")
_MOST_BODY = 400


@dataclass(frozen=True, slots=True)
class Failing:
    """One failure: its name and containers, its place as `test at` says, and what it says of the error."""

    name: str
    path: tuple[str, ...]
    file: str
    line: int
    number: int
    last: int
    body: tuple[str, ...]


@dataclass(slots=True)
class Run:
    """One run; `marks` is the line of the tree in which a name failed."""

    first: int
    last: int
    counts: dict[str, int] = field(default_factory=dict)
    failing: list[Failing] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class _Node:
    number: int
    depth: int
    mark: str
    name: str
    label: str
    todo: bool
    path: tuple[str, ...]


def read_runs(lines: Sequence[str]) -> list[Run]:
    """Give the runs: one per group of counts, one per list behind dots, and one without an end."""
    runs: list[Run] = []
    begin = 1
    for number, line in enumerate(lines, 1):
        found = _COUNT.match(line) if line.startswith("ℹ ") else None
        if found and found["word"] == _FIRST and (counts := _counts(lines, number)):
            run = _summed(lines, begin, number, counts)
            runs.append(run)
            begin = run.last + 1
        elif line == _DOT_AGAIN and number >= begin and _has_dots(lines, number):
            run = _dotted(lines, number)
            runs.append(run)
            begin = run.last + 1
    if open_run := _unfinished(lines, begin):
        runs.append(open_run)
    return runs


def _counts(lines: Sequence[str], number: int) -> dict[str, int]:
    """Give the counts that begin on a line; nothing where they are not whole."""
    counts: dict[str, int] = {}
    for line in lines[number - 1 : number + 9]:
        found = _COUNT.match(line)
        if found is None:
            return {}
        counts[found["word"]] = int(found["count"].split(".")[0])
        if found["word"] == _LAST:
            return counts if "fail" in counts else {}
    return {}


def _summed(lines: Sequence[str], begin: int, number: int, counts: dict[str, int]) -> Run:
    nodes = _nodes(lines, begin, number)
    first = nodes[0].number if nodes else number
    last = number + len(counts) - 1
    run = Run(first, last, counts)
    run.marks = {node.name: node.number for node in nodes if node.mark == "✖"}
    again = next(
        (at for at in range(last + 1, min(last + 200, len(lines)) + 1) if lines[at - 1] == _AGAIN), 0
    )
    failed = counts["fail"] or counts.get("cancelled", 0)
    if again:
        # Also of a run that passed: tests that are still to do stand there.
        failing, run.last = _failing(lines, again + 1, nodes)
        run.failing = failing if failed else []
    elif failed:
        run.failing = _from_tree(lines, [node for node in nodes if _PRECISE.search(node.label)])
    return run


def _nodes(lines: Sequence[str], begin: int, end: int) -> list[_Node]:
    """Read the tree: a container is opened by its name, and closed by it or by a name further out."""
    nodes: list[_Node] = []
    open_names: list[str] = []
    for number in range(begin, end):
        line = lines[number - 1]
        found = _NODE.match(line) if line.lstrip(" ")[:1] in _MARKS else None
        if found is None:
            continue
        depth = len(found["in"]) // 2
        if depth > len(open_names):
            # Indented deeper than any container: what a test printed.
            continue
        name, opens = found["name"], found["mark"] == "▶" and not found["time"]
        del open_names[depth:]
        note = found["note"] or ""
        todo = note[3:].startswith(_EXPECTED) or found["mark"] in "⚠﹣"
        label = f"{name}{found['time'] or ''}"
        nodes.append(_Node(number, depth, found["mark"], name, label, todo, tuple(open_names)))
        if opens:
            open_names.append(name)
    return nodes


_MARKS = frozenset("✔✖▶﹣⚠")


def _failing(lines: Sequence[str], start: int, nodes: Sequence[_Node]) -> tuple[list[Failing], int]:
    """Read the list behind the counts: a place, a name, and the error, indented."""
    failing: list[Failing] = []
    used: set[int] = set()
    number, last = start, start - 1
    place: re.Match[str] | None = None
    while number <= len(lines):
        line = lines[number - 1]
        found = _NODE.match(line) if line[:1] in {"✖", "⚠"} else None
        if found:
            end = _body_end(lines, number)
            node = _in_tree(found, nodes, used)
            if not _harmless(found):
                file, at = (place["file"], int(place["line"])) if place else ("", 0)
                path = node.path if node else ()
                body = tuple(lines[number:end])
                failing.append(Failing(found["name"], path, file, at, number, end, body))
            place, last, number = None, end, end + 1
        elif line.strip() and not (place := _PLACE.match(line)):
            break
        else:
            number += 1
    return failing, last


def _harmless(found: re.Match[str]) -> bool:
    return found["mark"] == "⚠" or (found["note"] or "")[3:].startswith(_EXPECTED)


def _in_tree(found: re.Match[str], nodes: Sequence[_Node], used: set[int]) -> _Node | None:
    """Find the failure's line in the tree: by name and time, each line once."""
    label = f"{found['name']}{found['time'] or ''}"
    for node in nodes:
        if node.label == label and node.mark in "✖⚠▶" and node.number not in used and not _opener(node):
            used.add(node.number)
            return node
    return None


def _opener(node: _Node) -> bool:
    return node.mark == "▶" and node.label == node.name


def _body_end(lines: Sequence[str], number: int) -> int:
    """Give the last line of an error: as far as lines are indented; empty ones may stand between."""
    last = number
    for at in range(number + 1, min(number + _MOST_BODY, len(lines)) + 1):
        line = lines[at - 1]
        if line.strip() and not line.startswith("  "):
            break
        if line.strip():
            last = at
    return last


def _from_tree(lines: Sequence[str], nodes: Sequence[_Node]) -> list[Failing]:
    """Give the failures of a tree that nothing follows; newer versions show no errors in it."""
    parents = {node.path for node in nodes if node.mark == "✖"}
    failing = []
    for node in nodes:
        if node.mark != "✖" or node.todo or (*node.path, node.name) in parents:
            continue
        indent = "  " * (node.depth + 1)
        last = node.number
        while last < min(len(lines), node.number + _MOST_BODY) and (
            lines[last].startswith(indent) and lines[last].lstrip(" ")[:1] not in _MARKS
        ):
            last += 1
        body = tuple(line.removeprefix(indent[2:]) for line in lines[node.number : last])
        failing.append(Failing(node.name, node.path, "", 0, node.number, last, body))
    return failing


def _has_dots(lines: Sequence[str], number: int) -> bool:
    above = [line for line in lines[max(0, number - 6) : number - 1] if line.strip()]
    return bool(above) and bool(_DOTS.match(above[-1])) and "X" in "".join(above)


def _dotted(lines: Sequence[str], number: int) -> Run:
    """Read what stands behind dots: names and errors alone; containers only say how many failed in them."""
    first = number
    while first > 1 and (not lines[first - 2].strip() or _DOTS.match(lines[first - 2])):
        first -= 1
    failing, last = _failing(lines, number + 1, ())
    leaves = [one for one in failing if not _sums_up(one)]
    return Run(first, max(number, last), failing=leaves, dotted=True)


def _sums_up(one: Failing) -> bool:
    said = " ".join(text.strip() for text in one.body if text.strip())
    return re.fullmatch(r"'\d{1,7} subtests? failed'", said) is not None


def _unfinished(lines: Sequence[str], begin: int) -> Run | None:
    """Read a tree without counts: a run that was killed, or of which the log has no end."""
    timed = [at for at in range(begin, len(lines) + 1) if _TIMED.match(lines[at - 1])]
    if not timed:
        return None
    nodes = _nodes(lines, begin, len(lines) + 1)
    if not any(_PRECISE.search(node.label) for node in nodes):
        return None
    last = max(nodes[-1].number, _body_end(lines, nodes[-1].number))
    run = Run(nodes[0].number, last)
    # Node's own times are longer than those a test would print.
    sure = [node for node in nodes if _PRECISE.search(node.label)]
    run.failing = _from_tree(lines, sure)
    run.marks = {node.name: node.number for node in nodes if node.mark == "✖"}
    return run
