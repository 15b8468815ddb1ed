"""ava, from the output of its default reporter; its TAP reporter is read as TAP.

`test` is the title, with the file's name before it where several files ran. The place is the one ava shows,
else the test's own frame.
"""

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._ava_failures import failures_of
from bot.parsers._ava_runs import Run, read_runs
from bot.parsers._js_death import death
from bot.parsers._js_views import View, merge, views

TOOL = "ava"
ANCHORS: tuple[str, ...] = (
    "✘ [fail]: ",
    "✖ [fail]: ",
    "[unexpected pass]: ",
    " test failed",
    " tests failed",
    " hook failed",
    " hooks failed",
    " tests passed",
    " test passed",
    " uncaught exception",
    " unhandled rejection",
    "Uncaught exception in ",
    "Couldn’t find any ",
    "Timed out while running tests",
    "Based on your configuration, ",
    "Exiting due to process.exit() when running ",
)
KEEP: tuple[str, ...] = (
    r"^  ─$",
    r"^  [✔✓√] ",
    r"^  \d+ (?:tests? (?:passed|failed|skipped|todo)|hooks? failed|uncaught|unhandled|known failure)",
)
TROUBLE: tuple[str, ...] = (
    r"^  [✖✘×] ",
    r"^  (?:Uncaught exception|Unhandled rejection)s? in ",
    r"^  \d+ (?:tests? failed|hooks? failed|uncaught exception|unhandled rejection)",
    r"^FATAL ERROR: ",
    r"^(?:\S+: line \d+: +\d+ )?(?:Killed|Aborted|Segmentation fault|Bus error)\b",
    r"^  \S+\.[cm]?[jt]sx?:\d+$",
    r"^  (?:Error thrown in test|Rejected promise returned by test|Test was expected to fail)",
    r"^  Error: Test ",
)
_MARKS = (" tests passed", " test passed", " test failed", " tests failed", " uncaught exception")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    return merge(TOOL, [view.place(_read(view)) for view in views(log, _MARKS)])


def _read(view: View) -> Findings:
    runs = [run for run in read_runs(view.lines) if _is_ava(run)]
    failures = [failure for run in runs for failure in failures_of(run)]
    for run in runs:
        failures += _killed(view, run)
    return Findings(
        TOOL,
        tuple(failures),
        tuple(_totals(run) for run in runs if run.counts),
        tuple((run.first, run.last) for run in runs),
        any(_is_unfinished(run) for run in runs),
    )


def _is_ava(run: Run) -> bool:
    """Whether enough of it is in ava's own words: a mark or a sum alone may be anybody's."""
    crashed = bool(run.errors or run.fails) and bool(run.warnings or run.report)
    return bool(run.counts) or crashed or any(_own_words(text) for _, text in run.warnings)


def _own_words(text: str) -> bool:
    starts = (
        "Timed out while running tests",
        "Exiting due to process.exit() when running ",
        "Couldn’t find any ",
        "Couldn't find any ",
        "Based on your conf",
    )
    return text.startswith(starts)


def _is_unfinished(run: Run) -> bool:
    """Whether it ended before it summed up, other than by its own decision."""
    return not run.counts and not any(_own_words(text) for _, text in run.warnings)


def _killed(view: View, run: Run) -> list[Failure]:
    at = death(view.lines, run.last) if _is_unfinished(run) else -1
    if at < 0:
        return []
    message = view.lines[at].strip()[:1000]
    return [Failure(TOOL, FailureKind.CRASH, Status.ABORTED, "", message, at + 1, (at + 1, at + 1))]


def _totals(run: Run) -> Totals:
    """Give the sums; ava leaves out how many passed where others failed."""
    counts = run.counts
    passed = counts.get("test passed", len(run.passes))
    failed = counts.get("test failed", 0)
    errors = sum(counts.get(word, 0) for word in ("hook failed", "uncaught exception", "unhandled rejection"))
    skipped, todo = counts.get("test skipped", 0), counts.get("test todo", 0)
    known = counts.get("known failure", 0)
    return Totals(
        TOOL,
        "",
        passed=passed + (known if "test passed" in counts else 0),
        failed=failed,
        errors=errors,
        skipped=skipped,
        pending=todo,
        total=passed + failed + skipped + todo,
    )
