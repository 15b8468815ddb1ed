"""A proposed configuration as a check run: what is wrong, what changes, what it would have matched."""

from collections import Counter
from collections.abc import Sequence

from bot.model.backtest import Backtest, Grade, Trial
from bot.model.check import Annotation, CheckRun
from bot.model.config import Problem
from bot.model.proposal import ProposalReport, SignatureChange
from bot.model.signature import Signature
from bot.report.backtest import MOST_ROWS, render_backtest
from bot.report.check import SUMMARY_LIMIT, TITLE_LIMIT
from bot.report.markdown import EMPTY, Markdown, count, join, say, table
from bot.report.quote import quote_inline, quote_plain, quote_prose

NAME = "Retriage / config"
# More than this is a wall; what stands further down is counted.
MOST_ANNOTATIONS = 200
_MESSAGE_LIMIT = 2_000
_SENTENCE_LIMIT = 300
_TITLE_CELL = 100
_NAME_LIMIT = 100
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}
_ICONS = {"error": say("❌"), "warning": say("⚠️"), "notice": say("💡")}


def render_proposal(report: ProposalReport) -> CheckRun:
    """Render what was found as a check run; it is green when, and only when, nothing is wrong."""
    return CheckRun(
        name=NAME,
        status="completed",
        conclusion=_conclude(report),
        title=quote_plain(_headline(report), TITLE_LIMIT),
        summary=_summarise(report),
        annotations=tuple(_annotation(one) for one in _on_the_diff(report)[:MOST_ANNOTATIONS]),
    )


def _conclude(report: ProposalReport) -> str:
    kinds = {one.severity for one in report.problems}
    backtest = report.backtest
    if "error" in kinds or (backtest and backtest.fails):
        return "failure"
    doubtful = bool(backtest) and any(one.grade is Grade.WARNING for one in _trials(backtest))
    return "neutral" if "warning" in kinds or doubtful else "success"


def _headline(report: ProposalReport) -> Markdown:
    kinds = Counter(one.severity for one in report.problems)
    trials = Counter(one.grade for one in _trials(report.backtest))
    parts = [
        say("❌ {}", count(kinds["error"], "error")) if kinds["error"] else EMPTY,
        say("❌ backtest fails") if trials[Grade.FAILS] else EMPTY,
        say("⚠️ {}", count(kinds["warning"], "warning")) if kinds["warning"] else EMPTY,
        say("⚠️ backtest warns") if trials[Grade.WARNING] else EMPTY,
        say("💡 {}", count(kinds["notice"], "notice")) if kinds["notice"] else EMPTY,
    ]
    return join(" · ", parts) or (
        say("✅ nothing to mend") if not report.notes else say("➖ not all was tried")
    )


def _trials(backtest: Backtest | None) -> Sequence[Trial]:
    return backtest.trials if backtest is not None else ()


def _on_the_diff(report: ProposalReport) -> list[Problem]:
    """The gravest first: GitHub shows them in the order of their lines, and takes only so many."""
    found = [one for one in report.problems if one.file in report.touched]
    return sorted(found, key=lambda one: list(_LEVELS).index(one.severity))


def _annotation(problem: Problem) -> Annotation:
    fix = "Instead: " + problem.fix if problem.fix else ""
    return Annotation(
        path=problem.file,
        line=max(1, problem.line),
        level=_LEVELS[problem.severity],
        title=quote_plain("Retriage's configuration: " + problem.severity, TITLE_LIMIT),
        message="\n".join(quote_plain(part, _MESSAGE_LIMIT) for part in (problem.message, fix) if part),
        column=max(0, problem.column),
    )


# Rows of a table and entries of a list, in steps, until the summary fits.
_STEPS = (100, 30, 10, 3)


def _summarise(report: ProposalReport) -> str:
    for most in _STEPS:
        parts = [
            say("### {}", _headline(report)),
            _when_it_holds(report),
            _render_notes(report),
            _render_elsewhere(report, most),
            _render_changes(report, most),
            _render_backtest(report.backtest, most),
        ]
        text = join("\n\n", parts)
        if len(text) <= SUMMARY_LIMIT:
            break
    return str(text)


