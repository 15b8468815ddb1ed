"""unittest of Python 3.8 to 3.14, and what prints as it does: Django's test runner, nose2, Twisted's trial.

`test` is the test's identifier, which `python -m unittest` takes; a subtest's words stand behind it. Failed
and errored subtests are counted as the runner counts them. Expected failures count as skipped.
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._python_trace import Story, choose_place, read_trace
from bot.parsers._unittest_crash import find_crashes
from bot.parsers._unittest_names import METHOD_HOOKS, identify, is_broken, module_file, rerun
from bot.parsers._unittest_quoted import without_quoted
from bot.parsers._unittest_runs import Block, Run, find_runs, name_of, outcome_of

TOOL = "unittest"
ANCHORS: tuple[str, ...] = (
    " tests in ",
    "Ran 1 test in ",
    "=" * 70,
    ") ... ",
    "/unittest/main.py",
    "python -m unittest",
    "tracebacks cannot be pickled",
)
KEEP: tuple[str, ...] = (
    r"^Ran \d+ tests? in ",
    r"^(?:OK|PASSED|FAILED|NO TESTS RAN)(?: \([a-zA-Z0-9=, ]+\))?$",
    r"^Found \d+ test\(s\)\.$",
)
TROUBLE: tuple[str, ...] = (
    r"^(?:FAIL|ERROR): \S+ \([\w.<>]+\)",
    r"^UNEXPECTED SUCCESS: ",
    r"^\[(?:FAIL|ERROR)\]$",
    r"^Fatal Python error: ",
    r"\) \.\.\. (?:FAIL|ERROR|unexpected success)$",
    r"/unittest/main\.py",
    r"^Unfortunately, tracebacks cannot be pickled",
)

_DJANGO = re.compile(r"Creating test database for alias |Found \d+ test\(s\)\.|System check identified ")
_NOSE2 = re.compile(r"nose2\b")
_BACK = 40
_NAMELESS = "_ErrorHolder"
_EXIT_5 = re.compile(r"exit code 5\.?$")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = without_quoted(log, find_runs(log))
    failures = [failure for run in runs for failure in _failures(log, run)]
    crashes = find_crashes(log, runs)
    known = {failure.test for failure in failures if failure.test}
    failures += [failure for failure in crashes.failures if failure.test not in known]
    failures.sort(key=lambda failure: failure.log_line)
    return Findings(
        TOOL,
        tuple(failures),
        tuple(_totals(run) for run in runs if run.ran >= 0 and run.word),
        (*((run.first, run.last) for run in runs), *crashes.claims),
        crashes.unfinished or any(run.ran < 0 for run in runs),
    )


def _failures(log: Log, run: Run) -> list[Failure]:
    if run.word == "NO TESTS RAN" and run.ran == 0 and not run.blocks:
        return _nothing_ran(log, run)
    if run.word not in {"FAILED", ""}:
        return []
    runner = _runner(log, run)
    return [*(_failure(block, runner) for block in run.blocks), *_surprises(log, run)]


def _surprises(log: Log, run: Run) -> list[Failure]:
    """Report unexpected successes where no block does (before 3.11): by `-v`, else without a name."""
    shown = sum(block.word.startswith("UNEXPECTED") for block in run.blocks)
    missing = run.counts.get("unexpected successes", 0) - shown
    if missing <= 0:
        return []
    end = run.blocks[0].first if run.blocks else run.last
    numbers = [n for n in range(run.first, end) if outcome_of(log.line(n)) == "unexpected success"]
    tests = [(identify(name_of(log.line(n))), n) for n in numbers[:missing]] or [("", run.last)]
    return [
        Failure(
            TOOL,
            FailureKind.TEST,
            Status.FAILED,
            test,
            "Unexpected success",
            number,
            (number, number),
            rerun=rerun(test, "", "python -m unittest") if test else "",
        )
        for test, number in tests
    ]


def _runner(log: Log, run: Run) -> str:
    """Tell which command ran the tests; what stands above the run gives it away."""
    if run.trial:
        return "trial"
    above = log.lines[max(0, run.first - 1 - _BACK) : run.first + 3]
    if any(_DJANGO.match(text) for text in above):
        return "python manage.py test"
    if any(_NOSE2.search(text) for text in above):
        return "nose2"
    return "python -m unittest"


def _failure(block: Block, runner: str) -> Failure:
    identifier = identify(block.name, block.title)
    if identifier == _NAMELESS:
        identifier = _hook_of(block) or identifier
    own = module_file(identifier)
    # trial names a module that could not be imported as it names a test.
    module = runner == "trial" and not any(part[:1].isupper() for part in block.name.split("."))
    broken = module or is_broken(block.name)
    story = Story() if block.word.startswith("UNEXPECTED") else read_trace(block.body)
    file, line = choose_place(story.frames, own)
    plain = next(((n, text.strip()) for n, text in block.body[1:] if text.strip()), None)
    message, number = story.message, story.number
    if not message and block.word.startswith("UNEXPECTED"):
        message, number = "Unexpected success", block.first + 1
    elif not message:
        number, message = plain or (block.first + 1, block.word)
    return Failure(
        tool=TOOL,
        kind=_kind(block, story, broken=broken),
        status=Status.ERROR if block.word == "ERROR" else Status.FAILED,
        test=identifier,
        message=message,
        detail=story.detail,
        file=file,
        line=line,
        log_line=number,
        extent=(block.first, max(block.last, number)),
        rerun=rerun(identifier, file, runner),
    )


def _hook_of(block: Block) -> str:
    """Name a class's or module's hook by its traceback; nose2 prints `_ErrorHolder` for each."""
    for frame in read_trace(block.body).frames:
        if frame.name in METHOD_HOOKS:
            place = choose_place([frame])[0]
            return f"{frame.name} ({place.removesuffix('.py').replace('/', '.')})"
    return ""


def _kind(block: Block, story: Story, *, broken: bool) -> FailureKind:
    if broken:
        return FailureKind.COLLECTION
    if block.name.startswith(METHOD_HOOKS[4:]) or any(frame.name in METHOD_HOOKS for frame in story.frames):
        return FailureKind.SETUP
    return FailureKind.TEST


def _nothing_ran(log: Log, run: Run) -> list[Failure]:
    """Report a run without tests where the log says that unittest left with exit code 5 (3.12)."""
    after = log.lines[run.last : run.last + 20]
    if not any(_EXIT_5.search(text) for text in after):
        return []
    extent = (run.first, run.last)
    kind = FailureKind.COLLECTION
    return [Failure(TOOL, kind, Status.ERROR, "", "NO TESTS RAN", run.last, extent)]


def _totals(run: Run) -> Totals:
    failed = run.counts.get("failures", 0) + run.counts.get("unexpected successes", 0)
    errors = run.counts.get("errors", 0)
    if run.trial or "successes" in run.counts:
        return _trial_totals(run, failed, errors)
    skipped = run.counts.get("skipped", 0) + run.counts.get("expected failures", 0)
    # A test with several broken subtests ran once; hooks of classes and modules are no tests.
    broken = {identify(block.name, block.title).split(" ", 1)[0] for block in run.blocks}
    hooks = {name for name in broken if name in METHOD_HOOKS or name == _NAMELESS}
    known = len(broken - hooks) if run.blocks else failed + errors
    shown = sum(block.word.startswith("UNEXPECTED") for block in run.blocks)
    hidden = run.counts.get("unexpected successes", 0) - shown if run.blocks else 0
    passed = max(0, run.ran - known - hidden - skipped)
    return Totals(TOOL, "", passed, failed, errors, skipped, total=run.ran)


def _trial_totals(run: Run, failed: int, errors: int) -> Totals:
    """Take trial's own words; it counts every error, also those of no test."""
    counts = run.counts
    failed += counts.get("unexpectedSuccesses", 0)
    skipped = counts.get("skips", 0) + counts.get("expectedFailures", 0)
    return Totals(TOOL, "", counts.get("successes", 0), failed, errors, skipped, total=run.ran)
