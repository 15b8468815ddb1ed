"""pytest 6 to 9, with xdist, rerunfailures, timeout and subtests.

`test` is the node id as pytest prints it, because that is what people search for and paste. Of several
sessions in a log each has its own totals; a session that a test printed is a quotation and counts nothing.
Format: https://github.com/pytest-dev/pytest/blob/9.0.0/src/_pytest/terminal.py
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._pytest_aborted import TOOL, find_aborts, find_nothing_ran, find_wrong_use
from bot.parsers._pytest_blocks import Block, name_blocks, read_blocks
from bot.parsers._pytest_coverage import WORDS, find_missed_coverage
from bot.parsers._pytest_folders import find_roots
from bot.parsers._pytest_names import Entry, read_entries, read_progress, split_entry
from bot.parsers._pytest_places import Roots
from bot.parsers._pytest_redrawn import RESULTS
from bot.parsers._pytest_sessions import Session, find_sessions
from bot.parsers._pytest_source import find_listed
from bot.parsers._pytest_trace import Story, choose_place, read_line_style
from bot.parsers._pytest_view import START, read_views

ANCHORS: tuple[str, ...] = (
    START,
    "= FAILURES =",
    "= ERRORS =",
    "short test summary info",
    " passed",
    " failed",
    " skipped",
    " error",
    "no tests ran in ",
    "INTERNALERROR>",
    "[file_or_dir]",
    "while loading conftest",
    *WORDS,
    RESULTS,
)
KEEP: tuple[str, ...] = (
    r"^={3,} .* ={3,}",
    r" (passed|failed|errors?|skipped)\b.* in \d+\.\d+s",
    r"^(PASSED|FAILED|ERROR|SKIPPED|RERUN) ",
    r"^(collected|collecting) ",
    r"^rootdir: ",
    r"no tests ran in ",
    r"^[^ ]+\.py [.sxXRuy]*[FE]",
    r"^Test session starts \(platform",
    r"^Results \(\d+\.\d\ds\):",
    r"^ +\d+ (passed|failed|errors?|skipped|xfailed|xpassed|warnings?|deselected|rerun)$",
    r"^ +- [^ ]+:\d+ [^ ]",
)
TROUBLE: tuple[str, ...] = (
    r"^={3,} (FAILURES|ERRORS) ={3,}",
    r"^_{3,} [^ ].* _{3,}$",
    r"^(\w+ .*\| ?)?E   ",
    r"^(FAILED|ERROR) [^ ]+(\.py|::)",
    r"^INTERNALERROR> ",
    r"ImportError while loading conftest",
    r"^!{5,} ",
    r"\[file_or_dir\]",
    r"^ERROR: ",
    r"worker .* crashed while running",
    r"Fatal Python error: ",
    r"^\+{5,} Timeout \+{5,}",
    r"KeyboardInterrupt$",
    r"^[^ ]+::.* (FAILED|ERROR)( |$)",
    r"^\[gw\d+\] .* (FAILED|ERROR) ",
    r"Required test coverage of .* not reached",
    r"Coverage failure: total of ",
    r"line \d+: +\d+ (Killed|Segmentation fault|Aborted)",
)

__all__ = ["ANCHORS", "TOOL", "parse"]

_TMP_PATH = "pytest-of-"
_TIMEOUT = re.compile(r"Failed: Timeout (?:\(?>|\()")
_PROGRESS = re.compile(r"(?:\S{1,500} )?([.FEsxXRuy,]{1,500}) *(?:\[[\d %/]{1,20}\])?")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    totals: list[Totals] = []
    claims: list[tuple[int, int]] = []
    unfinished = False
    for view in read_views(log):
        sessions = find_sessions(view, log)
        for session in sessions:
            entries, summary = read_entries(session)
            roots = _roots(session, log, entries)
            claims.append((view.numbers[session.first], view.numbers[session.last]))
            found = _failures(session, roots, entries, summary)
            if _is_inner(roots, found):
                continue
            failures += found
            totals += _totals(session, roots, entries)
            unfinished = unfinished or _is_unfinished(session, summary)
        failures += find_wrong_use(view, sessions, Roots())
        failures += find_missed_coverage(view, sessions)
    failures.sort(key=lambda failure: failure.log_line)
    return Findings(TOOL, tuple(failures), tuple(totals), tuple(claims), unfinished)


def _is_inner(roots: Roots, failures: list[Failure]) -> bool:
    """Whether a test started this session: its tests lie in the directory that pytest gives to a test.

    https://docs.pytest.org/en/stable/how-to/tmp_path.html
    """
    files = [failure.file for failure in failures]
    return _TMP_PATH in roots.rootdir or (bool(files) and all(_TMP_PATH in file for file in files))


def _is_unfinished(session: Session, summary: int) -> bool:
    """Whether pytest was cut off; with `-qq` it never sums up, but names what failed."""
    return not session.closed and (session.headed or summary < 0)


def _roots(session: Session, log: Log, entries: list[Entry]) -> Roots:
    for _, text in session.lines():
        if text.startswith("rootdir: "):
            # pytest 6 and older put the configuration file on the same line.
            return Roots.from_rootdir(text.removeprefix("rootdir: ").partition(", configfile: ")[0])
        if text.startswith("collect"):
            break
    return find_roots(session, log, (entry.text.partition("::")[0] for entry in entries))


def _failures(session: Session, roots: Roots, entries: list[Entry], summary: int) -> list[Failure]:
    aborts = find_aborts(session, roots)
    broken = session.counts.keys() & {"failed", "error", "errors"}
    if session.closed and not broken:
        return aborts or find_nothing_ran(session, roots)
    blocks = name_blocks(session, read_blocks(session, entries, summary), roots)
    failures = [_failure(session, block, roots) for block in blocks]
    if not blocks:
        failures = _from_progress(session, roots)
    return failures + aborts


def _failure(session: Session, block: Block, roots: Roots) -> Failure:
    story = block.story
    place_of = roots.place(block.node.partition("::")[0])
    styled = read_line_style(block.lines[0][1]) if block.lines and not block.title else None
    if styled:
        story = Story(styled[1], "", block.lines[0][0], (styled[0],))
    file, line = choose_place(story.frames, roots, place_of)
    message, index, detail = story.message, story.index, story.detail
    if not message:
        message, index = block.message, block.entry.index if block.entry else block.first
        detail = "\n".join(block.entry.more).strip("\n") if block.entry else ""
    numbers = session.view.numbers
    return Failure(
        tool=TOOL,
        kind=_kind(block, message),
        status=Status.ERROR if block.section == "ERRORS" else Status.FAILED,
        test=block.node,
        message=message or (block.entry.word if block.entry else "failed"),
        detail=detail,
        file=file,
        line=line,
        log_line=numbers[index],
        extent=(numbers[block.first], numbers[block.last]),
        listed=tuple((numbers[low], numbers[high]) for low, high in find_listed(block.lines)),
        rerun=roots.rerun(block.node),
        suite=roots.inside,
    )


def _kind(block: Block, message: str) -> FailureKind:
    if _TIMEOUT.match(message):
        return FailureKind.TIMEOUT
    if message.startswith("worker '") and "crashed while running" in message:
        return FailureKind.CRASH
    if block.section == "FAILURES":
        return FailureKind.TEST
    named = "::" in block.node or block.title.startswith("ERROR at ")
    collected = named and not block.title.startswith("ERROR collecting ")
    return FailureKind.SETUP if collected else FailureKind.COLLECTION


def _from_progress(session: Session, roots: Roots) -> list[Failure]:
    """Read `-v` lines where nothing else is left: a killed session, or `--no-summary`."""
    failures: list[Failure] = []
    for index, node, outcome in read_progress(session.lines()):
        if outcome in {"FAILED", "ERROR"}:
            number = session.view.numbers[index]
            error = outcome == "ERROR"
            failures.append(
                Failure(
                    tool=TOOL,
                    kind=FailureKind.SETUP if error else FailureKind.TEST,
                    status=Status.ERROR if error else Status.FAILED,
                    test=node,
                    message=outcome,
                    file=roots.place(node.partition("::")[0]),
                    log_line=number,
                    extent=(number, number),
                    rerun=roots.rerun(node),
                    suite=roots.inside,
                )
            )
    return failures


def _totals(session: Session, roots: Roots, entries: list[Entry]) -> list[Totals]:
    if session.closed:
        counts = session.counts
    elif not session.headed and entries:
        counts = _count_signs(session)
    else:
        return []
    passed = counts.get("passed", 0) + counts.get("xpassed", 0)
    skipped = counts.get("skipped", 0) + counts.get("xfailed", 0)
    failed, errors = counts.get("failed", 0), counts.get("error", 0) + counts.get("errors", 0)
    total = passed + failed + errors + skipped
    flaked = _flaked(session, entries) if "rerun" in counts or "R" in counts else 0
    return [Totals(TOOL, roots.inside, passed, failed, errors, skipped, 0, flaked, total)]


def _signs(session: Session) -> str:
    """Give the signs of progress (`..F.R.s`), which `-v` replaces by words."""
    signs: list[str] = []
    for _, text in session.lines():
        if text.startswith("=") and signs:
            break
        found = _PROGRESS.fullmatch(text.rstrip())
        signs += [found[1]] if found else []
    return "".join(signs)


def _count_signs(session: Session) -> dict[str, int]:
    words = {
        ".": "passed",
        "F": "failed",
        "E": "error",
        "s": "skipped",
        "x": "xfailed",
        "X": "xpassed",
        "R": "R",
    }
    signs = _signs(session)
    return {word: signs.count(sign) for sign, word in words.items() if sign in signs}


def _flaked(session: Session, entries: list[Entry]) -> int:
    """Count the tests that were run again and passed, as far as the log names or shows them."""
    told = list(read_progress(session.lines()))
    again = {node for _, node, outcome in told if outcome == "RERUN"}
    again |= {entry.text for entry in entries if entry.word == "RERUN"}
    if again:
        broken = {node for _, node, outcome in told if outcome in {"FAILED", "ERROR"}}
        broken |= {split_entry(entry.text)[0] for entry in entries if entry.word in {"FAILED", "ERROR"}}
        return len(again - broken)
    return len(re.findall(r"R[.X]", _signs(session)))
