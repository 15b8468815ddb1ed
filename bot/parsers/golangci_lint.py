"""golangci-lint, 1.x and 2.x: text with or without source lines, and tab; what kept it from running at all.

A linter's name ends each finding in brackets; an unknown name counts where something else shows
golangci-lint at work. What does not compile comes as `typecheck`, several lines under one heading.
https://golangci-lint.run/docs/configuration/file/
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._golangci_lint_names import LINTERS
from bot.parsers._steps import Steps
from bot.parsers._workspace import relative

TOOL = "golangci-lint"
ANCHORS: tuple[str, ...] = (
    ".go:",
    "golangci-lint",
    'level=error msg="',
    "The command is terminated due to an error",
    "Failed executing command",
)
KEEP: tuple[str, ...] = (r"^\d+ issues[.:]$", r"golangci-lint( |-action)")
TROUBLE: tuple[str, ...] = (
    r"^[^ :]+\.go:\d+(:\d+)?: .* \([a-z][a-z0-9]+\)$",
    r"^\* [a-z][a-z0-9]+: \d+$",
    r"level=error msg=\"(Running error: |Timeout exceeded: |\[linters_context\])",
    r"^(The command is terminated due to an error|Failed executing command with error): ",
)

_FINDING = re.compile(
    r"(?:Error: )?(?P<file>[^\s:][^:]{0,300}\.go):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?: (?P<what>\S."
    r"*) \((?P<lin"
    r"ter>[a-z][a-z0-9]{1,40})\)$"
)
_TAB = re.compile(
    r"(?P<file>[^\s:][^\s]{0,300}\.go):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))? {2,60}(?P<linter>[a-z][a"
    r"-z0-9]{1,40}) {2,60}(?P<what>\S.*)$"
)
_TYPES = re.compile(r"[^\s:][^:]{0,300}\.go:\d{1,7}(?::\d{1,5})?(?:: : | {2,60}typecheck {2,60}: )# \S+")
_COMPILE = re.compile(
    r"(?P<file>[^\s:]{1,300}\.go):(?P<line>\d{1,7})(?::\d{1,5})?: (?P<what>\S.*?)(?P<end> \(typecheck\))?$"
)
_AT_WORK = re.compile(r"golangci-lint|\d{1,6} issues[.:]$|\* [a-z][a-z0-9]{1,40}: \d{1,6}$")
_SAID = re.compile(
    r"(?:(?:time=\"[^\"]{1,40}\" )?level=error msg=\"(?P<level>(?:Running error: |Timeout exceeded: "
    r"|\[linters_context\] typechecking error: |Can't |can't ).*)\""
    r"|(?:Failed executing command with error|The command is terminated due to an error): (?P<last>.+))$"
)
_MOST = 50


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    steps = Steps(log)
    working = {steps.key(n) for n, text in enumerate(log.lines, 1) if _AT_WORK.search(text[-200:])}
    failures: list[Failure] = []
    end = 0
    for number, text in enumerate(log.lines, 1):
        if number <= end or ".go:" not in text[:400]:
            continue
        if _TYPES.match(text):
            found = _types(log, number)
            end = max([number, *(one.log_line for one in found)])
            failures += found
            continue
        match = _FINDING.match(text) or _TAB.match(text)
        if match and (match["linter"] in LINTERS or steps.key(number) in working):
            failures.append(_finding(log, number, match))
    failures += _broken(log, steps)
    kept = [one for one in failures if not steps.passed(one.log_line)]
    kept.sort(key=lambda one: one.log_line)
    return Findings(TOOL, tuple(kept), claims=tuple(one.extent for one in kept))


def _finding(log: Log, number: int, match: re.Match[str]) -> Failure:
    file, linter = relative(match["file"]), match["linter"]
    last = _shown(log, number)
    return Failure(
        tool=TOOL,
        kind=FailureKind.BUILD if linter == "typecheck" else FailureKind.LINT,
        status=Status.FAILED,
        test="",
        message=match["what"],
        detail="\n".join([linter, *log.lines[number:last]]),
        file=file,
        line=int(match["line"]),
        log_line=number,
        extent=(number, last),
        rerun=_rerun(file),
    )


def _shown(log: Log, number: int) -> int:
    """Find the caret under the source line, where they are printed."""
    for other in range(number + 1, min(number + 6, len(log.lines)) + 1):
        if log.line(other).strip() == "^":
            return other
        if _FINDING.match(log.line(other)):
            break
    return number


def _rerun(file: str) -> str:
    """Lint one package: single files do not type-check."""
    folder = file.rpartition("/")[0]
    if file.startswith(("/", "../")):
        return ""
    return f"golangci-lint run ./{folder}" if folder else "golangci-lint run ."


def _types(log: Log, first: int) -> list[Failure]:
    """Read the compiler's errors under a heading; the last one ends with the linter's name."""
    failures: list[Failure] = []
    for number in range(first + 1, min(first + _MOST, len(log.lines)) + 1):
        match = _COMPILE.match(log.line(number))
        if match is None:
            break
        file = relative(match["file"])
        extent = (first if not failures else number, number)
        failures.append(
            Failure(
                TOOL,
                FailureKind.BUILD,
                Status.FAILED,
                "",
                match["what"],
                number,
                extent,
                "typecheck",
                file,
                int(match["line"]),
                _rerun(file),
            )
        )
        if match["end"]:
            break
    return failures


def _broken(log: Log, steps: Steps) -> list[Failure]:
    """Read why it could not run; of several sentences of one step the last says most."""
    found: dict[int, Failure] = {}
    for number, text in enumerate(log.lines, 1):
        match = _SAID.match(text) if "error" in text[:200] or text.startswith("Failed ") else None
        if match is None:
            continue
        message = (match["level"] or match["last"]).replace('\\"', '"')
        timeout = message.startswith("Timeout exceeded")
        kind = FailureKind.TIMEOUT if timeout else FailureKind.LINT
        status = Status.TIMEDOUT if timeout else Status.ERROR
        found[steps.key(number)] = Failure(TOOL, kind, status, "", message, number, (number, number))
    return list(found.values())
