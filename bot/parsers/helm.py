"""Helm: lint, templates that do not render, releases and repositories that fail, `helm test`.

Helm gives up with one line, `Error: …`. What went wrong is in its words: a template, the cluster, a chart
repository. A line that the step went on after was a check of a script's own.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._helm_lint import TOOL, lint_failures, lint_totals, place, read_lints
from bot.parsers._steps import Steps

ANCHORS: tuple[str, ...] = (
    "==> Linting ", "INSTALLATION FAILED: ", "UPGRADE FAILED",
    "being set: ", "TEST SUITE: ", "Error: template: ",
    "Error: parse error at (",
    "Error: execution error at (", "Error: YAML parse error on ", "meet the specifications of the schema",
    "chart dependencies",
    "Chart.yaml file is missing", "Kubernetes cluster unreachable", "helm ", "chart repository",
    "no cached repository for ",
)  # fmt: skip
KEEP: tuple[str, ...] = (
    r"^==> Linting ",
    r"chart\(s\) linted, \d+ chart\(s\) failed$",
    r"^TEST SUITE: ",
    r"^Phase: +",
)
TROUBLE: tuple[str, ...] = (
    (
        r"^Error: (INSTALLATION FAILED|UPGRADE FAILED|template: |parse error at \(|execution error at \("
        r"|YAML parse error on )"
    ),
    r"^Error: .*(Kubernetes cluster unreachable|chart repository|chart dependencies)",
    r"^Error: \d+ chart\(s\) linted, \d+ chart\(s\) failed$",
    r"^Phase: +Failed$",
)

__all__ = ["ANCHORS", "KEEP", "TOOL", "TROUBLE", "parse"]

_ERROR = re.compile(r"Error: (?P<what>\S.*)$")
_RELEASE = re.compile(
    r"(?:INSTALLATION|UPGRADE|ROLLBACK|UNINSTALL) FAILED[:\s]|failed (?:pre|post)-\w{1,12}: |(?:pre"
    r"|post)-\w{1,12} hooks failed: "
    r"|release \S{1,120} failed, and has been (?:uninstalled|rolled back) due to [^:]{1,60}: "
)
_RENDER = re.compile(
    r"template: |parse error (?:at|in) \(?|execution error at \(|YAML parse error on "
    r"|values don't meet the specifications"
    r"|An error occurred while checking for chart dependencies|found in Chart\.yaml, but missing in charts/"
    r"|Chart\.yaml file is missing|chart requires kubeVersion: |unable to build kubernetes objects"
    r"|error validating \"|validation: "
    r"|cannot load (?:values|Chart)|failed to parse \S{1,300}\.ya?ml|path \"[^\"]{1,300}\" not found"
    r"|could not find template "
    r"|Unable to continue with install: |rendered manifests contain a resource"
)
_INFRA = re.compile(
    r"dial tcp|no such host|connection (?:refused|reset)|i/o timeout|TLS handshake|x509: |cluster unreachable"
    r"|is not a valid chart repository or cannot be reached|failed to (?:fetch|download) "
    r"|no cached repository for |could not download"
    r"|failed to do request: |unexpected status|toomanyrequests|etcdserver: |Service Unavailable"
    r"|unexpected EOF"
)
_TIMEOUT = re.compile(r"timed out waiting for the condition|context deadline exceeded|timed out")
_OTHER = re.compile(
    r"repo \S{1,200} not found|chart \"[^\"]{1,200}\" (?:version|matching|not found)"
    r"|release: (?:not found|already exists)"
    r"|\d{1,4} errors? occurred:|pod \S{1,200} failed|no repositories (?:found|to show)"
    r"|another operation \(install"
    r"|cannot re-use a name that is still in use|the lock file \(Chart\.lock\)"
    r"|can't get a valid version for|no repository definition for "
)
_CALL = re.compile(
    r"(?:^|[\s;&|(`])(?:helm3?|chart-testing|ct) (?:-\S{1,100} ){0,6}(?:install|upgrade|template|lint|dep"
    r"|test|repo|pull|package|push|rollback|uninstall)"
)
_SUITE = re.compile(r"TEST SUITE: +(?P<name>\S{1,250})$")
_PHASE = re.compile(r"Phase: +(?P<phase>\w{1,20})$")
_TELLING = ("cluster unreachable", "chart repository", "no cached repository for ")
_NEAR = 300
_AFTER = 8
_MOST = 15


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    calls = read_lints(log)
    claims = tuple((call.first, call.last) for call in calls)
    failures = [failure for call in calls for failure in lint_failures(call)]
    failures += _tests(log)
    failures += [one for one in _errors(log) if not any(a <= one.log_line <= b for a, b in claims)]
    steps = Steps(log)
    failures = [failure for failure in failures if not steps.passed(failure.log_line)]
    if any(failure.test for failure in failures):
        failures = [f for f in failures if f.test or not re.match(r"\d{1,4} error|pod ", f.message)]
    failures.sort(key=lambda failure: failure.log_line)
    return Findings(TOOL, tuple(failures), tuple(lint_totals(calls)), claims)


def _errors(log: Log) -> list[Failure]:
    """Read helm's last words."""
    failures: list[Failure] = []
    called = 0
    for number, text in enumerate(log.lines, 1):
        if text.startswith("##[group]"):
            called = 0
        if _CALL.search(text):
            called = number
        match = _ERROR.match(text) if text.startswith("Error: ") else None
        if match is None:
            continue
        near = called > 0 and number - called <= _NEAR
        own = _RELEASE.match(match["what"]) or _RENDER.match(match["what"])
        if near and own is None:
            own = _OTHER.match(match["what"]) or _INFRA.search(match["what"])
        if (own or any(word in text for word in _TELLING)) and _ends(log, number):
            failures.append(_error(log, number, match["what"]))
    return failures


