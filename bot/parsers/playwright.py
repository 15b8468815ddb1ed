"""Playwright Test, with its reporters list, line, dot and github, alone or under a monorepo's tool.

A run ends with lists of what failed and what was flaky; blocks with the reasons stand before it. What a test
prints may look the same: only blocks count whose test the last list names. `suite` is the project.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._js_stack import Frame, frame, same_file
from bot.parsers._js_views import View, merge, views
from bot.parsers._playwright_code import in_hook
from bot.parsers._playwright_errors import Broken, read_broken
from bot.parsers._playwright_runs import Block, Run, Title, blocks, last_marks, read_runs

TOOL = "playwright"
ANCHORS: tuple[str, ...] = (
    " using 1 worker",
    " workers",
    "config.webServer",
    "Error: No tests found",
    "   at ",
)
KEEP: tuple[str, ...] = (
    r"^\s*Running \d+ tests? using \d+ workers?",
    r"^  \d+ (?:passed|failed|flaky|skipped|interrupted|did not run|timed out)(?: \(|$)",
    r"^  \d+ errors? (?:was|were) not a part of any test",
    r"^    (?:\[[^\]]+\] › )?\S.*:\d+:\d+ › .*$",
)
TROUBLE: tuple[str, ...] = (
    r"^  \d+\) (?:\[[^\]]+\] › )?\S.*:\d+:\d+ › ",
    r"^  \d+ (?:failed|interrupted|timed out)$",
    r"from config\.webServer",
    r"^Error: No tests found",
    r"^Error: \S+ does not exist$",
    r"^   at \S+:\d+$",
)

_MARKS = ("Running ", "config.webServer", "Error: No tests found", "   at ")
_HOOK = re.compile(r"\"(?:before|after)(?:All|Each)\" hook|in (?:before|after)(?:All|Each) hook")
_TIMEOUT = re.compile(
    r"(?:Test timeout|\S{1,20} hook timeout|Fixture \S{1,200} timeout|.{0,80}timeout) of \d{1,9}ms"
)
_NO_BROWSER = "browserType.launch: Executable doesn't exist"
_DIED = "worker process exited unexpectedly"
_WORDS = {"failed": Status.FAILED, "timed out": Status.TIMEDOUT, "interrupted": Status.INTERRUPTED}


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    return merge(TOOL, [view.place(_read(view)) for view in views(log, _MARKS)])


def _read(view: View) -> Findings:
    runs = read_runs(view.lines)
    failures = [failure for run in runs for failure in _failures(view, run)]
    broken = read_broken(view.lines, runs)
    failures += [_broken(one) for one in broken]
    claims = [(run.first, run.last) for run in runs] + [
        one.extent for one in broken if not any(run.first <= one.line <= run.last for run in runs)
    ]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(run) for run in runs if run.summed),
        tuple(sorted(claims)),
        any(not run.summed for run in runs),
    )


def _totals(run: Run) -> Totals:
    count = run.counts.get
    return Totals(
        TOOL,
        "",
        passed=count("passed", 0),
        failed=count("failed", 0) + count("interrupted", 0) + count("timed out", 0),
        skipped=count("skipped", 0),
        pending=count("did not run", 0),
        flaked=count("flaky", 0),
        total=run.total,
    )


def _failures(view: View, run: Run) -> list[Failure]:
    """Give a failure per test of the lists at the end; per block or mark where the end is missing."""
    found = blocks(view.lines, run)
    if run.summed:
        listed = [(number, word, title) for number, word, title in run.listed if word in _WORDS]
        return [_failure(view, (number, word), title, found) for number, word, title in listed]
    listed_titles = {block.title: (block.number, "failed") for block in found if block.ruled}
    for title, (number, bad) in last_marks(view.lines, run).items():
        if bad:
            listed_titles.setdefault(title, (number, "failed"))
        else:
            listed_titles.pop(title, None)
    return [_failure(view, said, title, found) for title, said in listed_titles.items()]


def _failure(view: View, said: tuple[int, str], title: Title, found: list[Block]) -> Failure:
    number, word = said
    block = next((one for one in found if one.title.tells(title)), None)
    body = view.lines[block.number : block.last] if block else ()
    texts = [text.strip() for text in body if text.strip()]
    message = texts[0] if texts else word
    file, line = _place(title, body)
    name = " > ".join(title.names)
    project = f" --project={shlex.quote(title.project)}" if title.project else ""
    return Failure(
        TOOL,
        _kind(message, body),
        Status.TIMEDOUT if _TIMEOUT.match(message) else _WORDS[word],
        name,
        message,
        block.number if block else number,
        (block.number, block.last) if block else (number, number),
        detail="\n".join(text.removeprefix("    ") for text in body).strip().removeprefix(message).strip(),
        file=file,
        line=line,
        rerun=f"npx playwright test {shlex.quote(f'{title.file}:{title.line}')}{project}",
        suite=title.project,
    )


def _place(title: Title, body: tuple[str, ...]) -> tuple[str, int]:
    """Give where it failed, in the test's own file; older versions name that relative to `testDir`."""
    read = (frame(text) for text in body)
    calls: list[Frame] = [one for one in read if one is not None and one.own]
    inside = next((one for one in calls if same_file(one.file, title.file)), None)
    return (inside.file, inside.line) if inside else (title.file, title.line)


def _kind(message: str, body: tuple[str, ...]) -> FailureKind:
    if _DIED in message:
        return FailureKind.CRASH
    if _HOOK.search(message) or _NO_BROWSER in message:
        return FailureKind.SETUP
    if _TIMEOUT.match(message):
        return FailureKind.TIMEOUT
    return FailureKind.SETUP if in_hook(body) else FailureKind.TEST


def _broken(one: Broken) -> Failure:
    status = Status.TIMEDOUT if one.kind is FailureKind.TIMEOUT else Status.ERROR
    return Failure(
        TOOL,
        one.kind,
        status,
        "",
        one.message,
        one.line,
        one.extent,
        detail=one.detail,
        file=one.place[0],
        line=one.place[1],
    )
