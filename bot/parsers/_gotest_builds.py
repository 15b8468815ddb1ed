"""What did not build: compiler errors, vet's findings, packages that could not be loaded.

Go prints `# import/path` and the errors under it, and `FAIL import/path [build failed]` for each package
whose tests needed it. https://go.dev/src/cmd/go/internal/work/exec.go (showOutput)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._gotest_lines import Block, Line, read_status
from bot.parsers._gotest_places import Places

TOOL = "gotest"
HEADER = re.compile(r"# (\[?[^\s\[\]]+\]?)(?: \[([^\s\[\]]+)\])?$")
ERROR = re.compile(r"(?:vet: )?((?:[A-Za-z]:)?[^\s:]+\.go):(\d{1,9})(?::\d+)?: (.+)$")
# Words of a C compiler that speaks of a Go file, and that let the build go on.
HARMLESS = ("warning:", "note:")
MAX_LINES = 60
MAX_ABOVE = 10
# A log with more broken packages than this has one cause; each is compared with each package that failed.
MAX_GROUPS = 500
FOREIGN = ("=== ", "--- ", "##[", "::", '{"', "ok ", "PASS", "FAIL", "panic: ", "fatal error: ")
# What the compiler adds below its errors.
TAIL = ("too many errors", "note: ")


@dataclass(slots=True)
class Group:
    """One package's build output: the names of its header, and its lines without the header."""

    names: set[str]
    first: int
    last: int
    lines: list[Line] = field(default_factory=list)

    @property
    def error(self) -> tuple[Line, str, int, str] | None:
        """The first error: its line, path, line number and text."""
        for line in self.lines:
            match = ERROR.match(line.text)
            if match and not match[3].startswith(HARMLESS):
                return line, match[1], int(match[2]), match[3]
        return None


def read_groups(lines: Iterable[Line]) -> list[Group]:
    """Collect build output; `Line.test` holds the import path where an event named it."""
    groups: list[Group] = []
    group: Group | None = None
    for line in lines:
        match = HEADER.match(line.text) if line.text.startswith("# ") else None
        if match and match[1].startswith("["):
            if group:
                group.last = line.number
        elif match:
            names = {
                match[1],
                match[1].removesuffix("_test"),
                (match[2] or "").removesuffix(".test"),
                line.test,
            }
            group = Group(names - {""}, line.number, line.number)
            groups.append(group)
        elif group and _belongs(line.text, group):
            group.lines.append(line)
            group.last = line.number
        else:
            group = None
    return [group for group in groups if group.lines][:MAX_GROUPS]


def read_errors(lines: list[Line]) -> list[Group]:
    """Group the compiler errors of gotestsum's summary, which has no headers, by their folder."""
    groups: dict[str, Group] = {}
    for line in lines:
        match = ERROR.match(line.text)
        if match:
            folder = match[1].removeprefix("./").rpartition("/")[0]
            group = groups.setdefault(folder, Group({folder}, line.number, line.number))
            group.lines.append(line)
            group.last = line.number
    return list(groups.values())


def _belongs(text: str, group: Group) -> bool:
    """Tell whether a line can be a part of build output, which has no end mark of its own."""
    if len(group.lines) >= MAX_LINES or not text.strip() or text.startswith(FOREIGN) or read_status(text):
        return False
    return group.error is None or text[0] in "\t " or ERROR.match(text) is not None or text.startswith(TAIL)


def explain_build(block: Block, groups: list[Group], places: Places) -> Failure:
    """Say why a package was not tested."""
    group = _find_group(block, groups)
    kind = FailureKind.COLLECTION if block.note == "setup failed" else FailureKind.BUILD
    if group is None:
        above = _read_above(block) or [Line(block.end, block.note)]
        group = Group({block.package}, above[0].number, above[-1].number, above)
    return report_group(group, block.package, kind, places)


def _read_above(block: Block) -> list[Line]:
    """Read the lines right above a package's result: there Go says, without a header, what it misses."""
    lines: list[Line] = []
    for line in reversed(block.lines[-MAX_ABOVE:]):
        if not line.text.strip() or line.text.startswith(FOREIGN):
            break
        lines.insert(0, line)
    return lines


def _find_group(block: Block, groups: list[Group]) -> Group | None:
    """Find a package's build output: the one that events name, its own, or that of a package it needs."""
    built = [group for group in groups if block.failed_build and block.failed_build in group.names]
    named = [group for group in groups if block.package in group.names]
    named = named or [
        g for g in groups if any(name and block.package.endswith(f"/{name}") for name in g.names)
    ]
    before = [group for group in groups if group.first < block.end]
    own = [group for group in built or named if group.first < block.end] or (built or named)[:1]
    candidates = own or before
    return candidates[-1] if candidates else None


def _why(group: Group) -> Line:
    """Give the line that says what is wrong: below `package a` it is the last of those that it imports."""
    chain = [line for line in group.lines if line.text.startswith("\timports ")]
    return chain[-1] if chain and group.lines[0].text.startswith("package ") else group.lines[0]


def report_group(group: Group, suite: str, kind: FailureKind, places: Places) -> Failure:
    """Report one package's build output."""
    name = min(group.names, key=len)
    if group.error:
        line, path, number, message = group.error
        path = places.locate(path, name if path.startswith(("./", "../")) or "/" not in path else "")
    else:
        line, path, number = _why(group), "", 0
        message = line.text.strip().removeprefix("imports ")
    rest = [other.text for other in group.lines if other is not line]
    return Failure(
        tool=TOOL,
        kind=kind,
        status=Status.FAILED,
        test="",
        message=message,
        detail="\n".join(rest),
        file=path,
        line=number,
        log_line=line.number,
        extent=(group.first, group.last),
        suite=suite,
        rerun=f"go test {places.argument(suite)}",
    )


def report_orphans(groups: list[Group], used: set[str], after: int, places: Places) -> list[Failure]:
    """Report build output that no package's result follows: `go build` or `go vet` ended there."""
    found: dict[tuple[str, int, str], Failure] = {}
    for group in groups:
        if group.first > after and group.error and not group.names & used:
            failure = report_group(group, min(group.names, key=len), FailureKind.BUILD, places)
            found.setdefault((failure.file, failure.line, failure.message), replace(failure, rerun=""))
    return list(found.values())
