"""PHPUnit's numbered defects, testdox' inline ones, and PHP's fatal errors: message and place.

How PHPUnit lays them out: https://github.com/sebastianbergmann/phpunit/tree/main/src/TextUI/Output/Default
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._workspace import relative

ITEM = re.compile(r"(?P<count>\d{1,6})\) (?P<name>\S.*)$")
DOX = re.compile(r" (?P<mark>[✔✘∅↩☢⚠]|\[[x ]\]) (?P<name>\S.*)$")
_FRAME = re.compile(r"(?P<file>(?:[A-Za-z]:)?[^\s:()][^:()]{0,500}\.(?:php|phpt|inc)):(?P<line>\d{1,7})$")
_IN = re.compile(r".{0,4000}? in (?P<file>\S{1,500}\.(?:php|phpt|inc)):(?P<line>\d{1,7})$")
FATAL = re.compile(
    r"[.FEWRSIN]{0,70}(?:PHP )?(?:Fatal|Parse) error: {1,2}(?P<told>.{1,3000}?)"
    r"(?: in (?P<file>\S{1,500}\.\w{1,8}?)(?: on line |:)(?P<line>\d{1,7}))?$"
)
_BOX = re.compile(r" {2,4}[│├┊╵┐┴]")
_FOREIGN = ("/vendor/", "/usr/share/php/", "phar://")
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Block:
    """One defect, with 1-based log lines; `word` is its section's: `error`, `failure`, `warning` …."""

    word: str
    name: str
    first: int
    last: int
    number: int
    message: str
    detail: str = ""
    file: str = ""
    line: int = 0


def read_block(lines: Sequence[str], start: int, end: int, word: str, name: str) -> Block:
    """Read what stands below a defect's heading, up to the line before index `end`."""
    body = [(n, lines[n]) for n in range(start + 1, min(end, start + _MOST))]
    return _read(body, start, word, name)


def read_dox(lines: Sequence[str], start: int, name: str) -> Block:
    """Read the box below a line of testdox."""
    end = start + 1
    body = []
    while end < len(lines) and end < start + _MOST and (found := _BOX.match(lines[end])):
        body.append((end, lines[end][found.end() :].removeprefix(" ").rstrip()))
        end += 1
    block = _read(body, start, "failure", name)
    told = block.message
    word = "failure" if _asserts(body) or not body else "error"
    return Block(
        word, name, start + 1, max(end, start + 1), block.number, told, block.detail, block.file, block.line
    )


def _asserts(body: Sequence[tuple[int, str]]) -> bool:
    return any(text.startswith("Failed asserting ") for _, text in body)


def _read(body: Sequence[tuple[int, str]], start: int, word: str, name: str) -> Block:
    told = [(n, text) for n, text in body if text.strip() and not _FRAME.match(text.strip())]
    frames = [found for _, text in body if (found := _FRAME.match(text.strip()))]
    number, message = (told[0][0], told[0][1].strip()) if told else (start, "")
    inline = _IN.match(message)
    file, line = _place(frames, name)
    if inline and not file:
        file, line = relative(inline["file"]), int(inline["line"])
    last = max([n for n, text in body if text.strip()], default=start)
    detail = "\n".join(text for _, text in told[1:])
    return Block(word, name, start + 1, last + 1, number + 1, message or word, detail, file, line)


def _place(frames: Sequence[re.Match[str]], name: str) -> tuple[str, int]:
    """Give the frame in the class' own file, else the outermost in the repository."""
    ours = [frame for frame in frames if not any(word in frame["file"] for word in _FOREIGN)]
    own = name.partition("::")[0].rpartition("\\")[2]
    mine = [f for f in ours if own and f["file"].endswith((f"/{own}.php", f"\\{own}.php"))]
    best = mine[-1] if mine else None
    best = best or (ours[-1] if ours else None)
    return (relative(best["file"]), int(best["line"])) if best else ("", 0)
