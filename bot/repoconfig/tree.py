"""YAML as a tree in which every value knows its place; nothing that can grow beyond the file.

Read by parser events, so that no tag builds an object, no anchor multiplies and no nesting recurses
(https://pyyaml.org/wiki/PyYAMLDocumentation#events).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from bot.model.config import Problem

# DESIGN section 4; GitHub itself reads no larger files of this sort either.
MAX_BYTES = 64 * 1024
# The deepest place of the schema is five levels down.
MAX_DEPTH = 16
# A file with more problems than this is another file.
MAX_PROBLEMS = 100
# The byte order mark that some editors write.
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value begins; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, a number or a word; `plain` when it stands without quotes."""

    text: str
    plain: bool
    place: Place

    @property
    def empty(self) -> bool:
        """Nothing stands there, or YAML's word for nothing."""
        return self.plain and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping, in the order of the file; keys are there once."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    place: Place


Node = Scalar | Items | Entries


@dataclass(slots=True)
class Problems:
    """Collects what is wrong with one file."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: str, fix: str = "") -> None:
        """Note a problem at a place."""
        if len(self.found) < MAX_PROBLEMS:
            self.found.append(Problem(self.file, place.line, place.column, message, fix))

    def in_order(self) -> tuple[Problem, ...]:
        """What was found, in the order of the file."""
        return tuple(sorted(self.found, key=lambda problem: (problem.line, problem.column)))


@dataclass(slots=True)
class _Open:
    """A list or mapping that is not closed yet; `key` waits for its value."""

    place: Place
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    key: Scalar | None = None


class _Stop(Exception):
    """The rest of the file cannot be read."""


def read_tree(data: bytes, problems: Problems) -> Node | None:
    """Read one YAML document; `None` when it is empty or cannot be read, with its problems noted."""
    start = Place(1, 1)
    if len(data) > MAX_BYTES:
        problems.add(
            start, f"the file has {len(data)} bytes, at most {MAX_BYTES} are read", "make it smaller"
        )
        return None
    try:
        text = data.decode().removeprefix(BOM)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add(Place(line, 1), "the file is not UTF-8 text", "save it as UTF-8")
        return None
    try:
        return _build(yaml.parse(text, Loader=yaml.CSafeLoader), problems)
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else start
        what = error.problem or error.context or "it cannot be read"
        problems.add(place, f"this is not YAML: {what}", "check indentation, colons and quotes here")
    except yaml.YAMLError:
        problems.add(start, "the file holds characters that YAML does not allow", "remove control characters")
    return None


def _build(events: Iterator[yaml.Event], problems: Problems) -> Node | None:
    """Put the events together, with a stack of our own."""
    stack: list[_Open] = []
    root: Node | None = None
    documents = 0
    for event in events:
        mark = event.start_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        _refuse_extras(event, place, problems)
        match event:
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    problems.add(place, "a second document begins here", "keep one document: remove `---`")
                    raise _Stop
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                if len(stack) == MAX_DEPTH:
                    problems.add(place, f"nested deeper than {MAX_DEPTH} levels", "make it flatter")
                    raise _Stop
                stack.append(_Open(place, isinstance(event, yaml.MappingStartEvent)))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                root = _put(stack, _close(stack.pop()), problems) or root
            case yaml.ScalarEvent():
                scalar = Scalar(event.value, event.implicit[0], place)
                root = _put(stack, scalar, problems) or root
            case _:
                pass
    return root


def _refuse_extras(event: yaml.Event, place: Place, problems: Problems) -> None:
    """Anchors, aliases and tags make a small file large, or an object."""
    if isinstance(event, yaml.AliasEvent):
        problems.add(place, "an alias is not allowed", "write the value out")
        raise _Stop
    if getattr(event, "anchor", None):
        problems.add(place, "an anchor is not allowed", "remove it: every value is written out")
    tag = getattr(event, "tag", None)
    if tag:
        problems.add(place, f"the tag `{tag}` is not allowed", "remove it: values have no tags here")


def _close(opened: _Open) -> Node:
    if opened.mapping:
        return Entries(tuple(opened.entries.values()), opened.place)
    return Items(tuple(opened.items), opened.place)


def _put(stack: list[_Open], node: Node, problems: Problems) -> Node | None:
    """Put a value where it belongs; the outermost one is given back."""
    if not stack:
        return node
    holder = stack[-1]
    if not holder.mapping:
        holder.items.append(node)
    elif holder.key is None:
        holder.key = _key(node, problems)
    else:
        key, holder.key = holder.key, None
        if key.text in holder.entries:
            first = holder.entries[key.text][0].place.line
            problems.add(
                key.place, f"`{key.text[:60]}` stands here twice, first on line {first}", "remove one"
            )
        else:
            holder.entries[key.text] = (key, node)
    return None


def _key(node: Node, problems: Problems) -> Scalar:
    """A key is a word; anything else is noted and stands in for one."""
    if not isinstance(node, Scalar):
        problems.add(node.place, "a list or mapping cannot be a key", "write a word before the colon")
        return Scalar(f"?{node.place.line}:{node.place.column}", plain=False, place=node.place)
    if node.plain and node.text == "<<":
        problems.add(node.place, "the merge key `<<` is not allowed", "write the values out")
    return node
