"""The status table: one row per job that is not green, one per group of green jobs."""

from collections.abc import Sequence
from itertools import groupby

from bot.model.failure import Status, Totals
from bot.model.report import Delta, GreenGroup, JobState, JudgedFailure, PreviousJob, Report, Row
from bot.model.verdict import GRAVITY, VerdictClass, gravity
from bot.report.budget import OPEN_ROWS, OUTAGE_ROWS, Budget
from bot.report.links import link
from bot.report.markdown import EMPTY, Markdown, count, fold, join, listed, say, table
from bot.report.quote import quote_inline, quote_name, quote_prose
from bot.report.standing import classes_of, weigh
from bot.report.words import LABELS, STATES, tally

NAME_LIMIT = 60
NEEDS_LIMIT = 200  # three jobs' names and how many more there are
NAMED_GREEN = 10  # more names than this are summed, or the cell grows taller than the failures
_HEADER = (say("Job"), say("Previous"), say("Now"), say("Δ"), say("Tests"), say("What happened"))
_FOLDABLE = (JobState.BLOCKED, JobState.CANCELLED, JobState.SKIPPED, JobState.QUEUED, JobState.RUNNING)

Cells = Sequence[Markdown]


def render_table(report: Report, budget: Budget) -> Markdown:
    """Draw the table; the rows behind the first ten are folded into a second one."""
    rows = _merge(sorted(report.rows, key=weigh))
    total = len(rows) + len(report.groups)
    if not total:
        return EMPTY
    limit = OPEN_ROWS + budget.rows
    cells = [_draw_rows(same, budget) for same in rows[:limit]]
    cells += [draw_group(group) for group in report.groups[: max(0, limit - len(cells))]]
    # An outage is told by its banner, not by a table.
    opened = OUTAGE_ROWS if report.outage else OPEN_ROWS
    first = table(_HEADER, cells[:opened])
    if total <= opened:
        return first
    left = total - len(cells)
    note = say("{} left out to stay within GitHub's limit.", count(left, "row")) if left else EMPTY
    more = count(total - opened, "more row")
    hidden = table(_HEADER, cells[opened:]) if len(cells) > opened else EMPTY
    return join("\n\n", [first, fold(more, [hidden, note]) if hidden else note])


def _merge(rows: list[Row]) -> list[tuple[Row, ...]]:
    """Put jobs together that did not run for the same reason, so that eight blocked jobs are one row."""
    return [
        part
        for key, same in groupby(rows, key=_sameness)
        for part in ([tuple(same)] if key else [(row,) for row in same])
    ]


def _sameness(row: Row) -> tuple[object, ...] | None:
    if row.failures or row.state not in _FOLDABLE:
        return None
    return (row.state, row.workflow, row.group, row.blocked_by, row.note, show_delta(row.delta))


def _draw_rows(rows: tuple[Row, ...], budget: Budget) -> Cells:
    row = rows[0]
    return (
        name_jobs(rows, budget),
        show_previous(row.previous) if len(rows) == 1 else sum_previous(rows),
        show_now(row),
        show_delta(row.delta),
        show_tests(row),
        _tell_jobs(rows, budget) if len(rows) > 1 else tell(row, budget),
    )


def name_jobs(rows: tuple[Row, ...], budget: Budget) -> Markdown:
    """Name the job of a row, linked, with its matrix legs; or count the jobs that share one row."""
    row = rows[0]
    if len(rows) > 1:
        return say("**{}** · {}", quote_name(row.group or row.workflow, NAME_LIMIT), count(len(rows), "job"))
    name = link(quote_name(row.job, NAME_LIMIT), row.url)
    if not row.twins:
        return name
    legs = [quote_name(shorten(leg, row.job), NAME_LIMIT) for leg in row.twins[: budget.names]]
    every = len(row.twins) + len(row.green_twins)
    return say("{} · {} of {}: {}", name, len(row.twins), count(every, "leg"), listed(legs, len(row.twins)))


def shorten(job: str, group: str) -> str:
    """Give the part of a job's name that its group does not say: `gateway` of `Integration (gateway)`."""
    rest = job.removeprefix(group).removesuffix(group).strip(" /:-") if group else job
    inner = rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest
    return inner.strip() or job


def show_previous(previous: PreviousJob | None) -> Markdown:
    """Say where the job stood before, with its number of failures."""
    if previous is None:
        return say("–")
    label = STATES[previous.state]
    return say("{} ({})", label, previous.failures) if previous.failures > 1 else label


def sum_previous(rows: Sequence[Row]) -> Markdown:
    """Say where several jobs stood before: the state that they share, else how many had failed."""
    was = [row.previous.state for row in rows if row.previous is not None]
    failed = was.count(JobState.FAILED)
    if failed and failed < len(rows):
        return say("❌ {} failed", failed)
    return STATES[was[0]] if len(set(was)) == 1 else say("–")


def show_now(row: Row) -> Markdown:
    """Say the gravest class of a row and how many of its failures are of that class, or its state."""
    found = classes_of(row)
    if not found:
        return STATES[row.state]
    label, same = LABELS[found[0]], found.count(found[0])
    if same < len(found):
        return say("{} ({} of {})", label, same, len(found))
    return say("{} ({})", label, same) if same > 1 else label


def show_delta(delta: Delta) -> Markdown:
    """Say what changed in failures; a dash when nothing did or nothing was compared."""
    if not delta.compared:
        return say("–")
    still = say("still failing") if not (delta.new or delta.fixed) else say("{} still failing", delta.still)
    fixed = say("fixed") if not (delta.new or delta.still) else say("{} fixed", delta.fixed)
    parts = [
        say("+{} new", delta.new) if delta.new else EMPTY,
        still if delta.still else EMPTY,
        fixed if delta.fixed else EMPTY,
        say("{} flaked", delta.flaked) if delta.flaked else EMPTY,
    ]
    return join(" · ", parts) or say("–")


