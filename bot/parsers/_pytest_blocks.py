"""The sections of a session that show failures, cut into blocks, each tied to its summary line."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.parsers._pytest_names import (
    SUMMARY,
    Entry,
    node_from,
    read_progress,
    split_entry,
    splits,
    title_of,
)
from bot.parsers._pytest_places import Roots
from bot.parsers._pytest_sessions import Session
from bot.parsers._pytest_trace import Frame, Line, Story, ends_blocks, read_line_style, read_story
from bot.parsers._pytest_view import read_rule

_COLLECTING = "ERROR collecting "
_AT = re.compile(r"ERROR at (?:setup|teardown) of ")
_CRASHED = re.compile(r"worker '[^']{1,40}' crashed while running '(.{1,4000})'")
# A file's progress, and a line that goes on with it where the terminal ended.
_SIGNS = re.compile(r"(?:(?P<path>[^\s:]{1,500}\.py) )?(?P<signs>[.FEsxXRuy]{1,500}) *(?:\[[\d %/]{1,20}\])?")
_SIGNS_LIMIT = 1_000
_TEST_FILE = re.compile(r"(?:^|/)(?:test_[^/]{0,200}|[^/]{1,200}_test)\.py$")
# pytest writes its sections in this order; a lower one below a higher one is something quoted.
_RANKS = {"ERRORS": 1, "FAILURES": 2, "XFAILURES": 3, "XPASSES": 4, "PASSES": 5, "RERUNS": 5}
_LATER = 6
# A failure prints no more lines that look like its place.
_FAR = 200
_LATER_TITLES = (
    "warnings summary",
    "slowest ",
    "tests coverage",
    "rerun test summary",
    "Hypothesis Statistics",
)


@dataclass(frozen=True, slots=True)
class Block:
    """One failure as a section shows it.

    Attributes:
        section: `ERRORS` or `FAILURES`.
        title: what stands over it, for example `TestCart.test_total[tea]`.
        first: index of the title; `last` of its last line.
        lines: what stands below the title, quoted sessions left out.
        entry: its line in the short summary.
        node: its node id; empty until known.
        message: from the short summary, maybe cut short there.
    """

    section: str
    title: str
    first: int
    last: int
    lines: tuple[Line, ...] = ()
    entry: Entry | None = None
    node: str = ""
    message: str = ""

    @property
    def story(self) -> Story:
        """What the block tells."""
        return read_story(self.lines)


def read_blocks(session: Session, entries: list[Entry], summary: int) -> list[Block]:
    """Give the blocks of `ERRORS` and `FAILURES`, and of summary lines that have none."""
    told = _Entries([entry for entry in entries if entry.word in {"FAILED", "ERROR"}])
    blocks: list[Block] = []
    loose: list[Line] = []
    body: list[Line] = []
    section, title, first = "", "", 0
    instant = bool(told.words) and not _has_sections(session)
    for index, text in [*session.lines(), (session.last + 1, "")]:
        before = section
        section = _next_section(text, section, session.width) if index != summary else SUMMARY
        shown = section in {"ERRORS", "FAILURES"} or (instant and not section)
        candidate = read_rule(text, "_", session.width) if shown else ""
        of = section or ("ERRORS" if candidate.startswith("ERROR ") else "FAILURES")
        found = told.tie(Block(of, candidate, index, index), instant=instant) if candidate else None
        ended = index > session.last or section != before or found is not None or ends_blocks(text)
        if ended and title:
            blocks[-1] = replace(blocks[-1], lines=tuple(body), last=_last_of(body, first))
            title = ""
        if found:
            blocks.append(found)
            title, body, first = found.title, [], index
        elif title:
            body.append((index, text))
        elif section == before == "FAILURES":
            loose.append((index, text))
    return [*blocks, *_without_block(told.free(), loose)]


def _has_sections(session: Session) -> bool:
    """Whether failures stand in sections; some reporters show each one as soon as it happens."""
    return any(
        read_rule(text, "=", session.width) in {"ERRORS", "FAILURES"}
        for _, text in session.lines()
        if text.startswith("=")
    )


def _last_of(body: list[Line], first: int) -> int:
    return next((index for index, text in reversed(body) if text.strip()), first)


def _next_section(text: str, section: str, width: int) -> str:
    if not text.startswith(("=", "!")):
        return section
    title = read_rule(text, "=", width)
    if not title:
        return SUMMARY if read_rule(text, "!", width) else section
    known = title in _RANKS or title.startswith(_LATER_TITLES)
    rank = _RANKS.get(title, _LATER)
    current = _RANKS.get(section, _LATER if section else 0)
    return title if known and rank > current else section


class _Entries:
    """The short summary's lines by the titles that they may stand under; each is taken once, in order."""

    def __init__(self, entries: list[Entry]) -> None:
        self.words = {entry.word for entry in entries}
        self._entries = entries
        self._taken: set[int] = set()
        self._named: dict[tuple[str, str], deque[tuple[int, str, str]]] = {}
        for at, entry in enumerate(entries):
            for title, node, message in _titles(entry):
                self._named.setdefault((entry.word, title), deque()).append((at, node, message))

    def tie(self, block: Block, *, instant: bool) -> Block | None:
        """Tie a title to its summary line; `None` when the title is only quoted."""
        word = "ERROR" if block.section == "ERRORS" else "FAILED"
        name = _AT.sub("", block.title, count=1).removeprefix("[doctest] ")
        # pytest-sugar's summary calls errors failed as well.
        for listed in (word, "FAILED") if instant else (word,):
            waiting = self._named.get((listed, name), deque())
            while waiting:
                at, node, message = waiting.popleft()
                if at not in self._taken:
                    self._taken.add(at)
                    return replace(block, entry=self._entries[at], node=node, message=message)
        return None if instant or word in self.words else block

    def free(self) -> list[Entry]:
        """Give the lines that no block belongs to."""
        return [entry for at, entry in enumerate(self._entries) if at not in self._taken]


