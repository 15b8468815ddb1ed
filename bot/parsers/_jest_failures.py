"""jest's blocks become failures: names, messages, places, and the command that runs one test."""

import re
import shlex

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._jest_runs import Block, Line, Run, Suite
from bot.parsers._js_stack import in_hook, line_in

TOOL = "jest"
UNLOADED = "Test suite failed to run"
_SEPARATOR = " › "
_TIMEOUT = re.compile(
    r".{0,40}(?:Exceeded timeout of \d{1,9} ?ms for a (?P<what>test|hook)"
    r"|Timeout - Async callback was not invoked within the)"
)
_CRASH = re.compile(
    r".{0,100}(?:worker process \(pid=\d{1,9}\) (?:was terminated|crashed)|Call retries were exceeded"
    r"|child process exceptions, exceeding retry limit|worker process (?:crashed|has been terminated))"
    r"|.{0,100}Worker terminated due to reaching memory limit"
)
_SYNTAX = re.compile(r"(?P<message>SyntaxError: (?:(?P<file>/?[^\s:]{1,400}): )?.{1,600})")
_AT = re.compile(r"\((\d{1,7}):\d{1,6}\)\s{0,3}$")
_PLACE = re.compile(r"(?P<file>[^\s:()]{1,400}):(?P<line>\d{1,7}):\d{1,6} - error TS")
# A line of the source that jest shows: what was thrown had no words.
_EXCERPT = re.compile(r"\s{0,8}>?\s{0,8}\d{1,6} \|")
_REGEX = re.compile(r"([\\^$.*+?()[\]{}|])")
_LONGEST = 1000


def failures_of(run: Run) -> list[Failure]:
    """Give the failures of a run; where it passed, blocks are quotations."""
    if run.passed:
        return []
    found: list[Failure] = []
    for suite in run.suites:
        seen: set[tuple[str, str]] = set()
        titles = {title for _, title in suite.marks}
        for block in suite.blocks:
            if block.name.startswith("Console"):
                continue
            failure = _failure(suite, block, titles)
            if (failure.test, failure.message) not in seen:
                seen.add((failure.test, failure.message))
                found.append(failure)
        if suite.failed and not suite.blocks:
            found += _bare(suite)
    return found


def _failure(suite: Suite, block: Block, titles: set[str]) -> Failure:
    body = [(number, text) for number, text in block.body if number <= block.last]
    told = [(number, text[:_LONGEST]) for number, text in body if text.strip()]
    unloaded = block.name.startswith(UNLOADED)
    number, message = _message(told, unloaded=unloaded) or (block.line, block.name)
    texts = [text for _, text in body]
    path = _path(block.name, titles)
    detail = "\n".join(text for at, text in body if at > number).strip("\n")
    return Failure(
        tool=TOOL,
        kind=_kind(message, texts, unloaded=unloaded),
        status=Status.FAILED,
        test="" if unloaded else " > ".join(path),
        message=message.strip(),
        detail=detail,
        file=suite.path,
        line=_line(suite, texts, message),
        log_line=number,
        extent=(block.line, block.last),
        rerun=_rerun(suite, [] if unloaded else path),
        suite=suite.project,
    )


def _message(told: list[Line], *, unloaded: bool) -> Line | None:
    """Find the first line of what went wrong; a file that is no JavaScript says it below an explanation."""
    if not told or _EXCERPT.match(told[0][1]):
        return None
    if unloaded and told[0][1].startswith("Jest encountered an unexpected token"):
        for number, text in told:
            if found := _SYNTAX.match(text):
                return number, found["message"]
    return told[0]


def _kind(message: str, texts: list[str], *, unloaded: bool) -> FailureKind:
    timeout = _TIMEOUT.match(message)
    if timeout and timeout["what"] == "hook":
        return FailureKind.SETUP
    if timeout:
        return FailureKind.TIMEOUT
    if unloaded and any(_CRASH.match(text[:_LONGEST]) for text in texts[:20]):
        return FailureKind.CRASH
    if in_hook(texts):
        return FailureKind.SETUP
    return FailureKind.COLLECTION if unloaded else FailureKind.TEST


def _line(suite: Suite, texts: list[str], message: str) -> int:
    """Give the line in the test file that the failure is about."""
    place = _PLACE.match(message)
    if place:
        return int(place["line"])
    own = line_in(texts, suite.path)
    if own:
        return own
    syntax = _SYNTAX.match(message)
    at = _AT.search(message[-40:]) if syntax else None
    return int(at[1]) if at else 0


def _path(name: str, titles: set[str]) -> list[str]:
    """Split a full name; a title may hold the separator, which the tree of tests tells."""
    at = name.find(_SEPARATOR)
    while 0 <= at < _LONGEST:
        title = name[at + len(_SEPARATOR) :]
        if title in titles:
            return [*name[:at].split(_SEPARATOR), title]
        at = name.find(_SEPARATOR, at + 1)
    return name.split(_SEPARATOR)


def _rerun(suite: Suite, path: list[str]) -> str:
    command = f"npx jest {shlex.quote(suite.path)}"
    if not path:
        return command
    pattern = "^" + _REGEX.sub(r"\\\1", " ".join(path)) + "$"
    return f"{command} -t {shlex.quote(pattern)}"


def _bare(suite: Suite) -> list[Failure]:
    """Tell of a file whose failures a reporter marked, or named not at all."""
    rows = suite.marks or [(suite.line, "")]
    return [
        Failure(
            tool=TOOL,
            kind=FailureKind.TEST,
            status=Status.FAILED,
            test=title,
            message=title or f"{suite.path} failed",
            file=suite.path,
            log_line=number,
            extent=(number, number),
            rerun=_rerun(suite, []),
            suite=suite.project,
        )
        for number, title in rows
    ]
