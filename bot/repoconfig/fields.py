"""Values out of the tree, each checked, each problem noted at its place, none of them fatal to the next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from bot.repoconfig.tree import Entries, Items, Node, Place, Problems, Scalar

# Longer than any name, title or glob that people read.
MAX_TEXT = 500
# Lists of names and globs: a repository with more workflows than this does not write them down.
MAX_ITEMS = 200
# How much of a wrong value is repeated in a message.
SHOWN = 60

Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fields:
    """One mapping of the file: its values by name, where it stands, and where problems go.

    `path` is its name for people, for example `rerun` or `signatures[2].match`; empty at the top.
    """

    values: dict[str, Node]
    place: Place
    path: str
    problems: Problems

    def name_of(self, key: str) -> str:
        """The full name of a key, for a message."""
        return f"{self.path}.{key}" if self.path else key

    def node(self, key: str) -> Node | None:
        """The value of a key; `None` when it is not there or is empty."""
        node = self.values.get(key)
        return None if isinstance(node, Scalar) and node.empty else node

    def text(self, key: str, limit: int = MAX_TEXT) -> str:
        """One line of text; empty when it is not there."""
        node = self.node(key)
        return "" if node is None else one_line(node, self.name_of(key), limit, self.problems)

    def required(self, key: str, limit: int = MAX_TEXT) -> str:
        """One line of text that must be there."""
        found = self.text(key, limit)
        if not found and self.node(key) is None:
            self.problems.add(self.place, f"`{self.name_of(key)}` is missing", f"add `{key}: …`")
        return found

    def texts(self, key: str, limit: int = MAX_TEXT, *, lines: bool = False) -> tuple[str, ...]:
        """A list of texts; a single text stands for a list of one."""
        node = self.node(key)
        if node is None:
            return ()
        name = self.name_of(key)
        read = any_text if lines else one_line
        items = node.items if isinstance(node, Items) else (node,)
        if len(items) > MAX_ITEMS:
            self.problems.add(
                node.place, f"`{name}` has {len(items)} entries, at most {MAX_ITEMS}", "shorten it"
            )
        return tuple(read(item, name, limit, self.problems) for item in items[:MAX_ITEMS])

    def flag(self, key: str, *, default: bool) -> bool:
        """`true` or `false`, written without quotes."""
        node = self.node(key)
        if node is None:
            return default
        word = node.text.lower() if isinstance(node, Scalar) and node.plain else ""
        if word not in ("true", "false"):
            self.problems.add(
                node.place,
                f"`{self.name_of(key)}` is {show(node)}, not true or false",
                f"write `{key}: {str(default).lower()}`, without quotes",
            )
        return word == "true"

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within its limits, both inclusive."""
        node = self.node(key)
        if node is None:
            return default
        text = node.text if isinstance(node, Scalar) and node.plain else ""
        if text.isascii() and text.isdigit() and len(text) <= len(str(high)) and low <= int(text) <= high:
            return int(text)
        message = f"`{self.name_of(key)}` is {show(node)}, not a whole number from {low} to {high}"
        self.problems.add(node.place, message, f"write `{key}: {default}`")
        return default

    def word(self, key: str, kind: type[Word], default: Word) -> Word:
        """One of the words of an enumeration."""
        found = self.choice(key, [one.value for one in kind], default.value)
        return kind(found)

    def choice(self, key: str, known: Iterable[str], default: str) -> str:
        """One of some known words."""
        node = self.node(key)
        if node is None:
            return default
        return known_word(node, self.name_of(key), tuple(known), self.problems) or default

    def day(self, key: str) -> date | None:
        """A date as `2026-01-04`."""
        node = self.node(key)
        if node is None:
            return None
        text = node.text if isinstance(node, Scalar) else ""
        try:
            return date.fromisoformat(text) if len(text) == len("2026-01-04") else _no_date()
        except ValueError:
            message = f"`{self.name_of(key)}` is {show(node)}, not a date"
            self.problems.add(node.place, message, "write it as 2026-01-04: year, month, day")
            return None

    def part(self, key: str, known: Iterable[str]) -> "Fields":
        """A mapping inside this one; empty when it is not there."""
        node = self.node(key)
        if node is None:
            return Fields({}, self.place, self.name_of(key), self.problems)
        return open_fields(node, self.name_of(key), known, self.problems)

    def each(self, key: str, limit: int, read: Callable[[Node, str], Value | None]) -> tuple[Value, ...]:
        """Read every item of a list of mappings; what cannot be read is left out, its problems noted."""
        node = self.node(key)
        if node is None:
            return ()
        name = self.name_of(key)
        if not isinstance(node, Items):
            self.problems.add(
                node.place, f"`{name}` is {show(node)}, not a list", "begin each entry with `- `"
            )
            return ()
        if len(node.items) > limit:
            self.problems.add(
                node.place, f"`{name}` has {len(node.items)} entries, at most {limit}", "shorten it"
            )
        read_items = (
            read(item, f"{name}[{index}]") for index, item in enumerate(node.items[:limit], start=1)
        )
        return tuple(item for item in read_items if item is not None)