def _when_it_holds(report: ProposalReport) -> Markdown:
    default = quote_inline(report.default_branch, _NAME_LIMIT)
    holds = say("**It holds from the moment it is on {}**; until then no report follows it.", default)
    aside = EMPTY
    if report.base_branch != report.default_branch:
        aside = say("This pull request is meant for {}.", quote_inline(report.base_branch, _NAME_LIMIT))
    wrong = EMPTY
    if not report.usable:
        wrong = say("It cannot be used as it is: the last good one would go on holding.")
    gone = say("It is removed: the account's own holds, else the defaults.") if report.removed else EMPTY
    tried = say("{} tried.", count(report.examples, "example")) if report.examples else EMPTY
    return join(" ", [holds, aside, wrong, gone, tried])


def _render_notes(report: ProposalReport) -> Markdown:
    lines = [say("- {}", quote_prose(one, _SENTENCE_LIMIT)) for one in report.notes]
    return join("\n\n", [say("#### Worth knowing"), join("\n", lines)]) if lines else EMPTY


def _render_elsewhere(report: ProposalReport, most: int) -> Markdown:
    """What cannot stand on a line of the diff, and what did not get one."""
    rest = [one for one in report.problems if one.file not in report.touched]
    left = len(_on_the_diff(report)) - MOST_ANNOTATIONS
    lines = [_draw_problem(one) for one in rest[:most]]
    lines += [say("- and {}", count(len(rest) - most, "more finding"))] if len(rest) > most else []
    more = say("{} on the diff without an annotation.", count(left, "more finding")) if left > 0 else EMPTY
    head = say("#### In files that this pull request does not touch") if lines else EMPTY
    return join("\n\n", [head, join("\n", lines), more])


def _draw_problem(problem: Problem) -> Markdown:
    where = say(
        "{} {} line {}", _ICONS[problem.severity], quote_inline(problem.file, _NAME_LIMIT), problem.line
    )
    said = quote_prose(problem.message, _SENTENCE_LIMIT)
    return say("- {}", join(": ", [where, join(" · ", [said, quote_prose(problem.fix, _SENTENCE_LIMIT)])]))


def _render_changes(report: ProposalReport, most: int) -> Markdown:
    keys = join(", ", [quote_inline(key, _NAME_LIMIT) for key in report.keys])
    others = say("Other keys that change: {}.", keys) if keys else EMPTY
    rows = [_draw_change(one) for one in report.changes[:most]]
    if not rows:
        return join("\n\n", [say("#### What changes"), others]) if others else EMPTY
    left = len(report.changes) - len(rows)
    more = say("and {}", count(left, "more signature")) if left > 0 else EMPTY
    header = [say("Signature"), say("Title"), say("Status"), say("What changes")]
    return join("\n\n", [say("#### What changes"), table(header, rows), more, others])


def _draw_change(change: SignatureChange) -> Sequence[Markdown]:
    shown = change.after or change.before
    if shown is None:
        return ()
    if change.before is None:
        sign, what = say("➕"), say("added")
    elif change.after is None:
        sign, what = say("➖"), say("removed")
    else:
        sign, what = say("✏️"), join(", ", [quote_inline(part, _NAME_LIMIT) for part in change.parts])
    title = quote_inline(shown.title, _TITLE_CELL)
    return (say("{} {}", sign, quote_inline(shown.id, _NAME_LIMIT)), title, _draw_status(change, shown), what)


def _draw_status(change: SignatureChange, shown: Signature) -> Markdown:
    now = quote_inline(shown.status.value, _NAME_LIMIT)
    if change.before is None or change.after is None or change.before.status is change.after.status:
        return now
    return say("{} → {}", quote_inline(change.before.status.value, _NAME_LIMIT), now)


def _render_backtest(backtest: Backtest | None, most: int) -> Markdown:
    """What the signatures would have matched in kept logs; of many the worst."""
    if backtest is None:
        return EMPTY
    return join("\n\n", [say("#### Backtest"), render_backtest(backtest, min(most, MOST_ROWS))])
