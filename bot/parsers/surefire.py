"""Maven Surefire and Failsafe, 2.4 to 3.5, with JUnit 3 to 6 and TestNG: what their console report says.

`test` is `package.Class > method`, with parameters where Surefire prints them, and the class alone where it
could not be set up. A forked JVM that died is a crash of the class that ran in it.
"""

import re
import shlex
from collections.abc import Mapping, Sequence

from bot.model.failure import Failure, FailureKind, Findings, Status, Totals
from bot.model.log import Log
from bot.parsers._jvm_stack import Frame, Trace, conventional_path, outer, own_frame, read_trace, source_path
from bot.parsers._maven_goals import Goal, Modules, read_goals, read_modules
from bot.parsers._surefire_blocks import Block, bare, simple
from bot.parsers._surefire_forks import read_forks
from bot.parsers._surefire_results import Entry, Summary
from bot.parsers._surefire_runs import Failed, Runs, read_runs

TOOL = "maven-surefire"
ANCHORS: tuple[str, ...] = (" T E S T S", "Tests run: ", "maven-surefire-plugin", "maven-failsafe-plugin")
KEEP: tuple[str, ...] = (
    r" T E S T S\s*$",
    r"Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+(, Flakes: [0-9]+)?$",
    r"^(\[INFO\] )?Results ?:$",
    r"--- [\w.\-]+:[\w.\-]+:[\w.\-]+ \([^()]+\) @ [\w.\-]+ ---$",
    r"(skip non existing resourceDirectory|[Rr]eport directory:|Please refer to) ",
    r"^\[INFO\] {2,4}from .*pom\.xml$",
    r"Running [\w$.]+$",
    r"BUILD (SUCCESS|FAILURE)",
    r"Using the MultiThreadedBuilder implementation",
)
TROUBLE: tuple[str, ...] = (
    r"<<< (FAILURE|ERROR)!",
    r"^(\[(ERROR|WARNING)\] )?(Failed tests|Tests in error|Failures|Errors|Flakes|Flaked tests): ",
    r"Failed to execute goal org\.apache\.maven\.plugins:maven-(surefire|failsafe)-plugin:",
    r"The forked VM terminated",
)

_TIMEOUT = re.compile(
    r"TestTimedOutException|ThreadTimeoutException|TimeoutException: .{1,300} timed out after \d|"
    r"execution (?:timed out|exceeded timeout)|^test timed out after \d|didn't finish within the time-out"
)
_CONFIGURATION = ("org.testng.internal.invokers.ConfigInvoker", "org.testng.internal.ConfigInvoker")


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    runs = read_runs(log)
    goals = [goal for goal in read_goals(log) if goal.is_tests]
    if not runs.headers and not runs.summaries and not goals:
        return Findings(TOOL)
    modules = read_modules(log)
    quiet = _quiet_projects(runs, goals, modules)
    failures = [_failure(failed, modules, quiet, runs.owners) for failed in runs.failed]
    failures += read_forks(TOOL, goals, runs, modules, failures)
    failures.sort(key=lambda failure: failure.log_line)
    totals = tuple(
        _totals(summary, quiet[at] if quiet else modules.at(summary.first)[0])
        for at, summary in enumerate(runs.summaries)
        if summary.counts.get("run")
    )
    over = any("BUILD " in line and line.endswith(("BUILD FAILURE", "BUILD SUCCESS")) for line in log.lines)
    return Findings(TOOL, tuple(failures), totals, _claims(runs), unfinished=runs.open > 0 and not over)


def _quiet_projects(runs: Runs, goals: Sequence[Goal], modules: Modules) -> list[str]:
    """Name the module of each summary where `-q` left the headings out: goals fail in their order."""
    if modules.starts or len(goals) != len(runs.summaries):
        return []
    return [goal.project for goal in goals]


def _claims(runs: Runs) -> tuple[tuple[int, int], ...]:
    """Give the lines from each module's heading to its summary; they overlap where modules run at once."""
    claims: list[tuple[int, int]] = []
    for at, summary in enumerate(runs.summaries):
        last = summary.last or max([summary.first, *(entry.last for entry in summary.entries)])
        before = [header for header in runs.headers if header < summary.first]
        after = claims[-1][1] if claims else 0
        mine = [failed.block.line for failed in runs.failed if failed.block and failed.summary == at]
        first = min([next((one for one in before if one > after), summary.first), *mine])
        claims.append((first, last))
    cut = [header for header in runs.headers if not claims or header > claims[-1][1]]
    if cut:
        ends = [*runs.lines, *(failed.block.last for failed in runs.failed if failed.block)]
        claims.append((cut[0], max([cut[0], *ends])))
    return tuple(claims)