def open_fields(node: Node, path: str, known: Iterable[str], problems: Problems) -> Fields:
    """A mapping with these keys; unknown ones are noted with the one that was probably meant."""
    if not isinstance(node, Entries):
        keys = ", ".join(known)
        name = f"`{path}`" if path else "the file"
        problems.add(node.place, f"{name} is {show(node)}, not a mapping", f"it has the keys {keys}")
        return Fields({}, node.place, path, problems)
    allowed = tuple(known)
    for key, _ in node.entries:
        if key.text not in allowed and key.text != "<<" and not key.text.startswith("?"):
            where = f"`{path}`" if path else "the file"
            problems.add(key.place, f"{where} has no key `{key.text[:SHOWN]}`", suggest(key.text, allowed))
    return Fields({key.text: value for key, value in node.entries}, node.place, path, problems)


def one_line(node: Node, name: str, limit: int, problems: Problems) -> str:
    """A text without line breaks, that is not empty."""
    text = any_text(node, name, limit, problems)
    if "\n" in text or "\r" in text:
        problems.add(node.place, f"`{name}` has several lines, it must be one", "write it on one line")
    return text


def any_text(node: Node, name: str, limit: int, problems: Problems) -> str:
    """A text, that is not empty and not too long."""
    if not isinstance(node, Scalar):
        problems.add(
            node.place, f"`{name}` is {show(node)}, not a text", "write a text, in quotes if need be"
        )
        return ""
    if node.empty or not node.text.strip():
        problems.add(node.place, f"`{name}` is empty", "write a text, or remove the line")
    if len(node.text) > limit:
        problems.add(node.place, f"`{name}` has {len(node.text)} characters, at most {limit}", "shorten it")
    return node.text


def known_word(node: Node, name: str, known: tuple[str, ...], problems: Problems) -> str:
    """One of the known words; empty when it is another, with the problem noted."""
    text = node.text if isinstance(node, Scalar) else ""
    if text in known:
        return text
    problems.add(node.place, f"`{name}` is {show(node)}, which is none of its values", suggest(text, known))
    return ""


def suggest(text: str, known: tuple[str, ...]) -> str:
    """What was probably meant, or everything that could be."""
    close = get_close_matches(text[:SHOWN].lower(), known, n=1)
    return f"did you mean `{close[0]}`?" if close else f"use one of: {', '.join(known)}"


def show(node: Node) -> str:
    """A value as a message names it."""
    match node:
        case Scalar(empty=True):
            return "empty"
        case Scalar(text):
            return f"`{text[:SHOWN]}`"
        case Items():
            return "a list"
        case Entries():
            return "a mapping"


def _no_date() -> date:
    """Python also reads `20260104` and `2026-W01-1`; people who look at the file would not."""
    raise ValueError
