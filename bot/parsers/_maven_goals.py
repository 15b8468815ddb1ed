"""Maven's own lines: levels, the plugin that runs, where each module lies, and the goals that failed.

Format: https://maven.apache.org/ref/3-LATEST/maven-embedder/ (`ExecutionEventLogger` and `MavenCli`).
"""

import re
from dataclasses import dataclass

from bot.model.log import Log
from bot.parsers._workspace import relative

# `simpleLogger.showDateTime`, `showThreadName` and mvnd put a time and a name before the level.
_LEVEL = re.compile(
    r"(?:[\d:.,TZ+/\-]{4,32} (?:[\d:.,Z+]{4,20} )?)?(?:\[[\w.\-: ]{1,80}\] )?"
    r"\[(?P<level>INFO|ERROR|WARNING|DEBUG|FATAL)\](?: |$)"
)
_MOJO = re.compile(
    r"-{3} (?:maven-)?(?P<plugin>[\w.\-]{1,100}?)(?:-(?:maven-)?plugin)?:(?P<version>[\w.\-]{1,60}):"
    r"(?P<goal>[\w.\-]{1,80}) \((?P<execution>[^()]{1,200})\) @ (?P<project>[\w.\-]{1,200}) -{3}$"
)
_FAILED = re.compile(
    r"Failed to execute goal (?:(?P<plugin>[\w.\-]{1,100}:[\w.\-]{1,100}):(?P<version>[\w.\-]{1,60}):"
    r"(?P<goal>[\w.\-]{1,80})"
    r"(?: \((?P<execution>[^()]{1,200})\))? )?on project (?P<project>[\w.\-]{1,200}): ?(?P<text>.{0,4000})$"
)
_FROM = re.compile(r" {2,4}from (?P<path>[^\s]{1,500}/)?pom\.xml$")
_HEADER = re.compile(r"-{2,80}< (?P<group>[\w.\-]{1,200}):(?P<project>[\w.\-]{1,200}) >-{2,80}$")
_FOLDER = re.compile(
    r"(?:skip non existing resourceDirectory |(?:Surefire|Failsafe) report directory: |"
    r"Please refer to |Compiling .{1,100} to |Deleting |Building jar: )"
    r"(?P<path>(?:/|[A-Za-z]:\\)[^\n]{1,600})"
)
_BELOW = re.compile(r"[/\\](?:src|target)(?:[/\\]|$)")
_HELP = re.compile(r" ?-> \[Help \d{1,4}\]$")
_MULTI = "Using the MultiThreadedBuilder implementation"
_LONGEST_BLOCK = 3000


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its level; `level` is empty for what no logger printed."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal that failed, as Maven sums it up at the end.

    Attributes:
        plugin: group and artifact of the plugin; empty where dependencies could not be had.
        lines: the message, its first line without what names the goal.
    """

    plugin: str
    goal: str
    project: str
    lines: tuple[str, ...]
    first: int
    last: int

    @property
    def is_tests(self) -> bool:
        """Whether Surefire or Failsafe ran, whose parser reads what they say."""
        return self.plugin.endswith((":maven-surefire-plugin", ":maven-failsafe-plugin"))

    @property
    def is_compiler(self) -> bool:
        """Whether a compiler ran, whose parser reads its diagnostics."""
        return self.plugin.endswith(
            (":maven-compiler-plugin", ":kotlin-maven-plugin", ":scala-maven-plugin", ":gmavenplus-plugin")
        )


def strip(line: str) -> Line:
    """Take Maven's level off a line."""
    found = _LEVEL.match(line) if "]" in line[:160] else None
    return Line(found["level"], line[found.end() :]) if found else Line("", line)


@dataclass(frozen=True, slots=True)
class Modules:
    """Which module each line belongs to, and where modules lie.

    Attributes:
        starts: numbers of the lines at which a plugin starts, each with its project and plugin, ascending.
        folders: per project, its folder in the repository.
        parallel: modules are built at once (`-T`), so that a line's module is not known from those above.
    """

    starts: tuple[tuple[int, str, str], ...]
    folders: dict[str, str]
    parallel: bool = False

    def at(self, number: int) -> tuple[str, str]:
        """Give project and plugin that printed a line, both empty where that is not known."""
        best = ("", "")
        if self.parallel:
            return best
        for start, project, plugin in self.starts:
            if start > number:
                break
            best = (project, plugin)
        return best


def read_modules(log: Log) -> Modules:
    """Read plugins' headings and the paths that tell where modules lie."""
    starts: list[tuple[int, str, str]] = []
    folders: dict[str, str] = {}
    project = ""
    parallel = several = False
    for number, raw in enumerate(log.lines, 1):
        line = strip(raw)
        if found := _MOJO.match(line.text) or _HEADER.match(line.text) or _FAILED.match(line.text):
            project = found["project"]
            if found.re is _MOJO:
                starts.append((number, project, found["plugin"].removesuffix("-maven")))
            parallel = parallel and found.re is not _FAILED
        elif line.text.startswith(_MULTI):
            parallel = several = True
        elif project and project not in folders and not parallel:
            folder = _folder(line.text)
            if folder is not None:
                folders[project] = folder
    return Modules(tuple(starts), folders, several)


def _folder(text: str) -> str | None:
    """Read a module's folder from a line that shows a path in it."""
    if found := _FROM.match(text):
        return (found["path"] or "").rstrip("/")
    found = _FOLDER.match(text)
    below = _BELOW.search(found["path"]) if found else None
    if not found or not below:
        return None
    inside = relative(found["path"][: below.start()] + "/")
    return None if inside.startswith("/") or ":" in inside[:3] else inside.rstrip("/")


def read_goals(log: Log) -> list[Goal]:
    """Read every goal that failed, with its message down to the hint for help."""
    goals: list[Goal] = []
    for number, raw in enumerate(log.lines, 1):
        line = strip(raw)
        found = _FAILED.match(line.text) if line.level == "ERROR" else None
        if not found:
            continue
        body, last = _message(log, number, found["text"])
        goals.append(
            Goal(found["plugin"] or "", found["goal"] or "", found["project"], tuple(body), number, last)
        )
    return goals


def _message(log: Log, first: int, text: str) -> tuple[list[str], int]:
    """Collect a goal's message: Maven marks each of its lines as an error, or none but the first."""
    body = [_HELP.sub("", text)]
    if _HELP.search(text):
        return body, first
    for number in range(first + 1, min(len(log.lines), first + _LONGEST_BLOCK) + 1):
        line = strip(log.line(number))
        if _FAILED.match(line.text) or line.level not in {"ERROR", ""}:
            return body, number - 1
        body.append(_HELP.sub("", line.text))
        if _HELP.search(line.text):
            return body, number
    return body, min(len(log.lines), first + _LONGEST_BLOCK)
