"""Node's own test runner with its reporters spec and dot; its TAP is read as any other's.

Spec prints a tree, the counts and, below `failing tests:`, every failure once more with its place. The names
of its containers come from the tree. A file that could not be loaded or died is a test with the file's name.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._js_stack import frames, same_file
from bot.parsers._js_views import View, merge, views
from bot.parsers._node_test_runs import Failing, Run, read_runs
from bot.parsers._workspace import relative

TOOL = "node:test"
ANCHORS: tuple[str, ...] = ("ℹ tests ", "✖ failing tests:", "Failed tests:", "✔ ", "✖ ")
KEEP: tuple[str, ...] = (
    r"^ℹ (?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) \d",
    r"^ *▶ \S",
    r"^✖ failing tests:$",
)
TROUBLE: tuple[str, ...] = (
    r"^ *✖ .*\(\d+\.\d+ms\)",
    r"^✖ failing tests:$",
    r"^test at .+:\d+:\d+$",
    r"^ℹ (?:fail|cancelled) [1-9]",
)

_FILE = re.compile(r"\S.{0,400}\.[cm]?[jt]sx?$")
_TIMEOUT = re.compile(r"'?test timed out after \d")
_CANCELLED = (
    "test did not finish before its parent",
    "Promise resolution is still pending",
    "The test was aborted",
)
_HOOK = re.compile(r"\bat (?:async )?(?:TestHook\.run|(?:Suite|Test)\.runHook)\b")
_BUILD = re.compile(r"\bat (?:new Suite|Suite\.createBuild)\b")
_LOAD = re.compile(r"(?:\w{0,40}Error(?: \[[A-Z_]{1,60}\])?: |\w{0,40}Error$)")
_QUOTED = re.compile(r"'(?P<text>.*)'$")
_REGEX = re.compile(r"[\\^$.*+?()\[\]{}|]")
_ABOVE = 60


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    marks = ("ℹ tests ", "✖ ", "✔ ", "▶ ")
    return merge(TOOL, [view.place(_read(view)) for view in views(log, marks)])


def _read(view: View) -> Findings:
    runs = read_runs(view.lines)
    return Findings(
        TOOL,
        tuple(_failure(view, run, one) for run in runs for one in run.failing),
        tuple(_totals(run) for run in runs if run.counts),
        tuple((run.first, run.last) for run in runs),
        any(not run.counts and not run.dotted for run in runs),
    )


def _totals(run: Run) -> Totals:
    count = run.counts.get
    return Totals(
        TOOL,
        "",
        passed=count("pass", 0),
        failed=count("fail", 0) + count("cancelled", 0),
        skipped=count("skipped", 0),
        pending=count("todo", 0),
        total=count("tests", 0),
    )


def _failure(view: View, run: Run, one: Failing) -> Failure:
    body = tuple(text.removeprefix("  ") for text in one.body)
    said = [text.strip() for text in body if text.strip()]
    message = said[0] if said else "failed"
    if quoted := _QUOTED.match(message):
        message = quoted["text"]
    file, line = relative(one.file), one.line
    own = next((call for call in frames(body) if not file or same_file(call.file, file)), None)
    if own:
        file, line = own.file, own.line
    is_file = bool(_FILE.match(one.name)) and same_file(relative(one.name), file or relative(one.name))
    kind, detail = _kind(message, body), "\n".join(body[1:]).strip()
    if is_file and not own and len(said) <= 1:
        file = relative(one.name)
        kind, message, detail = _dead(view, run, one, message)
    pattern = shlex.quote("^" + _REGEX.sub(r"\\\g<0>", one.name) + "$")
    return Failure(
        TOOL,
        kind,
        _status(kind, message),
        " > ".join((*one.path, relative(one.name) if is_file else one.name)),
        message,
        one.number,
        (one.number, one.last),
        detail=detail,
        file=file,
        line=line,
        rerun=f"node --test {'' if is_file else f'--test-name-pattern={pattern} '}{shlex.quote(file)}"
        if file
        else "",
    )


def _kind(message: str, body: tuple[str, ...]) -> FailureKind:
    if _TIMEOUT.match(message):
        return FailureKind.TIMEOUT
    if any(_HOOK.search(text) for text in body):
        return FailureKind.SETUP
    return FailureKind.COLLECTION if any(_BUILD.search(text) for text in body) else FailureKind.TEST


def _status(kind: FailureKind, message: str) -> Status:
    if kind is FailureKind.TIMEOUT:
        return Status.TIMEDOUT
    return Status.ABORTED if message.startswith(_CANCELLED) else Status.FAILED


def _dead(view: View, run: Run, one: Failing, message: str) -> tuple[FailureKind, str, str]:
    """Read why a whole file failed: what its process printed above its line in the tree, if anything."""
    top = run.marks.get(one.name, one.number)
    above = range(top - 1, max(0, top - _ABOVE), -1)
    end = next((at for at in above if view.lines[at - 1].startswith("Node.js v")), 0)
    if not end or end < top - 3:
        return FailureKind.CRASH, message, ""
    for at in range(end - 1, max(0, end - _ABOVE), -1):
        text = view.lines[at - 1]
        if text.startswith("Node.js v"):
            break
        if _LOAD.match(text):
            return FailureKind.COLLECTION, text, "\n".join(view.lines[at : end - 1]).strip()
    return FailureKind.CRASH, message, ""
