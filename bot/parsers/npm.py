"""npm: scripts that failed (`exit`), installations without a solution, registries that did not answer.

Everything it has to say about a failure is marked `npm ERR!`, since npm 10.7 `npm error`. A script that
failed is only reported where npm says so: newer versions stay silent.
"""

import re
from dataclasses import dataclass

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log
from bot.parsers._npm_faults import is_fault, sentence

TOOL = "npm"
ANCHORS: tuple[str, ...] = ("npm ERR! ", "npm error ")
KEEP: tuple[str, ...] = ()
TROUBLE: tuple[str, ...] = (r"^npm (?:ERR!|error) ",)

_LINE = re.compile(r"npm (?:ERR!|error)(?: (?P<text>.*))?$")
_FIELD = re.compile(
    r"(?P<name>code|errno|syscall|path|dest|file|cwd|workspace|location|signal|pkgid) (?P<value>.*)$"
)
_LABEL = re.compile(
    r"(?:network|notarget|JSON\.parse|enoent|git|notsup|engine|peerinvalid|invalid|tar) (?=\S)"
)
_NOISE = re.compile(
    r"A complete log of this run can be found|For a full report see|Lifecycle script `|[\w@/.-]{1,200}\.log$"
    r"|See .{1,300} for a full report"
)
_SCRIPT = (
    "ELIFECYCLE",
    "Test failed.",
    "Failed at the ",
    "Lifecycle script `",
    "command failed",
    "Error: command failed",
)
_CRASHED = "Exit handler never called"
_FROM_DEPENDENCY = re.compile(r"path .{0,400}node_modules[\\/]")
_FEW = 3
# Long sentences that npm itself breaks.
_WRAPPED = {"EUSAGE", "ETARGET"}


@dataclass(frozen=True, slots=True)
class _Block:
    """What npm said at once: the texts behind its mark, with their line numbers."""

    lines: tuple[tuple[int, str], ...]

    def field(self, name: str) -> str:
        """Give the value of one of npm's fields, or nothing."""
        return next(
            (text[len(name) + 1 :].strip() for _, text in self.lines if text.startswith(name + " ")), ""
        )


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    blocks = _blocks(log)
    failures = tuple(_failure(block) for block in blocks)
    claims = tuple((block.lines[0][0], block.lines[-1][0]) for block in blocks)
    return Findings(TOOL, failures, claims=claims)


def _blocks(log: Log) -> list[_Block]:
    """Split into what npm said at once: an empty line may stand inside, and a new `code` begins the next."""
    blocks: list[list[tuple[int, str]]] = []
    for number, line in enumerate(log.lines, 1):
        found = _LINE.match(line)
        if not found:
            continue
        text = found["text"] or ""
        goes_on = blocks and all(_between(log, at) for at in range(blocks[-1][-1][0] + 1, number))
        again = text.startswith(("code ", "Lifecycle script `")) and goes_on and _has_code(blocks[-1])
        if goes_on and not again:
            blocks[-1].append((number, text))
        else:
            blocks.append([(number, text)])
    return [_Block(tuple(lines)) for lines in blocks if any(_says(text) for _, text in lines)]


def _between(log: Log, number: int) -> bool:
    line = log.line(number)
    return not line.strip() or line.startswith(("npm WARN ", "npm warn ", "npm notice "))


def _has_code(lines: list[tuple[int, str]]) -> bool:
    return any(text.startswith("code ") for _, text in lines)


def _says(text: str) -> bool:
    return bool(text.strip()) and not _NOISE.match(text.strip())


def _failure(block: _Block) -> Failure:
    kind = _kind(block)
    number, message = _message(block)
    detail = "\n".join(text for _, text in block.lines if _says(text))
    status = Status.FAILED if kind is FailureKind.EXIT else Status.ERROR
    extent = (block.lines[0][0], block.lines[-1][0])
    return Failure(TOOL, kind, status, "", message, number, extent, detail=detail)


def _kind(block: _Block) -> FailureKind:
    texts = [text for _, text in block.lines]
    code = block.field("code")
    if any(_CRASHED in text for text in texts):
        return FailureKind.CRASH
    if any(text.startswith(_SCRIPT) for text in texts) or code == "ELIFECYCLE":
        # A dependency's own script has no other reporter; the project's scripts run tools that report.
        own = not any(_FROM_DEPENDENCY.match(text) for text in texts)
        return FailureKind.EXIT if own else FailureKind.BUILD
    return FailureKind.INFRA if is_fault(code, "\n".join(texts[: _FEW * 4])) else FailureKind.BUILD


def _message(block: _Block) -> tuple[int, str]:
    """Give the first sentence that says something, and its line."""
    telling = [
        (number, _LABEL.sub("", text.strip(), count=1))
        for number, text in block.lines
        if _says(text) and not _FIELD.match(text)
    ]
    if not telling:
        number, text = next((number, text) for number, text in block.lines if _says(text))
        return number, text.strip()
    number, text = telling[0]
    if text == "command failed":
        commands = [said[8:] for _, said in block.lines if said.startswith("command ") and said != text]
        return number, f"{text}: {commands[0]}" if commands else text
    wrapped = block.field("code") in _WRAPPED
    below = [
        _LABEL.sub("", said.strip(), count=1) for at, said in block.lines if number < at <= number + _FEW
    ]
    return number, sentence(text, below if wrapped else ())