def _totals(summary: Summary, project: str) -> Totals:
    counts = summary.counts
    gone = counts["failures"] + counts["errors"] + counts["skipped"]
    return Totals(
        TOOL,
        project,
        passed=max(0, counts["run"] - gone),
        failed=counts["failures"],
        errors=counts["errors"],
        skipped=counts["skipped"],
        flaked=counts["flakes"],
        total=counts["run"],
    )


def _failure(failed: Failed, modules: Modules, quiet: Sequence[str], owners: Mapping[str, str]) -> Failure:
    block, entry = failed.block, failed.entry
    if block:
        number, last = block.line, block.last
        trace = read_trace(block.body)
    else:
        assert entry is not None  # noqa: S101 - a failure has one of the two
        number, last = entry.line, entry.last
        trace = Trace(entry.text, "", ())
    owner, method = _name(block, entry)
    if not block:
        package = owners.get(outer(owner), "").rpartition(".")[0]
        owner = f"{package}.{owner}" if package else owner
    project, plugin = modules.at(number)
    if quiet and failed.summary >= 0:
        project = quiet[failed.summary]
    frame = own_frame(trace.frames, owner)
    message = trace.message or (entry.text if entry else "") or "failed without a message"
    error = block.status == "ERROR" if block else bool(entry and entry.error)
    folder = modules.folders.get(project)
    return Failure(
        tool=TOOL,
        kind=_kind(method, message, trace),
        status=Status.ERROR if error else Status.FAILED,
        test=f"{owner} > {method}" if method else owner,
        message=message,
        detail=trace.detail,
        file=_file(frame, owner, folder, known=bool(block)),
        line=frame.line if frame else (entry.at if entry else 0),
        log_line=number,
        extent=(number, last),
        rerun=rerun(plugin, folder, owner, method),
        suite=project,
    )


def _name(block: Block | None, entry: Entry | None) -> tuple[str, str]:
    """Give class and method; the block knows package and parameters, the summary nested classes."""
    if block is None:
        return (entry.owner, entry.method) if entry else ("", "")
    nested = simple(entry.owner) if entry else ""
    if "$" in nested and "$" not in block.owner and outer(nested) == simple(block.owner) and block.method:
        return block.owner + nested[len(outer(nested)) :], block.method
    return block.owner, block.method


def _kind(method: str, message: str, trace: Trace) -> FailureKind:
    if method == "initializationError":
        return FailureKind.COLLECTION
    if not method or any(frame.owner in _CONFIGURATION for frame in trace.frames):
        return FailureKind.SETUP
    return FailureKind.TIMEOUT if _TIMEOUT.search(message) else FailureKind.TEST


def _file(frame: Frame | None, owner: str, folder: str | None, *, known: bool) -> str:
    """Give the source file; below Maven's own layout only where the module's folder is known."""
    if (
        frame
        and folder is not None
        and (frame.outer == outer(owner) or frame.file.partition(".")[0] == simple(outer(owner)))
    ):
        return conventional_path(folder, "test", frame.owner, frame.file)
    if frame:
        return source_path(frame.owner, frame.file)
    if not known or "." not in owner or " " in owner:
        return ""
    file = f"{simple(outer(owner))}.java"
    return source_path(owner, file) if folder is None else conventional_path(folder, "test", owner, file)


def rerun(plugin: str, folder: str | None, owner: str, method: str) -> str:
    """Give the command that runs one test; a method's parameters are no part of the filter."""
    if not owner:
        return ""
    name = bare(method)
    single = owner
    if re.fullmatch(r"[\w$]{1,300}", name):
        single = f"{owner}#{name}" if name == method else f"{owner}#{name}*"
    if method == "initializationError":
        single = owner
    words = ("verify", "-Dit.test") if plugin == "failsafe" else ("test", "-Dtest")
    module = f" -pl {shlex.quote(folder)}" if folder else ""
    return f"mvn {words[0]} {words[1]}='{single}'{module}" if "'" not in single else ""
