"""Text that every match of an expression holds: looked for first, it spares most of the log."""

import re
from collections.abc import Iterator, Sequence

from bot.scan.rewrite import quote

# Shorter text, and these words alone, stand everywhere; a word of failure does not.
FEWEST = 5
_COMMON = frozenset({
    "branch", "build", "cases", "check", "count", "error", "example", "examples", "files", "level", "lines",
    "message", "number", "package", "passed", "passing", "project", "running", "second", "seconds", "status",
    "suite", "tests", "total", "version",
})  # fmt: skip
# A class, a group's beginning, an escape, a repetition, or a single character.
_TOKEN = re.compile(
    r"\\x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})|\\[pP](?:\{\^?\w+\}|\w)|\\[0-7]{1,3}|\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]"
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

    One literal for each alternative: the longest outside of groups, else those of a group that must match.
    """
    # A flag changes what letters mean; a quoted part is searched as it stands.
    if _FLAGS.search(expression) or "\\Q" in expression:
        return ""
    literals = _factors(_TOKEN.findall(expression))
    return "|".join(dict.fromkeys(map(quote, literals)))


def _factors(tokens: Sequence[str]) -> list[str]:
    """Give a telling literal for each alternative; none at all where one alternative has none."""
    found: list[str] = []
    for alternative in _alternatives(tokens):
        runs, groups = _runs(alternative)
        longest = max(runs, key=len)
        best = [longest] if _is_telling(longest) else next(filter(None, map(_factors, groups)), [])
        if not best:
            return []
        found += best
    return found


def _is_telling(run: str) -> bool:
    return len(run) >= FEWEST and run.strip(" :!.,()[]\"'").lower() not in _COMMON


def _alternatives(tokens: Sequence[str]) -> Iterator[list[str]]:
    """Cut tokens at the bars outside of groups."""
    part: list[str] = []
    depth = 0
    for token in tokens:
        depth += token.startswith("(") - token.startswith(")")
        if token.startswith("|") and not depth:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _runs(tokens: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Give the literal runs outside of groups, and the inner tokens of the groups that must match."""
    runs, groups, depth = [""], list[list[str]](), 0
    for index, token in enumerate(tokens):
        follows = tokens[index + 1] if index + 1 < len(tokens) else ""
        if token.startswith("("):
            depth += 1
            if depth == 1:
                groups.append([])
                continue
        depth -= token.startswith(")")
        if token.startswith(")") and not depth:
            if _OPTIONAL.match(follows):
                groups.pop()
            runs.append("")
        elif depth:
            groups[-1].append(token)
        elif literal := _literal(token):
            runs[-1] += "" if _OPTIONAL.match(follows) else literal
            if _REPEATS.match(follows):
                runs.append("")
        else:
            runs.append("")
    return runs, groups


def _literal(token: str) -> str:
    """Give the character that a token stands for; empty when it is none."""
    if len(token) == 1:
        return "" if _SPECIAL.match(token) else token
    return token[1:] if _ESCAPED.fullmatch(token) else ""
