"""Node ids: `tests/test_cart.py::TestCart::test_total[a - b]`, in summary lines and in titles."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.parsers._pytest_sessions import Session
from bot.parsers._pytest_view import read_rule

SUMMARY = "short test summary info"

_WORD = re.compile(r"(FAILED|ERROR|SKIPPED|XFAIL|XPASS|PASSED|RERUN) ")
# Lines of the summary that continue no message: other outcomes of subtests.
_OTHER = re.compile(r"SUB(?:SKIP|PASS|XFAIL)|[\[(].{1,200} SUB(?:SKIP|PASS|XFAIL)")
_VERBOSE = re.compile(
    r" (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS|RERUN)(?: \(.*\))? *(?:\[[\d %/.a-z]{1,20}\])?$"
)
_WORKER = re.compile(r"\[gw\d{1,4}\] \[[\d %/]{1,20}\] (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS|RERUN) ")
_ALONE = re.compile(
    r"(PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS|RERUN)(?: \(.*\))?(?: +\[[\d %/.a-z]{1,20}\])?$"
)
_PROGRESS = re.compile(r"\[[\d %/.a-z]{1,20}\]$")
_PROGRESS_LIMIT = 22
# Longer lines are no node id, whatever they hold.
_NAME_LIMIT = 4096
# A node id does not hold the separator more often.
_SPLITS = 20
# A message is no longer, in lines.
_MORE_LINES = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the short summary.

    Attributes:
        word: `FAILED`, `ERROR`, `RERUN` and so on.
        text: node id and message, not yet told apart.
        context: a subtest's own description, `[shelf] (number=1)`; empty for a test.
        index: the line.
        more: further lines of the message, which pytest prints on CI.
    """

    word: str
    text: str
    context: str
    index: int
    more: tuple[str, ...] = ()


def title_of(node: str) -> str:
    """Give the title that pytest writes over the traceback of this node id."""
    head, bracket, rest = node.partition("::")[2].partition("[")
    return head.replace("::", ".") + bracket + rest


def node_from(path: str, title: str) -> str:
    """Give the node id that has this title, as far as a title tells it."""
    head, bracket, rest = title.partition("[")
    return f"{path}::{head.replace('.', '::')}{bracket}{rest}"


def splits(text: str) -> list[tuple[str, str]]:
    """Give the ways to cut `node id - message`, the longest node id first; both may hold the separator."""
    ends = [len(text)]
    at = text.find(" - ")
    while at >= 0 and len(ends) <= _SPLITS:
        ends.append(at)
        at = text.find(" - ", at + 1)
    return [(text[:end], text[end + 3 :]) for end in sorted(ends, reverse=True)]


def split_entry(text: str) -> tuple[str, str]:
    """Cut `node id - message` where nothing else tells where the node id ends."""
    head = text.partition(" - ")[0]
    if "[" not in head or head.endswith("]"):
        return head, text[len(head) + 3 :]
    end = text.find("] - ", len(head))
    if end < 0:
        return (text, "") if text.endswith("]") else (head, text[len(head) + 3 :])
    return text[: end + 1], text[end + 4 :]


def read_entries(session: Session) -> tuple[list[Entry], int]:
    """Give the last short summary's entries and the index of its title, -1 when there is none."""
    lines = session.lines()
    titles = [
        at
        for at, (_, text) in enumerate(lines)
        if SUMMARY in text and read_rule(text, "=", session.width) == SUMMARY
    ]
    if not titles:
        return [], -1
    entries: list[Entry] = []
    for index, text in lines[titles[-1] + 1 :]:
        if (session.closed and index == session.last) or text.startswith("!!!"):
            break
        entry = _read_entry(text, index)
        if entry:
            entries.append(entry)
        elif entries and len(entries[-1].more) < _MORE_LINES and not _OTHER.match(text):
            entries[-1] = replace(entries[-1], more=(*entries[-1].more, text))
    return entries, lines[titles[-1]][0]


def _read_entry(text: str, index: int) -> Entry | None:
    found = _WORD.match(text)
    if found:
        rest = text[found.end() :].strip()
        named = "::" in rest or (found[1] == "ERROR" and text[found.end()] != " " and _is_path(rest))
        return Entry(found[1], rest, "", index) if named or found[1] == "SKIPPED" else None
    # `SUBFAILED[shelf] (n=1) x.py::test` since pytest 9, `[shelf] (n=1) SUBFAIL x.py::test` by the plugin.
    if text.startswith("SUBFAILED"):
        return _read_subtest(text[len("SUBFAILED") :], index)
    if " SUBFAIL " in text and text[:1] in "[(":
        context, _, rest = text.partition(" SUBFAIL ")
        return Entry("FAILED", rest.strip(), context, index)
    return None


def _is_path(rest: str) -> bool:
    return " " not in rest.partition(" - ")[0]


def _read_subtest(text: str, index: int) -> Entry | None:
    """Cut `[shelf] (number=1) tests/x.py::test - message`: the node id is the word with `::`."""
    before = text.partition("::")[0]
    context, space, _ = before.rpartition(" ")
    return Entry("FAILED", text[len(context) + len(space) :].strip(), context, index) if space else None


def read_verbose(text: str) -> tuple[str, str]:
    """Give node id and outcome of a `-v` line (`x.py::test FAILED [ 50%]`), or two empty texts."""
    if len(text) > _NAME_LIMIT or "::" not in text:
        return "", ""
    worker = _WORKER.match(text)
    if worker:
        return text[worker.end() :].strip(), worker[1]
    if text[:1] in " [>=-":
        return "", ""
    # A wide terminal's blanks stand between the outcome and how far the run is.
    progress = _PROGRESS.search(text[-_PROGRESS_LIMIT:])
    text = text[: len(text) - len(progress[0])].rstrip() if progress else text
    tail = text[-120:] if len(text) > 120 else text  # noqa: PLR2004 - a node id may be long, what follows it is not
    outcome = _VERBOSE.search(tail)
    if not outcome:
        return "", ""
    node = text[: len(text) - len(tail) + outcome.start()].rstrip()
    return (node, outcome[1]) if " " not in node.partition("::")[0] else ("", "")


def read_progress(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """Give index, node id and outcome of every test that `-v` reports.

    Output that is not captured (`-s`, live logs) stands between a node id and its outcome.
    """
    pending = ""
    for index, text in lines:
        node, outcome = read_verbose(text)
        alone = _ALONE.match(text) if pending and not outcome else None
        if outcome:
            yield index, node, outcome
        elif alone:
            yield index, pending, alone[1]
        elif announced := read_announced(text):
            pending = announced
            continue
        else:
            continue
        pending = ""


def read_announced(text: str) -> str:
    """Give the node id that `-v` writes before a test runs, the test's own output left out; else nothing."""
    path = text.partition("::")[0]
    if not path.endswith(".py") or " " in path or not len(path) + 2 < len(text) <= _NAME_LIMIT:
        return ""
    word = text.partition(" ")[0]
    end = text.find("] ", len(path)) + 1 if "[" in word and not word.endswith("]") else len(word)
    return text[: end or len(text)].strip()