def _titles(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Give every title that a summary line may stand under, with the node id and message that it means."""
    for node, message in splits(entry.text):
        own = title_of(node)
        yield (f"{own} {entry.context}" if entry.context else own), node, message
        yield _COLLECTING + node, node, message
        if node.partition("::")[2] != own:
            yield node.partition("::")[2], node, message
    # A crashed worker's test stands under its file's name, and so does a class that cannot be collected.
    path = entry.text.partition("::")[0]
    if path != entry.text:
        yield path, *split_entry(entry.text)
        yield _COLLECTING + path, *split_entry(entry.text)


def _without_block(free: list[Entry], loose: list[Line]) -> list[Block]:
    """Make blocks of summary lines that have none (`--tb=no`, `--tb=line`)."""
    blocks: list[Block] = []
    failed = [entry for entry in free if entry.word == "FAILED"]
    paired = _paired(failed, loose)
    for entry in free:
        node, message = split_entry(entry.text)
        at = paired.get(entry.index, (entry.index, ""))
        section = "FAILURES" if entry.word == "FAILED" else "ERRORS"
        block = Block(section, "", at[0], entry.index + len(entry.more) * (not at[1]), entry=entry, node=node)
        blocks.append(
            replace(block, last=at[0] if at[1] else block.last, message=message, lines=(at,) * bool(at[1]))
        )
    return blocks


def _paired(failed: list[Entry], loose: list[Line]) -> dict[int, Line]:
    """Give every summary line of `--tb=line` the line that tells its place; both come in the same order."""
    lines = [line for line in loose if line[1].strip()]
    if len(lines) != len(failed):
        lines = [line for line in loose if read_line_style(line[1])]
    if len(lines) == len(failed):
        return dict(zip((entry.index for entry in failed), lines, strict=True))
    # Since pytest 9.1 the message and captured output stand above each place: only what agrees is one.
    paired: dict[int, Line] = {}
    at = 0
    for entry in failed:
        message = split_entry(entry.text)[1].removesuffix("...")
        near = range(at, min(at + _FAR, len(lines)))
        ways = (way for way in near if _says(lines[way][1], message))
        found = next(ways, None) if message else None
        if found is not None:
            paired[entry.index] = lines[found]
            at = found + 1
    return paired


def _says(line: str, message: str) -> bool:
    styled = read_line_style(line)
    return styled is not None and styled[1].startswith(message)


def name_blocks(session: Session, blocks: list[Block], roots: Roots) -> list[Block]:
    """Give every block its node id where no summary line did: from `-v` lines or the traceback."""
    if all(block.node for block in blocks):
        return blocks
    told: dict[str, deque[str]] = {}
    for _, node, outcome in read_progress(session.lines()):
        if outcome in {"FAILED", "ERROR"}:
            for name in {title_of(node), node.partition("::")[2]}:
                told.setdefault(name, deque()).append(node)
    files = _failing_files(session)
    return [block if block.node else _named(block, told, roots, files) for block in blocks]


def _failing_files(session: Session) -> list[str]:
    """Name the files in whose line of progress a test failed: `tests/test_cart.py F.E.`."""
    files: list[str] = []
    current = ""
    for _, text in session.lines():
        row = _SIGNS.fullmatch(text) if text[:1].strip(" =_") and len(text) <= _SIGNS_LIMIT else None
        current = row["path"] or current if row else ""
        if row and current and current not in files and set("FE") & set(row["signs"]):
            files.append(current)
    return files


def _named(block: Block, told: dict[str, deque[str]], roots: Roots, files: list[str]) -> Block:
    crashed = next((_CRASHED.match(text) for _, text in block.lines if "crashed while" in text), None)
    if crashed:
        return replace(block, node=crashed[1])
    if block.title.startswith(_COLLECTING):
        return replace(block, node=block.title[len(_COLLECTING) :])
    doctest = block.title.startswith("[doctest] ")
    name = _AT.sub("", block.title, count=1).removeprefix("[doctest] ")
    if told.get(name):
        return replace(block, node=told[name].popleft())
    frame = _own_frame(block.story.frames, name)
    path = roots.relative(frame.path) if frame else ""
    if len(files) == 1 and not doctest:
        path = files[0]
    if not path:
        return replace(block, node=name)
    return replace(block, node=f"{path}::{name}" if doctest else node_from(path, name))


def _own_frame(frames: tuple[Frame, ...], name: str) -> Frame | None:
    """Give the call that is the test itself, else the first one."""
    function = name.partition("[")[0].rpartition(".")[2]
    same = [frame for frame in frames if frame.function == function]
    same = same or [frame for frame in frames if _TEST_FILE.search(frame.path)]
    # A fixture may have failed far from the test; it stands in no test file.
    frames = tuple(frame for frame in frames if not frame.path.endswith("conftest.py"))
    near = [frame for frame in frames if not frame.path.startswith("/")]
    return next(iter(same or near or frames), None)
