"""Values out of the tree, each checked, each problem noted at its place, none of them fatal to the next."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from bot.repoconfig.shapes import Day, Either, Flag, List, Number, Part, Text, Word
from bot.repoconfig.tree import Entries, Items, Node, Place, Problems, Scalar

# How much of a wrong value is repeated in a message.
SHOWN = 60

Value = TypeVar("Value")
Enumeration = TypeVar("Enumeration", bound=StrEnum)
Kind = TypeVar("Kind", Text, Word, Number, Flag, Day, List, Part, Either)


@dataclass(frozen=True, slots=True)
class Fields:
    """One mapping of the file: its values by name, what it may hold, where it stands.

    `path` is its name for people, for example `rerun` or `signatures[2].match`; empty at the top. Every
    method reads the key's limits from `part`, which the published schema is made from, too.
    """

    values: dict[str, Node]
    part: Part
    place: Place
    path: str
    problems: Problems

    def name_of(self, key: str) -> str:
        """The full name of a key, for a message."""
        return f"{self.path}.{key}" if self.path else key

    def node(self, key: str) -> Node | None:
        """The value of a key; `None` when it is not there or is empty, which is noted where it is needed."""
        node = self.values.get(key)
        found = None if isinstance(node, Scalar) and node.empty else node
        if found is None and self.part.keys[key].required:
            self.problems.add(self.place, f"`{self.name_of(key)}` is missing", f"add `{key}: …`")
        return found

    def place_of(self, key: str) -> Place:
        """Where a key's value stands; the mapping's own place when it is not there."""
        return self.values[key].place if key in self.values else self.place

    def shape(self, key: str, kind: type[Kind]) -> Kind:
        """What may stand there. Raises `TypeError` when the table says another kind than the reader."""
        shape = self.part.keys[key].shape
        if not isinstance(shape, kind):
            message = f"{key} is a {type(shape).__name__}"
            raise TypeError(message)
        return shape

    def text(self, key: str) -> str:
        """A text; empty when it is not there."""
        shape, node = self.shape(key, Text), self.node(key)
        return "" if node is None else read_text(node, self.name_of(key), shape, self.problems)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; those that have a problem are left out."""
        return self.each(key, lambda node, path, shape: _known(node, path, shape, self.problems) or None)

    def flag(self, key: str) -> bool:
        """`true` or `false`, written without quotes."""
        shape, node = self.shape(key, Flag), self.node(key)
        if node is None:
            return shape.default
        word = node.text.lower() if isinstance(node, Scalar) and node.plain else ""
        if word not in ("true", "false"):
            self.problems.add(
                node.place,
                f"`{self.name_of(key)}` is {show(node)}, not true or false",
                f"write `{key}: {str(shape.default).lower()}`, without quotes",
            )
        return word == "true"

    def number(self, key: str) -> int:
        """A whole number within its limits."""
        shape, node = self.shape(key, Number), self.node(key)
        if node is None:
            return shape.default
        low, high = shape.low, shape.high
        text = node.text if isinstance(node, Scalar) and node.plain else ""
        if text.isascii() and text.isdigit() and len(text) <= len(str(high)) and low <= int(text) <= high:
            return int(text)
        message = f"`{self.name_of(key)}` is {show(node)}, not a whole number from {low} to {high}"
        self.problems.add(node.place, message, f"write `{key}: {shape.default}`")
        return shape.default

    def word(self, key: str, kind: type[Enumeration]) -> Enumeration:
        """One of the words of an enumeration."""
        return kind(self.choice(key))

    def choice(self, key: str) -> str:
        """One of some known words."""
        shape, node = self.shape(key, Word), self.node(key)
        if node is None:
            return shape.default
        return known_word(node, self.name_of(key), shape.values, self.problems) or shape.default

    def day(self, key: str) -> date | None:
        """A date as `2026-01-04`."""
        self.shape(key, Day)
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

    def inner(self, key: str) -> "Fields":
        """A mapping inside this one; empty when it is not there."""
        shape, node = self.shape(key, Part), self.node(key)
        if node is None:
            return Fields({}, shape, self.place, self.name_of(key), self.problems)
        return open_fields(node, self.name_of(key), shape, self.problems)

    def each(self, key: str, read: Callable[[Node, str, object], Value | None]) -> tuple[Value, ...]:
        """Read every item of a list; what cannot be read is left out, its problems noted."""
        shape, node = self.shape(key, List), self.node(key)
        if node is None:
            return ()
        name = self.name_of(key)
        if isinstance(node, Items):
            items = node.items
        elif shape.alone:
            items = (node,)
        else:
            self.problems.add(
                node.place, f"`{name}` is {show(node)}, not a list", "begin each entry with `- `"
            )
            return ()
        if not shape.least <= len(items) <= shape.most:
            says = f"at least {shape.least}" if len(items) < shape.least else f"at most {shape.most}"
            fix = "add one" if len(items) < shape.least else "shorten it"
            self.problems.add(node.place, f"`{name}` has {len(items)} entries, {says}", fix)
        numbered = isinstance(shape.of, Part | Either)
        paths = (f"{name}[{number}]" if numbered else name for number in range(1, shape.most + 1))
        found = (read(item, path, shape.of) for item, path in zip(items, paths, strict=False))
        return tuple(one for one in found if one is not None)


def open_fields(node: Node, path: str, part: Part, problems: Problems) -> Fields:
    """A mapping with these keys; unknown ones are noted with the one that was probably meant."""
    if not isinstance(node, Entries):
        keys = ", ".join(part.keys)
        name = f"`{path}`" if path else "the file"
        problems.add(node.place, f"{name} is {show(node)}, not a mapping", f"it has the keys {keys}")
        return Fields({}, part, node.place, path, problems)
    allowed = tuple(part.keys)
    for key, _ in node.entries:
        if key.text not in allowed and key.text != "<<" and not key.text.startswith("?"):
            where = f"`{path}`" if path else "the file"
            problems.add(key.place, f"{where} has no key `{key.text[:SHOWN]}`", suggest(key.text, allowed))
    return Fields({key.text: value for key, value in node.entries}, part, node.place, path, problems)


def _known(node: Node, name: str, shape: object, problems: Problems) -> str:
    if isinstance(shape, Word):
        return known_word(node, name, shape.values, problems)
    return read_text(node, name, shape, problems) if isinstance(shape, Text) else ""


def read_text(node: Node, name: str, shape: Text, problems: Problems) -> str:
    """A text that is not empty, not too long, and of the form that is asked for."""
    if not isinstance(node, Scalar):
        problems.add(
            node.place, f"`{name}` is {show(node)}, not a text", "write a text, in quotes if need be"
        )
        return ""
    if node.empty or not node.text.strip():
        problems.add(node.place, f"`{name}` is empty", "write a text, or remove the line")
    elif not shape.several_lines and ("\n" in node.text or "\r" in node.text):
        problems.add(node.place, f"`{name}` has several lines, it must be one", "write it on one line")
    elif wrong := [form for form in shape.forms if re.fullmatch(form.pattern, node.text) is None]:
        problems.add(node.place, wrong[0].says.replace("{}", node.text[:SHOWN]), wrong[0].fix)
    if len(node.text) > shape.limit:
        message = f"`{name}` has {len(node.text)} characters, at most {shape.limit}"
        problems.add(node.place, message, "shorten it")
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
