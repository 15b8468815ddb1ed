"""Which job of a workflow needs which, read from the workflow's file: GitHub's API does not say it.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import yaml

# GitHub's own limit on a workflow file is 1 MiB; the largest in use are half of that.
MAX_BYTES = 512 * 1024
MAX_DEPTH = 40
MAX_JOBS = 1_000

_EXPRESSION = re.compile(r"\$\{\{[^{}]{0,1000}\}\}")


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A job of the file: the glob that its shown names fit, and the ids of the jobs it needs."""

    glob: str
    needs: tuple[str, ...] = ()
    calls: bool = False


@dataclass(frozen=True, slots=True)
class JobGraph:
    """The jobs of a workflow file by id; empty when the file could not be read."""

    jobs: Mapping[str, JobSpec] = field(default_factory=dict)

    def knows(self, job_name: str) -> bool:
        """Whether the file has a job of this shown name."""
        return bool(self._ids_of(job_name))

    def needed(self, job_name: str, among: Iterable[str]) -> tuple[str, ...]:
        """Those of the shown names in `among` that this job needs, directly or through other jobs.

        A job that the file does not know may need any of them.
        """
        names = tuple(among)
        own = self._ids_of(job_name)
        if not own:
            return names
        wanted = self._all_needs(own)
        return tuple(name for name in names if wanted & self._ids_of(name))

    def _ids_of(self, job_name: str) -> frozenset[str]:
        """The jobs that show under this name. A literal name is more than a glob that fits too."""
        fits = {id_: spec for id_, spec in self.jobs.items() if _fits(job_name, spec)}
        literal = frozenset(id_ for id_, spec in fits.items() if "*" not in spec.glob)
        return literal or frozenset(fits)

    def _all_needs(self, ids: Iterable[str]) -> frozenset[str]:
        seen: set[str] = set()
        todo = [need for id_ in ids for need in self.jobs[id_].needs]
        while todo:
            current = todo.pop()
            if current not in seen and current in self.jobs:
                seen.add(current)
                todo += self.jobs[current].needs
        return frozenset(seen)


def needs_of(data: bytes) -> JobGraph:
    """Read a workflow file; one that cannot be read safely gives an empty graph, never an error."""
    if len(data) > MAX_BYTES or not _is_plain(data):
        return JobGraph()
    try:
        document = yaml.load(data, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return JobGraph()
    jobs = document.get("jobs") if isinstance(document, dict) else None
    if not isinstance(jobs, dict) or len(jobs) > MAX_JOBS:
        return JobGraph()
    return JobGraph({str(id_): _spec(str(id_), job) for id_, job in jobs.items() if isinstance(job, dict)})


def _spec(id_: str, job: Mapping[object, object]) -> JobSpec:
    name = job.get("name")
    needs = job.get("needs")
    listed = [needs] if isinstance(needs, str) else needs if isinstance(needs, list) else []
    shown = name if isinstance(name, str) and name.strip() else id_
    glob = _EXPRESSION.sub("*", shown.replace("[", "[[]").replace("?", "[?]"))
    return JobSpec(glob, tuple(str(one) for one in listed), calls="uses" in job)


def _fits(job_name: str, spec: JobSpec) -> bool:
    """GitHub adds a matrix's values in parentheses, and ` / ` before the jobs of a called workflow."""
    if fnmatchcase(job_name, spec.glob) or fnmatchcase(job_name, f"{spec.glob} (*)"):
        return True
    return spec.calls and fnmatchcase(job_name, f"{spec.glob} / *")


def _is_plain(data: bytes) -> bool:
    """No aliases, which multiply, and no depth that a loader's recursion does not survive."""
    depth = 0
    try:
        for event in yaml.parse(data, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                return False
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                return False
    except (yaml.YAMLError, ValueError):
        return False
    return True
