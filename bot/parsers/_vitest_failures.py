"""vitest's report becomes failures: names, messages, places, and the command that runs one test."""

import re
import shlex
from dataclasses import replace

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._js_stack import frames, in_hook, line_in
from bot.parsers._vitest_runs import Block, Line, Mark, Run
from bot.parsers._workspace import relative

TOOL = "vitest"
_SEPARATOR = " > "
_WHOLE_FILE = re.compile(r"(?P<path>.{1,800}?) \[ .{1,800} \]$")
_PROJECT = re.compile(r"(?:\|(?P<piped>[^|]{1,100})\| {1,2}|(?P<badge>\S.{0,100}?) {2,3})(?=\S)")
_ORIGIN = re.compile(r"This error originated in \"(?P<file>[^\"]{1,500})\" test file")
_LATEST = re.compile(r"The latest test that might've caused the error is \"(?P<test>.{1,1000}?)\"\. It")
_TIMEOUT = re.compile(r"(?:Error: )?(?P<what>Test|Hook) timed out in \d{1,9}ms")
_CRASH = re.compile(
    r".{0,200}(?:Worker (?:\S{1,40} )?(?:exited unexpectedly|emitted error|terminated)|ERR_IPC_CHANNEL_CLOSED"
    r"|Channel closed|Timeout starting \S{1,40} runner|Failed to start (?:\S{1,40} )?worker"
    r"|ERR_WORKER_OUT_OF_MEMORY|Timeout calling \"|Worker terminated due to)"
)
_OBSOLETE = "Obsolete snapshots found"
_REGEX = re.compile(r"([\\^$.*+?()[\]{}|])")
_LONGEST = 2000


def failures_of(run: Run) -> list[Failure]:
    """Give the failures of a run; where it passed, what looks like a report is a quotation."""
    if run.passed:
        return []
    found: list[Failure] = []
    seen: set[tuple[str, str, str]] = set()
    for block in run.blocks:
        for failure in _failures(block):
            # A test that was tried again has one block per attempt.
            key = (failure.suite, failure.file, failure.test or failure.message)
            if key not in seen:
                seen.add(key)
                found.append(failure)
    return found or [_marked(mark) for mark in run.marks if run.counts.get("failed") or not run.ended]


def _failures(block: Block) -> list[Failure]:
    told = [(number, text) for number, text in block.body if text.strip()]
    if block.section.startswith("Failed"):
        return [_failed(block, head, told) for head in block.heads]
    return [_unhandled(block, told)] if told else []


def _failed(block: Block, head: Line, told: list[Line]) -> Failure:
    project, file, path = _split(head[1])
    number, message = told[0] if told else head
    texts = [text for _, text in told]
    own = line_in(texts, file)
    return Failure(
        tool=TOOL,
        kind=_kind(block, message, texts, path),
        status=Status.FAILED,
        test=_SEPARATOR.join(path),
        message=message.strip()[:_LONGEST],
        detail=_detail(block.body, number),
        file=file,
        line=own,
        log_line=number,
        extent=(min(head[0], block.first), max(block.last, number)),
        rerun=_rerun(file, path),
        suite=project,
    )


def _split(head: str) -> tuple[str, str, list[str]]:
    """Split what stands behind FAIL into the project, the file, and the test's path."""
    project = ""
    if found := _PROJECT.match(head[:300]):
        project = (found["piped"] or found["badge"]).strip()
        head = head[found.end() :]
    whole = _WHOLE_FILE.match(head[:_LONGEST])
    if whole:
        return project, relative(whole["path"].strip()), []
    file, *path = head.split(_SEPARATOR)
    return project, relative(file.strip()), [part.strip() for part in path]


def _kind(block: Block, message: str, texts: list[str], path: list[str]) -> FailureKind:
    timeout = _TIMEOUT.match(message)
    if timeout:
        return FailureKind.TIMEOUT if timeout["what"] == "Test" else FailureKind.SETUP
    if in_hook(texts):
        return FailureKind.SETUP
    if block.section.startswith("Failed Suites") and _OBSOLETE not in message:
        # Outside its tests a container runs nothing but hooks.
        return FailureKind.SETUP if path else FailureKind.COLLECTION
    return FailureKind.TEST


def _unhandled(block: Block, told: list[Line]) -> Failure:
    """Read an error that no test caught, or that kept vitest from starting."""
    number, message = told[0]
    texts = [text for _, text in told]
    origin = next((m for text in texts if (m := _ORIGIN.match(text))), None)
    latest = next((m for text in texts if (m := _LATEST.match(text[:_LONGEST]))), None)
    own = frames(texts)
    file = relative(origin["file"]) if origin else own[0].file if own else ""
    test = latest["test"] if latest else ""
    failure = Failure(
        tool=TOOL,
        kind=FailureKind.TEST,
        status=Status.ERROR,
        test=test,
        message=message.strip()[:_LONGEST],
        detail=_detail(block.body, number),
        file=file,
        line=line_in(texts, file) if file else 0,
        log_line=number,
        extent=(block.first, max(block.last, number)),
        rerun=f"npx vitest run {shlex.quote(file)}" if origin else "",
    )
    if any(_CRASH.match(text[:_LONGEST]) for text in texts):
        return replace(failure, kind=FailureKind.CRASH, status=Status.ABORTED)
    if block.section == "Startup Error" or any("initializeGlobalSetup " in text for text in texts):
        return replace(failure, kind=FailureKind.SETUP)
    if "Source Error" in block.section:
        return replace(failure, kind=FailureKind.BUILD)
    return failure


def _marked(mark: Mark) -> Failure:
    parts = f"{mark.file}{_SEPARATOR}{mark.title}" if mark.file else mark.title
    project, file, path = _split(parts)
    if path and path[0] == file:
        path = path[1:]
    message = mark.message or mark.title
    return Failure(
        tool=TOOL,
        kind=FailureKind.TEST,
        status=Status.FAILED,
        test=_SEPARATOR.join(path),
        message=message,
        file=file,
        log_line=mark.line,
        extent=(mark.line, mark.line),
        rerun=_rerun(file, path),
        suite=project,
    )


def _detail(body: list[Line], number: int) -> str:
    return "\n".join(text for at, text in body if at > number).strip("\n")


def _rerun(file: str, path: list[str]) -> str:
    command = f"npx vitest run {shlex.quote(file)}"
    if not path:
        return command
    pattern = "^" + _REGEX.sub(r"\\\1", " ".join(path)) + "$"
    return f"{command} -t {shlex.quote(pattern)}"
