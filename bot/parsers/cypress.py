"""Cypress' run: per spec file a Mocha report and a table of results, at the end a table of all.

`test` joins containers with ` > `; a test that passed after an attempt failed counts as flaked.
"""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._cypress_runs import Failing, Spec, read_broken, read_runs
from bot.parsers._js_stack import frames
from bot.parsers._js_views import View, merge, views

TOOL = "cypress"
ANCHORS: tuple[str, ...] = ("(Run Starting)", "(Results)", "Cypress", "no spec files were found")
KEEP: tuple[str, ...] = (
    r"^\s*\((?:Run Starting|Results|Run Finished)\)",
    r"^\s*Running:  \S",
    r"^\s*│ (?:Tests|Passing|Failing|Pending|Skipped|Spec Ran): ",
    r"^  \d+ (?:passing|failing|pending)",
)
TROUBLE: tuple[str, ...] = (
    r"^  \d+ failing$",
    r"^\s*│ ✖ ",
    r"^Cypress (?:could not|failed to) verify",
    r"^Oops\.\.\.we found an error preparing this test file",
    r"^Can't run because no spec files were found",
    r"^We detected that the .* process just crashed",
)

_MARKS = ("(Run Starting)", "Cypress ", "Can't run because")
_HOOK = re.compile(r'"(?:before|after) (?:all|each)" hook')
_WEBPACK = re.compile(r"webpack:/{2,3}[^/\s]{0,100}/(?:\./)?")
_OUTSIDE = "An uncaught error was detected outside of a test"


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    return merge(TOOL, [view.place(_read(view)) for view in views(log, _MARKS)])


def _read(view: View) -> Findings:
    runs = read_runs(view.lines)
    specs = [spec for run in runs for spec in run.specs]
    failures = [_failure(spec, one) for spec in specs for one in spec.failing]
    broken = read_broken(view.lines)
    failures += [
        Failure(TOOL, one.kind, Status.ERROR, "", one.message, one.line, one.extent, file=one.file)
        for one in broken
    ]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        tuple(_totals(spec) for spec in specs if spec.counts),
        tuple((run.first, run.last) for run in runs) or tuple(one.extent for one in broken),
        any(not run.ended for run in runs) and not broken,
    )


def _totals(spec: Spec) -> Totals:
    count = spec.counts.get
    return Totals(
        TOOL,
        spec.name,
        passed=count("Passing", 0) - spec.flaked,
        failed=count("Failing", 0),
        skipped=count("Skipped", 0),
        pending=count("Pending", 0),
        flaked=spec.flaked,
        total=count("Tests", 0),
    )


def _failure(spec: Spec, one: Failing) -> Failure:
    body = tuple(_WEBPACK.sub("", text) for text in one.body)
    said = [text.strip() for text in body if text.strip()]
    message = said[0] if said else "failed"
    place = next(iter(frames(body)), None)
    outside = _OUTSIDE in one.names[-1]
    file = place.file if place else spec.path
    return Failure(
        TOOL,
        _kind(one, outside=outside),
        Status.FAILED,
        "" if outside else " > ".join(one.names),
        message,
        one.number,
        (one.number, one.last),
        detail="\n".join(said[1:]),
        file=file,
        line=place.line if place else 0,
        rerun=f"npx cypress run --spec {shlex.quote(spec.path)}" if "/" in spec.path else "",
        suite=spec.name,
    )


def _kind(one: Failing, *, outside: bool) -> FailureKind:
    if outside:
        return FailureKind.COLLECTION
    return FailureKind.SETUP if _HOOK.search(one.names[-1]) else FailureKind.TEST
