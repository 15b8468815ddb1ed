"""What a failed test says: its message, the rest, and where.

A test's own lines do not tell `t.Log` from `t.Error`. The message is, in this order: a data race; testify's
first assertion; the first entry that speaks of a failure; the last entry (`t.Fatal` ends a test).
`log_line` is the line the message stands in; where no line does, the `--- FAIL` line.
"""

import re
from dataclasses import dataclass, replace

from bot.model.failure import FailureKind, Status
from bot.parsers._gotest_lines import ENTRY, GLUED_ENTRY, INDENT, Case, Line, measure_indent
from bot.parsers._gotest_places import Frame, read_frames

RACE = "race detected during execution of test"
TELLING = re.compile(
    r"(?i)fail|error|\berr\b|expect|\bwant|\bgot\b|unexpected|mismatch|not equal|unequal|differ|should|must"
    r"|cannot|can't|could ?n.t|unable|missing|invalid|wrong|broke|timed? ?out|deadline|panic|refused|denied"
    r"|nil pointer|\bbad\b|assert|not found|no such|leak|exceed|!=|never|too (?:many|few|long|short|late)"
)
LABEL = re.compile(r"\s{0,200}(Error Trace|Error|Test|Messages):\s{0,40}(.*)$")
TRACE_PLACE = re.compile(r"\s{0,200}((?:[A-Za-z]:)?[^\s:]+\.go):(\d{1,9})$")
CORPUS = re.compile(r"\s{1,12}Failing input written to (\S+)")
# A message longer than this is a dump; the log line is linked anyway.
MAX_DETAIL = 60


@dataclass(frozen=True, slots=True)
class Said:
    """A failed test's message and where it stands."""

    message: str
    detail: str = ""
    path: str = ""
    line: int = 0
    log_line: int = 0
    status: Status = Status.FAILED
    kind: FailureKind = FailureKind.TEST
    frames: tuple[Frame, ...] = ()
    race: bool = False
    telling: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One `t.Log` or `t.Error`: `file.go:12: ` and the lines under it."""

    head: Line
    path: str
    line: int
    text: str
    rest: tuple[Line, ...]

    @property
    def body(self) -> list[str]:
        """Lines of the message, without the indent that Go gave them."""
        below = [line.text for line in self.rest]
        while below and not below[-1].strip():
            below.pop()
        cut = min((measure_indent(text) for text in below if text.strip()), default=0)
        return [self.text, *(text.expandtabs(INDENT)[cut:] if text.strip() else "" for text in below)]


def read_entries(lines: list[Line]) -> list[Entry]:
    """Read what a test logged."""
    entries: list[Entry] = []
    rest: list[Line] = []
    limit = -1
    for line in lines:
        if ".go:" in line.text and (found := _read_head(line)) and (limit < 0 or found[0] < limit):
            indent, path, number, text = found
            rest, limit = [], indent + INDENT
            entries.append(Entry(line, path, number, text, ()))
        elif limit >= 0 and (not line.text.strip() or measure_indent(line.text) >= limit):
            rest.append(line)
            entry = entries[-1]
            if len(rest) <= MAX_DETAIL:
                entries[-1] = Entry(entry.head, entry.path, entry.line, entry.text, tuple(rest))
        else:
            limit = -1
    return entries


def _read_head(line: Line) -> tuple[int, str, int, str] | None:
    match = ENTRY.match(line.text)
    if match:
        return measure_indent(match[1]), match[2], int(match[3]), match[4] or ""
    glued = GLUED_ENTRY.search(line.text)
    return (INDENT, glued[1], int(glued[2]), glued[3]) if glued else None


def explain(case: Case, before: list[Line]) -> Said:
    """Say why a test failed; `before` is what was printed ahead of it and belongs to no test."""
    entries = read_entries(case.lines)
    races = [entry for entry in entries if RACE in entry.text]
    if races:
        return _explain_race(races[0], [*before, *case.lines])
    for entry in entries:
        if any("Error Trace:" in line.text for line in entry.rest[:2]):
            return _explain_testify(entry)
    if case.name.startswith("Example") and (said := _explain_example(case)):
        return said
    if entries:
        telling = [e for e in entries if TELLING.search(e.text) or (not e.text and TELLING.search(_first(e)))]
        said = _explain_entry(telling[0] if telling else entries[-1], telling=bool(telling))
        corpus = [line.text.strip() for line in case.lines if CORPUS.match(line.text)]
        return replace(said, detail="\n".join([said.detail, *corpus]).strip("\n"))
    return _explain_output(case)


def _first(entry: Entry) -> str:
    return next((text.strip() for text in entry.body if text.strip()), "")


def _explain_entry(entry: Entry, *, telling: bool) -> Said:
    body = entry.body
    while len(body) > 1 and not body[0].strip():
        body.pop(0)
    panicked = body[0].startswith(("panic: ", "test panicked: "))
    return Said(
        message=body[0].strip() or "failed without a message",
        detail="\n".join(body[1 : MAX_DETAIL + 1]),
        path=entry.path if entry.path != "testing.go" else "",
        line=entry.line if entry.path != "testing.go" else 0,
        log_line=entry.head.number,
        status=Status.PANICKED if panicked else Status.FAILED,
        frames=tuple(read_frames(entry.rest)) if panicked else (),
        telling=telling,
    )


def _explain_race(entry: Entry, lines: list[Line]) -> Said:
    """A data race: the race detector's own report says where."""
    starts = [at for at, line in enumerate(lines) if line.text == "WARNING: DATA RACE"]
    report = lines[starts[0] : starts[0] + MAX_DETAIL * 2] if starts else []
    ends = [at for at, line in enumerate(report) if line.text.startswith("=====")]
    report = report[: ends[0]] if ends else report
    return Said(
        message=entry.text,
        detail="\n".join(line.text for line in report[:MAX_DETAIL]),
        log_line=entry.head.number,
        frames=tuple(read_frames(report)),
        race=True,
        telling=True,
    )


