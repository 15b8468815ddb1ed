"""The blocks in which minitest, Rails, minitest-reporters and test-unit tell of one test that failed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.parsers._workspace import relative

HEAD = re.compile(r"(?: {1,2}\d{1,6}\) )?(?P<word>Failure|Error|Skipped):$")
# `Class#test_name [file:12]:`; minitest 4 wrote `test_name(Class) [file:12]:`.
NAME = re.compile(
    r"(?P<name>\S.{0,1000}?#test_.{0,1000}?|test_[^\s(]{1,300}\([^)]{1,300}\))"
    r"(?P<at> \[[^\]]{1,500}:\d{1,7}\])?:?$"
)
# test-unit: `Failure: test_a(Class)`, `Error: test_a(Class): Error: message`, in a hook `Error: Class: …`.
UNIT = re.compile(
    r"(?P<word>Failure|Error): (?P<name>test[^\n]{0,1000}?\([A-Z][\w:]{0,300}\)):?(?: (?P<told>.*))?$"
)
UNIT_HOOK = re.compile(r"(?P<word>Error): (?P<name>[A-Z][\w:]{0,300}): (?P<told>[A-Z].*)$")
# minitest-reporters: `  test_name      FAIL (0.00s)`, or `FAIL["test_name", …` with ` test_name#Class` below.
SPEC = re.compile(r"  (?P<name>test_\S.{0,1000}?) {1,100}(?P<word>FAIL|ERROR) \(\d{1,9}\.\d{1,3}s\)$")
STATUS = re.compile(
    r" {0,2}(?P<word>FAIL|ERROR) (?P<name>[A-Z][\w:]{0,300}#test_.{1,1000}?) \(\d{1,9}\.\d{1,3}s\)$"
)
PROGRESS = re.compile(
    r" ?(?P<word>FAIL|ERROR)\[\"(?P<test>test_[^\"]{1,1000})\", \"?(?P<class>[^\",]{1,500})\"?, "
)

_FRAME = re.compile(
    r"\s{0,20}(?P<file>[^\s:\[][^:]{0,400}\.\w{1,9}):(?P<line>\d{1,7}):in [`'](?P<where>.*)'$"
)
_UNEXPECTED = re.compile(r"Minitest::(?:Assertion|UnexpectedError): {0,20}")
_CODE = re.compile(r"\s{0,12}(?:=> {0,8})?\d{1,7}: ?")
_FOREIGN = ("/gems/", "/lib/ruby/", "/vendor_ruby/", "/vendor/bundle/", "<internal:")
_MOST = 400


@dataclass(frozen=True, slots=True)
class Block:
    """One test that failed.

    Attributes:
        word: `failed` or `error`.
        first: the heading's line.
        last: the last line.
        number: the message's line.
        unit: test-unit wrote it.
    """

    word: str
    name: str
    first: int
    last: int
    message: str = ""
    number: int = 0
    detail: str = ""
    file: str = ""
    line: int = 0
    unit: bool = False


def read_block(lines: Sequence[str], span: tuple[int, int, int], word: str, name: str, at: str = "") -> Block:
    """Read a block.

    Args:
        lines: the log's lines.
        span: indices of the heading, of the first line of the message, and of the line behind the block.
        word: the heading's word, `Failure`, `ERROR` and the like.
        name: the test's name.
        at: ` [file:12]`, where the heading says it.
    """
    start, body, end = span
    told = [(n, lines[n]) for n in range(body, min(end, body + _MOST))]
    name = name.strip()
    frames = [found for _, text in told if (found := _FRAME.match(text))]
    words = [(n, _UNEXPECTED.sub("", text).strip()) for n, text in told if not _FRAME.match(text)]
    words = [(n, text) for n, text in words if not _CODE.match(lines[n])] or words
    words = [*words[next((i for i, (_, text) in enumerate(words) if text), len(words)) :]]
    message, used = _sentence([text for _, text in words])
    file, line = _place(at, frames, name)
    return Block(
        word="error" if word.upper() == "ERROR" else "failed",
        name=name,
        first=start + 1,
        last=max([n for n, text in told if text.strip()], default=start) + 1,
        message=message,
        number=(words[0][0] if words else start) + 1,
        detail="\n".join(text for _, text in words[used:]).strip("\n"),
        file=file,
        line=line,
    )


def _sentence(words: Sequence[str]) -> tuple[str, int]:
    """Give the message on one line, and how many lines it takes."""
    if not words:
        return "", 0
    follows = words[1] if len(words) > 1 else ""
    if words[0].startswith("Expected: ") and follows.startswith("Actual: "):
        return f"{words[0]} {follows}", 2
    if words[0].startswith("<") and words[0].endswith("> expected but was") and follows.startswith("<"):
        return f"{words[0]} {follows}", 2
    return words[0], 1


def _place(at: str, frames: Sequence[re.Match[str]], name: str) -> tuple[str, int]:
    """Give the heading's place, else that of the frame in the test, else of the first in the repository."""
    if at:
        file, _, line = at.strip(" []").rpartition(":")
        return relative(file), int(line)
    ours = [frame for frame in frames if not any(word in frame["file"] for word in _FOREIGN)]
    method = name.rpartition("#")[2].partition("(")[0]
    best = next(
        (frame for frame in ours if method and frame["where"].endswith(method)), next(iter(ours), None)
    )
    return (relative(best["file"]), int(best["line"])) if best else ("", 0)
