"""gotestsum's summary at the end of a run. https://github.com/gotestyourself/gotestsum (testjson/summary.go).

The summary repeats each failed test with its output, whatever format the run itself was printed in. With
`--rerun-fails` it lists the failures of every run; only those of the last one stand.
"""

import re
from dataclasses import dataclass, field

from bot.parsers._gotest_lines import Block, Case, Line, read_status

SECTION = re.compile(r"=== (FAIL|SKIP): (\S*) (\S*) ?(?:\(re-run (\d{1,6})\) )?\((-?\d+\.\d+s|unknown)\)$")
HEADINGS = frozenset({"=== Skipped", "=== Failed", "=== Errors"})
DONE = re.compile(
    r"DONE (?:(\d{1,6}) runs?, )?(\d{1,9}) tests?(?:, (\d{1,9}) skipped)?(?:, (\d{1,9}) failures?)?"
    r"(?:, \d{1,9} errors?)? in \d"
)


@dataclass(slots=True)
class Section:
    """One `=== FAIL:` of a summary."""

    package: str
    test: str
    run: int
    ended: bool
    number: int
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Done:
    """A closing line: runs so far, and what they counted."""

    number: int
    runs: int
    tests: int
    skipped: int
    failures: int


@dataclass(slots=True)
class Summary:
    """One call of gotestsum: its closing lines, one per run, and its sections."""

    dones: list[Done] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    errors: list[Line] = field(default_factory=list)

    @property
    def final(self) -> list[Section]:
        """What still failed in the last run; a package's own failure is never run again."""
        runs = self.dones[-1].runs if self.dones else 1
        return [s for s in self.sections if runs == 1 or s.run == runs - 1 or not s.test]

    @property
    def flaked(self) -> set[tuple[str, str]]:
        """Tests that failed in a run and not in the last one."""
        stays = {(s.package, s.test) for s in self.final}
        return {(s.package, s.test) for s in self.sections if s.test} - stays


def read_summaries(lines: list[Line]) -> tuple[list[Summary], list[Line]]:
    """Cut summaries out of a log.

    Returns:
        The summaries, and the lines that belong to none.
    """
    summaries: list[Summary] = []
    rest: list[Line] = []
    current = Summary()
    inside: list[Line] | None = None
    for at, line in enumerate(lines):
        if line.text.startswith("DONE ") and (match := DONE.match(line.text)):
            done = Done(
                line.number, int(match[1] or 1), int(match[2]), int(match[3] or 0), int(match[4] or 0)
            )
            if current.dones and done.runs <= current.dones[-1].runs:
                summaries.append(current)
                current = _cut(current, current.dones[-1].number)
            current.dones.append(done)
            inside = None
        elif line.text in HEADINGS and (inside is not None or _starts(lines, at)):
            if current.dones and current.sections:
                summaries.append(current)
                current = Summary()
            inside = current.errors if line.text == "=== Errors" else []
        elif inside is not None and line.text.startswith("=== ") and (match := SECTION.match(line.text)):
            inside = _open(current, match, line.number)
        elif inside is not None:
            inside.append(line)
        else:
            rest.append(line)
    if current.dones or current.sections:
        summaries.append(current)
    return summaries, rest


def _cut(summary: Summary, last: int) -> Summary:
    """Take what was listed behind a call's last closing line: the next call closes it."""
    later = Summary(
        sections=[section for section in summary.sections if section.number > last],
        errors=[line for line in summary.errors if line.number > last],
    )
    summary.sections = [section for section in summary.sections if section.number <= last]
    summary.errors = [line for line in summary.errors if line.number <= last]
    return later


def _starts(lines: list[Line], at: int) -> bool:
    """Tell whether a heading really opens a summary: what follows it is one of its sections, or an error."""
    return at + 1 < len(lines) and (
        SECTION.match(lines[at + 1].text) is not None or lines[at].text == "=== Errors"
    )


def _open(current: Summary, match: re.Match[str], number: int) -> list[Line]:
    section = Section(match[2], match[3], int(match[4] or 0), match[5] != "unknown", number)
    if match[1] == "FAIL":
        current.sections.append(section)
    return section.lines


def build_blocks(summary: Summary) -> list[Block]:
    """Rebuild each package's run from the sections that stand."""
    blocks: dict[str, Block] = {}
    for section in summary.final:
        block = blocks.get(section.package)
        if block is None:
            block = blocks[section.package] = Block(
                section.package, "FAIL", events=True, short=section.package
            )
        block.end = max(block.end, section.number)
        if not section.test:
            _add_package(block, section)
            continue
        case = Case(section.test, section.number)
        case.touch(section.number)
        if section.ended:
            case.end("FAIL", section.number)
        for line in section.lines:
            own = Line(line.number, line.text, section.test)
            case.write(own)
            block.lines.append(own)
        block.cases.append(case)
    return list(blocks.values())


def find_prefix(short: set[str], whole: set[str]) -> str:
    """Find what gotestsum left out in front of package names: the path of their module."""
    for name in sorted(whole):
        for tail in sorted(short):
            if tail and name.endswith(f"/{tail}"):
                return name[: -len(tail)]
    return ""


def _add_package(block: Block, section: Section) -> None:
    """Take a package that failed outside its tests: its closing line holds the whole import path."""
    for line in section.lines:
        if status := read_status(line.text):
            block.package, block.note = status[1], status[2]
            block.end = line.number
        else:
            block.lines.append(line)