def _explain_testify(entry: Entry) -> Said:
    """Read a testify assertion's labelled lines (https://pkg.go.dev/github.com/stretchr/testify/assert)."""
    parts: dict[str, list[str]] = {}
    label = ""
    for line in entry.rest:
        if match := LABEL.match(line.text):
            label = match[1]
            parts.setdefault(label, []).append(match[2].strip())
        elif label:
            parts[label].append(line.text.strip())
    places = [found for text in parts.get("Error Trace", []) if (found := TRACE_PLACE.match(text))]
    error = [text for text in parts.get("Error", []) if text]
    messages = [text for text in parts.get("Messages", []) if text]
    head, rest = (messages[0], [*messages[1:], *error]) if messages else ((error or [""])[0], error[1:])
    return Said(
        message=head or "assertion failed",
        detail="\n".join(rest[:MAX_DETAIL]),
        path=places[0][1] if places else entry.path,
        line=int(places[0][2]) if places else entry.line,
        log_line=entry.head.number,
        telling=True,
    )


def _explain_example(case: Case) -> Said | None:
    texts = [line.text for line in case.lines]
    if "got:" not in texts or not {"want:", "want (unordered):"} & set(texts):
        return None
    body = texts[texts.index("got:") :]
    cut = next(at for at, text in enumerate(body) if text.startswith("want"))
    got, want = body[1:cut], body[cut + 1 :]
    message = f"got: {' '.join(got[:1])} want: {' '.join(want[:1])}"
    differ = next((pair for pair in zip(got, want, strict=False) if pair[0] != pair[1]), None)
    if differ:
        message = f"got: {differ[0]} want: {differ[1]}"
    return Said(message, "\n".join(body[:MAX_DETAIL]).rstrip(), log_line=case.result_line, telling=True)


def _explain_output(case: Case) -> Said:
    """No entry at all: a fuzz target's input, else what the test printed last."""
    for line in case.lines:
        if match := CORPUS.match(line.text):
            return Said(f"Failing input written to {match[1]}", log_line=line.number, telling=True)
    printed = [line for line in case.lines if line.text.strip() and not line.text.startswith("=== ")]
    telling = [line for line in printed if TELLING.search(line.text[:500])]
    if telling:
        return Said(telling[-1].text.strip(), log_line=telling[-1].number)
    return Said("failed without a message", log_line=case.result_line)
