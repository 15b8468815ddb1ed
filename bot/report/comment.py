"""A report as the one comment on its pull request."""

from collections.abc import Sequence

from bot.model.report import Report
from bot.report.budget import SOFT_LIMIT, STEPS, Budget
from bot.report.causes import render_causes
from bot.report.details import render_failures
from bot.report.folds import render_fixed, render_folds
from bot.report.footer import render_footer, render_legend, render_steps
from bot.report.headline import render_facts, render_headline, render_outage
from bot.report.markdown import Markdown, count, join, say
from bot.report.table import render_table

MARKER = say("<!-- retriage:status v1 -->")
_GAP = "\n\n"
_NOTE_ROOM = 100  # characters kept for the sentence that says what was left out


def render_comment(report: Report) -> str:
    """Render a report as markdown of at most 60,000 characters.

    GitHub's limit is 65,536 characters ("Body is too long"); a body of four-byte characters stays
    below the 262,144 bytes that a larger cap on bodies was reported with. The report shrinks in steps,
    and every section says how much it leaves out. Nothing is cut inside a block.
    """
    for budget in STEPS:
        sections = _compose(report, budget)
        if sum(len(section) + len(_GAP) for section in sections) <= SOFT_LIMIT:
            break
    return str(join("\n\n", _drop_last(sections)))


def _compose(report: Report, budget: Budget) -> list[Markdown]:
    """Put the sections into the order of the contract; those without content are left out."""
    sections = [
        MARKER,
        render_headline(report),
        render_facts(report),
        render_outage(report),
        render_table(report, budget),
        render_causes(report, budget),
        render_failures(report, budget),
        render_folds(report, budget),
        render_fixed(report, budget),
        render_steps(report),
        render_legend(report),
        render_footer(report),
    ]
    return [section for section in sections if section]


def _drop_last(sections: Sequence[Markdown]) -> list[Markdown]:
    """Keep whole sections while they fit: the guard behind the budget's last step."""
    kept: list[Markdown] = []
    room = SOFT_LIMIT - _NOTE_ROOM
    for section in sections:
        room -= len(section) + len(_GAP)
        if room < 0:
            break
        kept.append(section)
    left = len(sections) - len(kept)
    return (
        [*kept, say("{} left out to stay within GitHub's limit.", count(left, "section"))] if left else kept
    )
