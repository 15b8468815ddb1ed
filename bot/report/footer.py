"""The comment's end: next steps, the legend, and where everything comes from."""

from collections.abc import Sequence

from bot.model.config import Problem
from bot.model.report import ConfigFacts, Facts, NextStep, Report
from bot.model.verdict import GRAVITY
from bot.report.links import SHORT_SHA, blob_url, link
from bot.report.markdown import EMPTY, Markdown, count, fold, join, say
from bot.report.quote import quote_inline, quote_prose
from bot.report.standing import count_classes
from bot.report.words import LABELS, MEANINGS

MOST_STEPS = 3
_MOST_PROBLEMS = 5
_MOST_NOTES = 5
_SENTENCE_LIMIT = 300
_COMMAND_LIMIT = 300
_NAME_LIMIT = 100


def render_steps(report: Report) -> Markdown:
    """List at most three next steps, each a command or a link."""
    shown = [_draw_step(number, one) for number, one in enumerate(report.next_steps[:MOST_STEPS], 1)]
    return join("\n\n", [say("#### Next steps"), join("\n", shown)]) if shown else EMPTY


def _draw_step(number: int, step: NextStep) -> Markdown:
    text = link(quote_prose(step.text, _SENTENCE_LIMIT), step.url)
    return say("{}. {}", number, join(": ", [text, quote_inline(step.command, _COMMAND_LIMIT)]))


def render_legend(report: Report) -> Markdown:
    """Explain the classes that this comment uses."""
    used = count_classes(report)
    lines = [say("- {}: {}", LABELS[one], MEANINGS[one]) for one in GRAVITY if used[one]]
    return fold(say("Legend"), [join("\n", lines)]) if lines else EMPTY


def render_footer(report: Report) -> Markdown:
    """Say where the documentation is, how to dispute a verdict, and which configuration held."""
    facts, config = report.facts, report.config
    docs = (
        link(say("Documentation"), facts.docs_url)
        if facts.docs_url
        else say("<code>/retriage help</code> lists the commands")
    )
    dispute = say(
        "A verdict is wrong? <code>/retriage why &lt;test&gt;</code> shows its evidence, "
        "<code>/retriage not-flake &lt;test&gt; &lt;reason&gt;</code> takes an excuse away; "
        "correct the signature by pull request"
    )
    small = join(" · ", [docs, dispute, _name_config(facts, config)])
    notes = _draw_notes(report.report_notes)
    return join("\n\n", [say("---\n\n<sub>{}</sub>", small), notes, render_problems(config)])


def _draw_notes(notes: Sequence[str]) -> Markdown:
    """Reports in artifacts that could not be read: what the log says stands without them."""
    shown = [say("- {}", quote_prose(one, _SENTENCE_LIMIT)) for one in notes[:_MOST_NOTES]]
    left = len(notes) - len(shown)
    more = say("- and {}", count(left, "more note")) if left > 0 else EMPTY
    head = say("📄 **Test reports that are not in the rows above:**")
    return join("\n\n", [head, join("\n", [*shown, more])]) if shown else EMPTY


def _name_config(facts: Facts, config: ConfigFacts) -> Markdown:
    if not config.source:
        return say("no configuration file: defaults")
    url = config.url or blob_url(facts, config.commit, config.source)
    name = link(quote_inline(config.source, _NAME_LIMIT), url)
    commit = quote_inline(config.commit[:SHORT_SHA], SHORT_SHA)
    at = say("configuration {} at {}", name, commit) if commit else say("configuration {}", name)
    bases = [quote_inline(one, _NAME_LIMIT) for one in config.extends]
    return join(" on top of ", [at, *bases])


def render_problems(config: ConfigFacts) -> Markdown:
    """Say what is wrong with a newer configuration file, line by line; the last good one holds."""
    if not config.problems:
        return EMPTY
    shown = [_draw_problem(one) for one in config.problems[:_MOST_PROBLEMS]]
    left = len(config.problems) - len(shown)
    head = say(
        "⚠️ **The configuration has {}; the last good one holds.**", count(len(config.problems), "problem")
    )
    more = say("- and {}", count(left, "more problem")) if left > 0 else EMPTY
    return join("\n\n", [head, join("\n", [*shown, more])])


def _draw_problem(problem: Problem) -> Markdown:
    where = say("{} line {}", quote_inline(problem.file, _NAME_LIMIT), problem.line)
    said = quote_prose(problem.message, _SENTENCE_LIMIT)
    return say("- {}", join(": ", [where, join(" · ", [said, quote_prose(problem.fix, _SENTENCE_LIMIT)])]))
