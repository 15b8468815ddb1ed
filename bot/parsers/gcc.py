"""gcc, clang and MSVC, and the linkers behind them (ld, gold, lld, mold): errors, never warnings.

An error that a header brings into many files is one failure; so is a symbol that is missing in many places.
The driver's last words (`collect2: error: ld returned 1 exit status`) count only where nothing before them
says why.
"""

import re
from collections.abc import Sequence

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._gcc_linkers import driver_error, linker_error
from bot.parsers._gcc_places import Diagnostic, read_diagnostic, read_microsoft

TOOL = "gcc"
ANCHORS: tuple[str, ...] = (
    " error: ", "undefined reference to", "multiple definition of", "error LNK", "error C", ": cannot find ",
    "Undefined symbols for", "cc1", "fatal error", "virtual memory exhausted",
)  # fmt: skip
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (
    r"^(?:[A-Za-z]:)?[^:]+:\d+(?::\d+)?: (?:fatal )?error: ",
    r": undefined reference to |: multiple definition of |\bld(?:\.\w+)?: (?:error: |cannot find )",
    r"^(?:collect2|clang(?:\+\+)?|cc1(?:plus)?|g\+\+|gcc|c\+\+|cc)(?:-\d+)?: (?:fatal )?error: ",
    r"(?:error C\d{4}|error LNK\d{4}): ",
    r"^Undefined symbols for |: internal compiler error: |virtual memory exhausted|out of memory allocating",
)

_WORDS = ("error", "ndefined ", "ld: ", "multiple def", "memory")
_SOURCE = re.compile(
    r"\.(?:c|cc|cpp|cxx|c\+\+|C|h|hh|hpp|hxx|h\+\+|H|inl|inc|ipp|tpp|txx|def|cu|cuh|m|mm|S|s|f|f90|F90|cppm|ixx|"
    r"tcc|y|l)$"
)
_SYSTEM = re.compile(r"/(?:include|c\+\+)/")
_CONTEXT = re.compile(
    r"(?:In file included from |                 from |\S.{0,2000}: "
    r"(?:In |At )|\S.{0,2000}:\d{1,9}(?::\d{1,9})?: "
    r" {0,3}(?:required |recursively required |note: ))"
)
_BODY = re.compile(r"(?: {1,8}\d{0,7} \||\s{1,8}\|| {2,}\S|\s{0,200}\^)")
_USED = re.compile(r"required from|requested here")
_LONGEST = 300
_MOST_FAILURES = 300
_MOST_BODY = 60
_MOST_CONTEXT = 30

Found = dict[tuple[str, int, str], Failure]


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    found: Found = {}
    weak: list[Failure] = []
    for number, line in enumerate(log.lines, 1):
        text = line[:4000]
        if len(found) < _MOST_FAILURES and any(word in text for word in _WORDS):
            _take(log, number, text, found, weak)
    failures = list(found.values())
    failures += [one for one in weak if not _explained(log, one, failures)]
    return Findings(TOOL, tuple(sorted(failures, key=lambda failure: failure.log_line)))


def _take(log: Log, number: int, line: str, found: Found, weak: list[Failure]) -> None:
    """Read one line that may begin an error."""
    if (diagnostic := read_diagnostic(line) or read_microsoft(line)) and "error" in diagnostic.what:
        if diagnostic.file and not _is_source(diagnostic.file):
            return
        crashed = diagnostic.what == "internal compiler error"
        kind = FailureKind.CRASH if crashed else FailureKind.BUILD
        text = f"{diagnostic.what}: {diagnostic.text}" if crashed else diagnostic.text
        file, line_number = _own_place(log, number, diagnostic)
        failure = _made(log, number, text, file, line_number, kind)
        found.setdefault((failure.file, failure.line, failure.message), failure)
    elif linked := linker_error(log.lines, number):
        failure = _made(log, number, linked.text, linked.file, linked.line)
        found.setdefault(("", 0, linked.key), failure)
    elif driver := driver_error(line):
        kind = FailureKind.CRASH if driver.killed else FailureKind.BUILD
        failure = _made(log, number, driver.text, "", 0, kind)
        if driver.weak:
            weak.append(failure)
        else:
            found.setdefault(("", 0, driver.text), failure)


def _own_place(log: Log, number: int, found: Diagnostic) -> tuple[str, int]:
    """Give the project's own line that a template of a library was used in; else where the error is."""
    if not found.file.startswith("/"):
        return found.file, found.line
    first, _ = _around(log, number)
    below = range(number + 1, min(number + _MOST_BODY, len(log.lines)) + 1)
    ends = next((at for at in below if ": error: " in log.line(at)[:4000]), below.stop)
    # clang leaves a stack out that it has just shown for the error before.
    before = range(first - 1, max(first - _MOST_BODY, 0), -1)
    for at in (*range(number - 1, first - 1, -1), *range(number + 1, ends), *before):
        text = log.line(at)[:4000]
        around = read_diagnostic(text) if _USED.search(text) else None
        if around and not around.file.startswith("/"):
            return around.file, around.line
    return found.file, found.line


def _is_source(path: str) -> bool:
    """Whether a compiler of this family reads such a file; other tools print places alike."""
    return bool(_SOURCE.search(path[-20:])) or (
        bool(_SYSTEM.search(path)) and "." not in path.rsplit("/", 1)[-1]
    )


def _explained(log: Log, failure: Failure, failures: Sequence[Failure]) -> bool:
    """Whether an error before it in the same step says why."""
    starts = [section.first for section in log.sections if section.first <= failure.log_line]
    begin = starts[-1] if starts else 1
    return any(begin <= one.log_line < failure.log_line for one in failures)


def _made(
    log: Log, number: int, text: str, file: str, line: int, kind: FailureKind = FailureKind.BUILD
) -> Failure:
    first, last = _around(log, number)
    detail = "\n".join(log.line(at) for at in range(number + 1, last + 1))
    status = Status.ABORTED if kind is FailureKind.CRASH else Status.ERROR
    return Failure(
        TOOL, kind, status, "", text[:_LONGEST] or "error", number, (first, last), detail, file, line
    )


def _around(log: Log, number: int) -> tuple[int, int]:
    """Find the lines that say where the compiler was, above, and the source it shows, below."""
    first = last = number
    while first > 1 and number - first < _MOST_CONTEXT and _CONTEXT.match(log.line(first - 1)[:4000]):
        first -= 1
    while last < len(log.lines) and last - number < _MOST_BODY and _BODY.match(log.line(last + 1)[:4000]):
        last += 1
    return first, last
