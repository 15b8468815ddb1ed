"""The comment's first lines: the headline, the facts and the outage banner."""

from bot.model.report import Compared, Facts, Report
from bot.model.verdict import GRAVITY
from bot.report.links import commit_link, link
from bot.report.markdown import EMPTY, Markdown, count, join, listed, moment, say
from bot.report.quote import quote_name, quote_prose
from bot.report.standing import (
    count_classes,
    is_clean,
    is_running,
    needing,
    passed_jobs,
    passed_tests,
    waiting_jobs,
)
from bot.report.words import NEEDS_SOMEBODY, tally

NAME_LIMIT = 60
SENTENCE_LIMIT = 300
_PENDING_NAMES = 3


def render_headline(report: Report) -> Markdown:
    """Say in one line how many failures need somebody, and what the others are."""
    if is_clean(report):
        return _headline_of_clean(report)
    counts = count_classes(report)
    others = [verdict for verdict in GRAVITY if counts[verdict] and verdict not in NEEDS_SOMEBODY]
    shown = [tally(verdict, counts[verdict]) for verdict in others]
    need = needing(report)
    first = say("❌ {} you", count(need, "failure needs", "failures need")) if need else EMPTY
    return say("### {}", join(" · ", [first, *shown, _still_running(report)]))


def _headline_of_clean(report: Report) -> Markdown:
    """Green is said only of what ran, was read and has ended."""
    jobs, tests = passed_jobs(report), passed_tests(report)
    passed = say("{} passed", count(jobs, "job")) if jobs else EMPTY
    if is_running(report):
        return say("### {}", join(" · ", [_still_running(report), say("nothing has failed so far"), passed]))
    if not jobs:
        return say("### ➖ Nothing ran")
    if not tests:
        return say("### ➖ Nothing failed · {} · no test counts were read", passed)
    return say("### ✅ {} · {}", passed, count(tests, "test"))


def _still_running(report: Report) -> Markdown:
    facts = report.facts
    jobs = waiting_jobs(report)
    workflows = facts.workflows - facts.finished
    if jobs:
        return say("⏳ {} queued or running", count(jobs, "job"))
    if workflows > 0:
        return say("⏳ {} queued or running", count(workflows, "workflow"))
    if facts.pending:
        return say("⏳ {} queued or running", len(facts.pending))
    return EMPTY


def render_facts(report: Report) -> Markdown:
    """Say what the report is about and what it was compared with."""
    facts = report.facts
    run = link(say("attempt {}", facts.attempt), facts.run_url)
    parts = [
        say("Commit {}", commit_link(facts, facts.head_sha) or quote_name(facts.head_sha, NAME_LIMIT)),
        _previous(facts),
        _base(facts),
        run,
        _finished(facts),
        say("as of {}", moment(facts.at)),
    ]
    return join(" · ", parts)


def _previous(facts: Facts) -> Markdown:
    if facts.previous is None:
        return say("no previous run")
    run = link(say("previous run"), facts.previous.url)
    return say("{} {}", run, _compared(facts, facts.previous))


def _base(facts: Facts) -> Markdown:
    if facts.base is None:
        why = quote_prose(facts.base_note, SENTENCE_LIMIT)
        return say("**base not compared**: {}", why) if why else say("**base not compared**")
    run = link(say("base"), facts.base.url)
    return say("{} {} {}", run, quote_name(facts.base.branch, NAME_LIMIT), _compared(facts, facts.base))


def _compared(facts: Facts, run: Compared) -> Markdown:
    commit = commit_link(facts, run.sha) or quote_name(run.sha, NAME_LIMIT)
    attempt = say("attempt {}", run.attempt) if run.attempt > 1 else EMPTY
    when = moment(run.at) if run.at else EMPTY
    about = join(", ", [attempt, when])
    return say("{} ({})", commit, about) if about else commit


def _finished(facts: Facts) -> Markdown:
    done = say("{} of {} finished", facts.finished, count(facts.workflows, "workflow"))
    names = [quote_name(name, NAME_LIMIT) for name in facts.pending[:_PENDING_NAMES]]
    if not names:
        return done
    return say("{}, waiting for {}", done, listed(names, len(facts.pending)))


def render_outage(report: Report) -> Markdown:
    """Warn that it looks like an outage; empty when it does not."""
    if not report.outage:
        return EMPTY
    return say("> ⚠️ **This looks like an outage.** {}", quote_prose(report.outage, SENTENCE_LIMIT))
