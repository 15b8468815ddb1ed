"""From a package's run to its failures: which tests to name, why they failed, and where.

A parent test fails with its subtests; it is reported only if it said itself what went wrong, or if none of
its subtests failed.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._gotest_crash import Crash, find_crash
from bot.parsers._gotest_gocheck import Check, read_checks
from bot.parsers._gotest_lines import Block, Case, Line, ancestors
from bot.parsers._gotest_messages import TELLING, Said, explain
from bot.parsers._gotest_places import Frame, Places, is_own, read_frames

TOOL = "gotest"
# A race detector's report before a quiet test's result is rarely longer.
MAX_BEFORE = 400
NOISE = (
    "exit status", "coverage:", "testing: warning", "-test.shuffle", "goos:", "goarch:", "pkg:", "cpu:",
    "##[", "::", "go: downloading", "FAIL", "PASS", "shell:", "ok  ",
)  # fmt: skip
META = frozenset("\\.+*?()|[]{}^$")


def judge(block: Block, places: Places) -> list[Failure]:
    """Report what failed in one package's run."""
    failing = [c for c in block.cases if c.result == "FAIL" and not c.foreign]
    if block.status in {"ok", "?"} and not block.events:
        return []
    evidence = block.status == "FAIL" or (not block.status and (block.verbose or failing))
    crash = find_crash(block) if evidence or not block.status else None
    if crash and not evidence and crash.kind is not FailureKind.TIMEOUT:
        crash = None
    failures = []
    victims = _name_victims(crash, block, failing) if crash else []
    if crash:
        failures += [_report_crash(crash, name, block, places) for name in victims]
    elif block.status == "FAIL" and not block.summed and (running := block.running()):
        victim = max(running, key=lambda case: case.last)
        victims = [victim.name]
        failures.append(_report_exit(victim, block, places))
    failures += _report_tests(failing, victims, block, places)
    if not failures and block.status == "FAIL" and not any(case.foreign for case in block.cases):
        failures.append(_report_package(block, places))
    return sorted(failures, key=lambda failure: failure.log_line)


def write_rerun(test: str, suite: str, places: Places, *, race: bool = False) -> str:
    """Write the command that runs one test: `go test -run '^TestX$/^sub$' ./pkg`."""
    where = places.argument(suite)
    if not test:
        return f"go test {where}" if suite else ""
    parts = ["".join(f"\\{char}" if char in META else char for char in part) for part in test.split("/")]
    pattern = "/".join(f"^{part}$" for part in parts).replace("'", "'\\''")
    flags = "-race " if race else ""
    if test.startswith("Benchmark"):
        return f"go test {flags}-run '^$' -bench '{pattern}' {where}"
    return f"go test {flags}-run '{pattern}' {where}"


def _report_tests(failing: list[Case], victims: list[str], block: Block, places: Places) -> list[Failure]:
    names = [case.name for case in failing] + victims
    parents = {parent for name in names for parent in ancestors(name)}
    failures = []
    top = 0
    for case in failing:
        if "/" not in case.name:
            top = case.result_line
        if case.name in victims:
            continue
        before = _find_before(block, top)
        if checks := read_checks([*before, *case.lines]):
            failures += [_report_check(check, case, block, places) for check in checks]
            continue
        said = explain(case, before)
        if case.name in parents and (not said.telling or said.race):
            continue
        failures.append(_report(case, said, before, block, places))
    return failures


def _find_before(block: Block, top: int) -> list[Line]:
    """Give what was printed right before a quiet top-level test's result and belongs to no test."""
    if block.verbose or block.events:
        return []
    at = end = bisect_left(block.lines, top, key=lambda line: line.number)
    while at and not block.lines[at - 1].test and end - at < MAX_BEFORE:
        at -= 1
    return block.lines[at:end]


def _report(case: Case, said: Said, before: list[Line], block: Block, places: Places) -> Failure:
    log_line = said.log_line or case.result_line
    first, last = next((span for span in case.spans if span[0] <= log_line <= span[1]), (log_line, log_line))
    if said.race and before:
        first = next((line.number for line in before if line.text == "WARNING: DATA RACE"), first)
    path, line = said.path, said.line
    frame = find_frame(said.frames, block.package)
    if frame and (said.race or not path.endswith("_test.go")):
        path, line = frame.path, frame.line
    return Failure(
        tool=TOOL,
        kind=said.kind,
        status=said.status,
        test=case.name,
        message=said.message,
        detail=said.detail,
        file=places.locate(path, block.package) if path else "",
        line=line if path else 0,
        log_line=log_line,
        extent=(first, last),
        suite=block.package,
        rerun=write_rerun(case.name, block.package, places, race=said.race),
    )


def _report_check(check: Check, case: Case, block: Block, places: Places) -> Failure:
    """One method of a gocheck suite, by gocheck's own name."""
    said = check.said
    rest = [line.text for line in check.lines if line is not said and line.text.strip()]
    message = said.text.strip().removeprefix("... ") if said else "failed without a message"
    where = f"-run '^{case.name}$' {places.argument(block.package)}"
    return Failure(
        tool=TOOL,
        kind=FailureKind.TEST,
        status=Status.PANICKED if check.panicked else Status.FAILED,
        test=check.name,
        message=message,
        detail="\n".join(rest),
        file=places.locate(check.path, block.package),
        line=check.line,
        log_line=said.number if said else check.number,
        extent=(check.number, check.last),
        suite=block.package,
        rerun=f"go test {where} -check.f '^{check.name.replace('.', '[.]')}$'",
    )


