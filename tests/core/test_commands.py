"""Somebody writes a comment: only a first line that is plainly ours does anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import (
    LATER_VERBS,
    MAX_LINE,
    MAX_SHOWN,
    BadCommand,
    Command,
    NotACommand,
    Verb,
    parse_command,
)

REREAD, HELP = Command(Verb.REREAD), Command(Verb.HELP)

VALID = [
    ("/retriage", REREAD),
    ("/retriage ", REREAD),
    ("/retriage\t", REREAD),
    ("/retriage\n", REREAD),
    ("/retriage\r\n", REREAD),
    ("/retriage\r", REREAD),
    ("\n\n/retriage", REREAD),
    ("\r\n  \r\n\t\r\n/retriage", REREAD),
    ("/retriage\nplease, the registry is back", REREAD),
    ("/retriage\r\n\r\n> quoted", REREAD),
    ("/retriage\n```\n/retriage why x\n```", REREAD),
    ("/retriage help", HELP),
    ("/retriage  help  ", HELP),
    ("/retriage\thelp", HELP),
    ("/retriage HELP", HELP),
    ("/retriage help\n/retriage why x", HELP),
    ("/retriage why unit", Command(Verb.WHY, "unit")),
    ("/retriage Why unit", Command(Verb.WHY, "unit")),
    ("/retriage why Integration (datastorage)", Command(Verb.WHY, "Integration (datastorage)")),
    ("/retriage why `TestX/sub_test`", Command(Verb.WHY, "TestX/sub_test")),
    ('/retriage why "Audit Export > should verify"', Command(Verb.WHY, "Audit Export > should verify")),
    ("/retriage why 'x'", Command(Verb.WHY, "x")),
    ("/retriage why `", Command(Verb.WHY, "`")),
    ("/retriage why Überprüfung → fertig", Command(Verb.WHY, "Überprüfung → fertig")),
    ("/retriage why help", Command(Verb.WHY, "help")),
    ("/retriage rerun", Command(Verb.LATER, "rerun")),
    ("/retriage rerun failed", Command(Verb.LATER, "rerun")),
    ("/retriage ReRun", Command(Verb.LATER, "rerun")),
    ("/retriage not-flake", Command(Verb.NOT_FLAKE)),
    ("/retriage not-flake TestX because of the pool", Command(Verb.NOT_FLAKE, "TestX because of the pool")),
    ('/retriage Not-Flake `TestX` "mine" ', Command(Verb.NOT_FLAKE, '`TestX` "mine"')),
    ("/retriage flake", Command(Verb.LATER, "flake")),
    ("/retriage infra", Command(Verb.LATER, "infra")),
]
SILENT = [
    "",
    "   ",
    "\n\n\n",
    "hello",
    "please /retriage",
    "@bot /retriage",
    "> /retriage",
    ">/retriage",
    "> /retriage\n\nI meant this",
    "> quoted\n/retriage",
    "```\n/retriage\n```",
    "~~~\n/retriage\n~~~",
    "`/retriage`",
    "    /retriage",
    "\t/retriage",
    " /retriage",
    "<!-- \n/retriage\n-->",
    "<!-- note -->\n/retriage",
    "<details>\n/retriage\n</details>",
    "- /retriage",
    "* /retriage",
    "1. /retriage",
    "# /retriage",
    "| /retriage |",
    "**/retriage**",
    "Thanks!\n/retriage",
    "On Monday somebody wrote:\n> hello\n/retriage",
    "/Retriage",
    "/RETRIAGE",
    "/retriaged",
    "/retriage2",
    "/retriage-now",
    "/retriage_x",
    "/retriage/why",
    "/retriagе help",  # the last letter is Cyrillic
    "\u2215retriage",
    "\uff0fretriage",
    "\u2044retriage",
    "/\u200bretriage",
    "\u200b/retriage",
    "\ufeff/retriage",
    "\u202e/retriage",
    "/retri\u00e0ge",
    "/retriage\u200b",
    "/retriage\u00a0help",
    "\u00a0/retriage",
    "\u2028/retriage",
    "//retriage",
    "\\/retriage",
    "[/retriage](x)",
    "/test all",
    "\x00/retriage",
]
WRONG = [
    "/retriage now",
    "/retriage please",
    "/retriage helpme",
    "/retriage help me",
    "/retriage why",
    "/retriage why   ",
    "/retriage why ``",
    "/retriage -h",
    "/retriage --help",
    "/retriage re-run",
    "/retriage!",
    "/retriage.",
    "/retriage: help",
    "/retriage /retriage",
    "/retriage hel\u0440",
    "/retriage \u212aelp",
    "/retriage \U0001f64f",
    "/retriage <script>",
]


@pytest.mark.parametrize(("body", "command"), VALID)
def test_this_asks_for_something(body: str, command: Command) -> None:
    assert parse_command(body) == command


@pytest.mark.parametrize("body", SILENT)
def test_this_does_not_speak_to_us(body: str) -> None:
    assert parse_command(body) == NotACommand()


@pytest.mark.parametrize("body", WRONG)
def test_this_speaks_to_us_in_words_that_mean_nothing(body: str) -> None:
    assert parse_command(body) == BadCommand(body.rstrip())


@pytest.mark.parametrize("verb", LATER_VERBS)
def test_a_verb_that_comes_later_is_understood(verb: str) -> None:
    assert parse_command(f"/retriage {verb} something") == Command(Verb.LATER, verb)


def test_a_line_that_is_too_long_is_no_command_and_is_not_repeated_in_full() -> None:
    assert parse_command("/retriage why " + "x" * (MAX_LINE - 14)) == Command(Verb.WHY, "x" * (MAX_LINE - 14))
    found = parse_command("/retriage why " + "x" * MAX_LINE)
    assert isinstance(found, BadCommand)
    assert len(found.text) == MAX_SHOWN


def test_a_comment_of_blank_lines_is_no_command() -> None:
    assert parse_command("\n" * 65_000 + "/retriage") == NotACommand()


@given(st.text(max_size=300))
def test_any_comment_has_an_answer(body: str) -> None:
    parse_command(body)


@given(
    st.sampled_from(["", "\n", " \r\n\t\n"]), st.text(st.characters(exclude_characters="\r\n"), max_size=40)
)
def test_only_the_exact_word_at_the_beginning_of_a_line_is_ours(blank: str, text: str) -> None:
    found = parse_command(f"{blank}{text}\n/retriage help")
    if text.strip(" \t\f\v") and not text.startswith("/retriage"):
        assert found == NotACommand()


@given(st.text(max_size=100), st.sampled_from(["> ", "    ", "\t", "```\n", "<!--\n", "`", "- "]))
def test_no_quoted_or_fenced_command_is_ever_obeyed(rest: str, mark: str) -> None:
    assert parse_command(f"{mark}/retriage {rest}") == NotACommand()


@given(st.text(max_size=60), st.text(max_size=100))
def test_what_stands_below_the_first_line_changes_nothing(line: str, below: str) -> None:
    first = f"/retriage {line}".replace("\r", "").replace("\n", "")
    assert parse_command(first) == parse_command(f"{first}\n{below}")
