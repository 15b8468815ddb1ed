"""RSpec 3: progress, documentation and other formatters with numbered failures, parallel_tests, retries.

`test` is RSpec's full description: its words, not its containers, are the same with every formatter. The
place is the line of the example's own file in the backtrace, the command the one that RSpec lists.
"""

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._rspec_blocks import Words, read_words
from bot.parsers._rspec_runs import Item, Rerun, Run, read_runs
from bot.parsers._workspace import relative

TOOL = "rspec"
ANCHORS: tuple[str, ...] = (" (files took ", "An error occurred ", " (FAILED - ", "Failure/Error:")
KEEP: tuple[str, ...] = (
    r"^Finished in .* \(files took ",
    r"^[0-9]+ examples?, [0-9]+ failures?",
    r"^Failed examples:$",
    r"^rspec .* # ",
    r"^Failures:$",
    r"^Pending: \(Failures listed here",
    r"^Run options: ",
    r"^Randomized with seed ",
    r"RSpec::Retry: ",
)
TROUBLE: tuple[str, ...] = (
    r"^An error occurred (in an? `|while loading )",
    r"^ +[0-9]+\) Failure/Error:",
    r"^Failed examples:$",
    r"^ +([0-9.]+\) )?Failure/Error: ",
    r" \(FAILED - [0-9]+\)$",
)

_TIMEOUTS = {"Timeout::Error", "Timeout::ExitException"}
_FIXED = " FIXED"


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    found = [_failures(run) for run in runs]
    flaked = [len(run.retried - {rerun.place for rerun in run.reruns}) for run in runs]
    for at, run in enumerate(runs):
        if run.again and at:
            flaked[at] += _forgive(found, at)
    failures = sorted((one for some in found for one in some), key=lambda failure: failure.log_line)
    return Findings(
        TOOL,
        tuple(failures),
        tuple(_totals(run, n) for run, n in zip(runs, flaked, strict=True) if run.counts),
        tuple((run.first, run.last) for run in runs if run.first),
        any(not run.counts for run in runs),
    )


def _forgive(found: list[list[Failure]], at: int) -> int:
    """Leave out what failed before a run of only those examples; count what passed in it."""
    still = {failure.test for failure in found[at]}
    examples = [one for one in found[at - 1] if one.kind in {FailureKind.TEST, FailureKind.TIMEOUT}]
    found[at - 1] = [one for one in found[at - 1] if one not in examples]
    return sum(1 for one in examples if one.test not in still)


def _totals(run: Run, flaked: int) -> Totals:
    counts = run.counts
    failed, pending = counts["failed"], counts["pending"]
    return Totals(
        TOOL,
        "",
        passed=max(counts["total"] - failed - pending, 0),
        failed=failed,
        errors=counts["errors"],
        pending=pending,
        flaked=flaked,
        total=counts["total"],
    )


def _failures(run: Run) -> list[Failure]:
    failures = [_outside(found.groupdict(), body, body[0][0] - 1) for found, body in run.outside if body]
    reruns = list(run.reruns)
    failures += [_failed(item, _claim(reruns, _name(item))) for item in run.items]
    failures += [_listed(rerun) for rerun in reruns if run.items or run.counts]
    if not run.counts and not run.items:
        failures += [_named(number, name) for number, name in run.documented]
    return failures


def _name(item: Item) -> str:
    return item.name.removesuffix(_FIXED)


def _claim(reruns: list[Rerun], name: str) -> Rerun | None:
    """Take the listed line of an example off the list; equal names come in the same order."""
    found = next((at for at, rerun in enumerate(reruns) if rerun.name == name), None)
    return None if found is None else reruns.pop(found)


def _failed(item: Item, rerun: Rerun | None) -> Failure:
    own = _file(rerun.place)[0] if rerun else ""
    words = read_words(item.body or [(item.number, item.name)], own)
    file, line = _best_place(words, rerun)
    return Failure(
        tool=TOOL,
        kind=FailureKind.TIMEOUT if words.error in _TIMEOUTS else FailureKind.TEST,
        status=Status.FAILED,
        test=_name(item),
        message=words.message or "failed",
        detail=words.detail,
        file=file,
        line=line,
        log_line=words.number,
        extent=(item.number, item.body[-1][0] if item.body else item.number),
        rerun=rerun.command if rerun else "",
    )


def _best_place(words: Words, rerun: Rerun | None) -> tuple[str, int]:
    if rerun and not words.file:
        file, line = _file(rerun.place)
        return relative(file), line
    return words.file, words.line


def _file(place: str) -> tuple[str, int]:
    """Read `./spec/a_spec.rb:12` and `./spec/a_spec.rb[1:2]`."""
    if place.endswith("]"):
        return place.rpartition("[")[0], 0
    file, _, line = place.rpartition(":")
    return (file, int(line)) if line.isdecimal() and len(line) < 8 else (place, 0)  # noqa: PLR2004


def _outside(found: dict[str, str | None], body: list[tuple[int, str]], first: int) -> Failure:
    """Say what went wrong in a hook of the suite or while a file was loaded."""
    hook, loaded = found["hook"] or "", found["file"] or ""
    words = read_words(body, loaded)
    file, line = (words.file, words.line) if words.file else (relative(loaded), 0)
    if loaded and words.error == "LoadError" and not words.file:
        file = relative(loaded)
    return Failure(
        tool=TOOL,
        kind=FailureKind.SETUP if hook else FailureKind.COLLECTION,
        status=Status.ERROR,
        test=hook,
        message=words.message or "an error occurred outside of examples",
        detail=words.detail,
        file=file,
        line=line,
        log_line=words.number,
        extent=(first, body[-1][0]),
        rerun=f"rspec {loaded}" if loaded else "",
    )


def _listed(rerun: Rerun) -> Failure:
    """Make a failure of a line of the list whose block is not in the log."""
    file, line = _file(rerun.place)
    at = (rerun.number, rerun.number)
    return Failure(
        TOOL,
        FailureKind.TEST,
        Status.FAILED,
        rerun.name,
        "failed",
        rerun.number,
        at,
        file=relative(file),
        line=line,
        rerun=rerun.command,
    )


def _named(number: int, name: str) -> Failure:
    """Make a failure of an example that was named while it ran, before the run was cut off."""
    return Failure(TOOL, FailureKind.TEST, Status.FAILED, name, "failed", number, (number, number))
