"""One entry of `signatures:` into a Signature."""

from dataclasses import dataclass, field
from datetime import date

from bot.model.failure import FailureKind
from bot.model.signature import (
    ExampleFile,
    Mark,
    Match,
    Pattern,
    Scope,
    Signature,
    SignatureKind,
    SignatureStatus,
)
from bot.repoconfig.fields import Fields, known_word, open_fields, read_text, show
from bot.repoconfig.keys import PATTERN, SCOPES, SIGNATURE
from bot.repoconfig.shapes import Either, Word
from bot.repoconfig.tree import Entries, Node, Place, Problems, Scalar

# Keys whose places `lint` speaks of.
MARKED = ("id", "match", "scope", "added", "fixed", "expires")


def read_signature(node: Node, path: str, file: str, problems: Problems) -> Signature | None:
    """Read one entry; `None` when its id or its match cannot be read. None with a problem is ever used."""
    if not isinstance(node, Entries):
        problems.add(node.place, f"`{path}` is {show(node)}, not a mapping", "begin it with `- id: …`")
        return None
    fields = open_fields(node, path, SIGNATURE, problems)
    before = len(problems.found)
    name, match = fields.text("id"), _match(fields)
    readable = len(problems.found) == before
    examples = _Examples(fields.inner("examples"))
    matching, others = examples.read("match"), examples.read("no_match")
    added, fixed, expires = _dates(fields)
    signature = Signature(
        id=name,
        title=fields.text("title"),
        match=match,
        scope=_scope(fields.inner("scope")),
        cause=fields.choice("cause"),
        kind=fields.word("kind", SignatureKind),
        status=fields.word("status", SignatureStatus),
        priority=fields.text("priority"),
        issue=fields.text("issue"),
        owner=fields.text("owner"),
        fix=fields.text("fix"),
        action=fields.choice("action"),
        added=added,
        fixed=fixed,
        expires=expires,
        examples_match=matching,
        examples_no_match=others,
        example_files=tuple(examples.files),
        source=file,
        source_line=node.place.line,
        marks=(
            *(_mark(key, fields.place_of(key)) for key in MARKED if key in fields.values),
            *examples.marks,
        ),
    )
    return signature if readable and match is not _NO_MATCH else None


def _mark(key: str, place: Place) -> Mark:
    return Mark(key, place.line, place.column)


@dataclass(slots=True)
class _Examples:
    """Reads both lists, and notes where each example stands."""

    fields: Fields
    files: list[ExampleFile] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def read(self, key: str) -> tuple[str, ...]:
        """The texts of one list; its files go to `files`."""
        texts: list[str] = []

        def one(node: Node, path: str, shape: object) -> None:
            if not isinstance(shape, Either):
                return
            if isinstance(node, Scalar):
                texts.append(read_text(node, path, shape.text, self.fields.problems))
                self.marks.append(_mark(f"{key} {len(texts)}", node.place))
                return
            name = open_fields(node, path, shape.part, self.fields.problems).text("file")
            self.files.append(ExampleFile(name, key == "match", node.place.line, node.place.column))

        self.fields.each(key, one)
        return tuple(texts)


def _dates(fields: Fields) -> tuple[date | None, date | None, date | None]:
    """When it was added, fixed, and has to be looked at, in this order of time."""
    added, fixed, expires = fields.day("added"), fields.day("fixed"), fields.day("expires")
    if added and expires and expires <= added:
        message = f"`{fields.path}` expires before it was added"
        fields.problems.add(fields.place_of("expires"), message, "move `expires` past `added`")
    if added and fixed and fixed < added:
        message = f"`{fields.path}` was fixed before it was added"
        fields.problems.add(fields.place_of("fixed"), message, "move `fixed` past `added`")
    if fixed and fields.choice("status") != SignatureStatus.FIXED:
        message = f"`{fields.path}` has the date of a fix, but its status is not fixed"
        fields.problems.add(fields.place_of("fixed"), message, "write `status: fixed`, or remove `fixed`")
    return added, fixed, expires


def _scope(fields: Fields) -> Scope:
    """The globs, and the kinds of failure, each checked against the words that exist."""

    def kind(node: Node, path: str, shape: object) -> FailureKind | None:
        known = shape.values if isinstance(shape, Word) else ()
        word = known_word(node, path, known, fields.problems)
        return FailureKind(word) if word else None

    kinds = tuple(dict.fromkeys(fields.each("kinds", kind)))
    return Scope(**{key: fields.text(key) for key in SCOPES}, kinds=kinds)


# Stands in where a problem has been noted.
_NO_MATCH = Match(())


def _match(fields: Fields) -> Match:
    """Exactly one of `contains`, `regex` and `lines`, and perhaps `absent`."""
    if fields.node("match") is None:
        return _NO_MATCH
    match = fields.inner("match")
    way = _only_way(match, f"`{match.path}`", "keep one of them; `lines` takes several patterns")
    if not way:
        return _NO_MATCH

    def line(node: Node, path: str, _: object) -> Pattern | None:
        return _line(node, path, match)

    patterns = match.each("lines", line) if way == "lines" else (_pattern(match, way),)
    absent_node = match.node("absent")
    absent = None if absent_node is None else _line(absent_node, match.name_of("absent"), match)
    return Match(patterns, absent)


def _only_way(fields: Fields, name: str, fix: str) -> str:
    """The one key of several that is there; empty with the problem noted when it is not exactly one."""
    ways = [key for key in fields.part.one_of if key in fields.values]
    if len(ways) == 1:
        return ways[0]
    known = fields.part.one_of
    message = f"{name} needs exactly one of {', '.join(known[:-1])} and {known[-1]}"
    fields.problems.add(fields.place, message, fix)
    return ""


def _line(node: Node, path: str, match: Fields) -> Pattern | None:
    """A text to be contained, or `{regex: …}`, or `{contains: …}`."""
    if isinstance(node, Scalar):
        return Pattern(read_text(node, path, match.shape("absent", Either).text, match.problems))
    fields = open_fields(node, path, PATTERN, match.problems)
    way = _only_way(fields, f"`{path}`", "write a text in quotes")
    return _pattern(fields, way) if way else None


def _pattern(fields: Fields, key: str) -> Pattern:
    if fields.node(key) is None:
        fields.problems.add(fields.place, f"`{fields.name_of(key)}` is missing", f"add `{key}: …`")
    return Pattern(fields.text(key), is_regex=key == "regex")
