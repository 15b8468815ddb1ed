"""Read what `go test` prints as text, quiet or verbose, into packages and their tests."""

from bisect import bisect_right
from itertools import islice

from bot.parsers._gotest_lines import (
    BENCH,
    BENCH_NAME,
    INDENT,
    MARK,
    QUOTES,
    RESULT,
    TERSE,
    Block,
    Case,
    Line,
    is_foreign,
    measure_indent,
    read_status,
)

# Running tests that are asked whether they go on, outermost first.
MAX_ASKED = 50
STEP = ("##[group]Run ", "::group::Run ")
# The `ginkgo` command's own last words: what it summed up was no test of go test's.
GINKGO_ENDED = "Ginkgo ran "
# No test name that a person reads is longer; the pattern may look at a name twice.
MAX_TERSE = 500


class TextScanner:
    """Go's text output, line by line, as a state machine.

    A test owns the lines behind its `=== RUN`, `=== CONT` or `=== NAME`, and the indented lines behind its
    `--- FAIL`. A package ends with its `ok`, `FAIL` or `?` line, which names it.
    """

    def __init__(self, lines: list[Line]) -> None:
        self.blocks: list[Block] = []
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        self._index(lines)
        self._open()

    def _index(self, lines: list[Line]) -> None:
        for line in lines:
            if line.text.startswith("=== RUN"):
                if match := MARK.match(line.text):
                    self._starts.setdefault(match[2], []).append(line.number)
            elif line.text.startswith("--- ") and (match := RESULT.match(line.text)):
                self._ends.setdefault(match[2], []).append(line.number)

    def _open(self) -> None:
        self._block = Block()
        self._current = ""
        self._example = ""
        self._stack: list[tuple[int, str]] = []
        self._by_name: dict[str, Case] = {}
        self._running: dict[str, None] = {}
        self._foreign = False

    def finish(self) -> list[Block]:
        """Give the packages; a last one that never ended has no status."""
        if self._block.cases or any(line.text.startswith("panic: ") for line in self._block.lines):
            self.blocks.append(self._block)
        return self.blocks

    def feed(self, number: int, text: str) -> None:
        """Take the next line; a new step of the job is a new beginning."""
        if text.startswith(STEP):
            self.finish()
            self._open()
        at = text.find("=== ")
        if at >= 0 and self._take_mark(number, text, at):
            return
        at = text.find("--- ")
        if at >= 0 and self._take_result(number, text, at):
            return
        if text in {"PASS", "FAIL"} and not self._running:
            self._block.summed = True
            self._example, self._stack = "", []
        elif (status := read_status(text)) and not self._is_quoted(number):
            self._close(number, *status)
            return
        elif text.startswith("Benchmark"):
            self._take_benchmark(number, text)
        elif text.startswith(("PASS ", "FAIL ", "SKIP ")) and TERSE.match(text[:MAX_TERSE]):
            # gotestsum's testname format announces failed tests alone.
            self._block.partial = True
        self._write(number, text)
        if text == "PASS":
            self._block.alive = len(self._block.lines)

    def _close(self, number: int, status: str, package: str, note: str) -> None:
        block = self._block
        block.status, block.package, block.note, block.end = status, package, note, number
        if status != "FAIL":
            block.forget()
        self.blocks.append(block)
        self._open()

    def _is_quoted(self, number: int) -> bool:
        """Tell whether a running test goes on after this line: then a test printed another run's output."""
        for name in islice(self._running, MAX_ASKED):
            ends, starts = self._ends.get(name, []), self._starts.get(name, [])
            end, start = bisect_right(ends, number), bisect_right(starts, number)
            if end < len(ends) and (start == len(starts) or ends[end] < starts[start]):
                return True
        return False

    def _take_mark(self, number: int, text: str, at: int) -> bool:
        match = MARK.match(text, at)
        if match is None or (at and text[at - 1] in QUOTES):
            return False
        if at:
            self._write(number, text[:at])
        word, name = match[1], match[2]
        if word == "RUN":
            if self._block.summed:
                self.blocks.append(self._block)
                self._open()
            self._block.verbose = True
            # A suite that stood outside of every test is no test's.
            self._foreign = self._foreign and bool(self._running)
            self._add(Case(name, number))
            self._running[name] = None
        if case := self._by_name.get(name):
            case.touch(number)
        self._stack, self._example = [], ""
        self._current = name if word != "PAUSE" else self._find_parent(name)
        self._block.lines.append(Line(number, text, name))
        self._block.alive = len(self._block.lines)
        return True

    def _add(self, case: Case) -> None:
        self._block.cases.append(case)
        self._by_name[case.name] = case

    def _find_parent(self, name: str) -> str:
        parent = name.rpartition("/")[0]
        return parent if parent in self._running else ""

    def _take_result(self, number: int, text: str, at: int) -> bool:
        match = RESULT.match(text, at)
        if match is None:
            return False
        name = match[2]
        indent = self._place(text[:at], name)
        if indent < 0 or (match[3] is None and not name.startswith("Benchmark")):
            return False
        if text[:at].strip():
            self._write(number, text[:at])
        case = self._by_name.get(name)
        if case is None or (case.result and not indent):
            case = Case(name, number)
            self._add(case)
        case.end(match[1], number)
        case.foreign = case.foreign or self._foreign
        self._foreign = False
        self._running.pop(name, None)
        self._example = name if match[1] == "FAIL" and name.startswith("Example") else ""
        if not indent and "/" in name and not name.startswith("Benchmark"):
            # Printed from events: the child ends before its parent, whose output goes on.
            self._stack, self._current = [], self._find_parent(name)
        else:
            self._stack.append((indent, name))
            self._current = ""
        self._block.lines.append(Line(number, text, name))
        self._block.alive = len(self._block.lines)
        return True

    def _place(self, before: str, name: str) -> int:
        """Give the indent of a result, or -1 where Go itself would not have printed it."""
        known = name in self._running or name.startswith("Benchmark")
        if before.strip():
            open_end = not self._block.verbose and before[-1] not in QUOTES
            return 0 if name in self._running or open_end else -1
        indent = measure_indent(before)
        while self._stack and self._stack[-1][0] >= indent:
            self._stack.pop()
        if not indent:
            return 0 if known or not self._block.verbose else -1
        parent = self._stack[-1][1] if self._stack else ""
        inside = bool(parent) and (name == parent or name.startswith(f"{parent}/"))
        return indent if indent % INDENT == 0 and (inside or name in self._running) else -1

    def _take_benchmark(self, number: int, text: str) -> None:
        match = BENCH.match(text)
        if match is None and not BENCH_NAME.match(text):
            return
        name = match[1] if match else text
        if name not in self._by_name:
            self._add(Case(name, number))
        if match:
            self._by_name[name].end("PASS", number)
        self._stack, self._current = [], "" if match else name

    def _write(self, number: int, text: str) -> None:
        if text.strip():
            indent = measure_indent(text)
            while self._stack and indent < self._stack[-1][0] + INDENT:
                self._stack.pop()
        owner = self._stack[-1][1] if self._stack else self._example or self._current
        line = Line(number, text, owner)
        self._block.lines.append(line)
        if case := self._by_name.get(owner):
            case.write(line)
        elif is_foreign(text):
            self._foreign = True
        elif text.startswith(GINKGO_ENDED):
            self._foreign = False
