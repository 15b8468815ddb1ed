"""Maven's own errors: dependencies, plugins, projects and phases; tests and compilers are read elsewhere."""

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._javac_lines import read_diagnostics
from bot.parsers._maven_errors import Broken, read_broken
from bot.parsers._maven_goals import read_goals

TOOL = "maven"
ANCHORS: tuple[str, ...] = ("-> [Help ", "Failed to execute goal ")
KEEP: tuple[str, ...] = (r"BUILD (SUCCESS|FAILURE)$", r"-> \[Help [0-9]+\]$")
TROUBLE: tuple[str, ...] = (
    r"^(\S+ )?\[ERROR\] Failed to execute goal ",
    r"^(\S+ )?\[(ERROR|FATAL)\] .*-> \[Help [0-9]+\]$",
    r"^(\S+ )?\[FATAL\] ",
)

# Where Maven stops for a message this long, people read its beginning.
_LONGEST = 500


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    goals = read_goals(log)
    compiled = any(goal.is_compiler for goal in goals) and bool(read_diagnostics(log))
    return Findings(TOOL, tuple(_failure(one) for one in read_broken(log, goals, compiled=compiled)))


def _failure(broken: Broken) -> Failure:
    return Failure(
        tool=TOOL,
        kind=broken.kind,
        status=Status.FAILED if broken.kind in {FailureKind.LINT, FailureKind.EXIT} else Status.ERROR,
        test="",
        message=broken.message[:_LONGEST],
        detail=broken.detail,
        log_line=broken.first,
        extent=(broken.first, broken.last),
        suite=broken.project,
    )
