"""`dart test` and `flutter test`: the expanded, compact and GitHub reporters, and suites that do not load.

`test` is the groups and the test as the runner joins them, by spaces, without the file in front.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._workspace import relative

TOOL = "dart"
ANCHORS: tuple[str, ...] = (
    ": Some tests failed.",
    ": All tests passed!",
    " [E]",
    ": All tests skipped.",
    ": loading ",
)
KEEP: tuple[str, ...] = (
    r"^[0-9]{2,3}:[0-9]{2} .*: (Some tests failed\.|All tests passed!|All tests skipped\.|No tests ran\.)",
)
TROUBLE: tuple[str, ...] = (r"^[0-9]{2,3}:[0-9]{2} \+[0-9]+.* \[E\]$",)

_LINE = re.compile(
    r"\d{2,3}:\d\d \+(?P<passed>\d{1,9})(?: ~(?P<skipped>\d{1,9}))?(?: -(?P<failed>\d{1,9}))?: (?P<text>.*)$"
)
_FILE = re.compile(r"(?P<file>\S.{0,500}?_test\.dart)(?:: (?P<name>.*))?$")
_LOADING = re.compile(r"loading (?P<file>\S.{0,500}?\.dart)$")
_FRAME = re.compile(r"\s{2,6}(?P<file>\S[^:]{0,500}?\.dart) (?P<line>\d{1,7}):\d{1,6}\s{1,60}\S")
_DEEP_FRAME = re.compile(
    r"#\d{1,4}\s{1,8}\S.{0,300} \((?:file://)?(?P<file>[^()\s]{1,500}\.dart):(?P<line>\d{1,7}):\d{1,6}\)$"
)
_COMPILE = re.compile(
    r"\s{0,6}(?P<file>[^\s:][^:]{0,500}\.dart):(?P<line>\d{1,7}):\d{1,6}: Error: (?P<told>.*)$"
)
_ENDS = ("Some tests failed.", "All tests passed!", "All tests skipped.", "No tests ran.")
_NOISE = ("══╡", "══", "The following ", "When the exception was thrown", "To run this test again")
_MOST = 400


@dataclass(slots=True)
class _Run:
    """One run, 1-based lines; `end` is its last word, empty when the log ends before it."""

    first: int
    last: int
    failures: list[Failure] = field(default_factory=list)
    counts: tuple[int, int, int] = (0, 0, 0)
    end: str = ""


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = _read(log)
    failures = [failure for run in runs if run.counts[2] for failure in run.failures]
    totals = [_totals(run.counts) for run in runs if run.end]
    claims = tuple((run.first, run.last) for run in runs)
    return Findings(TOOL, tuple(failures), tuple(totals), claims, any(not run.end for run in runs))


def _read(log: Log) -> list[_Run]:
    """Give the runs: every line of progress counts what passed, was skipped and failed so far."""
    runs: list[_Run] = []
    run: _Run | None = None
    steps = {section.first for section in log.sections}
    for at, text in enumerate(log.lines):
        if at + 1 in steps:
            run = None
        found = _LINE.match(text) if text[:1].isdecimal() else None
        if found is None:
            continue
        if run is None:
            run = _Run(at + 1, at + 1)
            runs.append(run)
        run.last = at + 1
        run.counts = (int(found["passed"]), int(found["skipped"] or 0), int(found["failed"] or 0))
        if found["text"].endswith(" [E]"):
            run.failures.append(_failure(log.lines, at, found["text"].removesuffix(" [E]")))
            run.last = run.failures[-1].extent[1]
        elif found["text"].startswith(_ENDS):
            run.end, run = found["text"], None
    return [one for one in runs if one.end or one.failures]


def _totals(counts: tuple[int, int, int]) -> Totals:
    passed, skipped, failed = counts
    return Totals(TOOL, "", passed=passed, failed=failed, skipped=skipped, total=sum(counts))


def _failure(lines: Sequence[str], at: int, text: str) -> Failure:
    """Read a failed test and the lines below it, up to the next line of progress."""
    end = at + 1
    while (
        end < len(lines)
        and end < at + _MOST
        and not _LINE.match(lines[end])
        and not lines[end].startswith("##[")
    ):
        end += 1
    body = [(n, lines[n]) for n in range(at + 1, end)]
    loading = _LOADING.match(text)
    named = _FILE.match(text)
    own = relative(loading["file"] if loading else named["file"] if named else "")
    test = "" if loading else (named["name"] or "" if named else text).strip()
    told = [(n, line.strip()) for n, line in body if line.strip() and not _is_frame(line)]
    told = [(n, line) for n, line in told if not line.startswith(_NOISE)] or told
    compiled = next((m for _, line in body if (m := _COMPILE.match(line))), None)
    number, message = _message(told, at)
    if compiled:
        number, message = next((n for n, line in body if _COMPILE.match(line)), at), compiled["told"]
    file, line = _place([m for _, text in body if (m := _FRAME.match(text) or _DEEP_FRAME.match(text))], own)
    if compiled:
        file, line = relative(compiled["file"]), int(compiled["line"])
    timeout = message.startswith("TimeoutException after ")
    return Failure(
        tool=TOOL,
        kind=FailureKind.COLLECTION if loading else FailureKind.TIMEOUT if timeout else FailureKind.TEST,
        status=Status.ERROR if loading else Status.FAILED,
        test=test,
        message=message,
        detail="\n".join(line for n, line in told if n > number),
        file=file,
        line=line,
        log_line=number + 1,
        extent=(at + 1, max([n for n, line in body if line.strip()], default=at) + 1),
        rerun=_rerun(own or file, test),
    )


def _message(told: Sequence[tuple[int, str]], at: int) -> tuple[int, str]:
    """Join what was expected and what there was."""
    if not told:
        return at, "failed"
    number, text = told[0]
    if text.startswith("Expected: ") and len(told) > 1 and told[1][1].startswith("Actual: "):
        text = f"{text} {told[1][1]}"
    return number, text


def _is_frame(line: str) -> bool:
    return bool(_FRAME.match(line) or _DEEP_FRAME.match(line))


def _place(frames: Sequence[re.Match[str]], own: str) -> tuple[str, int]:
    """Give the frame in the test's own file, else the first that is no package's."""
    ours = [frame for frame in frames if not frame["file"].startswith(("package:", "dart:"))]
    mine = [frame for frame in ours if own and relative(frame["file"]).endswith(own)]
    best = mine[0] if mine else next((f for f in ours if f["file"].endswith("_test.dart")), None)
    best = best or next(iter(ours), None)
    return (relative(best["file"]), int(best["line"])) if best else (own, 0)


def _rerun(file: str, test: str) -> str:
    place = f" {shlex.quote(file)}" if file.endswith("_test.dart") else ""
    return f"dart test{place} --plain-name {shlex.quote(test)}" if test else f"dart test{place}"
