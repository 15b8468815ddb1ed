"""The sections of a session that show failures, cut into blocks, each tied to its summary line."""

import re
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
# pytest writes its sections in this order; a lower one below a higher one is something quoted.
_RANKS = {"ERRORS": 1, "FAILURES": 2, "XFAILURES": 3, "XPASSES": 4, "PASSES": 5, "RERUNS": 5}
_LATER = 6
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
    free = [entry for entry in entries if entry.word in {"FAILED", "ERROR"}]
    words = {entry.word for entry in free}
    blocks: list[Block] = []
    loose: list[Line] = []
    body: list[Line] = []
    section, title, first = "", "", 0
    for index, text in [*session.lines(), (session.last + 1, "")]:
        before = section
        section = _next_section(text, section, session.width) if index != summary else SUMMARY
        candidate = read_rule(text, "_", session.width) if section in {"ERRORS", "FAILURES"} else ""
        found = _tie(Block(section, candidate, index, index), free, words) if candidate else None
        ended = index > session.last or section != before or found is not None or ends_blocks(text)
        if ended and title:
            blocks[-1] = replace(blocks[-1], lines=tuple(body), last=_last_of(body, first))
            title = ""
        if found:
            blocks.append(found)
            title, body, first = found.title, [], index
        elif title:
            body.append((index, text))
        elif section == "FAILURES":
            loose.append((index, text))
    return [*blocks, *_without_block(free, loose)]


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


def _tie(block: Block, free: list[Entry], words: set[str]) -> Block | None:
    """Tie a title to the first summary line of the same name; `None` when the title is only quoted."""
    word = "ERROR" if block.section == "ERRORS" else "FAILED"
    for at, entry in enumerate(free):
        if entry.word != word:
            continue
        cut = _cut(entry, block.title)
        if cut:
            del free[at]
            return replace(block, entry=entry, node=cut[0], message=cut[1])
    return None if word in words else block


def _cut(entry: Entry, title: str) -> tuple[str, str] | None:
    """Cut a summary line into node id and message if it carries this title."""
    if title.startswith(_COLLECTING):
        path = title[len(_COLLECTING) :]
        same = entry.text == path or entry.text.startswith(path + " - ")
        return (path, entry.text[len(path) + 3 :]) if same else None
    name = _AT.sub("", title, count=1).removeprefix("[doctest] ")
    for node, message in splits(entry.text):
        own = title_of(node)
        if name in {own, f"{own} {entry.context}", node.partition("::")[2]}:
            return node, message
        # A crashed worker's test stands under its file's name.
        if name == node.partition("::")[0] and "::" in node:
            return split_entry(entry.text)
    return None


def _without_block(free: list[Entry], loose: list[Line]) -> list[Block]:
    """Make blocks of summary lines that have none (`--tb=no`, `--tb=line`)."""
    blocks: list[Block] = []
    failed = [entry for entry in free if entry.word == "FAILED"]
    lines = [line for line in loose if read_line_style(line[1])]
    paired = (
        dict(zip((entry.index for entry in failed), lines, strict=False)) if len(lines) == len(failed) else {}
    )
    for entry in free:
        node, message = split_entry(entry.text)
        at = paired.get(entry.index, (entry.index, ""))
        section = "FAILURES" if entry.word == "FAILED" else "ERRORS"
        block = Block(section, "", at[0], entry.index + len(entry.more) * (not at[1]), entry=entry, node=node)
        blocks.append(
            replace(block, last=at[0] if at[1] else block.last, message=message, lines=(at,) * bool(at[1]))
        )
    return blocks


def name_blocks(session: Session, blocks: list[Block], roots: Roots) -> list[Block]:
    """Give every block its node id where no summary line did: from `-v` lines or the traceback."""
    if all(block.node for block in blocks):
        return blocks
    free = [node for _, node, outcome in read_progress(session.lines()) if outcome in {"FAILED", "ERROR"}]
    return [block if block.node else _named(block, free, roots) for block in blocks]


def _named(block: Block, free: list[str], roots: Roots) -> Block:
    crashed = next((_CRASHED.match(text) for _, text in block.lines if "crashed while" in text), None)
    if crashed:
        return replace(block, node=crashed[1])
    if block.title.startswith(_COLLECTING):
        return replace(block, node=block.title[len(_COLLECTING) :])
    doctest = block.title.startswith("[doctest] ")
    name = _AT.sub("", block.title, count=1).removeprefix("[doctest] ")
    for at, node in enumerate(free):
        if name in {title_of(node), node.partition("::")[2]}:
            del free[at]
            return replace(block, node=node)
    frame = _own_frame(block.story.frames, name)
    if frame is None:
        return replace(block, node=name)
    path = roots.relative(frame.path)
    return replace(block, node=f"{path}::{name}" if doctest else node_from(path, name))


def _own_frame(frames: tuple[Frame, ...], name: str) -> Frame | None:
    """Give the call that is the test itself, else the first one."""
    function = name.partition("[")[0].rpartition(".")[2]
    same = [frame for frame in frames if frame.function == function]
    near = [frame for frame in frames if not frame.path.startswith("/")]
    return next(iter(same or near or frames), None)
