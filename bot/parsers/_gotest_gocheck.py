"""gocheck suites inside a Go test: one `TestingT` runs them all, and gocheck names what failed.

Source: https://pkg.go.dev/gopkg.in/check.v1
"""

import re
from dataclasses import dataclass, field

from bot.parsers._gotest_lines import Line

RULE = "-" * 70
HEAD = re.compile(r"(FAIL|PANIC): ([^\s:]+\.go):(\d{1,9}): (\w{1,200}\.\w{1,200})$")
PLACE = re.compile(r"([^\s:]+\.go):(\d{1,9}):$")
SUM = re.compile(r"OOPS: \d+ passed")
# A check's report is a few lines; its captured log may be long.
MAX_LINES = 200


@dataclass(slots=True)
class Check:
    """One failed check method: `Suite.TestMethod`, and what gocheck says below it."""

    name: str
    panicked: bool
    path: str
    line: int
    number: int
    last: int
    lines: list[Line] = field(default_factory=list)

    @property
    def said(self) -> Line | None:
        """The line that says it best: the panic or error, else the assertion's source."""
        noted = [line for line in self.lines if line.text.startswith(("... Panic: ", "... Error: "))]
        source = [line for line in self.lines if line.text.startswith("    ")]
        other = [line for line in self.lines if line.text.startswith("... ")]
        return next(iter(noted or source or other), None)


def read_checks(lines: list[Line]) -> list[Check]:
    """Read the failed checks of a gocheck run; none where gocheck did not sum up."""
    if not any(SUM.match(line.text) for line in lines):
        return []
    checks: list[Check] = []
    current: Check | None = None
    for above, line in zip([Line(0, ""), *lines], lines, strict=False):
        if line.text == RULE or SUM.match(line.text):
            current = None
        elif above.text == RULE and (match := HEAD.match(line.text)):
            place = (match[2], int(match[3]))
            current = Check(match[4], match[1] == "PANIC", *place, line.number, line.number)
            checks.append(current)
        elif current is not None and len(current.lines) < MAX_LINES:
            if (found := PLACE.match(line.text)) and found[1] == current.path:
                current.line = int(found[2])
            current.lines.append(line)
            current.last = line.number
    return checks
