"""Text that every match of an expression holds: looked for first, it spares most of the log."""

import re
from collections.abc import Iterator

from bot.scan.rewrite import quote

# Shorter text, and these words alone, stand everywhere.
FEWEST = 7
_COMMON = frozenset({
    "error", "errors", "example", "examples", "failed", "failure", "failures", "message", "package", "passed",
    "project", "running", "second", "seconds", "status", "test", "tests", "version", "warning", "warnings",
})  # fmt: skip
# A class, a group's beginning, an escape, a repetition, or a single character.
_TOKEN = re.compile(
    r"\\x\{[0-9A-Fa-f]+\}|\\p\{\^?\w+\}|\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]"
    r"|\((?:\?(?:P<\w+>|[imsU-]*:))?|\{\d+(?:,\d*)?\}[?+]?|[*+?][?+]?|.",
    re.DOTALL,
)
_SPECIAL = re.compile(r"[\^$.|?*+()]")
_REPEATS = re.compile(r"[*+?{]")
_OPTIONAL = re.compile(r"[*?]|\{0")
_ESCAPED = re.compile(r"\\[^A-Za-z0-9]")
_FLAGS = re.compile(r"\(\?[a-zA-Z-]+[:)]")


def factor_of(expression: str) -> str:
    """Give an expression for text that every match of this one holds; empty where there is no telling text.

    One literal for each alternative, the longest that stands outside of groups and repetitions.
    """
    # A flag changes what letters mean, and \Q…\E where an expression begins: those are searched as they are.
    if _FLAGS.search(expression) or "\\Q" in expression:
        return ""
    longest = [max(runs, key=len, default="") for runs in _alternatives(expression)]
    if any(len(run) < FEWEST or run.strip(" :!.,()[]\"'").lower() in _COMMON for run in longest):
        return ""
    return "|".join(dict.fromkeys(map(quote, longest)))


def _alternatives(expression: str) -> Iterator[list[str]]:
    """Give the literal runs of each alternative at the top."""
    runs, run, depth = [], "", 0
    for token in [*_TOKEN.findall(expression), "|"]:
        literal = "" if depth else _literal(token)
        depth += token.startswith("(") - token.startswith(")")
        if literal:
            run += literal
            continue
        if _REPEATS.match(token) and _OPTIONAL.match(token):
            run = run[:-1]
        runs.append(run)
        # What is repeated at least once may end one run and begin another.
        run = ""
        if token.startswith("|") and not depth:
            yield runs
            runs = []


def _literal(token: str) -> str:
    """Give the character that a token stands for; empty when it is none."""
    if len(token) == 1:
        return "" if _SPECIAL.match(token) else token
    return token[1:] if _ESCAPED.fullmatch(token) else ""
