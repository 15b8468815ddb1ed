"""The grammar of `/retriage`: one command on the first line of a new comment."""

from dataclasses import dataclass
from enum import Enum, auto

WORD = "/retriage"
# What is quoted back; nobody types more on purpose.
MAX_ARGUMENT = 300
# Verbs of later versions: they are answered with that, and not taken for a typing error.
LATER = ("rerun", "not-flake", "flake", "dispute", "override", "config")
# Four columns make indented code (https://spec.commonmark.org/0.31.2/#indented-code-blocks).
CODE_INDENT = 4


class Verb(Enum):
    """What can be asked for."""

    REREAD = auto()
    HELP = auto()
    WHY = auto()
    LATER = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """A valid command. `argument` is what follows `why`, or the word of a later verb."""

    verb: Verb
    argument: str = ""


@dataclass(frozen=True, slots=True)
class BadCommand:
    """It begins like a command and is none; `text` is its line, shortened."""

    text: str


@dataclass(frozen=True, slots=True)
class NotACommand:
    """A comment like any other."""


def parse_command(body: str) -> Command | BadCommand | NotACommand:
    """Read a comment's first line that is not blank.

    It has to begin with exactly `/retriage`: not in a quotation, a code fence, indented code, an HTML
    comment or a list, not in other letters that look alike, and not inside of a word.
    """
    line = _first_line(body)
    if line is None or _is_indented(line):
        return NotACommand()
    text = line.strip(" \t")
    if not text.startswith(WORD):
        return NotACommand()
    rest = text[len(WORD) :]
    if rest and rest[0] not in " \t":
        return NotACommand()
    verb, _, argument = rest.strip(" \t").partition(" ")
    return _command(verb, " ".join(argument.split()), text)


def _command(verb: str, argument: str, text: str) -> Command | BadCommand:
    if len(argument) <= MAX_ARGUMENT:
        if not verb and not argument:
            return Command(Verb.REREAD)
        if verb == "help" and not argument:
            return Command(Verb.HELP)
        if verb == "why" and argument:
            return Command(Verb.WHY, argument)
        if verb in LATER:
            return Command(Verb.LATER, verb)
    return BadCommand(text[: MAX_ARGUMENT + len(WORD)])


def _first_line(body: str) -> str | None:
    """The first line that holds more than blanks; only the ends of lines that GitHub knows end one."""
    for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.strip(" \t"):
            return line
    return None


def _is_indented(line: str) -> bool:
    width = 0
    for char in line:
        if char == " ":
            width += 1
        elif char == "\t":
            width += CODE_INDENT - width % CODE_INDENT
        else:
            break
    return width >= CODE_INDENT
