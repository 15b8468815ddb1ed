"""The folded lists: what has an explanation, what did not run, and artifacts."""

from collections.abc import Sequence

from bot.model.report import ArtifactLink, Facts, FixedFailure, JudgedFailure, Report, Row
from bot.model.signature import Signature
from bot.model.verdict import VerdictClass, gravity
from bot.report.budget import Budget
from bot.report.details import show_place, show_reason, show_signature
from bot.report.links import link
from bot.report.markdown import EMPTY, Markdown, count, fold, join, listed, say
from bot.report.quote import quote_inline, quote_name, quote_prose
from bot.report.standing import classes_of
from bot.report.table import NEEDS_LIMIT, leaf
from bot.report.words import LABELS, STATES, tally

_NAME_LIMIT = 60
_TEST_LIMIT = 200
_SENTENCE_LIMIT = 300
_MEBI = 1_048_576
_EXPLAINED = (
    (VerdictClass.KNOWN_FLAKE, VerdictClass.INFRA),
    (VerdictClass.ON_BASE,),
    (VerdictClass.PASSED_ON_RETRY,),
    (VerdictClass.SEEN_ELSEWHERE,),
)
_IDLE = ((VerdictClass.UNREAD,), (VerdictClass.BLOCKED, VerdictClass.CANCELLED))


def render_folds(report: Report, budget: Budget) -> Markdown:
    """Fold what needs nobody at once: known, on base, retried, seen elsewhere, unread, blocked, artifacts."""
    folds = [
        *(_fold_failures(report, kinds, budget) for kinds in _EXPLAINED),
        *(_fold_rows(report, kinds, budget) for kinds in _IDLE),
        _fold_artifacts(report.artifacts, budget),
    ]
    return join("\n", folds)


def _fold_failures(report: Report, kinds: tuple[VerdictClass, ...], budget: Budget) -> Markdown:
    found = [one for one in report.judged if one.verdict.verdict in kinds]
    # The rarest flake on top: it is the likeliest to be something else.
    order = sorted(found, key=lambda one: (gravity(one.verdict.verdict), one.verdict.flake_rate))
    groups = _gather(order)
    entries = [_draw_known(report.facts, same, budget) for same in groups[: budget.entries]]
    left = sum(len(same) for same in groups[budget.entries :])
    note = say("- {}", count(left, "more failure")) if left else EMPTY
    return (
        fold(_summary([one.verdict.verdict for one in found], kinds), [join("\n", [*entries, note])])
        if found
        else EMPTY
    )


def _summary(found: Sequence[VerdictClass], kinds: tuple[VerdictClass, ...]) -> Markdown:
    return join(" · ", [tally(kind, found.count(kind)) for kind in kinds if kind in found])


def _gather(judged: Sequence[JudgedFailure]) -> list[list[JudgedFailure]]:
    """Put failures of one signature, or of one fingerprint, together."""
    groups: dict[object, list[JudgedFailure]] = {}
    for number, one in enumerate(judged):
        signature, mark = one.verdict.signature, one.verdict.failure.fingerprint
        key: object = signature.id if signature else mark or number
        groups.setdefault((one.verdict.verdict, key), []).append(one)
    return list(groups.values())


def _draw_known(facts: Facts, same: list[JudgedFailure], budget: Budget) -> Markdown:
    verdict = same[0].verdict
    signature = verdict.signature
    title = _title(signature) if signature else quote_inline(verdict.failure.message, _TEST_LIMIT)
    lines = [
        say("- {} · {}", LABELS[verdict.verdict], title),
        *(say("  - {}", _draw_where(facts, one, budget)) for one in same[: budget.names]),
        say("  - {}", count(len(same) - budget.names, "more failure")) if len(same) > budget.names else EMPTY,
        _indented(show_signature(signature)) if signature else EMPTY,
        *(_indented(show_reason(one)) for one in verdict.evidence[: budget.evidence]),
    ]
    return join("\n", lines)


def _indented(line: Markdown) -> Markdown:
    return say("  - {}", line) if line else EMPTY


def _title(signature: Signature) -> Markdown:
    return say(
        "**{}** {}", quote_name(signature.id, _NAME_LIMIT), quote_prose(signature.title, _SENTENCE_LIMIT)
    )


def _draw_where(facts: Facts, judged: JudgedFailure, budget: Budget) -> Markdown:
    failure = judged.verdict.failure
    name = quote_name(leaf(failure.test), _TEST_LIMIT) or quote_inline(failure.message, _TEST_LIMIT)
    return join(" · ", [name, quote_name(judged.job, _NAME_LIMIT), show_place(facts, [judged], budget)])


def _fold_rows(report: Report, kinds: tuple[VerdictClass, ...], budget: Budget) -> Markdown:
    """Fold the jobs that did not run or could not be read, each with its reason."""
    rows = [row for row in report.rows if any(kind in kinds for kind in classes_of(row))]
    found = [kind for row in rows for kind in classes_of(row) if kind in kinds]
    entries = [say("- {}", _draw_idle(row)) for row in rows[: budget.entries]]
    left = len(rows) - len(entries)
    note = say("- {}", count(left, "more job")) if left > 0 else EMPTY
    return fold(_summary(found, kinds), [join("\n", [*entries, note])]) if rows else EMPTY


def _draw_idle(row: Row) -> Markdown:
    label = LABELS[classes_of(row)[0]] if classes_of(row) else STATES[row.state]
    needs = say("needs {}", quote_name(row.blocked_by, NEEDS_LIMIT)) if row.blocked_by else EMPTY
    unread = [one.verdict.evidence[0] for one in row.failures[:1] if one.verdict.evidence]
    why = [show_reason(one) for one in unread]
    name = link(quote_name(row.job, _NAME_LIMIT), row.url)
    return join(" · ", [label, name, needs, quote_prose(row.note, _SENTENCE_LIMIT), *why])


def _fold_artifacts(artifacts: Sequence[ArtifactLink], budget: Budget) -> Markdown:
    if not artifacts:
        return EMPTY
    shown = [_draw_artifact(one) for one in artifacts[: budget.entries]]
    return fold(say("📦 {}", count(len(artifacts), "artifact")), [listed(shown, len(artifacts))])


def _draw_artifact(one: ArtifactLink) -> Markdown:
    name = link(quote_name(one.name, _NAME_LIMIT), one.url)
    if one.size <= 0:
        return name
    return say("{} ({} MiB)", name, max(1, round(one.size / _MEBI)))


def render_fixed(report: Report, budget: Budget) -> Markdown:
    """Say in one line what failed before and passes now; on the same commit nothing was mended."""
    mended = [one for one in report.fixed if not one.retried]
    retried = [one for one in report.fixed if one.retried]
    fixed = say("{} since the previous run: {}", say("✅ **Fixed**"), _list_passing(mended, budget))
    flaked = say("{} on the same commit: {}", say("🔄 **Passed on retry**"), _list_passing(retried, budget))
    return join("\n\n", [fixed if mended else EMPTY, flaked if retried else EMPTY])


def _list_passing(passing: Sequence[FixedFailure], budget: Budget) -> Markdown:
    return listed([_draw_passing(one) for one in passing[: budget.names]], len(passing))


def _draw_passing(one: FixedFailure) -> Markdown:
    job = quote_name(one.job, _NAME_LIMIT)
    name = say("{} in {}", quote_name(leaf(one.test), _TEST_LIMIT), job) if one.test else job
    own = say("{} (✏️ **this pull request touches it: the flake is its own**)", name)
    return own if one.touched else name
