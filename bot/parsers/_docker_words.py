"""What Docker, Podman and Compose said went wrong, as one record, and the words that tell its kind."""

import re
from dataclasses import dataclass

from bot.model.failure import Failure, FailureKind, Status
from bot.model.log import Log

TOOL = "docker"
_SHOWN = 30
_AFTER = 4

# A registry, the network in front of it, or the daemon itself: nothing that the build's own files can mend.
_INFRA = re.compile(
    r"dial tcp|no such host|connection (?:refused|reset)|i/o timeout|TLS handshake|x509: |toomanyrequests"
    r"|rate limit|Too Many Requests|failed to do request|[Uu]nexpected (?:HTTP )?status|bad status code"
    r"|context deadline exceeded|pull access denied|manifest unknown|manifest for .{1,300} not found"
    r"|failed to resolve source metadata|pinging container registry|initializing source docker://"
    r"|unable to copy from source docker://|no space left on device|received unexpected HTTP"
    r"|Cannot connect to the Docker daemon|connect to the docker API|net/http: |unexpected EOF|: EOF$"
    r"|error pulling image"
    r"|Service Unavailable|Bad Gateway|Internal Server Error|Gateway Time-?out|OCI runtime error"
    r"|unauthorized: "
)
_EXIT = re.compile(
    r"(?:exit code: |exit status |non-zero code: |exited \(|exit |exited with code )(\d{1,3})\b", re.ASCII
)
_KILLED = {"132", "134", "135", "136", "137", "138", "139", "159"}
_STRONG = re.compile(
    r"(?:E: |(?:fatal )?error\b[:\[ ]|fatal: |npm (?:ERR!|error) |Killed$)"
    r"|.{0,300}(?:: not found|: No such file or directory|: Permission denied|: command not found)$",
    re.IGNORECASE,
)

_NO_COMMAND = re.compile(r"(?:/\S{1,60}/)?(?:ba|da|a|z)?sh: .{1,200}: (?:command )?not found$")


@dataclass(slots=True)
class Found:
    """One thing that went wrong: its words, its line and the lines that belong to it."""

    message: str
    number: int
    first: int
    last: int
    kind: FailureKind
    detail: str = ""
    file: str = ""
    line: int = 0

    def as_failure(self) -> Failure:
        """Give the record in the words of the model."""
        return Failure(
            tool=TOOL,
            kind=self.kind,
            status=Status.ERROR,
            test="",
            message=self.message,
            log_line=self.number,
            extent=(min(self.first, self.number), max(self.last, self.number)),
            detail=self.detail,
            file=self.file,
            line=self.line,
        )


def kind_of(message: str, otherwise: FailureKind = FailureKind.BUILD) -> FailureKind:
    """Tell a registry's fault and a killed or failed child from a broken build."""
    code = _EXIT.search(message)
    if code:
        if code[1] in _KILLED:
            return FailureKind.CRASH
        return FailureKind.BUILD if code[1] == "125" else FailureKind.EXIT
    if "exit status: killed" in message or "signal: killed" in message:
        return FailureKind.CRASH
    return FailureKind.INFRA if _INFRA.search(message) else otherwise


def kind_with(kind: FailureKind, cause: str) -> FailureKind:
    """A command that the image does not have is the image's own fault; a program that crashed is no exit."""
    if kind is not FailureKind.EXIT:
        return kind
    if _NO_COMMAND.match(cause):
        return FailureKind.BUILD
    return FailureKind.CRASH if cause.startswith("fatal error: ") else kind


def reason(output: list[tuple[int, str]]) -> tuple[int, str] | None:
    """Find the line of a step's own last output that plainly says what went wrong."""
    return next(((n, text.strip()) for n, text in output[-_SHOWN:] if _STRONG.match(text.strip())), None)


def ends_step(log: Log, number: int) -> bool:
    """Whether next to nothing follows this line in its step: then it is what the step failed of."""
    seen = 0
    marks = set(log.errors)
    if number in marks:
        return True
    for other in range(number + 1, len(log.lines) + 1):
        if other in marks:
            return True
        if log.line(other).startswith("##[group]"):
            return False
        seen += bool(log.line(other).strip())
        if seen > _AFTER:
            return False
    return not log.errors
