"""javac, kotlinc, scalac and groovyc: their errors, printed by themselves or passed on by a build tool.

A test's source that does not compile is a suite that could not be loaded (`collection`); other sources are
`build`. Warnings are no failures. The failure's tool is the compiler that the file belongs to.
"""

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._javac_lines import Diagnostic, read_diagnostics, told
from bot.parsers._workspace import relative

TOOL = "javac"
ANCHORS: tuple[str, ...] = (".java:", ".kt:", ".kts:", ".scala:", ".groovy:", "error: ", "COMPILATION ERROR")
KEEP: tuple[str, ...] = (
    r"^\s{0,4}(\[\w+\] )?\s{0,4}([0-9]+|one|two|three) errors?( found)?\s?$",
    r"COMPILATION ERROR",
)
TROUBLE: tuple[str, ...] = (
    r"\.(java|kts?|scala|groovy):[0-9]+(:[0-9]+)?: error: ",
    r"\.(java|kts?|scala|groovy):\[[0-9]+,[0-9]+\] ",
    r"^e: ",
    r"^\[error\] (-- |\S+\.scala:)",
    r"^-- (\[E[0-9]+\] )?[\w ]*Error: ",
    r"@ line [0-9]+, column [0-9]+\.$",
    r"^error: (release version|invalid |file not found|warnings found|source option)",
)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    return Findings(TOOL, tuple(_failure(one) for one in read_diagnostics(log)))


def _failure(one: Diagnostic) -> Failure:
    return Failure(
        tool=one.tool,
        kind=FailureKind.COLLECTION if one.in_tests else FailureKind.BUILD,
        status=Status.ERROR,
        test="",
        message=told(one),
        detail="\n".join(one.more),
        file=relative(one.path),
        line=one.line,
        log_line=one.number,
        extent=(one.number, one.last),
    )
