"""XML as a tree, from bytes that may be hostile: no DTD, no entities, and limits on all that can grow."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

# A runner nests its containers; deeper ones are an attack on whoever walks the tree.
MAX_DEPTH = 64
# A run of 100,000 tests has three elements for each.
MAX_ELEMENTS = 500_000
# Of one text or attribute; the rest is a dump that nobody reads.
MAX_TEXT = 32 * 1024
# What is fed to expat at once, so that a limit holds before the whole file was read.
PIECE = 256 * 1024
# Output of tests, and whatever a runner notes beside them: nothing in there is a result.
LEFT_OUT = ("system-out", "system-err", "properties", "stackTrace")
# Characters that XML 1.0 has no place for, as they are and as references; runners write them all the same.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&#(?:x0{0,6}(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0{0,6}(?:[0-8]|1[124-9]|2\d|3[01]));")
_DECLARATION = re.compile(r"^\s{0,100}<\?xml[^>]{0,200}\?>")


class Malformed(Exception):
    """The bytes are no XML that can be read; the message says why, for people."""


def read_tree(data: bytes) -> Element:
    """Give the root element, without namespaces and without what tests printed.

    Raises:
        Malformed: it is not XML, is cut short, or is built to harm.
    """
    try:
        return _parse(data)
    except ParseError as error:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise _malformed(error) from None
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    mended = _REFERENCE.sub("", _ILLEGAL.sub("", _DECLARATION.sub("", text, count=1)))
    try:
        return _parse(mended.encode())
    except ParseError as error:
        raise _malformed(error) from None


def _malformed(error: ParseError) -> Malformed:
    line, column = error.position
    return Malformed(f"is no well-formed XML (line {line}, column {column + 1})")


def _parse(data: bytes) -> Element:
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        for start in range(0, len(data), PIECE):
            parser.feed(data[start : start + PIECE])
        parser.close()
    except DefusedXmlException:
        raise Malformed("declares a document type or entities, which no report needs") from None
    except (LookupError, ValueError):
        raise Malformed("is in an encoding that is not known") from None
    if builder.root is None:
        raise Malformed("is empty")
    return builder.root


class _Builder:
    """Builds the tree as expat reads; what is not needed is not kept."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._sizes: list[int] = []
        self._elements = 0
        self._depth = 0
        self._skipped = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._elements += 1
        self._depth += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            what = f"nests deeper than {MAX_DEPTH}" if self._depth > MAX_DEPTH else "has too many elements"
            raise Malformed(what)
        name = tag.rpartition("}")[2]
        if self._skipped or name in LEFT_OUT:
            self._skipped += 1
            return
        element = Element(name, {key: value[:MAX_TEXT] for key, value in attributes.items()})
        if self._open:
            self._open[-1].append(element)
        elif self.root is None:
            self.root = element
        self._open.append(element)
        self._texts.append([])
        self._sizes.append(0)

    def end(self, tag: str) -> None:
        """An element ends."""
        del tag
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
            return
        self._open.pop().text = "".join(self._texts.pop())
        self._sizes.pop()

    def data(self, text: str) -> None:
        """Text inside the innermost element."""
        if self._skipped or not self._open:
            return
        room = MAX_TEXT - self._sizes[-1]
        if room > 0:
            self._texts[-1].append(text[:room])
            self._sizes[-1] += len(text)

    def close(self) -> Element | None:
        """The document ends."""
        return self.root
