"""ESLint, with its formatters stylish, compact, unix and visualstudio, and as `next lint` prints it.

Stylish rows look like those of other linters (yamllint, spectral): they count where ESLint's own sentence
sums them up. Warnings are no failures, unless more of them than allowed made the run fail.
"""

from dataclasses import replace

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._eslint_broken import read_broken
from bot.parsers._eslint_rows import Row, Run, read_runs
from bot.parsers._js_views import merge, views

TOOL = "eslint"
ANCHORS: tuple[str, ...] = (
    "✖ ",
    " problem",
    "[Error",
    ", Error - ",
    "  Error: ",
    "Oops! Something went wrong! :(",
    "too many warnings",
    "some command line flags are no longer available",
)
KEEP: tuple[str, ...] = (
    r"^[✖×] \d+ problems? \(",
    r"^\d+ problems?$",
    r"^(?:/|\./|[A-Za-z]:\\)\S+\.(?:[cm]?[jt]sx?|vue|svelte|astro|json|md|html)$",
)
TROUBLE: tuple[str, ...] = (
    r"^[✖×] \d+ problems? \([1-9]\d* errors?, ",
    r"^ESLint found too many warnings",
    r"^Oops! Something went wrong! :\($",
    r": line \d+, col \d+, Error - ",
    r"^\S.*:\d+:\d+: .* \[Error(?:/[^\]]+)?\]$",
    r"^\S.*\(\d+,\d+\): error(?: [\w@./-]+)? : ",
    r"^ +\d+:\d+ +error {2}",
    r"^\d+:\d+ {2}Error: ",
)

# What shows that a monorepo's tool put a package's name before ESLint's lines.
_MARKS = ("✖ ", "Oops! Something went wrong! :(", "ESLint found too many warnings")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    parts = views(log, _MARKS)
    return merge(TOOL, [part.place(_read(replace(log, lines=part.lines))) for part in parts])


def _read(log: Log) -> Findings:
    runs = read_runs(log)
    failures = [_failure(row) for run in runs for row in run.rows if row.severe]
    failures += [_too_many(run) for run in runs if run.limit]
    broken = read_broken(log)
    failures += [
        Failure(
            TOOL, FailureKind.LINT, Status.ERROR, "", one.message, one.line, one.extent, detail=one.detail
        )
        for one in broken
    ]
    claims = [(run.first, run.last) for run in runs] + [one.extent for one in broken]
    return Findings(
        TOOL,
        tuple(sorted(failures, key=lambda failure: failure.log_line)),
        claims=tuple(sorted(claims)),
        unfinished=any(run.cut for run in runs),
    )


def _failure(row: Row) -> Failure:
    return Failure(
        TOOL,
        FailureKind.LINT,
        Status.ERROR,
        "",
        f"{row.text} ({row.rule})" if row.rule else row.text,
        row.number,
        (row.number, row.last),
        detail=row.detail,
        file=row.file,
        line=row.line,
    )


def _too_many(run: Run) -> Failure:
    """Read the sentence behind a run that has warnings alone: together they are one failure."""
    number, text = run.limit or (0, "")
    first = run.rows[0] if run.rows else None
    return Failure(
        TOOL,
        FailureKind.LINT,
        Status.FAILED,
        "",
        text,
        number,
        (run.first, number),
        detail="\n".join(f"{row.file}:{row.line} {row.text} ({row.rule})" for row in run.rows[:20]),
        file=first.file if first else "",
        line=first.line if first else 0,
    )
