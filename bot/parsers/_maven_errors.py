"""What Maven itself failed for: goals that no other parser reads, projects, phases, dependencies."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers._maven_goals import Goal, strip

_HELP = re.compile(r" ?-> \[Help \d{1,4}\]$")
_HINTS = (
    "To see the full stack trace",
    "Re-run Maven using",
    "For more information about",
    "[Help ",
    "After correcting",
)
# The network and repositories; `Could not find artifact` is a wrong name or version.
_INFRA = re.compile(
    r"Could not transfer artifact|Connection (?:refused|reset|timed out)|Connect to .{1,200} failed|"
    r"Read timed out|"
    r"Unknown host|UnknownHostException|status(?: code)?: (?:5\d\d|429)|"
    r"Temporary failure in name resolution|Remote host terminated the handshake|"
    r"PKIX path building failed|No space left on device"
)
_LINT = re.compile(
    r"checkstyle|spotless|pmd|spotbugs|findbugs|formatter|ktlint|detekt|license-maven|apache-rat|fmt-maven|"
    r"impsort|googleformatter|sortpom|editorconfig"
)
_CHILD = re.compile(r":(?:exec-maven-plugin|maven-antrun-plugin|frontend-maven-plugin|maven-invoker-plugin)$")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Broken:
    """One reason for which Maven gave up."""

    kind: FailureKind
    message: str
    detail: str
    project: str
    first: int
    last: int


def read_broken(log: Log, goals: Sequence[Goal], *, compiled: bool) -> Iterator[Broken]:
    """Give every reason that no other parser reads; `compiled`: compilers printed their own errors."""
    for goal in goals:
        if goal.is_tests or (goal.is_compiler and compiled):
            continue
        words = [line.strip() for line in goal.lines if line.strip()]
        message = _first(words) or f"Failed to execute goal {goal.plugin}:{goal.goal}"
        detail = "\n".join(words[1:_LONGEST])
        yield Broken(_kind(goal, words), message, detail, goal.project, goal.first, goal.last)
    if not goals:
        yield from _before_goals(log)


def _first(words: Sequence[str]) -> str:
    """Take the first line that says something; `Compilation failure: ` does not."""
    for at, word in enumerate(words):
        if not word.rstrip(": ").endswith("Compilation failure"):
            return f"{word} {words[at + 1]}" if word.endswith(":") and at + 1 < len(words) else word
    return "".join(words[:1])


def _kind(goal: Goal, words: Sequence[str]) -> FailureKind:
    text = "\n".join(words)
    if _INFRA.search(text):
        return FailureKind.INFRA
    if _LINT.search(goal.plugin):
        return FailureKind.LINT
    return FailureKind.EXIT if _CHILD.search(goal.plugin) else FailureKind.BUILD


def _before_goals(log: Log) -> Iterator[Broken]:
    """Read errors for which no goal ran: an unknown phase, a broken POM, a plugin that cannot be had."""
    lines = [strip(raw) for raw in log.lines]
    for number, line in enumerate(lines, 1):
        if line.level != "ERROR" or not _HELP.search(line.text) or line.text.startswith("[Help"):
            continue
        first = number
        while first > 1 and lines[first - 2].level in {"ERROR", "FATAL"} and number - first < _LONGEST:
            first -= 1
        last = number
        while last < len(lines) and lines[last].level == "ERROR" and not lines[last].text.startswith(_HINTS):
            last += 1
        words = [_HELP.sub("", lines[at - 1].text).strip() for at in range(first, last + 1)]
        if any(words):
            yield _reason([word for word in words if word], first, last)


def _reason(words: list[str], first: int, last: int) -> Broken:
    """Pick the line that names the fault: a POM's stands around `The build could not read 1 project`."""
    told = [
        word
        for word in words
        if not word.startswith(
            ("[ERROR] Some problems", "The build could not read", "The project ", "@", "[ERROR] ")
        )
    ]
    message = (told or words)[0].removesuffix(" @")
    kind = FailureKind.INFRA if _INFRA.search("\n".join(words)) else FailureKind.BUILD
    return Broken(kind, message, "\n".join(word for word in words if word != message), "", first, last)