def find_frame(frames: Sequence[Frame], suite: str, test: str = "") -> Frame | None:
    """Find the frame that explains a trace: the test's own if one is named, else the repository's first."""
    own = [frame for frame in frames if is_own(frame, suite)]
    if test:
        top, _, sub = test.partition("/")
        mine = [frame for frame in own if frame.test == top]
        inner = [frame for frame in mine if f".{top}.func" in frame.function]
        own = (inner if sub and inner else mine) or own
    return own[0] if own else None


def _name_victims(crash: Crash, block: Block, failing: list[Case]) -> list[str]:
    """Name the tests that a crash belongs to; one empty name where it belongs to none."""
    if crash.kind is FailureKind.TIMEOUT:
        parents = {parent for name in crash.running for parent in ancestors(name)}
        named = [name for name in crash.running if name not in parents]
        return named or _guess_hanging(crash, block)
    tests = [frame for frame in crash.frames if frame.test and is_own(frame, block.package)]
    # A method is a suite's: its name is a subtest's.
    tests.sort(key=lambda frame: ")." in frame.function)
    traced = tests[0].test if tests else ""
    ended = block.lines[block.alive - 1].number if block.alive else 0
    just = [case for case in failing if case.result_line == ended or case.name == crash.owner]
    if crash.owner:
        return [_descend(crash.owner, failing)]
    if just and (not traced or traced in just[-1].name.split("/")):
        return [_descend(just[-1].name, failing)]
    running = block.running()
    if traced:
        inside = [case.name for case in running if traced in case.name.split("/")]
        return [inside[-1] if len(inside) == 1 else traced]
    return [max(running, key=lambda case: case.last).name if running else ""]


def _guess_hanging(crash: Crash, block: Block) -> list[str]:
    """Name hanging tests where Go (before 1.20) did not list them: running ones that the trace shows."""
    running = block.running()
    shown = {frame.test for frame in crash.frames if frame.test}
    named = [case.name for case in running if case.name.partition("/")[0] in shown]
    if named or running:
        return named or [max(running, key=lambda case: case.last).name]
    return [crash.owner or next((f.test for f in crash.frames if f.test and is_own(f, block.package)), "")]


def _descend(name: str, failing: list[Case]) -> str:
    """Go from a test that ended in a panic to the subtest it came from: the last one, and silent."""
    inner = [case for case in failing if case.name.startswith(f"{name}/")]
    if inner:
        last = max(inner, key=lambda case: case.result_line)
        if not explain(last, []).telling:
            return last.name
    return name


def _report_crash(crash: Crash, name: str, block: Block, places: Places) -> Failure:
    timeout = crash.kind is FailureKind.TIMEOUT
    frame = find_frame(crash.frames, block.package, name if timeout else "")
    suite = block.package or (frame.package if frame else "")
    kind = FailureKind.CRASH if crash.kind is FailureKind.TEST and not name else crash.kind
    return Failure(
        tool=TOOL,
        kind=kind,
        status=crash.status,
        test=name,
        message=crash.message,
        detail=crash.detail,
        file=places.locate(frame.path, frame.package) if frame else "",
        line=frame.line if frame else 0,
        log_line=crash.first,
        extent=(crash.first, crash.last),
        suite=suite,
        rerun=write_rerun(name, suite, places),
    )


def _report_exit(case: Case, block: Block, places: Places) -> Failure:
    """The process ended while a test ran: `os.Exit`, `log.Fatal`."""
    said = explain(case, [])
    printed = [line for line in case.lines if line.text.strip() and not line.text.startswith(NOISE)]
    if printed and not said.telling:
        said = Said(message=printed[-1].text.strip(), log_line=printed[-1].number)
    elif not printed:
        said = Said(message=f"the test process exited while {case.name} was running", log_line=case.last)
    return replace(_report(case, said, [], block, places), kind=FailureKind.CRASH)


def _report_package(block: Block, places: Places) -> Failure:
    """A package failed and no test did: `TestMain`, a check after the tests, or output that hides them."""
    start = max((at for at, line in enumerate(block.lines) if line.text.startswith("##[")), default=-1)
    lines = block.lines[start + 1 :]
    closing = [at for at, line in enumerate(lines) if line.text in {"PASS", "FAIL"}]
    after = [line for line in lines[closing[0] + 1 :] if _speaks(line)] if closing else []
    spoken = after or [line for line in lines if _speaks(line)]
    telling = [line for line in spoken if TELLING.search(line.text[:500])]
    line = (telling[0] if after else telling[-1]) if telling else (spoken[-1] if spoken else None)
    race = line is not None and ("race detected" in line.text or "data race(s)" in line.text)
    frame = find_frame(read_frames(lines), block.package) if race else None
    number = line.number if line else block.end
    message = line.text.strip() if line else "the package failed without a message"
    hidden = any(line.text == "FAIL" for line in block.lines)
    return Failure(
        tool=TOOL,
        kind=FailureKind.TEST if race or hidden else FailureKind.SETUP,
        status=Status.FAILED,
        test="",
        message=message,
        file=places.locate(frame.path, frame.package) if frame else "",
        line=frame.line if frame else 0,
        log_line=number,
        extent=(number, max(number, block.end if not block.events else number)),
        suite=block.package,
        rerun=write_rerun("", block.package, places, race=race),
    )


def _speaks(line: Line) -> bool:
    return bool(line.text.strip()) and not line.text.startswith(NOISE) and not line.test
