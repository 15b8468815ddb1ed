"""uv: resolution, builds, downloads and projects that failed, as old and new versions tell it.

Formats: `error: …` with `Caused by:` or `cause:` below; until 2025 also `× …` with `├─▶` and `╰─▶`.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._python_lint import diagnostic, is_in_failed_step
from bot.parsers._python_network import is_network

TOOL = "uv"
ANCHORS: tuple[str, ...] = ("  × ", "error: ")
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (
    r"^  × (?:No solution found|Failed to )",
    r"^error: (?:No solution found|Failed to |The lockfile at|The build backend|No interpreter found)",
    r"^error: No `pyproject",
)

_BOX = re.compile(
    r"  × (?P<text>(?:No solution found when resolving |Failed to (?:build|download|resolve"
    r"|fetch|prepare|read|parse|inspect|install) ).{0,1000})$"
)
# uv's alone.
_ERROR = re.compile(
    r"error: (?P<text>(?:No solution found when resolving .{1,300}"
    r"|Failed to (?:fetch|spawn|parse|read|extract|query|download|install|build): .{1,2000}"
    r"|The lockfile at `.{1,500}|The build backend returned an error|Build backend failed .{1,500}"
    r"|No interpreter found .{1,500}|No `pyproject\.toml` found.{0,300}|Unable to find lockfile at .{1,300}"
    r"|No virtual environment found; run `uv venv`.{0,300}|Requirements contain conflicting .{1,500}))$"
)
# Others say so, too: uv where causes stand below, or where the log speaks of uv.
_CAUSED = re.compile(
    r"error: (?P<text>Failed to (?:build|download|prepare|install|resolve|generate|inspect) .{1,2000}"
    r"|Request failed after .{1,300})$"
)
_LOOSE = re.compile(
    r"error: (?P<text>(?:File not found: |Distribution |Project virtual environment ).{1,500})$"
)
_UV = re.compile(
    r"\buv (?:pip|sync|run|lock|add|venv|tool|build|export|publish|--)|\buvx |astral-sh/setup-uv"
    r"|^Using (?:Python|CPython) \d|^Resolved \d{1,6} packages? in "
)
_BUILDS = (
    "No solution",
    "Failed to build",
    "The build backend",
    "Build backend",
    "The lockfile",
    "Unable to find lockfile",
)
_BUILDS_TOO = (
    "Failed to download",
    "Failed to fetch",
    "Failed to resolve",
    "Distribution ",
    "Requirements contain",
    "Failed to prepare",
)
_CAUSE = re.compile(r"\s{2,4}(?:Caused by: |cause: |[├╰]─▶ )(?P<text>.{1,3000})$")
_RAISED = re.compile(
    r"(?:[A-Za-z_][\w.]{0,100}(?:Error|Exception)|[\w./\-]{1,200}:\d{1,6}:\d{1,6}: (?:fatal )?error): \S"
)
_MOST = 400


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    spoken = any(_UV.search(text) for text in log.lines)
    end = 0
    for number, text in enumerate(log.lines, 1):
        if number <= end or not text.startswith(("error: ", "  × ")):
            continue
        found = _headline(log, number, spoken=spoken)
        if not found or not is_in_failed_step(log, number):
            continue
        failure = _failure(log, number, found["text"].strip())
        end = failure.extent[1]
        failures.append(failure)
    return Findings(TOOL, tuple(failures))


def _headline(log: Log, number: int, *, spoken: bool) -> re.Match[str] | None:
    """Read the line that begins uv's last words, or nothing where they may be another tool's."""
    text = log.line(number)
    found = _ERROR.match(text) or _BOX.match(text)
    if found:
        return found
    below = log.lines[number] if number < len(log.lines) else ""
    if _CAUSE.match(below):
        return _CAUSED.match(text)
    return _LOOSE.match(text) if spoken else None


def _failure(log: Log, number: int, headline: str) -> Failure:
    """Take the sentence that says most: the cause of a resolution, the last words of a build."""
    block = _block(log, number)
    causes = [(n, m["text"]) for n, m in ((n, _CAUSE.match(text)) for n, text in block) if m]
    raised = [(n, text.strip()) for n, text in block if _RAISED.match(text.strip())]
    network = is_network(headline) or any(is_network(text) for _, text in block)
    at, message = number, headline
    if headline.startswith("No solution") and causes:
        at, message = causes[0][0], _joined(block, causes[0])
    elif network and causes:
        message = f"{headline}: {causes[-1][1]}"
    elif raised and "uild" in headline:
        at, message = raised[-1]
    kind = FailureKind.SETUP
    if network:
        kind = FailureKind.INFRA
    elif headline.startswith(_BUILDS + _BUILDS_TOO):
        kind = FailureKind.BUILD
    detail = "\n".join([headline, *(text for _, text in block)])
    last = block[-1][0] if block else number
    one = diagnostic(TOOL, message, at, last=last, detail=detail, kind=kind, status=Status.ERROR)
    return _from(one, number, last)


def _from(failure: Failure, first: int, last: int) -> Failure:
    """Widen a failure to the whole of uv's block."""
    return Failure(
        tool=failure.tool,
        kind=failure.kind,
        status=failure.status,
        test="",
        message=failure.message,
        detail=failure.detail,
        log_line=failure.log_line,
        extent=(first, max(last, failure.log_line)),
    )


def _block(log: Log, number: int) -> list[tuple[int, str]]:
    """Give the lines below a headline: causes, what a backend printed, and hints."""
    block: list[tuple[int, str]] = []
    printed = False
    for at in range(number + 1, min(number + _MOST, len(log.lines)) + 1):
        text = log.line(at)
        printed = printed or text.strip() in {"[stdout]", "[stderr]"}
        ends = text.startswith(("##[", "error: ", "hint: ", "nox > ")) or (
            text and text[0] not in " \t" and not printed
        )
        if ends:
            break
        block.append((at, text))
    while block and not block[-1][1].strip():
        block.pop()
    return block


def _joined(block: list[tuple[int, str]], cause: tuple[int, str]) -> str:
    """Join the lines into which a cause was broken at the terminal's width, up to its first full stop."""
    words = [cause[1].strip()]
    for number, text in block:
        if number <= cause[0]:
            continue
        line = text.strip()
        if words[-1].endswith(".") or not line or _CAUSE.match(text) or line.startswith(("And ", "hint: ")):
            break
        words.append(line)
    return " ".join(words)
