"""What the bot answers to `/retriage not-flake` where the comment alone does not say it."""

from collections.abc import Sequence

from bot.model.report import JudgedFailure
from bot.report.links import SHORT_SHA
from bot.report.markdown import EMPTY, Markdown, count, join, say
from bot.report.quote import quote_inline
from bot.report.words import LABELS

_MOST_NAMES = 10
_NAME_LIMIT = 300
_WORDS_LIMIT = 200
# The verb and two quotes around a name.
_COMMAND_LIMIT = _NAME_LIMIT + 30
_QUOTES = ('"', "`", "'")


def render_unclear(words: str, found: Sequence[JudgedFailure], known: Sequence[JudgedFailure]) -> str:
    """Say that words name no failure, or several, and list those that could be meant, ready to be pasted.

    Args:
        words: what was taken for a name, untrusted; empty when none was given.
        found: the failures that it names, each once.
        known: every failure that could be named.
    """
    named = quote_inline(words, _WORDS_LIMIT)
    if found:
        several = count(len(found), "failure")
        head = say("{} names {}. Say which one:", named, several) if named else _excused(len(found))
        return str(join("\n\n", [head, _list(found)]))
    if not known:
        return str(say("The newest report holds no failure that could be disputed."))
    if named:
        head = say("Nothing in the newest report matches {}. It knows these failures:", named)
    else:
        head = say("Nothing is excused in the newest report. To keep it so, name one of these failures:")
    return str(join("\n\n", [head, _list(known)]))


def render_moved(sha: str) -> str:
    """Say that a comment cannot be about the newest commit: it is older than its runs, or there are none."""
    head = quote_inline(sha[:SHORT_SHA], SHORT_SHA)
    return str(
        say(
            "The newest commit is {}, and this comment was written before it was tested: nothing was "
            "recorded. When its report is there, say it again if it still holds.",
            head,
        )
    )


def render_recorded() -> str:
    """Say that a word on a closed pull request is kept, although its comment stays as it is."""
    return str(say("Recorded. A closed pull request keeps what its report says."))


def render_too_often(limit: int) -> str:
    """Say that enough was disputed for now; `limit` is per hour."""
    return str(
        say("You disputed {} in the last hour, which is the limit. Try again later.", count(limit, "time"))
    )


def _excused(number: int) -> Markdown:
    return say("{} excused. Say which one is no flake:", count(number, "failure is", "failures are"))


def _list(failures: Sequence[JudgedFailure]) -> Markdown:
    lines = [say("- {} · {}", LABELS[one.verdict.verdict], _name(one)) for one in failures[:_MOST_NAMES]]
    left = len(failures) - len(lines)
    return join("\n", [*lines, say("- {}", count(left, "more failure")) if left > 0 else EMPTY])


def _name(one: JudgedFailure) -> Markdown:
    """The command that names this failure; a name that is too long for one is shown by itself."""
    name = " ".join((one.verdict.failure.test or one.verdict.failure.message).split())
    quote = next((sign for sign in _QUOTES if sign not in name), "")
    if len(name) > _NAME_LIMIT or not quote:
        return quote_inline(name, _NAME_LIMIT)
    command = " ".join(("/retriage not-flake", name.join((quote, quote))))
    return quote_inline(command, _COMMAND_LIMIT)
