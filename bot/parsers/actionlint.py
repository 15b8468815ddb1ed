"""actionlint's findings; each is a failure of kind lint.

`file:line:column: message [rule]`, with the source under it unless `-oneline` is given.
https://github.com/rhysd/actionlint/blob/main/docs/usage.md
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._steps import Steps
from bot.parsers._workspace import relative

TOOL = "actionlint"
_RULES = (
    "syntax-check|expression|action|runner-label|shellcheck|pyflakes|shell-name|matrix|job-needs|glob|credentials|events|id|env-var"
    "|permissions|deprecated-commands|if-cond|workflow-call|yaml|job-id|sequence|concurrency|snapshot|config"
)
ANCHORS: tuple[str, ...] = (".yml:", ".yaml:", "actionlint")
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (rf"\.ya?ml:\d+:\d+: .* \[({_RULES})\]$", r"^could not read (file |\")")

_FINDING = re.compile(
    r"(?P<file>[^\s:][^:]{0,300}\.ya?ml):(?P<line>\d{1,7}):(?P<column>\d{1,7}): (?P<what>\S.*) "
    rf"\[(?P<rule>{_RULES})\]$"
)
_SOURCE = re.compile(r" {0,8}\d{0,7} {1,4}\|")
_BROKEN = re.compile(
    r"(?P<what>could not (?:read|parse) \"[^\"]{1,300}\": .+|could not parse config file .+)$"
)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    steps = Steps(log)
    failures: list[Failure] = []
    for number, text in enumerate(log.lines, 1):
        match = _FINDING.match(text) if text.endswith("]") else None
        broken = _BROKEN.match(text) if text.startswith("could not ") else None
        if match:
            failures.append(_failure(log, number, match))
        elif broken:
            failures.append(
                Failure(TOOL, FailureKind.LINT, Status.ERROR, "", broken["what"], number, (number, number))
            )
    kept = tuple(failure for failure in failures if not steps.passed(failure.log_line))
    return Findings(TOOL, kept, claims=tuple(failure.extent for failure in kept))


def _failure(log: Log, number: int, match: re.Match[str]) -> Failure:
    last = number
    while last < len(log.lines) and last < number + 3 and _SOURCE.match(log.line(last + 1)):
        last += 1
    file = relative(match["file"])
    return Failure(
        tool=TOOL,
        kind=FailureKind.LINT,
        status=Status.FAILED,
        test="",
        message=match["what"],
        detail="\n".join([match["rule"], *log.lines[number:last]]),
        file=file,
        line=int(match["line"]),
        log_line=number,
        extent=(number, last),
        rerun=f"actionlint {file}",
    )
