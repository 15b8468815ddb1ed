"""One fold per failure that needs somebody: what, where, why we say so, and how to run it."""

from collections.abc import Sequence

from bot.model.failure import Failure
from bot.model.report import Facts, JudgedFailure, Report
from bot.model.signature import Signature, SignatureStatus
from bot.model.verdict import Evidence, Verdict, VerdictClass, gravity
from bot.report.budget import Budget
from bot.report.links import blob_url, link, safe_url
from bot.report.markdown import EMPTY, Markdown, count, fold, join, listed, say
from bot.report.quote import quote_block, quote_excerpt, quote_inline, quote_name, quote_prose
from bot.report.table import leaf
from bot.report.words import LABELS

_NAME_LIMIT = 60
_TEST_LIMIT = 300
_PATH_LIMIT = 160
_SENTENCE_LIMIT = 300
_COMMAND_LIMIT = 600
_SHOWN = (VerdictClass.RETURNED, VerdictClass.REGRESSION, VerdictClass.UNKNOWN)


def render_failures(report: Report, budget: Budget) -> Markdown:
    """Show every failure that needs somebody, gravest first; the same failure in several jobs once."""
    asking = [one for one in report.judged if one.verdict.verdict in _SHOWN]
    groups = _gather(sorted(asking, key=lambda one: gravity(one.verdict.verdict)))
    if not groups:
        return EMPTY
    shown = groups[: budget.failures]
    unknown = [same for same in shown if same[0].verdict.verdict is VerdictClass.UNKNOWN]
    # One banner stands for what nobody knows; what is known to need somebody stays open beside it.
    apart = unknown if report.outage and len(unknown) > 1 else []
    folds = [_draw(report.facts, same, budget) for same in shown if same not in apart]
    if apart:
        every = sum(one.verdict.verdict is VerdictClass.UNKNOWN for one in asking)
        title = say("❔ {}, folded because this looks like an outage", count(every, "failure"))
        folds.append(fold(title, [join("\n", [_draw(report.facts, same, budget) for same in apart])]))
    left = sum(len(same) for same in groups[budget.failures :])
    note = say(
        "{} not shown in full, to stay within GitHub's limit: the table links every job.",
        count(left, "more failure"),
    )
    return join("\n\n", [say("#### What failed"), join("\n", folds), note if left else EMPTY])


def _gather(judged: Sequence[JudgedFailure]) -> list[list[JudgedFailure]]:
    """Put the same failure of several jobs together, in the order of the first."""
    groups: dict[object, list[JudgedFailure]] = {}
    for number, one in enumerate(judged):
        failure = one.verdict.failure
        same = (one.verdict.verdict, failure.fingerprint, failure.test, failure.message)
        groups.setdefault(same if failure.fingerprint else number, []).append(one)
    return list(groups.values())


def _draw(facts: Facts, same: list[JudgedFailure], budget: Budget) -> Markdown:
    judged = same[0]
    verdict = judged.verdict
    failure = verdict.failure
    name = quote_name(leaf(failure.test), budget.cell) or quote_inline(failure.message, budget.cell)
    every = tuple(dict.fromkeys(one.job for one in same))
    jobs = [quote_name(job, _NAME_LIMIT) for job in every[: budget.names]]
    summary = say("{} · {} · <b>{}</b>", LABELS[verdict.verdict], listed(jobs, len(every)), name)
    body = [
        say("**Test** {}", quote_inline(failure.test, _TEST_LIMIT))
        if failure.test != leaf(failure.test)
        else EMPTY,
        show_place(facts, same, budget),
        *_show_text(verdict, budget),
        show_signature(verdict.signature) if verdict.signature else EMPTY,
        show_evidence(verdict.evidence, budget),
        _show_rerun(failure),
    ]
    return fold(summary, body)


