"""Yarn 1 and Yarn from 2 on: scripts that failed (`exit`), installations, registries that did not answer."""

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._yarn_berry import read_berry
from bot.parsers._yarn_classic import read_classic
from bot.parsers._yarn_said import Said

TOOL = "yarn"
ANCHORS: tuple[str, ...] = (
    "info Visit https://yarnpkg.com",
    "YN0",
    "Usage Error: ",
    "Internal Error: ",
    "Syntax Error: ",
    "The command failed in workspace ",
    "command not found: ",
)
KEEP: tuple[str, ...] = (r"^yarn [a-z-]+ v\d", r"YN0000: (?:· )?(?:Yarn|Done|Failed)")
TROUBLE: tuple[str, ...] = (
    r"^error \S.*$",
    r"^info Visit https://yarnpkg\.com/",
    r"YN0000: .*Failed with errors",
    r"YN0(?:001|009|016|018|028|035|041|082): ",
    r"^(?:Usage|Internal|Syntax) Error: ",
    r"^The command failed in workspace ",
    r"^command not found: \S+$",
)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    said = sorted([*read_classic(log), *read_berry(log)], key=lambda one: one.line)
    failures = tuple(_failure(one) for one in said)
    return Findings(TOOL, failures, claims=tuple(failure.extent for failure in failures))


def _failure(said: Said) -> Failure:
    failed = said.kind in {FailureKind.EXIT, FailureKind.CRASH}
    status = Status.FAILED if failed else Status.ERROR
    return Failure(
        TOOL, said.kind, status, "", said.message, said.line, (said.line, said.last), detail=said.detail
    )
