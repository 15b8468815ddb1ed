r"""Expressions over cleaned lines, rewritten for raw text: they find at least as much, in one line.

A cleaned line has lost its time stamp and the runner's mark, and its `\r`; raw text has not, and it goes
on behind the line's end. What is found with a rewritten expression is a candidate, which RE2 confirms.
"""

import re

# What may stand in front of a cleaned line in raw text: a time stamp, `gh run view`'s tabs, `##[error]`,
# `::error::`, a byte order mark, a carriage return, what Compose (`api-1  | `) and BuildKit (`#12 3.456 `)
# write, a control character. One character of each is enough to look at.
FRONT = r"(?:^|Z |[\t\]:\r0-9|\x01-\x08\x0b\x0c\x0e-\x1f\x7f] ?|\x{FEFF})"
# The same for an end: a carriage return, and what overwrites the line.
END = r"(?:\r|$)"
# Outside and inside of a character class; classes that hold a line feed lose it.
_OUTSIDE = {"s": r"[ \t\f\r]", "W": r"[^\w\n]", "D": r"[^\d\n]"}
_INSIDE = {"s": r" \t\f\r"}
# Counting further makes an automaton of as many states: one such expression compiles for seconds.
_COUNT = 8
_COUNTED = re.compile(r"\{(?P<least>\d{1,5})(?P<comma>,(?P<most>\d{0,5}))?\}")


def rewrite(expression: str) -> str:
    """Rewrite a valid expression in RE2 syntax for `MULTILINE` search in raw text.

    Flags, groups and repetitions stay as they are; `^` and `$` become `FRONT` and `END`.
    """
    found: list[str] = []
    at = 0
    while at < len(expression):
        char = expression[at]
        if char == "\\":
            text, at = _escape(expression, at)
        elif char == "[":
            text, at = _class(expression, at)
        elif char == "{" and (counted := _COUNTED.match(expression, at)):
            text, at = _relaxed(counted), counted.end()
        else:
            text = {"^": FRONT, "$": END}.get(char, char)
            at += 1
        found.append(text)
    return "".join(found)


def quote(literal: str) -> str:
    """Give a literal as an expression."""
    return "".join(f"\\{char}" if char in r"\^$.|?*+()[]{}-" else char for char in literal)


def _relaxed(counted: re.Match[str]) -> str:
    """Give a repetition as it is while it is small, else without its upper end: a candidate is enough."""
    least = int(counted["least"])
    most = int(counted["most"] or 0) if counted["comma"] else least
    if least <= _COUNT and 0 < most <= _COUNT:
        return counted.group()
    return f"{{{min(least, _COUNT)},}}"


def _escape(expression: str, at: int) -> tuple[str, int]:
    r"""Give an escape outside of a class and where it ends; `\Q…\E` is a literal."""
    kind = expression[at + 1 : at + 2]
    if kind == "Q":
        end = expression.find(r"\E", at)
        end = len(expression) if end < 0 else end
        return quote(expression[at + 2 : end]), end + 2
    if kind in "pP" and expression[at + 2 : at + 3] == "{":
        end = expression.find("}", at)
        return expression[at : end + 1], end + 1
    return _OUTSIDE.get(kind, expression[at : at + 2]), at + 2


def _class(expression: str, at: int) -> tuple[str, int]:
    """Give a character class and where it ends; a negated one leaves out line feeds."""
    negated = expression.startswith("[^", at)
    found = [r"[^\n" if negated else "["]
    at += 2 if negated else 1
    if expression.startswith("]", at):
        found.append(r"\]")
        at += 1
    while at < len(expression) and expression[at] != "]":
        if expression.startswith("[:", at) and (end := expression.find(":]", at)) > 0:
            found.append(expression[at : end + 2])
            at = end + 2
        elif expression[at] == "\\":
            kind = expression[at + 1 : at + 2]
            found.append(_INSIDE.get(kind, expression[at : at + 2]))
            at += 2
        else:
            # RE2 takes `[` in a class for itself, PCRE's syntax might not.
            found.append(r"\[" if expression[at] == "[" else expression[at])
            at += 1
    return "".join([*found, "]"]), at + 1
