"""poetry: dependencies without a solution, stale locks, builds and downloads that failed.

Format: https://github.com/python-poetry/poetry/tree/main/src/poetry (mixology/failure.py, installation/)
"""

import re

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._python_lint import diagnostic, is_in_failed_step

TOOL = "poetry"
ANCHORS: tuple[str, ...] = (
    "version solving failed.",
    "poetry.lock",
    "Poetry",
    "PEP517 build of a dependency failed",
    "Unable to find installation candidates",
    "All attempts to connect to ",
    "poetry",
    "Invalid TOML file ",
)
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (
    r"version solving failed\.$",
    r"poetry\.lock was last generated",
    r"^PEP517 build of a dependency failed$",
    r"^The Poetry configuration is invalid:",
    r"^ *Unable to find installation candidates for ",
    r"^(?:Invalid TOML file |Poetry could not find a pyproject\.toml)",
    r"^All attempts to connect to .+ failed\.$",
)

_BUILD, _SETUP, _INFRA = FailureKind.BUILD, FailureKind.SETUP, FailureKind.INFRA
_SENTENCES = (
    (re.compile(r"pyproject\.toml changed significantly since poetry\.lock was last generated\."), _BUILD),
    (re.compile(r"Error: poetry\.lock is not consistent with pyproject\.toml\."), _BUILD),
    (re.compile(r"The lock file is not (?:up to date|compatible) with "), _BUILD),
    (re.compile(r"All attempts to connect to .{1,300} failed\.$"), _INFRA),
    (re.compile(r"Unable to find installation candidates for \S"), _BUILD),
    (re.compile(r"Poetry could not find a pyproject\.toml file in "), _SETUP),
    (re.compile(r"Invalid TOML file .{1,500}pyproject\.toml: "), _SETUP),
    (re.compile(r"Current Python version \(.{1,60}\) is not allowed by the project "), _SETUP),
    (
        re.compile(
            r"The currently activated Python version .{1,60} is not supported by the project .{1,200}\.$"
        ),
        _SETUP,
    ),
)
_SOLVED = re.compile(r"(?:.{0,3000}, )?version solving failed\.$")
_INVALID = "The Poetry configuration is invalid:"
_BACKEND = "PEP517 build of a dependency failed"
_RAISED = re.compile(
    r"(?:[A-Za-z_][\w.]{0,100}(?:Error|Exception)|[\w./\-]{1,200}:\d{1,6}:\d{1,6}: (?:fatal )?error): \S"
)
_TRIES_ANYWAY = "Trying to find and use a compatible version."
_NEAR = 300


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    failures: list[Failure] = []
    end = 0
    for number, text in enumerate(log.lines, 1):
        if number <= end or not text.strip():
            continue
        failure = _sentence(log, number) or _solved(log, number) or _block(log, number)
        if failure and is_in_failed_step(log, number):
            failures.append(failure)
            end = failure.extent[1]
    return Findings(TOOL, tuple(failures))


def _sentence(log: Log, number: int) -> Failure | None:
    text = log.line(number).strip()
    kind = next((kind for pattern, kind in _SENTENCES if pattern.match(text)), None)
    if kind is None or text.endswith(_TRIES_ANYWAY):
        return None
    return diagnostic(TOOL, text, number, kind=kind, status=Status.ERROR)


def _solved(log: Log, number: int) -> Failure | None:
    """Read why versions could not be solved: the sentence may begin some lines above its end."""
    if not log.line(number).endswith("version solving failed.") or not _SOLVED.match(log.line(number)):
        return None
    first = number
    while (
        first > 1 and number - first < _NEAR and log.line(first - 1).strip() and not _begins(log.line(first))
    ):
        first -= 1
    while (
        first > 1
        and number - first < _NEAR
        and log.line(first - 1).strip().startswith(("Because", "And because", "So,", "and "))
    ):
        first -= 1
    lines = [log.line(n).strip() for n in range(first, number + 1)]
    detail = "\n".join(lines)
    message = lines[0] if len(lines) == 1 else f"{lines[0]} {lines[1]}"
    return diagnostic(TOOL, message, first, last=number, detail=detail, kind=_BUILD, status=Status.ERROR)


def _begins(text: str) -> bool:
    return text.lstrip().startswith("Because ")


def _block(log: Log, number: int) -> Failure | None:
    """Read the two headings below which the reason stands in a list or in what a backend printed."""
    text = log.line(number).strip()
    if text not in {_INVALID, _BACKEND}:
        return None
    below = range(number + 1, min(number + _NEAR, len(log.lines)) + 1)
    last = number
    for at in below:
        line = log.line(at)
        if line.startswith(("Note: This error originates", "##[")) or (text == _INVALID and not line.strip()):
            break
        last = at if line.strip() else last
    inside = [(n, log.line(n).strip().removeprefix("| ").strip()) for n in range(number + 1, last + 1)]
    said = [
        line for line in inside if _RAISED.match(line[1]) or (text == _INVALID and line[1].startswith("- "))
    ]
    at, message = (said[0] if text == _INVALID else said[-1]) if said else (number, text)
    kind = _SETUP if text == _INVALID else _BUILD
    detail = "\n".join([text, *(line for _, line in inside)])
    return diagnostic(
        TOOL, message.removeprefix("- "), at, last=last, detail=detail, kind=kind, status=Status.ERROR
    )
