"""A comment as its reader sees it: rendered as GitHub does, then walked into a table, sections and folds."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

COUNTS = re.compile(r"(?P<leg>.+?) (?P<counts>\d[\d,]*/\d[\d,]*(?:, \d+ flaked)?|\d+ passed.*)")
TITLES = ("h3", "h4")
COLUMNS = 6


@dataclass(frozen=True)
class Row:
    """A row of the status table as text; `link` is where its job's name leads."""

    job: str
    previous: str
    now: str
    delta: str
    tests: str
    what: str
    link: str = ""


class Page(HTMLParser):
    """Markdown, rendered and read.

    Attributes:
        headline: the first heading; `text`: everything that is seen.
        rows: of the status table, those behind a fold too.
        sections: text under each further heading; `folds`: text behind each summary.
    """

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.headline = ""
        self.text = ""
        self.rows: list[Row] = []
        self.sections: dict[str, str] = {}
        self.folds: dict[str, str] = {}
        self._open: list[str] = []
        self._heading = ""
        self._title = ""
        self._summaries: list[str] = []
        self._cells: list[str] = []
        self._link = ""
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if tag in ("br", "hr", "wbr"):
            return
        self._open.append(tag)
        if tag == "tr":
            self._cells, self._link = [], ""
        elif tag in ("td", "th"):
            self._cells.append("")
        elif tag in TITLES:
            self._heading = ""
        elif tag == "summary":
            self._summaries.append("")
        elif tag == "a" and "tr" in self._open and len(self._cells) == 1:
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag in TITLES:
            if tag == "h3":
                self.headline = self.headline or self._heading
            self._title = self._heading
        elif tag == "details":
            self._summaries.pop()
        elif tag == "tr" and len(self._cells) == COLUMNS and self._cells[0] != "Job":
            job, previous, now, delta, tests, what = self._cells
            self.rows.append(Row(job, previous, now, delta, tests, what, self._link))
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Put text wherever it belongs."""
        self.text += data
        if "summary" in self._open:
            self._summaries[-1] += data
            return
        if self._open[-1:] and self._open[-1] in TITLES:
            self._heading += data
            return
        if "td" in self._open or "th" in self._open:
            self._cells[-1] += data
        for summary in self._summaries:
            self.folds[summary] = self.folds.get(summary, "") + data
        if self._title:
            self.sections[self._title] = self.sections.get(self._title, "") + data

    def row(self, job: str) -> Row:
        """The one row of this job."""
        found = [row for row in self.rows if row.job == job]
        assert len(found) == 1, f"{job!r} among {[row.job for row in self.rows]}"
        return found[0]

    def group(self, name: str) -> Row:
        """The row of a group of green jobs."""
        found = [row for row in self.rows if row.job.startswith(f"{name} · ")]
        assert len(found) == 1, f"{name!r} among {[row.job for row in self.rows]}"
        return found[0]

    def green(self, name: str) -> dict[str, str]:
        """The legs of a group of green jobs, and the counts of each; empty where none are told."""
        legs = {}
        for part in self.group(name).what.split(" · "):
            match = COUNTS.fullmatch(part)
            legs[match["leg"] if match else part] = match["counts"] if match else ""
        return legs

    def fold(self, words: str) -> str:
        """What stands behind the fold whose summary holds these words."""
        found = [text for summary, text in self.folds.items() if words in summary]
        assert len(found) == 1, f"{words!r} among {list(self.folds)}"
        return found[0]