def show_place(facts: Facts, same: Sequence[JudgedFailure], budget: Budget) -> Markdown:
    """Say where it failed: source line, each job's log line, change, whether this pull request touches it."""
    verdict, change = same[0].verdict, same[0].change.value
    failure = verdict.failure
    source = say("{}:{}", _path(failure), failure.line) if failure.line else _path(failure)
    place = (
        link(source, blob_url(facts, facts.head_sha, failure.file, failure.line)) if failure.file else EMPTY
    )
    logs = [_log_link(one) for one in same[: budget.names]]
    touched = say("✏️ **this pull request touches it**") if verdict.touched else EMPTY
    return join(" · ", [place, listed(logs, len(same)), quote_prose(change, _NAME_LIMIT), touched])


def _path(failure: Failure) -> Markdown:
    return quote_inline(failure.file, _PATH_LIMIT)


def _log_link(judged: JudgedFailure) -> Markdown:
    number = judged.verdict.failure.log_line
    label = say("log line {}", number) if number > 0 else say("log")
    return link(label, judged.job_url)


def _show_text(verdict: Verdict, budget: Budget) -> list[Markdown]:
    """Give the message and its detail, and the log around it; nothing that the log shows is said twice."""
    failure, excerpt = verdict.failure, verdict.excerpt
    message = quote_inline(failure.message, _TEST_LIMIT) if failure.test else EMPTY
    if not budget.block:
        return [message]
    log = quote_excerpt(excerpt, budget.before, budget.after) if excerpt else EMPTY
    seen = "\n".join(excerpt.lines) if excerpt and log else ""
    detail = failure.detail.strip("\n")
    known = failure.message.strip() in seen
    repeats = all(line.strip() in seen for line in detail.splitlines())
    return [EMPTY if known else message, EMPTY if repeats else quote_block(detail, budget.block), log]


def show_evidence(evidence: Sequence[Evidence], budget: Budget) -> Markdown:
    """List the reasons for a verdict, each with what was quoted and where to look."""
    shown = [show_reason(one) for one in evidence[: budget.evidence]]
    left = len(evidence) - len(shown)
    more = say("- {}", count(left, "more reason")) if left > 0 else EMPTY
    bullets = [say("- {}", one) for one in shown if one]
    return join("\n\n", [say("**Why this verdict**"), join("\n", [*bullets, more])]) if bullets else EMPTY


def show_signature(signature: Signature) -> Markdown:
    """Say what the reviewed entry says: cause, priority, owner, issue, the fix, and where it stands."""
    defined = say("{}:{}", quote_inline(signature.source, _PATH_LIMIT), signature.source_line)
    issue = link(say("issue"), signature.issue) if safe_url(signature.issue) else EMPTY
    # Of one that is back, the fix that did not hold stands among the reasons.
    back = signature.status is SignatureStatus.FIXED
    parts = [
        say("cause {}", quote_name(signature.cause, _NAME_LIMIT)) if signature.cause else EMPTY,
        quote_name(signature.priority, _NAME_LIMIT),
        say("owner {}", quote_name(signature.owner, _NAME_LIMIT)) if signature.owner else EMPTY,
        issue,
        say("signature in {}", defined) if signature.source and signature.source_line else EMPTY,
        say("fix: {}", quote_prose(signature.fix, _SENTENCE_LIMIT)) if signature.fix and not back else EMPTY,
    ]
    return join(" · ", parts)


def show_reason(one: Evidence) -> Markdown:
    """Say one reason: our sentence, what was quoted from a log, and a link."""
    said = join(": ", [quote_prose(one.text, _SENTENCE_LIMIT), quote_inline(one.quote, _TEST_LIMIT)])
    look = link(say("look"), one.url)
    return say("{} ({})", said, look) if look != "look" else said


def _show_rerun(failure: Failure) -> Markdown:
    if not failure.rerun:
        return EMPTY
    return join("\n\n", [say("**Run it alone**"), quote_block(failure.rerun[:_COMMAND_LIMIT], 3)])
