"""Where pytest's sessions begin and end in a log, and which of them only quote another one.

Sessions are matched like brackets: a session inside another one is output that a test captured or
printed. With `-q` there is no opening line; such a session is found by its sections or its last line.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace

from bot.model.log import Log
from bot.parsers._pytest_view import START, View, read_rule

Range = tuple[int, int]

_DURATION = re.compile(r"\d{1,9}\.\d\ds(?: \([\w:, ]{1,40}\))?")
_COUNT = re.compile(r"(\d{1,9}) ([a-z][a-z _-]{0,40})")
_COLLECTED = re.compile(r"\d{1,9}(?:/\d{1,9})? tests? collected(?: \(\d{1,9} deselected\))?")
_WORDS = frozenset({"passed", "failed", "skipped", "error", "errors", "xfailed", "xpassed", "deselected"})
_PROGRESS = re.compile(r"[.FEsxXRuy,]{1,500} *(?:\[[\d %/.a-z]{1,20}\])?|INTERNALERROR> .*")
# What stands before the opening line of a session that a test prints with `-s`: its own progress.
_GLUED = re.compile(r"(?:\S{1,1000}(?:::.{1,1000})? )?[.FEsxXRuy,]{0,500}")
# No closing line of pytest is longer: a cheap test before the others.
_CLOSING_LIMIT = 500
_SECTIONS = ("ERRORS", "FAILURES", "short test summary info")
# Lines of progress that a quiet session may have before its first section.
_PROGRESS_LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Session:
    """One run of pytest: indices into the view's lines, inclusive, counted from 0.

    Attributes:
        first: the opening line, or the first line of progress when there is none.
        last: the closing line, or the last line that can belong to it.
        closed: pytest summed up.
        headed: it has an opening line.
        width: the terminal's width, 0 when unknown.
        counts: the closing line's words and figures, for example `{"failed": 1, "passed": 2}`.
        quoted: sessions inside this one, in order.
    """

    view: View
    first: int
    last: int
    closed: bool
    headed: bool
    width: int
    counts: dict[str, int] = field(default_factory=dict)
    quoted: tuple[Range, ...] = ()

    def lines(self) -> list[tuple[int, str]]:
        """Give the session's own lines with their indices, quoted sessions left out."""
        own: list[tuple[int, str]] = []
        at = self.first
        for first, last in (*self.quoted, (self.last + 1, self.last)):
            own += [(index, self.view.texts[index]) for index in range(at, first)]
            at = max(at, last + 1)
        return own


@dataclass(slots=True)
class _Open:
    index: int
    width: int
    headed: bool
    quoted: bool = False


def read_closing(text: str, *, headed: bool) -> dict[str, int] | None:
    """Give the counts of a closing line (`1 failed, 2 passed in 0.12s`), `None` when it is none."""
    if len(text) > _CLOSING_LIMIT or " in " not in text:
        return None
    body = read_rule(text, "=") if headed else text.rstrip()
    what, _, duration = body.rpartition(" in ")
    if not what or not _DURATION.fullmatch(duration):
        return None
    if what in {"no tests ran", "no tests collected"} or _COLLECTED.fullmatch(what):
        return {}
    found = [_COUNT.fullmatch(part) for part in what.split(", ")]
    counts = {match[2]: int(match[1]) for match in found if match}
    if not all(found) or (not headed and not _WORDS & counts.keys()):
        return None
    return counts


@dataclass(slots=True)
class _Found:
    """What is known while the view is read: open, whole, cut and quoted sessions."""

    opened: list[_Open] = field(default_factory=list)
    whole: list[Session] = field(default_factory=list)
    cut: list[tuple[_Open, int]] = field(default_factory=list)
    quoted: list[Range] = field(default_factory=list)


def find_sessions(view: View, log: Log) -> list[Session]:
    """Give the sessions that nothing quotes, in the order of the view."""
    found = _Found()
    steps = {section.first for section in log.sections}
    for index, text in enumerate(view.texts):
        if view.numbers[index] in steps:
            found.cut += [(start, index - 1) for start in found.opened]
            found.opened.clear()
        if text.startswith("="):
            _take_rule(view, index, found)
        elif text[:1].isdigit() or text.startswith("no tests"):
            _take_bare(view, index, found)
        elif START in text and _is_glued(text):
            found.opened.append(_Open(index, 0, headed=True, quoted=True))
    found.cut += [(start, len(view.texts) - 1) for start in found.opened]
    return _outermost(view, found)


def _is_glued(text: str) -> bool:
    at = text.find("===")
    return at > 0 and read_rule(text[at:], "=") == START and bool(_GLUED.fullmatch(text[:at]))


def _take_rule(view: View, index: int, found: _Found) -> None:
    text = view.texts[index]
    title = read_rule(text, "=")
    if title == START:
        found.opened.append(_Open(index, len(text.rstrip()), headed=True))
    elif title in _SECTIONS and not found.opened:
        found.opened.append(_Open(index, len(text.rstrip()), headed=False))
    elif title and (counts := read_closing(text, headed=True)) is not None:
        start = _Open(index, len(text.rstrip()), headed=False)
        while found.opened:
            start = found.opened.pop()
            if start.headed:
                break
        if start.quoted:
            found.quoted.append((start.index, index))
        else:
            found.whole.append(_closed(view, start, start.index, index, counts))


def _take_bare(view: View, index: int, found: _Found) -> None:
    counts = read_closing(view.texts[index], headed=False)
    if counts is None or (found.opened and found.opened[-1].headed):
        return
    start = found.opened.pop() if found.opened else _Open(index, 0, headed=False)
    found.whole.append(_closed(view, start, _progress_before(view, start.index), index, counts))


def _closed(view: View, start: _Open, first: int, last: int, counts: dict[str, int]) -> Session:
    return Session(view, first, last, closed=True, headed=start.headed, width=start.width, counts=counts)


def _progress_before(view: View, index: int) -> int:
    """Go back over the lines of progress before a quiet session's first section."""
    first = index
    for before in range(index - 1, max(-1, index - _PROGRESS_LIMIT), -1):
        text = view.texts[before].rstrip()
        if text and _PROGRESS.fullmatch(text):
            first = before
        elif text:
            break
    return first


def _outermost(view: View, found: _Found) -> list[Session]:
    spans = sorted(found.whole, key=lambda session: (session.first, -session.last))
    top: list[Session] = []
    inner = list(found.quoted)
    for session in spans:
        if top and session.last <= top[-1].last:
            inner.append((session.first, session.last))
        else:
            top.append(session)
    bounds = sorted([session.first for session in top] + [start.index for start, _ in found.cut])
    starts = [session.first for session in top]
    killed: list[Session] = []
    for start, end in found.cut:
        around = bisect_right(starts, start.index) - 1
        if start.quoted or (around >= 0 and start.index <= top[around].last):
            continue
        after = bisect_right(bounds, start.index)
        last = min(bounds[after] - 1, end) if after < len(bounds) else end
        first = start.index if start.headed else _progress_before(view, start.index)
        killed.append(Session(view, first, last, closed=False, headed=start.headed, width=start.width))
    inner.sort()
    return [_with_quotes(session, inner) for session in sorted(top + killed, key=lambda each: each.first)]


def _with_quotes(session: Session, inner: list[Range]) -> Session:
    within = inner[bisect_right(inner, (session.first, 0)) : bisect_right(inner, (session.last, 0))]
    return replace(session, quoted=tuple(span for span in within if span[1] < session.last))
