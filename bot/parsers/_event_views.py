"""What each package printed inside test2json events (`go test -json`), as a log of its own.

Another runner inside `go test` prints its own format there, with its colours still in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.model.failure import Failure
from bot.model.log import Log
from bot.parsers._gotest_events import read_event
from bot.parsers._styles import split_styles

# Go writes one output event per line of a test; a line that never ends must not fill the memory.
_MAX_PARTS = 1_000
_MARK = '"Output":'


@dataclass(slots=True)
class EventView:
    """One package's output as a log, and the line of the file that each of its lines came in."""

    log: Log
    numbers: Sequence[int]

    def place(self, failure: Failure) -> Failure:
        """Give a failure found in the view the numbers of the file."""
        first, last = (self.numbers[max(1, number) - 1] for number in failure.extent)
        return replace(failure, log_line=self.numbers[failure.log_line - 1], extent=(first, last))


@dataclass(slots=True)
class _Package:
    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    colours: dict[int, tuple[int, ...]] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)

    def write(self, number: int, output: str) -> None:
        self.parts.append(output)
        if not output.endswith("\n") and len(self.parts) < _MAX_PARTS:
            return
        for raw in "".join(self.parts).removesuffix("\n").split("\n"):
            text, changes = split_styles(raw.rstrip("\r"))
            self.lines.append(text)
            self.numbers.append(number)
            if changes:
                self.colours[len(self.lines)] = changes
        self.parts.clear()


def read_event_views(log: Log) -> list[EventView]:
    """Give every package's output, in the order in which the packages begin."""
    packages: dict[str, _Package] = {}
    for number, line in enumerate(log.lines, 1):
        event = read_event(line) if _MARK in line else None
        if event and event["Action"] == "output":
            packages.setdefault(event.get("Package", ""), _Package()).write(number, event.get("Output", ""))
    return [
        EventView(Log(tuple(found.lines), size=log.size, colours=found.colours), found.numbers)
        for found in packages.values()
        if found.lines
    ]