def count_tests(totals: Sequence[Totals], *, failing: bool) -> Markdown:
    """Say `passed/ran`, pytest's errors apart; what did not run only where it matters."""
    if not totals:
        return EMPTY
    passed, failed = sum(one.passed for one in totals), sum(one.failed for one in totals)
    errors, flaked = sum(one.errors for one in totals), sum(one.flaked for one in totals)
    idle = sum(one.skipped + one.pending for one in totals)
    ran = passed + failed + errors
    skipped = say("{} skipped", idle) if idle and (failing or not ran) else EMPTY
    if errors:
        wrong = say("{} failed", failed) if failed else EMPTY
        return join(", ", [say("{} passed", passed), wrong, count(errors, "error"), skipped])
    counts = say("{}/{}", passed, ran) if ran else say("none ran")
    return join(", ", [counts, say("{} flaked", flaked) if flaked else EMPTY, skipped])


def show_tests(row: Row) -> Markdown:
    """Say what a job's runners counted, and what they counted before where that was something else."""
    now = count_tests(row.totals, failing=True)
    before = row.previous.totals if row.previous is not None and row.delta.compared else ()
    ran = sum(one.passed + one.failed + one.errors for one in before)
    passed = sum(one.passed for one in before)
    same = (passed, ran) == (
        sum(one.passed for one in row.totals),
        sum(one.passed + one.failed + one.errors for one in row.totals),
    )
    return now if same or not ran else say("{} (was {}/{})", now or say("none counted"), passed, ran)


def _tell_jobs(rows: tuple[Row, ...], budget: Budget) -> Markdown:
    """Say why several jobs did not run, and name them."""
    names = [quote_name(shorten(one.job, one.group), NAME_LIMIT) for one in rows[: budget.names]]
    return join(": ", [tell(rows[0], budget), listed(names, len(rows))])


def tell(row: Row, budget: Budget) -> Markdown:
    """Say in a line what happened to a job: its gravest failure, then how many others of which class."""
    if not row.failures:
        waits = say("needs {}", quote_name(row.blocked_by, NEEDS_LIMIT)) if row.blocked_by else EMPTY
        return join(": ", [waits, quote_prose(row.note, budget.cell)])
    first = min(row.failures, key=_telling)
    others = [one.verdict.verdict for one in row.failures if one is not first]
    more = [tally(verdict, others.count(verdict)) for verdict in GRAVITY if verdict in others]
    alike = set(others) == {first.verdict.verdict}
    rest = say("and {} more", len(others)) if alike else say("and {}", join(", ", more)) if more else EMPTY
    return join(" · ", [tell_failure(first, budget), rest])


def _telling(one: JudgedFailure) -> tuple[bool, int]:
    """What a row tells first: the gravest; a test that was only broken off tells of another one."""
    return (one.verdict.failure.status is Status.INTERRUPTED, gravity(one.verdict.verdict))


def leaf(test: str) -> str:
    """Give the test's own name, without the containers, modules or folders around it."""
    name = test.rsplit(" > ", 1)[-1]
    if " " in name:
        return name
    inner = name.rsplit("::", 1)[-1]
    is_path = inner == name and "." in name.rsplit("/", 1)[-1]
    return (name.rsplit("/", 1)[-1] if is_path else inner) or name


def tell_failure(judged: JudgedFailure, budget: Budget) -> Markdown:
    """Say in a line what failed: the signature where one matched, else the test and its message."""
    failure, signature = judged.verdict.failure, judged.verdict.signature
    touched = say("this pull request touches it") if judged.verdict.touched else EMPTY
    name = quote_name(leaf(failure.test), budget.cell, narrow=True)
    if signature is not None:
        back = say(" is back:") if judged.verdict.verdict is VerdictClass.RETURNED else EMPTY
        title = quote_prose(signature.title, budget.cell)
        known = say("**{}**{} {}", quote_name(signature.id, NAME_LIMIT), back, title)
        return join(" · ", [known, touched])
    message = quote_inline(failure.message, budget.cell, narrow=True)
    return join(" · ", [join(": ", [name, message]), touched])


def draw_group(group: GreenGroup) -> Cells:
    """Fold a group's green jobs into one row: named while they are few, summed when they are many."""
    rows = group.rows
    title = quote_name(group.name, NAME_LIMIT)
    every = max(group.jobs, len(rows))
    alone = every == 1 and len(rows) == 1
    head = link(quote_name(rows[0].job, NAME_LIMIT), rows[0].url) if alone else EMPTY
    names = [] if alone or len(rows) > NAMED_GREEN else [_name_green(row, group.name) for row in rows]
    fixed = sum(row.delta.fixed > 0 and row.delta.compared for row in rows)
    flaked = sum(row.delta.flaked for row in rows if row.delta.compared)
    mended = (say("fixed") if alone else say("{} fixed", fixed)) if fixed else EMPTY
    return (
        head or say("**{}** · {} of {} passed", title or say("Other jobs"), len(rows), every),
        sum_previous(rows),
        STATES[JobState.PASSED],
        join(" · ", [mended, say("{} flaked", flaked) if flaked else EMPTY]) or say("–"),
        count_tests([one for row in rows for one in row.totals], failing=False),
        join(" · ", names),
    )


def _name_green(row: Row, group: str) -> Markdown:
    name = quote_name(shorten(row.job, group), NAME_LIMIT)
    counts = count_tests(row.totals, failing=False)
    return say("{} {}", name, counts) if counts else name
