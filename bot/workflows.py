"""Which job needs which, from a workflow's file: what a skipped or an aggregate job waited for.

The file stands at the run's commit, so that its author may be anybody. It is read by parser events: no tag
builds an object, and an alias (GitHub allows them since 2025) is one and the same value, never a copy.
https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import yaml

# GitHub's own limit for a workflow file.
MAX_BYTES = 512 * 1024
# A workflow's deepest place, a matrix's value, is ten levels down.
MAX_DEPTH = 32
# GitHub runs no more jobs than this in one workflow, legs of a matrix aside.
MAX_JOBS = 1_000

_EXPRESSION = re.compile(r"\$\{\{[^}]{0,500}\}\}")
# With one of these in its `if` a job also runs when a job that it needs has failed.
_DESPITE = ("always()", "failure()", "cancelled()")

Value = str | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A job's name with gaps: the fixed parts in order, any text between two of them."""

    parts: tuple[str, ...]

    @property
    def size(self) -> int:
        """How much of a name it fixes."""
        return sum(map(len, self.parts))

    def fits(self, name: str) -> bool:
        """Whether the name has the fixed parts, the first and the last at its ends."""
        first, *middle = self.parts
        if not middle:
            return name == first
        last = middle.pop()
        end = len(name) - len(last)
        if not (name.startswith(first) and name.endswith(last) and len(first) <= end):
            return False
        at = len(first)
        for part in middle:
            found = name.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return True


@dataclass(frozen=True, slots=True)
class JobNode:
    """A job of the file.

    Attributes:
        id: its key under `jobs:`.
        names: how its runs may be called: a matrix leg in parentheses, a called workflow's jobs behind ` / `.
        needs: ids of the jobs that it needs.
        despite: it also runs when they have failed, as aggregate jobs do.
    """

    id: str
    names: tuple[NamePattern, ...]
    needs: tuple[str, ...]
    despite: bool = False


@dataclass(frozen=True, slots=True)
class JobGraph:
    """The jobs of one workflow file; `problem` says why there are none, for people."""

    nodes: tuple[JobNode, ...] = ()
    problem: str = ""
    _nodes_by_name: dict[str, JobNode | None] = field(default_factory=dict, compare=False, repr=False)

    def node_of(self, job_name: str) -> JobNode | None:
        """The job that a listed name belongs to: the one that fixes most of the name."""
        if job_name not in self._nodes_by_name:
            fitting = [(name.size, node) for node in self.nodes for name in node.names if name.fits(job_name)]
            best = max(fitting, key=lambda pair: pair[0], default=None)
            self._nodes_by_name[job_name] = best[1] if best else None
        return self._nodes_by_name[job_name]

    def needed(self, job_name: str, listed: Iterable[str]) -> tuple[str, ...]:
        """Which of the listed jobs this one needs, directly or through others: the nearest first."""
        node = self.node_of(job_name)
        if node is None:
            return ()
        distance = self._distances(node)
        found = [(name, self.node_of(name)) for name in dict.fromkeys(listed)]
        near = [(distance[one.id], name) for name, one in found if one is not None and one.id in distance]
        return tuple(name for _, name in sorted(near, key=lambda pair: pair[0]))

    def runs_despite(self, job_name: str) -> bool:
        """Whether the job runs although one that it needs has failed, and so may only repeat that."""
        node = self.node_of(job_name)
        return node is not None and bool(node.needs) and node.despite

    def _distances(self, node: JobNode) -> dict[str, int]:
        """Every job that this one needs, by how many steps away it is. A job never needs itself."""
        by_id = {one.id: one for one in self.nodes}
        steps: dict[str, int] = {}
        ring: Sequence[str] = node.needs
        while ring:
            fresh = [
                one for one in dict.fromkeys(ring) if one in by_id and one not in steps and one != node.id
            ]
            steps.update(dict.fromkeys(fresh, max(steps.values(), default=0) + 1))
            ring = [need for one in fresh for need in by_id[one].needs]
        return steps


def needs_of(workflow_yaml: bytes) -> JobGraph:
    """Read a workflow's file; never raises. What cannot be read gives an empty graph with the reason."""
    if len(workflow_yaml) > MAX_BYTES:
        return JobGraph(problem="the workflow's file is too large")
    try:
        root = _read(workflow_yaml)
    except (yaml.YAMLError, UnicodeDecodeError, _UnreadableError):
        return JobGraph(problem="the workflow's file cannot be read")
    jobs = root.get("jobs") if isinstance(root, dict) else None
    if not isinstance(jobs, dict):
        return JobGraph(problem="the workflow's file has no jobs")
    known = [(name, job) for name, job in jobs.items() if isinstance(job, dict)]
    return JobGraph(tuple(_node(name, job) for name, job in known[:MAX_JOBS]))


def _node(key: str, job: dict[str, Value]) -> JobNode:
    needs = job.get("needs", [])
    listed = [needs] if isinstance(needs, str) else needs if isinstance(needs, list) else []
    condition = job.get("if", "")
    text = "".join(condition.split()) if isinstance(condition, str) else ""
    return JobNode(
        id=key,
        names=tuple(_names(key, job)),
        needs=tuple(dict.fromkeys(one for one in listed if isinstance(one, str) and one)),
        despite=any(word in text for word in _DESPITE),
    )


def _names(key: str, job: dict[str, Value]) -> Iterator[NamePattern]:
    """All that GitHub may call the job's runs.

    Without an expression in its name a matrix job gets its values in parentheses; a job that calls another
    workflow is listed as that one's jobs, `caller / callee`.
    """
    given = job.get("name")
    parts = tuple(_EXPRESSION.split(given)) if isinstance(given, str) and given else (key,)
    strategy = job.get("strategy")
    matrix = isinstance(strategy, dict) and "matrix" in strategy
    ways = [parts]
    if matrix and len(parts) == 1:
        ways.append((f"{parts[0]} (", ")"))
    for way in ways:
        yield NamePattern(way)
        if "uses" in job:
            yield NamePattern((*way[:-1], f"{way[-1]} / ", ""))


class _UnreadableError(Exception):
    """Nested too deeply, or not one document."""


def _read(data: bytes) -> Value:
    """Put parser events together, with a stack of our own. A value under a key that is no text is dropped."""
    root: list[Value] = []
    stack: list[tuple[list[Value], str, bool]] = [(root, "", False)]
    anchors: dict[str, Value] = {}
    for event in yaml.parse(data.decode("utf-8-sig"), Loader=yaml.CSafeLoader):
        match event:
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                if len(stack) > MAX_DEPTH:
                    raise _UnreadableError
                stack.append(([], event.anchor or "", isinstance(event, yaml.MappingStartEvent)))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                items, anchor, mapping = stack.pop()
                value = _mapping(items) if mapping else items
                _keep(value, anchor, stack[-1][0], anchors)
            case yaml.ScalarEvent():
                _keep(event.value, event.anchor or "", stack[-1][0], anchors)
            case yaml.AliasEvent():
                stack[-1][0].append(anchors.get(event.anchor or "", ""))
            case _:
                pass
    if len(root) != 1:
        raise _UnreadableError
    return root[0]


def _keep(value: Value, anchor: str, items: list[Value], anchors: dict[str, Value]) -> None:
    if anchor:
        anchors[anchor] = value
    items.append(value)


def _mapping(items: list[Value]) -> dict[str, Value]:
    """Keys and values by turns. Merge keys mean nothing to GitHub, so they mean nothing here."""
    pairs = zip(items[::2], items[1::2], strict=True)
    return {key: value for key, value in pairs if isinstance(key, str) and key != "<<"}
