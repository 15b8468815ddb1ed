"""The grammar of `/retriage`: what a comment asks for.

A comment is a command only if its first line that is not blank begins with `/retriage` itself. What stands in
a quote, a code block or an HTML comment therefore never is one: such a line begins with something else
(https://github.github.com/gfm/).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

COMMAND = "/retriage"
# A command is a word or two and the name of a test; more than this is prose.
MAX_LINE = 500
# So much of a wrong command is repeated in the answer.
MAX_SHOWN = 80
# Blank lines before a command. A comment that begins with more of them is not searched further.
MAX_BLANK = 1_000

# Right behind the word these still speak to us (`/retriage!`); a letter, `-` or `/` makes it another word.
_PUNCTUATION = frozenset(".,:;!?")
_BLANK = " \t\f\v"
_END = re.compile(r"\r\n|\r|\n")
# What may stand around a name.
QUOTES = ("`", '"', "'")


class Verb(StrEnum):
    """What to do."""

    REREAD = ""
    HELP = "help"
    WHY = "why"
    NOT_FLAKE = "not-flake"
    LATER = "later"


# Planned, understood, and answered with "not yet".
LATER_VERBS = ("rerun", "flake", "infra", "undo", "cancel", "quiet")


@dataclass(frozen=True, slots=True)
class Command:
    """A valid command.

    `argument` is a test or row for `WHY`, the verb itself for `LATER`, for `NOT_FLAKE` everything behind the
    verb as it was written: where a name ends and a reason begins only the names can tell. Else it is empty.
    """

    verb: Verb
    argument: str = ""


@dataclass(frozen=True, slots=True)
class NotACommand:
    """The comment does not speak to us."""


@dataclass(frozen=True, slots=True)
class BadCommand:
    """The comment speaks to us, in words that mean nothing; `text` is its first line, cut, untrusted."""

    text: str


def parse_command(body: str) -> Command | NotACommand | BadCommand:
    """Read a comment's body; never raises.

    Verbs are read in any case, the argument of `why` may stand in quotes; nothing may follow the other verbs.
    """
    line = _first_line(body)
    if not line.startswith(COMMAND):
        return NotACommand()
    rest = line[len(COMMAND) :]
    if rest and rest[0] not in _BLANK:
        return BadCommand(line[:MAX_SHOWN]) if rest[0] in _PUNCTUATION else NotACommand()
    if len(line) > MAX_LINE:
        return BadCommand(line[:MAX_SHOWN])
    return _verb(rest.strip(_BLANK)) or BadCommand(line.rstrip(_BLANK)[:MAX_SHOWN])


def _first_line(body: str) -> str:
    """The first line that is not blank; empty when it comes too late to be one that people see first."""
    at = 0
    for _ in range(MAX_BLANK):
        end = _END.search(body, at)
        line = body[at : end.start()] if end else body[at:]
        if line.strip(_BLANK) or end is None:
            return line
        at = end.end()
    return ""


def _verb(words: str) -> Command | None:
    """The verb and its argument; `None` when there is no such verb or it has the wrong number of words."""
    first, _, rest = words.replace("\t", " ").partition(" ")
    argument = _unquote(rest.strip(_BLANK))
    # Only ASCII: some letters of other scripts become ASCII when they are lowered.
    verb = first.lower() if first.isascii() else ""
    if not words:
        return Command(Verb.REREAD)
    if verb == Verb.HELP and not argument:
        return Command(Verb.HELP)
    if verb == Verb.WHY and argument:
        return Command(Verb.WHY, argument)
    if verb == Verb.NOT_FLAKE:
        return Command(Verb.NOT_FLAKE, rest.strip(_BLANK))
    if verb in LATER_VERBS:
        return Command(Verb.LATER, verb)
    return None


def _unquote(text: str) -> str:
    for quote in QUOTES:
        if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
            return text[1:-1].strip(_BLANK)
    return text
