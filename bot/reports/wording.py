"""What a report says of a failure, put as a log's parser would: first sentence, the rest, and a place."""

import re
from dataclasses import dataclass

# These say that it failed, which is known; the text below them says why.
GENERIC = frozenset(
    ("", "failed", "failure", "fail", "error", "test failed", "test failure", "test has failed", "exception",
     "no message", "null", "none", "test error")
)  # fmt: skip
# Go's frame around a test's own output, and PHPUnit's and others' headings.
_FRAME = re.compile(
    r"^\s{0,40}(?:=== (?:RUN|PAUSE|CONT|NAME)|--- (?:FAIL|PASS|SKIP)|Stack ?trace:|Failed$|FAILED$|● )"
)
# `    cart_test.go:12: got 3`
_GO_PLACE = re.compile(r"^\s{0,40}([\w./\\-]{1,300}\.go):(\d{1,7}): (.*)$")
# bats: `(in test file test/cart.bats, line 14)`, over several lines where functions called each other.
_BATS_PLACE = re.compile(
    r"^[( ](?:from function .{1,200} )?in (?:test )?file ([^\n,]{1,300}), line (\d{1,7})[,)]$"
)
# Terminal colours, with the escape character that XML has no place for, or without it.
_COLOUR = re.compile(r"(?:\x1b|\ufffd|#x1B)?\[(?:\d{1,3}(?:;\d{1,3}){0,5})?m")
_PYTEST_SETUP = re.compile(r'^failed on (?:setup|teardown) with "(.*)"?$', re.DOTALL)
# Python's tracebacks end with what went wrong.
_TRACEBACK = "Traceback (most recent call last)"
_MAX_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Words:
    """A failure in words. `file` and `line` are set where the text itself begins with them."""

    message: str
    detail: str
    file: str = ""
    line: int = 0


def words_of(message: str, text: str, kind: str, names: tuple[str, ...]) -> Words:
    """Put together what the attribute `message`, the element's text and its `type` say.

    Args:
        message: the attribute.
        text: the element's own text.
        kind: the attribute `type`, said where there is nothing else.
        names: the test's names: a line that repeats one says nothing.
    """
    said = _lines(_plain_setup(message), names)
    told = _lines(text, names)
    if said and said[0].strip().lower().rstrip(".:!") not in GENERIC:
        first, rest = said[0], said[1:] or _without(told, said[0])
    elif told:
        first, rest = told[0], told[1:]
    else:
        return Words(said[0].strip() if said else kind, "")
    if first.startswith(_TRACEBACK):
        last = next((line for line in reversed(rest) if line[:1].strip()), first)
        return Words(last.strip(), _joined([first, *rest]))
    if _BATS_PLACE.match(first):
        return _bats_words([first, *rest])
    place = _GO_PLACE.match(first)
    if place is None:
        return Words(first.strip(), _joined(rest))
    sentence = place[3].strip()
    if not sentence and rest:
        sentence, rest = rest[0].strip(), rest[1:]
    return Words(sentence, _joined(rest), place[1], int(place[2]))


def _bats_words(lines: list[str]) -> Words:
    """The last of the places is in the test file; below them is the command that failed."""
    count = next((n for n, line in enumerate(lines) if not _BATS_PLACE.match(line)), len(lines))
    place = _BATS_PLACE.match(lines[count - 1])
    below = lines[count:]
    file, line = (place[1], int(place[2])) if place else ("", 0)
    return Words(below[0].strip() if below else "", _joined(below[1:]), file, line)


def _plain_setup(message: str) -> str:
    found = _PYTEST_SETUP.match(message)
    return found[1].rstrip('"') if found else message


def _lines(text: str, names: tuple[str, ...]) -> list[str]:
    """Lines that say something, from the first such line on."""
    lines = [_COLOUR.sub("", line).rstrip() for line in text.splitlines()[:_MAX_LINES]]
    kept = [line for line in lines if not _FRAME.match(line)]
    start = next((n for n, line in enumerate(kept) if line.strip() and line.strip() not in names), len(kept))
    return kept[start:]


def _without(lines: list[str], first: str) -> list[str]:
    """The text without its repetition of the first sentence."""
    return lines[1:] if lines and first.strip() in lines[0] else lines


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")
