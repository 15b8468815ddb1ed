"""libtest's output cut into test binaries: what each announced, printed and summed up to.

Format: https://github.com/rust-lang/rust/blob/master/library/test/src/formatters/pretty.rs and cargo's own
lines around it, https://github.com/rust-lang/cargo/blob/master/src/cargo/ops/cargo_test.rs
"""

import re
from dataclasses import dataclass, field

from bot.model.log import Log

_RUNNING = re.compile(
    r" {3,6}Running (?:(?P<source>(?:unittests|benches|tests|examples)?\s?\S{0,500}) \("
    r"(?P<program>\S{1,1000})\)"
    r"|(?P<old>\S{1,1000}))$"
)
_DOCS = re.compile(r" {2,4}Doc-tests (?P<name>\S{1,200})$")
_ANNOUNCED = re.compile(r"running (\d{1,7}) tests?$")
_RESULT = re.compile(
    r"test result: (?P<word>ok|FAILED)\. (?P<passed>\d{1,7}) passed; (?P<failed>\d{1,7}) failed; "
    r"(?P<ignored>\d{1,7}) ignored;(?: (?P<measured>\d{1,7}) measured;)?"
)
_RERUN = re.compile(r"error: (?:doc)?test failed, to rerun pass [`'](?P<args>[^`']{1,500})[`']")
_EXITED = re.compile(r"  process didn't exit successfully: `(?P<command>.{1,4000})` \((?P<how>.{1,200})\)$")
_HASH = re.compile(r"-[0-9a-f]{8,20}(?:\.exe)?$")
_CAUSE_LINES = 4


@dataclass(slots=True)
class Binary:
    """One test binary's run, or one crate's doc-tests.

    Attributes:
        counts: passed, failed, ignored and measured, as it summed up; empty while it has not.
        rerun: arguments for `cargo test` that select it; empty when cargo did not name them.
        exited: how its process ended, where cargo says that it did not end well.
        stopped: number of the line on which cargo says that it failed; 0 when it did not.
    """

    first: int
    last: int
    name: str = ""
    rerun: str = ""
    announced: int = -1
    lines: list[tuple[int, str]] = field(default_factory=list)
    counts: tuple[int, int, int, int] | None = None
    exited: str = ""
    stopped: int = 0


def read_binaries(log: Log) -> list[Binary]:
    """Give the binaries in the order in which they ran."""
    reader = _Reader(log)
    borders = {section.first for section in log.sections}
    for number, line in enumerate(log.lines, 1):
        if number in borders:
            reader.close()
        reader.take(number, line)
    return [one for one in reader.binaries if one.announced >= 0 or one.stopped]


class _Reader:
    """Reads lines into binaries."""

    def __init__(self, log: Log) -> None:
        self.binaries: list[Binary] = []
        self._log = log
        self._open: Binary | None = None

    def close(self) -> None:
        """End the open binary: another step begins."""
        self._open = None

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        if (
            line.startswith("  ")
            and ("Running" in line or "Doc-tests" in line)
            and self._header(number, line)
        ):
            return
        if line.startswith("running ") and (found := _ANNOUNCED.match(line)):
            self._announce(number, int(found[1]))
        elif line.startswith("test result: ") and (found := _RESULT.match(line)):
            self._sum_up(number, line, found)
        elif "test failed, to rerun pass" in line and (found := _RERUN.search(line[-700:])):
            self._fail(number, line, found)
        elif self._open is not None:
            self._open.lines.append((number, line))

    def _header(self, number: int, line: str) -> bool:
        if found := _DOCS.match(line):
            self._begin(Binary(number, number, f"Doc-tests {found['name']}", "--doc"))
            return True
        found = _RUNNING.match(line)
        if found is None or "deps" not in (program := found["program"] or found["old"]):
            return False
        source = (found["source"] or "").removeprefix("unittests").strip()
        crate = _HASH.sub("", re.split(r"[\\/]", program)[-1])
        self._begin(
            Binary(number, number, f"{crate} ({source})" if source else crate, _select(source, crate))
        )
        return True

    def _begin(self, binary: Binary) -> None:
        self._open = binary
        self.binaries.append(binary)

    def _announce(self, number: int, count: int) -> None:
        """A run begins, unless one is open: then a test prints another runner's words."""
        if self._open is None or (self._open.counts is not None and not self._open.stopped):
            # Doc-tests of the 2024 edition run in several parts below one heading.
            name, rerun = (self._open.name, self._open.rerun) if self._open else ("", "")
            self._begin(Binary(number, number, name, rerun, announced=count))
        elif self._open.announced < 0:
            self._open.announced = count
        else:
            self._open.lines.append((number, f"running {count} tests"))

    def _sum_up(self, number: int, line: str, found: re.Match[str]) -> None:
        binary = self._open
        counts = (
            int(found["passed"]), int(found["failed"]), int(found["ignored"]), int(found["measured"] or 0)
        )  # fmt: skip
        if binary is None or binary.counts is not None:
            return
        if sum(counts) != binary.announced:
            binary.lines.append((number, line))
            return
        binary.counts, binary.last = counts, number

    def _fail(self, number: int, line: str, found: re.Match[str]) -> None:
        binary = self._open
        if binary is None:
            binary = Binary(number, number)
            self.binaries.append(binary)
        if binary.announced >= 0 and binary.counts is None and not line.startswith("error: "):
            binary.lines.append((number, line[: line.rfind("error: ")]))
        binary.rerun, binary.stopped, binary.last = found["args"], number, number
        for at in range(number, min(number + _CAUSE_LINES, len(self._log.lines))):
            if exited := _EXITED.match(self._log.lines[at]):
                binary.exited, binary.last = exited["how"], at + 1
                break
        self._open = None


def _select(source: str, crate: str) -> str:
    """Give the argument that selects a binary, from the path of its source."""
    stem = source.replace("\\", "/")
    if stem.endswith("src/lib.rs"):
        return "--lib"
    if stem.startswith("tests/"):
        return f"--test {crate}"
    return f"--bin {crate}" if "src/" in stem else ""
