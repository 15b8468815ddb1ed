"""Fix first: the few causes behind the failures, in the order in which to mend them."""

from bot.model.report import Cause, Report
from bot.report.budget import Budget
from bot.report.markdown import EMPTY, Markdown, count, join, listed, say
from bot.report.quote import quote_inline, quote_name, quote_prose
from bot.report.table import leaf
from bot.report.words import LABELS

MOST_CAUSES = 5
_NAME_LIMIT = 60
_TITLE_LIMIT = 160
_SENTENCE_LIMIT = 300


def render_causes(report: Report, budget: Budget) -> Markdown:
    """List at most five causes, first things first; empty when there are none."""
    if not report.causes:
        return EMPTY
    entries = [_draw(number, one, budget) for number, one in enumerate(report.causes[:MOST_CAUSES], 1)]
    rest = len(report.causes) - len(entries)
    more = say("{} after these.", count(rest, "more cause")) if rest > 0 else EMPTY
    return join("\n\n", [say("#### Fix first"), join("\n", entries), more])


def _draw(number: int, cause: Cause, budget: Budget) -> Markdown:
    names = [quote_name(job, _NAME_LIMIT) for job in cause.jobs[: budget.names]]
    title = quote_inline(cause.title, _TITLE_LIMIT)
    follow = len(cause.failures) - 1
    reach = [
        _name_test(cause),
        listed(names, len(cause.jobs)),
        say("{} from the same cause", count(follow, "more failure")) if follow > 0 else EMPTY,
        say("blocks {}", count(cause.blocked, "job")) if cause.blocked else EMPTY,
    ]
    why = join(" ", [_sentence(cause.reason), _sentence(cause.hint)])
    lines = [join(" · ", [say("{} {}", LABELS[cause.verdict], title), *reach]), why]
    return say("{}. {}", number, join("<br>", lines))


def _name_test(cause: Cause) -> Markdown:
    """Name the test of a single failure, where the title does not."""
    name = leaf(cause.failures[0].verdict.failure.test) if len(cause.failures) == 1 else ""
    return EMPTY if name in cause.title else say("{}", quote_name(name, _TITLE_LIMIT))


def _sentence(text: str) -> Markdown:
    """Quote a sentence of ours and end it."""
    said = quote_prose(text.strip(), _SENTENCE_LIMIT)
    return said if not said or text.strip().endswith((".", "!", "?", ":")) else say("{}.", said)
