"""mocha, from the epilogue that its spec, dot, min, list, nyan, progress and landing reporters share.

`test` is the containers and the title; a failed hook's title is mocha's own, `"before each" hook for "x"`.
The file comes from the stack, for mocha names none. Its TAP reporter is read as TAP.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._js_stack import Frame, frames
from bot.parsers._js_views import View, merge, views
from bot.parsers._mocha_broken import read_broken, read_killed
from bot.parsers._mocha_runs import Block, Run, read_runs
from bot.parsers._workspace import relative

TOOL = "mocha"
ANCHORS: tuple[str, ...] = (
    " passing",
    "Exception during run",
    "No test files found",
    "node_modules/mocha/",
    "mocha",
)
KEEP: tuple[str, ...] = (
    r"^(?:[^ ].*[\]:] )?  \d+ (?:passing|pending|failing)\b",
    r"^(?:> |\$ ).*\bmocha\b",
)
TROUBLE: tuple[str, ...] = (
    r"^(?:[^ ].*[\]:] )?  \d+ failing$",
    r"^ *\d+\) \S",
    r"^ ?(?:Exception during run|✖ ERROR): ",
    r"No test files found",
    r"node_modules/mocha/lib/",
    r"^FATAL ERROR: ",
    r"^(?:\S+: line \d+: +\d+ )?(?:Killed|Aborted|Segmentation fault|Bus error)\b",
)
_MARKS = ("passing", "failing")
_HOOK = re.compile(r"\"(?:before all|before each|after all|after each)\" hook\b")
_TIMEOUT = re.compile(r"(?:Uncaught )?(?:Error: )?Timeout of \d{1,9}ms exceeded")
_OF_FILE = re.compile(r".{0,1800}\((?P<file>(?:/|[A-Za-z]:)[^()\s]{1,500}\.[cm]?[jt]sx?)\)$")
_CYPRESS = "(Run Starting)"
_REGEX = re.compile(r"([\\^$.*+?()[\]{}|])")
_LONGEST = 2000


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    return merge(TOOL, [view.place(_read(view)) for view in views(log, _MARKS) if not _is_cypress(view)])


def _is_cypress(view: View) -> bool:
    """Whether another runner, which sums up in mocha's words, ran here."""
    return any(_CYPRESS in text for text in view.lines)


def _read(view: View) -> Findings:
    runs = read_runs(view.lines, spaced=not view.name)
    failures = [_failure(block) for run in runs for block in run.blocks]
    spans = [(run.first, run.last) for run in runs]
    broken = [] if view.name else read_broken(view.lines)
    failures += [one for one in broken if not any(first <= one.log_line <= last for first, last in spans)]
    unfinished, killed = (False, []) if runs or broken else read_killed(view.lines)
    totals = tuple(_totals(run) for run in runs)
    return Findings(TOOL, (*failures, *killed), totals, tuple(spans), unfinished)


def _failure(block: Block) -> Failure:
    told = [(number, text) for number, text in block.body if text.strip()]
    number, message = told[0] if told else (block.line, block.path[-1])
    texts = [text[:_LONGEST] for _, text in told]
    place = _place(texts)
    return Failure(
        tool=TOOL,
        kind=_kind(block, message.strip()),
        status=Status.FAILED,
        test=" > ".join(block.path),
        message=message.strip()[:_LONGEST],
        detail="\n".join(text for at, text in block.body if at > number).strip("\n"),
        file=place.file,
        line=place.line,
        log_line=number,
        extent=(block.line, max(block.last, number)),
        rerun=_rerun(block, place.file),
    )


def _kind(block: Block, message: str) -> FailureKind:
    if _HOOK.match(block.path[-1]):
        return FailureKind.SETUP
    return FailureKind.TIMEOUT if _TIMEOUT.match(message) else FailureKind.TEST


def _place(texts: list[str]) -> Frame:
    """Give the test's own place: where mocha called into the test file, else the innermost frame."""
    own = frames(texts)
    called = next((one for one in own if one.name.startswith(("Context.", "async Context."))), None)
    if called or own:
        return called or own[0]
    named = next((m for text in texts if (m := _OF_FILE.match(text))), None)
    return Frame("", relative(named["file"]) if named else "", 0)


def _rerun(block: Block, file: str) -> str:
    """Give the command; a hook runs with any test of its container."""
    path = block.path[:-1] if _HOOK.match(block.path[-1]) else block.path
    command = f"npx mocha {shlex.quote(file)}" if file else "npx mocha"
    if not path:
        return command
    pattern = "^" + _REGEX.sub(r"\\\1", " ".join(path)) + ("$" if path == block.path else " ")
    return f"{command} -g {shlex.quote(pattern)}"


def _totals(run: Run) -> Totals:
    passed, failed = run.counts["passing"], run.counts.get("failing", 0)
    pending = run.counts.get("pending", 0)
    return Totals(TOOL, "", passed=passed, failed=failed, pending=pending, total=passed + failed + pending)
