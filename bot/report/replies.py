"""The bot's other sentences: answers to `/retriage` commands."""

from collections.abc import Sequence

from bot.model.report import JudgedFailure, Report, Row
from bot.model.verdict import RungNote
from bot.report.budget import Budget
from bot.report.details import show_evidence, show_place
from bot.report.markdown import EMPTY, Markdown, count, join, say, table
from bot.report.quote import quote_inline, quote_name, quote_prose
from bot.report.standing import classes_of
from bot.report.table import tell
from bot.report.words import LABELS, MEANINGS, STATES

MOST_ANSWERS = 3  # an answer is read in a conversation; more is a list, and names suffice
_MOST_NAMES = 10
_COMMAND_LIMIT = 200
_NAME_LIMIT = 100
_SENTENCE_LIMIT = 300
_SHORT = Budget(names=4)
_COMMANDS = (
    (say("<code>/retriage</code>"), say("read the newest run again and bring the comment up to date")),
    (say("<code>/retriage help</code>"), say("this list")),
    (
        say("<code>/retriage why &lt;test or job&gt;</code>"),
        say("show how a verdict was reached, rung by rung, with its evidence"),
    ),
    (
        say("<code>/retriage not-flake &lt;test or signature&gt; &lt;reason&gt;</code>"),
        say(
            "say that a failure is real: nothing excuses it on this pull request any more; "
            "for its author and for people with triage access"
        ),
    ),
)


def render_help() -> str:
    """List the commands."""
    rules = say("A command is the first line of a new comment, outside quotes and code.")
    return str(join("\n\n", [say("**Retriage** understands:"), _list_commands(), rules]))


def render_invalid(command: str) -> str:
    """Say that a command is not understood, quote it, and list the valid ones."""
    quoted = quote_inline(command, _COMMAND_LIMIT) or say("an empty command")
    head = say("😕 Not understood: {}. These are the commands:", quoted)
    return str(join("\n\n", [head, _list_commands()]))


def render_not_yet(verb: str) -> str:
    """Say that a verb belongs to a later version, and list what there is."""
    head = say(
        "{} is planned, and not there yet. These are the commands:", quote_inline(verb, _COMMAND_LIMIT)
    )
    return str(join("\n\n", [head, _list_commands()]))


def render_too_many(limit: int) -> str:
    """Say that the newest run was read again often enough for now; `limit` is per hour."""
    often = count(limit, "time")
    return str(say("The run was read again {} in the last hour, which is the limit. Try again later.", often))


def render_why(report: Report, query: str) -> str:
    """Show the whole ladder of the failures, or the reason of the jobs, that a query names.

    A query names a test, a job, a message or a signature; the closest kind of match is taken.
    """
    asked = " ".join(query.split())
    failures = find_failures(report.judged, asked)
    rows = [] if failures else [row for row in report.rows if _same(asked, row.job)]
    if not failures and not rows:
        return _render_no_match(report, asked)
    answers = [_explain(report, one) for one in failures[:MOST_ANSWERS]]
    answers += [_explain_row(row) for row in rows[:MOST_ANSWERS]]
    left = len(failures) + len(rows) - len(answers)
    more = say("{} match too; name the test in full to see one of them.", count(left, "more failure"))
    return str(join("\n\n", [*answers, more if left > 0 else EMPTY]))


def find_failures(judged: Sequence[JudgedFailure], query: str) -> list[JudgedFailure]:
    """Find what a query names: an exact test, else a part of one, else job, message or signature."""
    asked = query.casefold()
    if not asked:
        return []
    exact = [one for one in judged if one.verdict.failure.test.casefold() == asked]
    part = exact or [one for one in judged if asked in one.verdict.failure.test.casefold()]
    return part or [one for one in judged if any(asked in text.casefold() for text in _names(one))]


def _names(one: JudgedFailure) -> tuple[str, ...]:
    signature = one.verdict.signature
    return (one.job, one.verdict.failure.message, signature.id if signature else "")


def _same(asked: str, job: str) -> bool:
    return bool(asked) and asked.casefold() in job.casefold()


def _explain(report: Report, judged: JudgedFailure) -> Markdown:
    """Show one verdict: what failed, every rung with its reason, and the evidence."""
    verdict = judged.verdict
    failure = verdict.failure
    name = quote_inline(failure.test or failure.message, _SENTENCE_LIMIT)
    head = say("**{}** {}", LABELS[verdict.verdict], name)
    job = quote_name(judged.job, _NAME_LIMIT)
    message = quote_inline(failure.message, _SENTENCE_LIMIT) if failure.test else EMPTY
    about = join(" · ", [job, show_place(report.facts, [judged], _SHORT)])
    given = say("Rung {} gave the class: {}.", verdict.rung, MEANINGS[verdict.verdict])
    ladder = _draw_ladder(verdict.ladder)
    return join("\n\n", [head, about, message, given, ladder, show_evidence(verdict.evidence, _SHORT)])


def _draw_ladder(ladder: Sequence[RungNote]) -> Markdown:
    if not ladder:
        return EMPTY
    rows = [
        (
            say("{}", note.rung),
            LABELS[note.verdict],
            say("**holds**") if note.held else say("no"),
            quote_prose(note.why, _SENTENCE_LIMIT),
        )
        for note in ladder
    ]
    return table((say("Rung"), say("Class"), say("Holds"), say("Why")), rows)


def _explain_row(row: Row) -> Markdown:
    found = classes_of(row)
    label = LABELS[found[0]] if found else STATES[row.state]
    meaning = MEANINGS[found[0]] if found else EMPTY
    return join(
        ": ", [say("**{}** {}", label, quote_name(row.job, _NAME_LIMIT)), tell(row, _SHORT) or meaning]
    )


def _render_no_match(report: Report, asked: str) -> str:
    names = list(dict.fromkeys(one.verdict.failure.test or one.job for one in report.judged))
    named = [say("- {}", quote_inline(name, _SENTENCE_LIMIT)) for name in names[:_MOST_NAMES]]
    left = len(names) - len(named)
    more = say("- {}", count(left, "more failure")) if left > 0 else EMPTY
    wanted = quote_inline(asked, _COMMAND_LIMIT) or say("an empty name")
    head = say("Nothing in the newest report matches {}.", wanted)
    known = say("It knows these failures:") if named else say("It holds no failure.")
    return str(join("\n\n", [head, known, join("\n", [*named, more])]))


def _list_commands() -> Markdown:
    return join("\n", (say("- {}: {}", command, meaning) for command, meaning in _COMMANDS))
