"""`helm lint`: what it found in each chart.

https://github.com/helm/helm/blob/main/pkg/cmd/lint.go
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Status, Totals
from bot.model.log import Log
from bot.parsers._workspace import relative

TOOL = "helm"
_CHART = re.compile(r"==> Linting (?P<chart>\S.*)$")
_SUM = re.compile(r"(?:Error: )?(?P<all>\d{1,6}) chart\(s\) linted, (?P<failed>\d{1,6}) chart\(s\) failed$")
_FINDING = re.compile(r"\[(?P<level>ERROR|WARNING|INFO)\] (?P<what>\S.*)$")
_BROKEN = re.compile(r"Error:? (?P<what>unable to check Chart\.yaml file in chart: .+|\S.*)$")
_AT = re.compile(r"(?P<file>[\w./\-]{1,300}\.(?:ya?ml|tpl|txt|json))(?::(?P<line>\d{1,7}))?")
_MOST = 40
_WIDE = 2000


@dataclass(slots=True)
class Finding:
    """One message about a chart, and its lines."""

    level: str
    chart: str
    number: int
    lines: list[str] = field(default_factory=list)

    @property
    def last(self) -> int:
        """Number of its last line."""
        return self.number + len(self.lines) - 1


@dataclass(slots=True)
class Lint:
    """One call of `helm lint`, from its first chart to its sum."""

    first: int
    findings: list[Finding] = field(default_factory=list)
    last: int = 0
    total: int = 0
    failed: int = 0


def read_lints(log: Log) -> list[Lint]:
    """Collect every call that came to its sum."""
    lints: list[Lint] = []
    call: Lint | None = None
    chart = ""
    for number, text in enumerate(log.lines, 1):
        if match := _CHART.match(text):
            call, chart = call or Lint(number), match["chart"].strip()
        elif call and (match := _SUM.match(text)):
            call.last, call.total, call.failed = number, int(match["all"]), int(match["failed"])
            lints.append(call)
            call = None
        elif call:
            _add(call, chart, number, text)
    return lints


def _add(call: Lint, chart: str, number: int, text: str) -> None:
    """Take a line below a chart's: a finding, or one that goes on."""
    match = _FINDING.match(text)
    if match is None and (broken := _BROKEN.match(text)):
        call.findings.append(Finding("ERROR", chart, number, [broken["what"]]))
    elif match:
        call.findings.append(Finding(match["level"], chart, number, [match["what"]]))
    elif text.strip() and call.findings:
        before = call.findings[-1]
        if before.last == number - 1 and len(before.lines) < _MOST:
            before.lines.append(text)


def lint_failures(call: Lint) -> list[Failure]:
    """Report the errors; warnings too where a chart failed of nothing else (`--strict`)."""
    if not call.failed:
        return []
    errors = [finding for finding in call.findings if finding.level == "ERROR"]
    broken = {finding.chart for finding in errors}
    if len(broken) < call.failed:
        warned = (f for f in call.findings if f.level == "WARNING" and f.chart not in broken)
        errors += warned
    return [_failure(finding) for finding in sorted(errors, key=lambda finding: finding.number)]


def _failure(finding: Finding) -> Failure:
    file, line = place(finding.lines[0], finding.chart)
    return Failure(
        tool=TOOL,
        kind=FailureKind.LINT,
        status=Status.FAILED,
        test="",
        message=finding.lines[0],
        detail="\n".join(finding.lines[1:]),
        file=file,
        line=line,
        log_line=finding.number,
        extent=(finding.number, finding.last),
        suite=relative(finding.chart),
        rerun=f"helm lint {relative(finding.chart)}",
    )


def place(message: str, chart: str = "") -> tuple[str, int]:
    """Find the template that a message is about; the chart's own name gives way to its folder."""
    match = _AT.search(message[:_WIDE])
    if match is None:
        return "", 0
    file = match["file"]
    if chart:
        inside = file.find("/templates/")
        if inside > 0:
            file = file[inside + 1 :]
        file = f"{relative(chart).rstrip('/')}/{file}"
    return relative(file).removeprefix("./"), int(match["line"] or 0)


def lint_totals(calls: Iterable[Lint]) -> list[Totals]:
    """Count charts as helm did."""
    return [
        Totals(TOOL, "", passed=max(0, c.total - c.failed), failed=c.failed, total=c.total) for c in calls
    ]
