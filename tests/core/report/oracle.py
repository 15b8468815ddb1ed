"""What GitHub would make of our markdown: rendered with cmark-gfm, walked, and everything odd reported."""

import dataclasses
import html
import re
from collections.abc import Iterator
from enum import Enum
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

from bot.model.report import Report
from bot.report.links import safe_url

TAGS = frozenset(
    {"h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "a", "code", "pre", "details", "summary"}
    | {"ul", "ol", "li", "strong", "b", "sub", "hr", "br", "wbr", "blockquote"}
)
VOID = frozenset({"hr", "br", "wbr"})
QUIET = frozenset({"pre", "code", "a"})
# What GitHub would turn into a mention, a cross reference, a commit or an address.
ALIVE = re.compile(r"@\w|#\d|\bgh-\d|\b[0-9a-f]{7,40}\b|://|www\.|:[a-z_]+:", re.IGNORECASE)
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
NAMES: dict[type, tuple[str, ...]] = {}
URL_FIELDS = frozenset({"url", "issue", "run_url", "job_url", "docs_url"})


class _Walker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.odd: list[str] = []
        self.open: list[str] = []
        self.elements: list[str] = []
        self.comments: list[str] = []
        self.links: list[str] = []
        self.widths: list[list[int]] = []
        self.plain: list[str] = []
        self.headline = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.odd.append(f"tag <{tag}>")
        self.odd += [
            f"attribute {name} on <{tag}>"
            for name, _ in attrs
            if (tag, name) not in {("a", "href"), ("ol", "start")}
        ]
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "summary" and self.open[-1:] != ["details"]:
            self.odd.append("summary outside details")
        self.elements.append(tag)
        if tag == "table":
            self.widths.append([])
        elif tag == "tr":
            self.widths[-1].append(0)
        elif tag in {"td", "th"}:
            self.widths[-1][-1] += 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.odd.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_comment(self, data: str) -> None:
        self.comments.append(data.strip())

    def handle_data(self, data: str) -> None:
        if "h3" in self.open:
            self.headline += data
        if UNSEEN.search(data):
            self.odd.append(f"unseen character in {data!r}")
        if not QUIET.intersection(self.open):
            self.plain.append(data)
            if ALIVE.search(data):
                self.odd.append(f"alive text {data!r}")


def walk(markdown: str) -> _Walker:
    """Render and walk; `odd` lists everything that should not be there."""
    walker = _Walker()
    walker.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))
    walker.close()
    walker.odd += [f"<{tag}> never closed" for tag in walker.open]
    walker.odd += [f"table of widths {widths}" for widths in walker.widths if len(set(widths)) != 1]
    return walker


def text_of(markdown: str) -> str:
    """Give the rendered text, tags removed."""
    rendered = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    return html.unescape(re.sub(r"<[^>]*>", "", rendered))


def check_comment(report: Report, body: str) -> _Walker:
    """Hold a whole comment against everything it promises."""
    walker = walk(body)
    allowed = {html.unescape(safe_url(url)) for url in urls_of(report)} - {""}
    ours = f"{report.facts.web}/{report.facts.repository}/"
    walker.odd += [
        f"link {link}" for link in walker.links if link not in allowed and not link.startswith(ours)
    ]
    assert walker.odd == []
    assert walker.comments == ["retriage:status v1"]
    assert body.startswith("<!-- retriage:status v1 -->\n\n### ")
    assert walker.elements[0] == "h3"
    assert walker.elements.count("h3") == 1
    assert len(body) <= 60_000
    assert len(body.encode()) < 262_144
    return walker


def names_of(kind: type) -> tuple[str, ...]:
    """Give the names of a dataclass' fields, looked up once; of another type none."""
    if kind not in NAMES:
        known = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
        NAMES[kind] = tuple(field.name for field in known)
    return NAMES[kind]


def urls_of(value: object, seen: set[int] | None = None) -> Iterator[str]:
    """Give every address that stands in a value's fields; what stands in it many times is looked at once."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, tuple):
        for one in value:
            yield from urls_of(one, seen)
    else:
        kind: type = type(value)
        for name in names_of(kind):
            inner = getattr(value, name)
            if name in URL_FIELDS and isinstance(inner, str):
                yield inner
            elif not isinstance(inner, (str, Enum)):
                yield from urls_of(inner, seen)
