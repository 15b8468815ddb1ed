"""The names of Ginkgo's specs: containers and leaf out of one printed line.

The reporter prints `container container [It] leaf [labels]` with nothing but a change of colour between two
containers. Without colours the boundaries are those that other names in the same log give away.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.parsers._ginkgo_lines import LEAVES, MARKER, SPEC_NODES, SUITE_NODES

_JOINT = " > "
_TOP = "TOP-LEVEL "


@dataclass(frozen=True, slots=True)
class Name:
    """A spec's or suite node's name.

    Attributes:
        parts: containers, outermost first, and the leaf.
        node: the node that failed, when the name says it: `It`, `BeforeEach`, `BeforeSuite`.
        exact: the parts are what Ginkgo printed, not guessed from a line without colours.
        flat: the printed line without marks and colours, to compare with.
        bounds: without colours: where the containers known for certain end in `flat`.
    """

    parts: tuple[str, ...]
    node: str = ""
    exact: bool = True
    flat: str = ""
    bounds: tuple[int, ...] = ()

    @property
    def test(self) -> str:
        """Give the name as the report shows it."""
        return _JOINT.join(part for part in self.parts if part)

    @property
    def of_suite(self) -> bool:
        """Whether this is a node of the suite (BeforeSuite and its kin), not a spec."""
        return self.node in SUITE_NODES


def read_name(text: str, offsets: Collection[int] = ()) -> Name:
    """Read a name that stands on one line.

    Args:
        text: the cleaned line, without what stands in front of the name.
        offsets: where the colour changes in `text`; empty where the log has no colours.
    """
    pieces = _without_labels(_cut(text, offsets))
    flat = " ".join("".join(pieces).split())
    if offsets:
        return from_parts([piece.strip() for piece in pieces if piece.strip()], flat)
    return _guess(_without_label_list(flat))


def from_parts(parts: Iterable[str], flat: str = "") -> Name:
    """Build a name of parts that Ginkgo printed apart, marks still in them."""
    found: list[str] = []
    node = ""
    for part in parts:
        mark, text = _take_mark(part)
        node = mark or node
        if mark in SUITE_NODES:
            found.append(f"[{mark}] {text}".strip() if text != mark else f"[{mark}]")
        elif text != _TOP.strip():
            found.append(text)
    return Name(tuple(found), node, flat=_without_marks(flat or " ".join(parts)))


def read_indented(text: str, offsets: Collection[int]) -> str:
    """Give one level of a hierarchy that is printed line by line, without its labels."""
    pieces = _cut(text, offsets)
    while _is_label(pieces[-1]) and "".join(pieces[:-1]).strip():
        pieces = pieces[:-1]
    line = "".join(pieces).strip()
    return line if offsets else _without_label_list(line)


def settle(name: Name, known: Collection[str]) -> Name:
    """Cut a guessed name where other names of the log end a container.

    Args:
        name: any name; an exact one stays.
        known: the containers of other specs, outermost first, as one text each.
    """
    if name.exact or name.of_suite:
        return name
    last = name.bounds[-1] if name.node in LEAVES and name.bounds else len(name.flat)
    spaces = (end for end, character in enumerate(name.flat[:last]) if character == " ")
    cuts = {end for end in spaces if name.flat[:end] in known}
    bounds = sorted(cuts | set(name.bounds))
    ends = [*bounds, len(name.flat)]
    parts = (name.flat[first:end].strip() for first, end in zip([0, *bounds], ends, strict=True))
    return Name(
        tuple(part for part in parts if part), name.node, exact=False, flat=name.flat, bounds=name.bounds
    )


def containers_of(name: Name) -> str:
    """Give the containers of a spec as one text, when the name tells where they end; else nothing."""
    if name.exact:
        return " ".join(name.parts[:-1])
    return name.flat[: name.bounds[-1]] if name.bounds and name.node in LEAVES | SPEC_NODES else ""


def _cut(text: str, offsets: Collection[int]) -> list[str]:
    """Cut a line where its colour changes."""
    starts = [0, *(offset for offset in sorted(offsets) if 0 < offset < len(text))]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _is_label(piece: str) -> bool:
    """Tell whether a coloured piece is a list of labels or versions."""
    piece = piece.strip()
    return piece.startswith("[") and piece.endswith("]")


def _without_labels(pieces: list[str]) -> list[str]:
    """Drop labels at the end; a lone space stands before each, while a container's text ends with its own.

    Where a container's node failed, the leaf has no colour, and the space before its labels is the leaf's.
    """
    while len(pieces) > 2 and _is_label(pieces[-1]) and pieces[-2] == " ":  # noqa: PLR2004 - name, space, label
        pieces = pieces[:-2]
    above = any(mark["node"] in SPEC_NODES for piece in pieces[:-2] for mark in MARKER.finditer(piece))
    return pieces[:-1] if above and _is_label(pieces[-1]) else pieces


def _without_label_list(flat: str) -> str:
    """Drop `[one, two]` at the end; a single `[word]` may belong to the text where no colour tells."""
    start = flat.rfind(" [")
    return flat[:start] if flat.endswith("]") and start > 0 and ", " in flat[start:] else flat


def _take_mark(part: str) -> tuple[str, str]:
    """Split `[It] text` or `text [BeforeEach]` into the node and the text."""
    for mark in MARKER.finditer(part):
        node = mark["node"]
        if mark.start() == 0 and node in LEAVES | SUITE_NODES | SPEC_NODES:
            return node, part[mark.end() :].strip()
        if mark.end() == len(part) and node in SPEC_NODES | LEAVES:
            return node, part[: mark.start()].strip()
    return "", part


def _without_marks(flat: str) -> str:
    """Give the line without `[It]`, `[BeforeEach]` and `TOP-LEVEL`."""
    for mark in MARKER.finditer(flat):
        if mark["node"] in LEAVES | SPEC_NODES:
            flat = flat[: mark.start()] + flat[mark.end() :]
            return " ".join(flat.removeprefix(_TOP).split())
    return " ".join(flat.split())


def _guess(flat: str) -> Name:
    """Read a name without colours: all that is certain is where the marked node stands."""
    for mark in MARKER.finditer(flat):
        node = mark["node"]
        if node in SUITE_NODES and mark.start() == 0:
            return from_parts([flat], flat)
        if node in LEAVES | SPEC_NODES:
            before = flat[: mark.start()].strip()
            before = "" if before == _TOP.strip() else before
            whole = f"{before} {flat[mark.end() :].strip()}".strip()
            bounds = (len(before),) if before else ()
            parts = (whole[: len(before)], whole[len(before) :].strip())
            return Name(tuple(p for p in parts if p), node, exact=False, flat=whole, bounds=bounds)
    return Name((flat,), exact=False, flat=flat)
