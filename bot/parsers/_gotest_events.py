"""Read test2json events (`go test -json`) into packages and their tests.

Source: https://pkg.go.dev/cmd/test2json. Events of several packages are interleaved, an output event may
hold a part of a line only, and lines that are no events (compiler errors, stderr) stand between them.
"""

import json

from bot.parsers._gotest_lines import BENCH, BENCH_NAME, MARK, RESULT, Block, Case, Line, read_status
from bot.parsers._styles import split_styles

# Enough for the longest event that Go writes for one line of output, by a wide margin.
MAX_EVENT = 1_000_000
# One line may come in several events; a test that never ends its line must not fill the memory.
MAX_PARTS = 1_000
ENDS = {"pass": "PASS", "fail": "FAIL", "skip": "SKIP", "bench": "PASS"}
FIELDS = frozenset({
    "Time", "Action", "Package", "Test", "Elapsed", "Output", "OutputType", "FailedBuild", "ImportPath",
    "Key", "Value", "Path",
})  # fmt: skip
STATUSES = {"pass": "ok", "fail": "FAIL", "skip": "?"}


def read_event(text: str) -> dict[str, str] | None:
    """Decode an event that stands in a line, also behind other output; `None` where there is none."""
    at = text.find('{"')
    if at < 0 or '"Action"' not in text or len(text) > MAX_EVENT:
        return None
    try:
        value = json.loads(text[at:])
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not isinstance(value.get("Action"), str):
        return None
    return (
        {key: item for key, item in value.items() if isinstance(item, str)}
        if value.keys() <= FIELDS
        else None
    )


class EventScanner:
    """Events, one by one, sorted into one block per package."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.build_lines: list[Line] = []
        self._open: dict[str, Block] = {}
        self._latest: dict[tuple[str, str], Case] = {}
        self._parts: dict[tuple[str, str], list[str]] = {}
        self._benchmark: dict[str, str] = {}

    def feed(self, number: int, event: dict[str, str]) -> None:
        """Take the event that stands in this log line."""
        action, package = event["Action"], event.get("Package", "")
        if action == "build-output":
            for text in event.get("Output", "").splitlines():
                self.build_lines.append(Line(number, text, event.get("ImportPath", "")))
            return
        if action.startswith("build-"):
            return
        block = self._open.get(package)
        if block is None:
            block = self._open[package] = Block(package=package, verbose=True, events=True)
            self.blocks.append(block)
        test = event.get("Test", "")
        if action == "run" and test:
            self._start(number, block, test)
        elif action == "output":
            self._write(number, block, test, event.get("Output", ""))
        elif action in ENDS and test:
            self._end(number, block, test, ENDS[action])
        elif action in STATUSES:
            self._close(number, block, action, event.get("FailedBuild", ""))

    def _start(self, number: int, block: Block, test: str) -> None:
        case = Case(test, number)
        case.touch(number)
        block.cases.append(case)
        self._latest[block.package, test] = case
        block.alive = len(block.lines)

    def _find(self, number: int, block: Block, test: str) -> Case:
        case = self._latest.get((block.package, test))
        if case is None:
            self._start(number, block, test)
            case = self._latest[block.package, test]
        return case

    def _end(self, number: int, block: Block, test: str, result: str) -> None:
        case = self._find(number, block, test)
        case.end(result, case.result_line or number)
        case.touch(number)

    def _write(self, number: int, block: Block, test: str, output: str) -> None:
        key = (block.package, test)
        parts = self._parts.setdefault(key, [])
        parts.append(output)
        if not output.endswith("\n") and len(parts) < MAX_PARTS:
            return
        del self._parts[key]
        for text in "".join(parts).removesuffix("\n").split("\n"):
            self._write_line(block, Line(number, split_styles(text.rstrip("\r"))[0], test))

    def _write_line(self, block: Block, line: Line) -> None:
        text, test = line.text, line.test
        if text in {"PASS", "FAIL"} and not test:
            block.summed = True
        elif (status := read_status(text)) and (not test or test.startswith("Benchmark")):
            block.end = line.number
            block.package = block.package or status[1]
            block.note = status[2]
            return
        if text.startswith("Benchmark"):
            self._take_benchmark(block, line)
        elif text.startswith("    ") and (name := self._benchmark.get(block.package)):
            # Go before 1.20 gave a benchmark's output to whatever ran before it.
            test, line = name, Line(line.number, text, name)
        block.lines.append(line)
        if text == "PASS" and not test:
            block.alive = len(block.lines)
        if not test:
            return
        case = self._find(line.number, block, test)
        result = RESULT.match(text.lstrip())
        if MARK.match(text):
            case.touch(line.number)
        elif result and result[2] == test:
            case.result_line = line.number
            case.touch(line.number)
            block.alive = len(block.lines)
            self._benchmark.pop(block.package, None)
        else:
            case.write(line)

    def _take_benchmark(self, block: Block, line: Line) -> None:
        if match := BENCH.match(line.text):
            self._find(line.number, block, match[1]).end("PASS", line.number)
            self._benchmark.pop(block.package, None)
        elif BENCH_NAME.match(line.text):
            self._benchmark[block.package] = line.text

    def _close(self, number: int, block: Block, action: str, failed_build: str) -> None:
        block.status, block.end = STATUSES[action], block.end or number
        block.failed_build = failed_build
        for key in [name for name, open_block in self._open.items() if open_block is block]:
            del self._open[key]
        if block.status != "FAIL" and not any(case.result == "FAIL" for case in block.cases):
            block.forget()
        for case in block.cases:
            self._latest.pop((block.package, case.name), None)
