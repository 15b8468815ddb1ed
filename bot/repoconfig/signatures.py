"""One entry of `signatures:` into a Signature."""

from bot.model.failure import FailureKind
from bot.model.signature import Match, Pattern, Scope, Signature, SignatureKind, SignatureStatus
from bot.repoconfig.fields import MAX_ITEMS, Fields, known_word, one_line, open_fields, show
from bot.repoconfig.tree import Entries, Items, Node, Problems, Scalar

# Ids stand in comments and commands as they are.
MAX_ID = 64
ID_MARKS = "-_."
# The engine takes no longer one (DEPENDENCIES 1.6).
MAX_PATTERN = 1_000
# More lines than this describe one log, not a failure.
MAX_LINES = 10
# An example may be a whole excerpt.
MAX_EXAMPLE = 4_000
MAX_URL = 500

CAUSES = (
    "async-timing",
    "data-pollution",
    "shared-state",
    "eventual-consistency",
    "race",
    "order",
    "time",
    "randomness",
    "network",
    "registry",
    "resource",
    "timeout",
    "performance",
    "dependency",
    "configuration",
    "runner",
    "other",
)
ACTIONS = ("label", "suggest-rerun", "auto-rerun")
KEYS = (
    "id",
    "title",
    "match",
    "scope",
    "cause",
    "kind",
    "status",
    "priority",
    "issue",
    "owner",
    "fix",
    "action",
    "added",
    "expires",
    "examples",
)
SCOPES = ("workflow", "job", "step", "test", "file", "branch")


def read_signature(node: Node, path: str, file: str, problems: Problems) -> Signature | None:
    """Read one entry; `None` when it is no mapping. No entry with a problem is ever used."""
    if not isinstance(node, Entries):
        problems.add(node.place, f"`{path}` is {show(node)}, not a mapping", "begin it with `- id: …`")
        return None
    fields = open_fields(node, path, KEYS, problems)
    match = _match(fields)
    examples = fields.part("examples", ("match", "no_match"))
    added, expires = fields.day("added"), fields.day("expires")
    if added and expires and expires <= added:
        place = fields.values["expires"].place
        problems.add(place, f"`{path}` expires before it was added", "move `expires` past `added`")
    return Signature(
        id=_id(fields),
        title=fields.required("title"),
        match=match,
        scope=_scope(fields.part("scope", (*SCOPES, "kinds"))),
        cause=fields.choice("cause", CAUSES, "other"),
        kind=fields.word("kind", SignatureKind, SignatureKind.FLAKE),
        status=fields.word("status", SignatureStatus, SignatureStatus.OPEN),
        priority=fields.text("priority", MAX_ID),
        issue=_issue(fields),
        owner=fields.text("owner"),
        fix=fields.text("fix"),
        action=fields.choice("action", ACTIONS, "label"),
        added=added,
        expires=expires,
        examples_match=examples.texts("match", MAX_EXAMPLE, lines=True),
        examples_no_match=examples.texts("no_match", MAX_EXAMPLE, lines=True),
        source=file,
        source_line=node.place.line,
    )


def _id(fields: Fields) -> str:
    text = fields.required("id", MAX_ID)
    if text and not (text.isascii() and text[0].isalnum() and text.translate(_NO_MARKS).isalnum()):
        place = fields.values["id"].place
        fields.problems.add(
            place, "an id has letters, digits, `-`, `_` and `.`", "write it like DS-FLAKY-003a"
        )
    return text


_NO_MARKS = str.maketrans("", "", ID_MARKS)


def _issue(fields: Fields) -> str:
    text = fields.text("issue", MAX_URL)
    if text and not (text.startswith(("https://", "http://")) and text.isprintable() and " " not in text):
        fields.problems.add(fields.values["issue"].place, "`issue` is no web address", "write https://…")
    return text


def _scope(fields: Fields) -> Scope:
    """The globs, and the kinds of failure, each checked against the words that exist."""
    node = fields.node("kinds")
    items = node.items if isinstance(node, Items) else () if node is None else (node,)
    known = tuple(kind.value for kind in FailureKind)
    kinds = [known_word(item, fields.name_of("kinds"), known, fields.problems) for item in items[:MAX_ITEMS]]
    globs = {key: fields.text(key) for key in SCOPES}
    return Scope(**globs, kinds=tuple(FailureKind(kind) for kind in dict.fromkeys(kinds) if kind))


# Stands in where a problem has been noted.
_NO_MATCH = Match(())


def _match(fields: Fields) -> Match:
    """Exactly one of `contains`, `regex` and `lines`, and perhaps `absent`."""
    if fields.node("match") is None:
        fields.problems.add(
            fields.place, f"`{fields.name_of('match')}` is missing", 'add `match: {contains: "…"}`'
        )
        return _NO_MATCH
    match = fields.part("match", ("contains", "regex", "lines", "absent"))
    ways = [key for key in ("contains", "regex", "lines") if key in match.values]
    if len(ways) != 1:
        message = f"`{match.path}` needs exactly one of contains, regex and lines"
        fields.problems.add(match.place, message, "keep one of them; `lines` takes several patterns")
        return _NO_MATCH
    patterns = _lines(match) if ways == ["lines"] else [_pattern(match, ways[0])]
    absent_node = match.node("absent")
    absent = None if absent_node is None else _line(absent_node, match.name_of("absent"), fields.problems)
    found = tuple(pattern for pattern in patterns if pattern is not None)
    return Match(found, absent)


def _lines(match: Fields) -> list[Pattern | None]:
    node = match.values["lines"]
    if not isinstance(node, Items) or not node.items:
        match.problems.add(
            node.place, f"`{match.path}.lines` is no list of patterns", 'write `lines: ["…", "…"]`'
        )
        return []
    if len(node.items) > MAX_LINES:
        match.problems.add(
            node.place, f"`{match.path}.lines` has more than {MAX_LINES} entries", "keep the telling ones"
        )
    path = match.name_of("lines")
    return [_line(item, path, match.problems) for item in node.items[:MAX_LINES]]


def _line(node: Node, path: str, problems: Problems) -> Pattern | None:
    """A text to be contained, or `{regex: …}`, or `{contains: …}`."""
    if isinstance(node, Scalar):
        return Pattern(one_line(node, path, MAX_PATTERN, problems))
    fields = open_fields(node, path, ("contains", "regex"), problems)
    ways = [key for key in ("contains", "regex") if key in fields.values]
    if len(ways) != 1:
        problems.add(
            node.place, f"an entry of `{path}` needs one of contains and regex", "write a text in quotes"
        )
        return None
    return _pattern(fields, ways[0])


def _pattern(fields: Fields, key: str) -> Pattern:
    return Pattern(fields.required(key, MAX_PATTERN), is_regex=key == "regex")
