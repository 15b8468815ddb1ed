"""A backtest as markdown: what each signature would have matched, the worst on top."""

from collections.abc import Sequence

from bot.model.backtest import Backtest, Explained, Grade, PassingHit, Trial
from bot.report.markdown import EMPTY, Markdown, count, fold, join, listed, moment, say, table
from bot.report.quote import quote_inline, quote_name, quote_prose

# A check's page is no file of all signatures: those that need nobody are counted.
MOST_ROWS = 40
MOST_NAMES = 3
ID_LIMIT, NAME_LIMIT, LINE_LIMIT, WHY_LIMIT = 64, 80, 160, 300
GRADES = {
    Grade.FAILS: say("❌ Fails"),
    Grade.WARNING: say("⚠️ Warning"),
    Grade.TOO_FEW: say("❔ Too few logs"),
    Grade.FINE: say("✅ Fine"),
}
_ORDER = tuple(GRADES)
_HEADER = (
    say("Signature"),
    say("Result"),
    say("Failures"),
    say("Jobs"),
    say("Pull requests"),
    say("Authors"),
    say("Last seen"),
    say("Passing jobs"),
    say("Also matched by"),
)


def render_backtest(found: Backtest, most: int = MOST_ROWS) -> Markdown:
    """Say what was tried, then a table of the signatures, the reasons, and what changed, `most` of each."""
    trials = sorted(found.trials, key=lambda trial: _ORDER.index(trial.grade))
    return join(
        "\n\n",
        (
            _tried(found),
            _table(trials, most),
            _reasons(trials, most),
            _changes(found, most),
            _unread(found.unread),
        ),
    )


def _tried(found: Backtest) -> Markdown:
    if not found.failing and not found.passing:
        return say("No kept log to try signatures on.")
    return say(
        "Tried on {} with {} and on {}; {} of the failures are matched by some signature.",
        count(found.failing, "failing log"),
        count(found.failures, "failure"),
        count(found.passing, "passing log"),
        found.explained,
    )


def _table(trials: Sequence[Trial], most: int) -> Markdown:
    if not trials:
        return EMPTY
    rows = [_row(trial) for trial in trials[:most]]
    left = len(trials) - len(rows)
    more = say("… and {} more", count(left, "signature")) if left > 0 else EMPTY
    return join("\n\n", (table(_HEADER, rows), more))


def _row(trial: Trial) -> list[Markdown]:
    names = [
        say("{} ({})", quote_name(name, ID_LIMIT, narrow=True), number)
        for name, number in trial.overlap[:MOST_NAMES]
    ]
    return [
        quote_name(trial.signature.id, ID_LIMIT, narrow=True),
        GRADES[trial.grade],
        say("{:,}", trial.failures),
        say("{:,}", trial.jobs),
        say("{:,}", trial.pull_requests),
        say("{:,}", trial.authors),
        moment(trial.last) if trial.last else EMPTY,
        _share(trial),
        listed(names, len(trial.overlap)),
    ]


def _share(trial: Trial) -> Markdown:
    """Hits of passing logs in scope, with the tenths of a per cent."""
    if not trial.passing_hits:
        return say("{:,} of {:,}", 0, trial.passing)
    whole, tenths = divmod(round(trial.rate * 1_000), 10)
    return say("{:,} of {:,} ({}.{} %)", trial.passing_hits, trial.passing, whole, tenths)


def _reasons(trials: Sequence[Trial], most: int) -> Markdown:
    """For what is not fine: why, and where the pattern stands in jobs that passed."""
    bad = [one for one in trials if one.grade in (Grade.FAILS, Grade.WARNING) or one.stopped][:most]
    return join("\n", map(_reason, bad))


def _reason(trial: Trial) -> Markdown:
    stopped = say(" A pattern of it costs too much and was stopped.") if trial.stopped else EMPTY
    examples = join("\n", map(_example, trial.examples))
    head = say(
        "- {} {}: {}.{}",
        GRADES[trial.grade],
        quote_name(trial.signature.id, ID_LIMIT),
        quote_prose(trial.why, WHY_LIMIT),
        stopped,
    )
    return join("\n", (head, examples))


def _example(hit: PassingHit) -> Markdown:
    return say(
        "  - {}, line {}: {}",
        quote_name(hit.origin.name, NAME_LIMIT),
        hit.line,
        quote_inline(hit.text, LINE_LIMIT),
    )


def _changes(found: Backtest, most: int) -> Markdown:
    if not found.compared:
        return EMPTY
    if not found.newly and not found.lost:
        return say("The change matches no other failures than before.")
    return join(
        "\n\n",
        (
            _change(
                say("newly matched: {}", count(found.newly, "failure")), found.newly_seen[:most], found.newly
            ),
            _change(
                say("no longer matched: {}", count(found.lost, "failure")), found.lost_seen[:most], found.lost
            ),
        ),
    )


def _change(what: Markdown, seen: Sequence[Explained], total: int) -> Markdown:
    if not total:
        return EMPTY
    lines = [
        say(
            "- {} in {}: {}",
            quote_inline(one.failure.test or one.failure.message, LINE_LIMIT),
            quote_name(one.origin.name, NAME_LIMIT),
            listed([quote_name(name, ID_LIMIT) for name in one.signatures[:MOST_NAMES]], len(one.signatures)),
        )
        for one in seen
    ]
    left = say("- … and {} more", total - len(seen)) if total > len(seen) else EMPTY
    return fold(say("{}: {}", what, count(total, "failure")), (join("\n", (*lines, left)),))


def _unread(unread: Sequence[str]) -> Markdown:
    if not unread:
        return EMPTY
    shown = [quote_name(one, LINE_LIMIT) for one in unread[:MOST_NAMES]]
    return say("{} could not be tried: {}", count(len(unread), "kept log"), listed(shown, len(unread)))
