"""Terraform and OpenTofu: diagnostics of any command, `fmt -check`, `test`.

`fmt -check` prints nothing but names of files; they count where the step calls it. Registries, backends and
credentials are `infra`; a configuration that is not valid is `build`. A run of `test` is one failure,
whatever its assertions.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._steps import Steps
from bot.parsers._terraform_diagnostics import Diagnostic, read_diagnostics
from bot.parsers._workspace import relative

TOOL = "terraform"
ANCHORS: tuple[str, ...] = ("│ Error: ", "Error: ", "terraform", "tofu", ".tftest.hcl", "--- old/")
KEEP: tuple[str, ...] = (
    r"^[\w.@/\-]+\.(tf|tfvars|tofu)$",
    r"(terraform|tofu)(-bin)? (-[^ ]+ )*fmt\b",
    r"^\S+\.tftest\.(hcl|json)\.\.\. ",
    r"^(Success|Failure)! \d+ passed, \d+ failed",
    r"^Initializing (the backend|provider plugins)",
)
TROUBLE: tuple[str, ...] = (
    r"│ Error: ",
    r"^  on \S.{0,300} line \d{1,7}(,|:)",
    r"^  run \".{1,200}\"\.\.\. fail$",
    r"^Failure! \d+ passed, \d+ failed",
    r"^\+\+\+ new/\S.*\.(tf|tfvars|tofu|hcl)$",
)

_INFRA = re.compile(
    r"dial tcp|no such host|connection (?:refused|reset)|i/o timeout|TLS handshake|x509: "
    r"|Failed to (?:query available provider packages"
    r"|install provider|download module)|acquiring the state lock|[Cc]redential|InvalidClientTokenId"
    r"|ExpiredToken|AccessDenied|StatusCode: (?:403|429|5\d\d)"
    r"|could not connect to|Throttling|rate limit|Service Unavailable|timeout while waiting"
    r"|context deadline exceeded|registry service"
)
_HERALD = re.compile(
    r"Terraform encountered problems during initiali[sz]ation|There are some problems with the configuration"
)
_FMT = re.compile(r"(?:terraform|tofu)(?:-bin)? (?:-\S{1,200} ){0,9}fmt\b(?=.{0,300}-check)")
_FILE = re.compile(r"(?:[\w.@\-]{1,100}/){0,20}[\w.@\-]{1,150}\.(?:tf|tfvars|tofu|tftest\.hcl|tfmock\.hcl)$")
_NEW = re.compile(r"\+\+\+ new/(?P<file>\S.*\.(?:tf|tfvars|tofu|hcl))$")
_TESTS = re.compile(
    r"(?P<file>\S.{0,300}\.(?:tftest|tofutest)\.(?:hcl|json))\.\.\. (?P<word>in progress|tearing down"
    r"|pass|fail|skip)"
)
_RUN = re.compile(r"  run \"(?P<name>[^\"]{1,200})\"\.\.\. (?P<word>pass|fail|skip)$")
_SUM = re.compile(
    r"(?:Success|Failure)! (?P<passed>\d{1,6}) passed, (?P<failed>\d{1,6}) failed(?:, (?P<skipped>\d{1,6})"
    r" skipped)?\.$"
)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    steps = Steps(log)
    errors = [one for one in read_diagnostics(log) if not steps.passed(one.number)]
    failures = _tests(log, errors)
    taken = [failure.extent for failure in failures]
    rest = [one for one in errors if not any(a <= one.number <= b for a, b in taken)]
    failures += _diagnostics(steps, rest)
    failures += _unformatted(log, steps)
    failures.sort(key=lambda failure: failure.log_line)
    totals = [_totals(match) for text in log.lines if (match := _SUM.match(text))]
    return Findings(TOOL, tuple(failures), tuple(totals), tuple(failure.extent for failure in failures))


def _totals(match: re.Match[str]) -> Totals:
    passed, failed, skipped = int(match["passed"]), int(match["failed"]), int(match["skipped"] or 0)
    return Totals(TOOL, "", passed=passed, failed=failed, skipped=skipped, total=passed + failed + skipped)


def _diagnostics(steps: Steps, errors: list[Diagnostic]) -> list[Failure]:
    """Report each error once a step; one that only announces others where there are none."""
    failures: list[Failure] = []
    seen: set[tuple[int, str, str, int]] = set()
    for one in errors:
        step = steps.key(one.number)
        herald = _HERALD.match(one.summary) and any(
            steps.key(other.number) == step and other.number > one.number for other in errors
        )
        key = (step, one.whole, one.file, one.line)
        if herald or key in seen:
            continue
        seen.add(key)
        failures.append(_diagnostic(one))
    return failures


def _diagnostic(one: Diagnostic) -> Failure:
    return Failure(
        tool=TOOL,
        kind=FailureKind.INFRA if _INFRA.search(one.whole) else FailureKind.BUILD,
        status=Status.ERROR,
        test="",
        message=one.summary,
        detail="\n".join(text for _, text in one.text),
        file=one.file,
        line=one.line,
        log_line=one.number,
        extent=(one.number, one.last),
    )


def _tests(log: Log, errors: list[Diagnostic]) -> list[Failure]:
    """Read `terraform test`: a run that failed owns the errors down to the next line of progress."""
    failures: list[Failure] = []
    file, open_run = "", None
    for number, text in enumerate(log.lines, 1):
        run = _RUN.match(text) if text.startswith("  run ") else None
        tests = _TESTS.match(text) if ".hcl..." in text or ".json..." in text else None
        if not (run or tests or _SUM.match(text)):
            continue
        if open_run:
            failures.append(_test(open_run, file, number - 1, errors))
        open_run = (number, run["name"]) if run and run["word"] == "fail" else None
        file = relative(tests["file"]) if tests else file
    if open_run:
        failures.append(_test(open_run, file, min(open_run[0] + 100, len(log.lines)), errors))
    return failures


def _test(run: tuple[int, str], file: str, end: int, errors: list[Diagnostic]) -> Failure:
    number, name = run
    own = [one for one in errors if number < one.number <= end]
    at, message, place, line = number, "failed", file, 0
    if own:
        first = own[0]
        said = first.text[-1:] if first.summary == "Test assertion failed" else []
        at, message = (said[0][0], said[0][1].strip()) if said else (first.number, first.summary)
        place, line = first.file or file, first.line
    return Failure(
        tool=TOOL,
        kind=FailureKind.TEST,
        status=Status.FAILED,
        test=name,
        message=message,
        detail="\n".join(one.whole for one in own),
        file=place,
        line=line,
        log_line=at,
        extent=(number, max([number, *(one.last for one in own)])),
        rerun=f"terraform test -filter={file}" if file else "",
        suite=file,
    )


def _unformatted(log: Log, steps: Steps) -> list[Failure]:
    """Read `fmt -check`: names of files, or with `-diff` also what would change."""
    failures: list[Failure] = []
    seen: set[tuple[int, str]] = set()
    called = 0
    for number, text in enumerate(log.lines, 1):
        if _FMT.search(text):
            called = steps.key(number) + 1
        diff = (
            _NEW.match(text)
            if text.startswith("+++ new/") and log.line(number - 1).startswith("--- old/")
            else None
        )
        listed = called == steps.key(number) + 1 and _FILE.match(text)
        if not (diff or listed) or steps.passed(number):
            continue
        file = relative(diff["file"] if diff else text)
        if (steps.key(number), file) not in seen:
            seen.add((steps.key(number), file))
            message, rerun = f"{file} is not formatted", f"terraform fmt {file}"
            extent = (number, number)
            failures.append(
                Failure(
                    TOOL, FailureKind.LINT, Status.FAILED, "", message, number, extent, "", file, 0, rerun
                )
            )
    return failures
