"""Karma with its reporters progress, dots, mocha and spec, on any browser; `suite` is the browser.

Progress, dots and spec join the names of containers and test with spaces: `test` is as printed. Blocks count
where the browser's last count of the run says that something failed: a page's console may print the same.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._js_stack import frames
from bot.parsers._js_views import View, merge, views
from bot.parsers._karma_runs import Failing, Run, read_runs

TOOL = "karma"
ANCHORS: tuple[str, ...] = ("[karma-server]", ": Executed ", "[karma]", "FAILED TESTS:")
KEEP: tuple[str, ...] = (
    r"\[(?:karma-server|karma)\]: Karma v",
    r"^\S.* \(.*\): Executed \d+ of \d+ .*\([\d.]+ (?:secs?|mins?).* / [\d.]+ ",
    r"^(?:SUMMARY|FAILED TESTS):$",
    r"^[✔✖ℹ] \d+ tests? (?:completed|skipped|failed)",
    r"^TOTAL: ",
)
TROUBLE: tuple[str, ...] = (
    r"^\S.* \([^)]*\) .* FAILED$",
    r"^\S.* \([^)]*\) ERROR$",
    r"^FAILED TESTS:$",
    r"^TOTAL: \d+ FAILED",
    r":ERROR \[[^\]]+\]: ",
    r"Executed \d+ of \d+ .*(?:DISCONNECTED|ERROR)",
)

_MARKS = ("Karma v", "Executed ", "START:", "[launcher]", "[karma-server]")
_TIMEOUT = re.compile(r"(?:Error: )?Timeout (?:- Async function did not complete|of \d{1,9}ms exceeded)")
_HOOK = re.compile(r"\"(?:before|after) (?:all|each)\" hook")
_THROWN = re.compile(r"An error was thrown in (?:before|after)(?:All|Each)")
_SERVED = re.compile(
    r"https?://[^/\s]{1,200}/(?:base/|absolute/|_karma_webpack_/)(?:webpack:/{1,3}(?:\./)?)?|webpack:/{1,3}(?:\./)?"
)
_HASH = re.compile(r"\?[0-9a-f]{8,64}(?=:)")
_LOST = re.compile(r"Disconnected\b")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    return merge(TOOL, [view.place(_read(view)) for view in views(log, _MARKS)])


def _read(view: View) -> Findings:
    runs = read_runs(view.lines)
    return Findings(
        TOOL,
        tuple(_failure(run, one) for run in runs for one in run.failing),
        tuple(totals for run in runs for totals in _totals(run)),
        tuple((run.first, run.last) for run in runs),
        any(not run.ended for run in runs),
    )


def _totals(run: Run) -> list[Totals]:
    return [
        Totals(
            TOOL,
            count.browser,
            passed=count.executed - count.failed,
            failed=count.failed,
            skipped=count.skipped,
            total=max(count.total, count.executed + count.skipped),
        )
        for count in run.counts
    ]


def _failure(run: Run, one: Failing) -> Failure:
    body = tuple(_HASH.sub("", _SERVED.sub("", text)) for text in one.body)
    said = [text.strip() for text in body if text.strip()]
    thrown = bool(said) and one.outside and bool(_THROWN.match(said[0]))
    message = said[int(thrown and len(said) > 1)] if said else "FAILED"
    place = next(iter(frames(body)), None)
    # Jasmine reports what a file throws while it loads as thrown in `afterAll`, too: then there is no test.
    loaded = any(count.browser == one.browser and count.total for count in run.counts)
    kind = FailureKind.SETUP if thrown and loaded else _kind(one, message)
    return Failure(
        TOOL,
        kind,
        Status.TIMEDOUT if kind is FailureKind.TIMEOUT else Status.ERROR if one.outside else Status.FAILED,
        "" if one.outside else one.test,
        message,
        one.number,
        (one.number, one.last),
        detail="\n".join(text.strip("\t") for text in body).strip().removeprefix(message).strip(),
        file=place.file if place else "",
        line=place.line if place else 0,
        suite=one.browser,
    )


def _kind(one: Failing, message: str) -> FailureKind:
    if one.server:
        return FailureKind.SETUP
    if _LOST.match(message):
        return FailureKind.CRASH
    if _HOOK.search(one.test):
        return FailureKind.SETUP
    if one.outside:
        return FailureKind.COLLECTION
    return FailureKind.TIMEOUT if _TIMEOUT.match(message) else FailureKind.TEST