def _ends(log: Log, number: int) -> bool:
    """Whether little follows in this step: with `|| true`, and in a loop, the step goes on."""
    marks = set(log.errors)
    seen = 0
    for other in range(number, min(number + _NEAR, len(log.lines)) + 1):
        if other in marks:
            return True
        if log.line(other).startswith("##[group]"):
            return False
        seen += bool(log.line(other).strip()) and not log.line(other)[:1].isspace()
        if seen > _AFTER and not log.line(other).startswith(("helm.go:", "Usage", "Use --debug", "- ")):
            return any(mark > other for mark in marks) and not log.sections
    return not marks


def _error(log: Log, number: int, what: str) -> Failure:
    end = number
    while end < len(log.lines) and end - number < _MOST and log.line(end + 1)[:1] in {"\t", " ", "-"}:
        end += 1
    message = what
    if what.endswith((":", "occurred:")) and end > number:
        message = f"{what} {log.line(number + 1).strip()}"
    file, line = place(what) if _RENDER.search(what) else ("", 0)
    if "/" not in file:
        file, line = "", 0
    return Failure(
        tool=TOOL,
        kind=_kind(what, "\n".join(log.lines[number - 1 : end])),
        status=Status.TIMEDOUT if _TIMEOUT.search(what) and not _INFRA.search(what) else Status.ERROR,
        test="",
        message=message,
        detail="\n".join(log.lines[number:end]),
        file=file,
        line=line,
        log_line=number,
        extent=(number, end),
    )


def _kind(what: str, whole: str) -> FailureKind:
    """Tell templates, cluster, network and time apart."""
    rest = _RELEASE.sub("", what).lstrip()
    if _INFRA.search(whole):
        return FailureKind.INFRA
    if _RENDER.match(rest):
        return FailureKind.BUILD
    return FailureKind.TIMEOUT if _TIMEOUT.search(whole) else FailureKind.SETUP


def _tests(log: Log) -> list[Failure]:
    """Read the table of `helm test`: one block per test, its phase at the end."""
    failures: list[Failure] = []
    name, first = "", 0
    for number, text in enumerate(log.lines, 1):
        if match := _SUITE.match(text):
            name, first = match["name"], number
        elif name and (match := _PHASE.match(text)):
            if match["phase"] == "Failed" and name != "None":
                message = f"test {name} failed"
                failures.append(
                    Failure(TOOL, FailureKind.TEST, Status.FAILED, name, message, number, (first, number))
                )
            name = ""
    return failures
