"""Why Gradle says that a build failed: the blocks `* What went wrong:` at its end.

Format: https://github.com/gradle/gradle `BuildExceptionReporter.java`.
"""

import re
from dataclasses import dataclass

from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers._workspace import relative

WRONG = "* What went wrong:"
_TASK = re.compile(r"Execution failed for task '(?P<task>:[^']{1,500})'")
_REASON = re.compile(r"\s{0,40}> (?P<text>\S.{0,4000})$")
_WHERE = re.compile(
    r"(?:Build|Settings|Script|Initialization script|"
    r"Precompiled script) [^']{0,40}'(?P<file>[^']{1,500})'(?: line: (?P<line>\d{1,7}))?"
)
_ENDS = ("* Try:", "* Exception is:", "* Get more help", "* Where:", "BUILD FAILED", "=====", "FAILURE: ")
_TESTS = "There were failing tests"
_COMPILER = re.compile(
    r"Compilation (?:failed|error)|^Compilation error|Error while evaluating property 'compilerArgs|"
    r"Kotlin compilation failed|javac returned|compileScala"
)
_CRASH = re.compile(
    r"Process 'Gradle (?:Test|Worker) \w+(?: \d+)?' finished with non-zero exit value|"
    r"daemon disappeared unexpectedly|Failed to run Gradle (?:Test|Worker)|"
    r"Could not complete execution for Gradle Test Executor|"
    r"JVM garbage collector thrashing|OutOfMemoryError|Java heap space|GC overhead"
)
_CHILD = re.compile(
    r"Process 'command '.{1,500}' finished with non-zero exit value|A problem occurred starting process"
)
_TIMEOUT = re.compile(r"Timeout has been exceeded")
_NONE = re.compile(r"No tests (?:found|were found)|no tests to execute|did not discover any tests to execute")
_INFRA = re.compile(
    r"Could not (?:GET|HEAD|PUT|download) |Connect(?:ion)? (?:to .{1,300} )?(?:refused|reset|timed out)|"
    r"Read timed out|"
    r"UnknownHostException|Temporary failure in name resolution|status code (?:5\d\d|429)|"
    r"No space left on device|"
    r"PKIX path building failed|Remote host terminated the handshake|Unknown host"
)
_LINT = re.compile(
    r":(?:checkstyle|spotless|ktlint|detekt|pmd|spotbugs|findbugs|codenarc|lint|rat|license)\w{0,60}$",
    re.IGNORECASE,
)
_LONGEST = 200
_CHAIN = 3


@dataclass(frozen=True, slots=True)
class Wrong:
    """One block.

    Attributes:
        task: the task that failed; empty where no task ran.
        message: why, causes joined.
        tests: only that tests failed.
        compiler: only that a compiler found errors, which it printed itself.
        file: the build script that is at fault, where the block says so.
    """

    task: str
    message: str
    detail: str
    kind: FailureKind
    first: int
    last: int
    tests: bool = False
    compiler: bool = False
    file: str = ""
    at: int = 0


def read_wrong(log: Log) -> list[Wrong]:
    """Read every block."""
    return [_block(log, number) for number, line in enumerate(log.lines, 1) if line.rstrip() == WRONG]


def _block(log: Log, number: int) -> Wrong:
    lines: list[str] = []
    for at in range(number + 1, min(len(log.lines), number + _LONGEST) + 1):
        if log.line(at).startswith(_ENDS):
            break
        lines.append(log.line(at))
    while lines and not lines[-1].strip():
        lines.pop()
    text = "\n".join(lines)
    head = lines[0] if lines else ""
    found = _TASK.match(head)
    task = found["task"] if found else ""
    file, line = _where(log, number)
    return Wrong(
        task,
        _message(lines, named=bool(task)),
        "\n".join(lines[1:]),
        _kind(task, text),
        number,
        number + len(lines),
        _TESTS in text,
        bool(_COMPILER.search(text)),
        file,
        line,
    )


def _message(lines: list[str], *, named: bool) -> str:
    """Join what went wrong and its causes; that a task failed says less than the reason below."""
    head = [] if named or not lines else [lines[0].strip()]
    reasons = [found["text"].strip() for line in lines[1:] if (found := _REASON.match(line))]
    if not reasons:
        return lines[0].strip() if lines else WRONG
    return " > ".join((head + reasons)[:_CHAIN])


def _where(log: Log, number: int) -> tuple[str, int]:
    """Read the build script that the block above names."""
    for at in range(number - 1, max(0, number - 6), -1):
        found = _WHERE.match(log.line(at))
        if found and at > 1 and log.line(at - 1).startswith("* Where:"):
            return relative(found["file"]), int(found["line"] or 0)
    return "", 0


def _kind(task: str, text: str) -> FailureKind:
    patterns = (
        (_CRASH, FailureKind.CRASH),
        (_TIMEOUT, FailureKind.TIMEOUT),
        (_NONE, FailureKind.COLLECTION),
        (_INFRA, FailureKind.INFRA),
    )
    for pattern, kind in patterns:
        if pattern.search(text):
            return kind
    if _LINT.search(task):
        return FailureKind.LINT
    return FailureKind.EXIT if _TESTS in text or _CHILD.search(text) else FailureKind.BUILD
