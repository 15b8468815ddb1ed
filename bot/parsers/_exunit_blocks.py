"""ExUnit's numbered failures, and the compiler's errors that keep tests from being loaded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._workspace import relative

ITEM = re.compile(r" {0,2}(?P<count>\d{1,5})\) (?P<name>\S.{0,2000}?) \((?P<module>[A-Z][\w.]{0,300})\)$")
HOOK = re.compile(
    r" {0,2}(?P<count>\d{1,5})\) (?P<module>[A-Z][\w.]{0,300}): failure on (?P<hook>setup_all) callback\b"
)
PLACE = re.compile(r" {5}(?P<file>\S.{0,500}?\.exs?):(?P<line>\d{1,7})$")
COMPILE = re.compile(r"== Compilation error in file (?P<file>\S.{0,500}?) ==$")
_FRAME = re.compile(r"\s{5,20}(?:\([^)]{1,80}\) )?(?P<file>\S[^:]{0,500}\.exs?):(?P<line>\d{1,7}): ")
_TOLD_FRAME = re.compile(
    r"(?:\*\* \(\w{1,60}\) )?(?P<file>[^\s:][^:]{0,500}\.\w{1,5}):(?P<line>\d{1,7}):(?:\d{1,5}:)? ?"
)
_ERROR = re.compile(r"\s{0,12}error: (?P<told>\S.*)$")
_CORNER = re.compile(r"\s{0,20}└─ (?P<file>[^\s:][^:]{0,500}):(?P<line>\d{1,7})")
_CODE = re.compile(r" {5}code: {1,2}(?P<code>\S.*)$")
_MARGIN = "     "
_ABOVE = 80


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that failed, with 1-based log lines.

    Attributes:
        at: the place of the test itself, as `mix test` takes it; empty for a hook.
    """

    name: str
    first: int
    last: int
    number: int
    message: str
    detail: str = ""
    file: str = ""
    line: int = 0
    at: str = ""
    hook: bool = False


def read_item(lines: Sequence[str], start: int) -> Block | None:
    """Read the numbered failure that begins at this index, if one does."""
    found, hook = ITEM.match(lines[start]), HOOK.match(lines[start])
    place = PLACE.match(lines[start + 1]) if found and start + 1 < len(lines) else None
    if hook is None and place is None:
        return None
    end = last = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(_MARGIN)):
        end += 1
        last = end if lines[end - 1].strip() else last
    body = [(n, lines[n]) for n in range(start + (1 if hook else 2), last)]
    message, number, detail = _message(body, start)
    file, line = _frame(body, relative(place["file"]) if place else "")
    if place and not file:
        file, line = relative(place["file"]), int(place["line"])
    at = f"{relative(place['file'])}:{place['line']}" if place else ""
    if hook:
        name = f"{hook['module']} > {hook['hook']}"
    else:
        name = f"{found['module']} > {found['name']}" if found else ""
    return Block(name, start + 1, last, number, message, detail, file, line, at, hook is not None)


def _message(body: Sequence[tuple[int, str]], start: int) -> tuple[str, int, str]:
    """Give the message with the code that failed, its line, and the rest."""
    told = [(n, text.strip()) for n, text in body if text.strip()]
    if not told:
        return "failed", start + 1, ""
    number, message = told[0]
    code = next((found["code"] for _, text in body if (found := _CODE.match(text))), "")
    if code and message.endswith(" failed"):
        message = f"{message}: {code}"
    elif message.endswith("an exception was raised:") and len(told) > 1:
        message = f"{message} {told[1][1]}"
    message = message.partition(". You can change the timeout:")[0]
    return message, number + 1, "\n".join(text[len(_MARGIN) :] for _, text in body[1:])


def _frame(body: Sequence[tuple[int, str]], own: str) -> tuple[str, int]:
    """Give the frame in the test's own file; of a hook the first frame that is no library's."""
    for _, text in body:
        found = _FRAME.match(text)
        if found and (relative(found["file"]) == own or (not own and not text.lstrip().startswith("("))):
            return relative(found["file"]), int(found["line"])
    return "", 0


def read_compile(lines: Sequence[str], start: int, found: re.Match[str]) -> Block:
    """Read a compiler's error: newer ones are logged above the heading, older ones below it."""
    for above in range(start - 1, max(start - _ABOVE, 0) - 1, -1):
        corner = _CORNER.match(lines[above])
        if corner and relative(corner["file"]) == relative(found["file"]):
            top = above
            while top > max(above - _ABOVE, 0) and not _ERROR.match(lines[top]):
                top -= 1
            told = _ERROR.match(lines[top])
            if told:
                return Block(
                    "",
                    top + 1,
                    start + 2,
                    top + 1,
                    told["told"],
                    "",
                    relative(corner["file"]),
                    int(corner["line"]),
                )
    text = lines[start + 1].strip() if start + 1 < len(lines) else ""
    place = _TOLD_FRAME.match(text)
    file, line = (relative(place["file"]), int(place["line"])) if place else (relative(found["file"]), 0)
    number = start + 2 if text else start + 1
    message = text.removeprefix("** ") or "compilation error"
    return Block("", start + 1, number, number, message, "", file, line)
