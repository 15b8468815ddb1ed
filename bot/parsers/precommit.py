"""pre-commit: each hook that failed, under its id.

A hook whose tool has a parser of its own is a wrapper (`exit`); what no other parser reads is a `lint`.
Format: https://github.com/pre-commit/pre-commit/blob/main/pre_commit/commands/run.py
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._python_lint import diagnostic, is_in_failed_step
from bot.parsers._python_network import is_network

TOOL = "pre-commit"
ANCHORS: tuple[str, ...] = ("- hook id: ", "pre-commit.log", "rror has occurred: ")
KEEP: tuple[str, ...] = (r"\.{3,}(?:\(.+\))?(?:Passed|Failed|Skipped)$", r"^- hook id: ")
TROUBLE: tuple[str, ...] = (r"\.{3,}Failed$", r"^An (?:unexpected )?error has occurred: ")

_RESULT = re.compile(r"\S.{0,300}?\.{3,200}(?:\([a-z ]{1,60}\))?(Passed|Failed|Skipped)$")
_ID = re.compile(r"- hook id: (\S.{0,200})$")
_NOTE = re.compile(r"- (?:exit code: -?\d{1,5}|duration: [\d.]{1,20}s|files were modified by this hook)$")
_MODIFIED = "- files were modified by this hook"
_ABSENT = re.compile(r"Executable `.{1,300}` not found$")
_BROKEN = re.compile(r"An (?:unexpected )?error has occurred: (?P<what>\S.{0,1000})$")
_REASON = re.compile(r"(?:=====> |\s{0,8}(?:ERROR: |fatal: |error: ))\S")
# Tools that other parsers read, by a word of the hook's id.
_READ = re.compile(
    r"(?:^|[^a-z0-9])(?:ruff|mypy|flake8|black|isort|pylint|pyright|eslint|prettier|tsc|shellcheck|actionlint"
    r"|golangci|clippy|pytest|tox|gotest|rustfmt|hadolint|terraform|tflint)(?:[^a-z0-9]|$)"
)
_MOST = 5000


@dataclass(slots=True)
class Hook:
    """One hook's block: the line of its result, its id, its notes and what it printed."""

    number: int
    name: str
    notes: list[str] = field(default_factory=list)
    output: list[tuple[int, str]] = field(default_factory=list)


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures = [_failure(hook) for hook in _hooks(log)] + _broken(log)
    kept = [failure for failure in failures if is_in_failed_step(log, failure.log_line)]
    return Findings(TOOL, tuple(sorted(kept, key=lambda failure: failure.log_line)))


def _hooks(log: Log) -> list[Hook]:
    """Read the blocks of the hooks that failed, each up to the next hook's result."""
    hooks: list[Hook] = []
    hook: Hook | None = None
    for number, text in enumerate(log.lines, 1):
        result = _RESULT.match(text) if text.endswith(("Passed", "Failed", "Skipped")) else None
        if result:
            below = log.lines[number] if number < len(log.lines) else ""
            found = _ID.match(below) if result[1] == "Failed" else None
            hook = Hook(number, found[1]) if found else None
            hooks += [hook] if hook else []
        elif text.startswith(("##[", "pre-commit hook(s) made changes")):
            hook = None
        elif hook and number > hook.number + 1 and len(hook.output) < _MOST:
            if not hook.output and _NOTE.match(text):
                hook.notes.append(text)
            elif text.strip() or hook.output:
                hook.output.append((number, text))
    for one in hooks:
        while one.output and not one.output[-1][1].strip():
            one.output.pop()
    return hooks


def _failure(hook: Hook) -> Failure:
    last = hook.output[-1][0] if hook.output else hook.number + 1 + len(hook.notes)
    said = hook.output[0] if hook.output else (last, "failed and printed nothing")
    absent = next((line for line in hook.output if _ABSENT.match(line[1])), None)
    kind, status = FailureKind.LINT, Status.FAILED
    if absent:
        kind, status, said = FailureKind.SETUP, Status.ERROR, absent
    elif _MODIFIED in hook.notes:
        said = (hook.number + 2 + hook.notes.index(_MODIFIED), _MODIFIED.removeprefix("- "))
    elif not hook.output or _READ.search(hook.name.lower()):
        kind, said = FailureKind.EXIT, (last, said[1])
    detail = "\n".join(text for number, text in hook.output if number != said[0])
    return Failure(
        tool=TOOL,
        kind=kind,
        status=status,
        test=hook.name,
        message=said[1].strip(),
        detail=detail,
        log_line=said[0],
        extent=(hook.number, last),
        rerun=f"pre-commit run {shlex.quote(hook.name)} --all-files",
    )


def _broken(log: Log) -> list[Failure]:
    """Read why pre-commit itself stopped: its configuration, or a hook that it could not install."""
    failures: list[Failure] = []
    end = 0
    for number, text in enumerate(log.lines, 1):
        if number <= end:
            continue
        found = _BROKEN.match(text) if "rror has occurred: " in text else None
        if not found:
            continue
        block = _block(log, number)
        end = block[-1][0]
        if not block[-1][1].startswith("Check the log at "):
            continue
        reason = next((line for line in block[1:] if _REASON.match(line[1])), (number, found["what"]))
        network = any(is_network(line) for _, line in block)
        kind = FailureKind.INFRA if network else FailureKind.SETUP
        message = reason[1].strip().removeprefix("=====> ")
        detail = "\n".join(line for _, line in block)
        last, status = block[-1][0], Status.ERROR
        one = diagnostic(TOOL, message, reason[0], last=last, detail=detail, kind=kind, status=status)
        failures.append(one)
    return failures


def _block(log: Log, number: int) -> Sequence[tuple[int, str]]:
    block: list[tuple[int, str]] = []
    for at in range(number, min(number + 300, len(log.lines)) + 1):
        block.append((at, log.line(at)))
        if log.line(at).startswith(("Check the log at ", "##[")):
            break
    return block
