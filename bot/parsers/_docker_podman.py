"""Podman and Buildah: builds, pulls and containers that failed, each in one line that begins with `Error: `.

https://github.com/containers/buildah/blob/main/imagebuildah/executor.go
"""

import re

from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers._docker_words import Found, ends_step, kind_of, kind_with, reason

_ERROR = re.compile(
    r"(?:Error|error): (?:error )?(?:(?P<platform>\[[\w/,.\-]{1,40}\]): )?(?:error )?(?P<what>.+)$"
)
_AT_STEP = re.compile(r"building at STEP \"(?P<step>.*)\": (?P<why>\S.*)$")
_OWN = re.compile(
    r"creating build container: |determining starting point for build: |no contents in \""
    r"|The target \".{1,200}\" was not found"
    r"|(?:COPY|ADD) --from=\S{1,300}: no stage or image found|initializing source docker://"
    r"|unable to copy from source docker://"
    r"|short-name \"|OCI runtime (?:error|attempted)|(?:crun|runc): "
    r"|copying system image from manifest list: "
    r"|parsing image configuration: |reading blob sha256:|writing blob: |unable to connect to Podman"
    r"|the Dockerfile cannot be empty"
    r"|no FROM statement found|Cannot connect to Podman|trying to reuse blob |preparing container "
    r"|statfs /|pinging container registry "
)
_STEP = re.compile(r"(?:(\[[\w/\-.]{1,40}\]) )?STEP \d{1,4}(?:/\d{1,4})?: (.+)$")
_CALL = re.compile(
    r"\b(?:podman|buildah)(?: --\S{1,100}){0,9} (?:image )?(?P<verb>build|bud|build-using-dockerfile|pull"
    r"|run|push|compose|create)\b"
)
_NOISE = ("subprocess exited", "process exited with error", "-->")
_ABOVE = 200
_BESIDE = 30
_LONGEST = 3000


def read_podman(log: Log) -> list[Found]:
    """Find what podman and buildah gave up with; one that the step went on after is none."""
    found: list[Found] = []
    begun: dict[tuple[str, str], int] = {}
    step = called = building = 0
    for number, text in enumerate(log.lines, 1):
        if text.startswith("##[group]"):
            step = called = building = 0
        if begins := _STEP.match(text):
            step = begun[("", begins[2])] = begun[(begins[1] or "", begins[2])] = number
        elif call := _CALL.search(text):
            called = number
            building = number if call["verb"].startswith(("build", "bud")) else 0
        match = _ERROR.match(text) if text.startswith(("Error: ", "error: ")) else None
        if match is None:
            continue
        near = any(seen and number - seen <= _ABOVE for seen in (step, called))
        at_step = _AT_STEP.match(match["what"])
        if at_step:
            own = begun.get((match["platform"] or "", at_step["step"]))
            own = own or begun.get(("", at_step["step"]), step)
            found.append(_build(log, own, number, match["what"]))
        elif _OWN.match(match["what"]) or (near and ends_step(log, number)):
            kind = kind_of(match["what"], FailureKind.BUILD if step or building else FailureKind.SETUP)
            found.append(Found(match["what"], number, number, number, kind))
    return found


def _build(log: Log, first: int, number: int, what: str) -> Found:
    """Say why the step of a build that began at this line failed."""
    first = first or number
    output = [
        (n, log.line(n))
        for n in range(first + 1, number)
        if log.line(n) and not log.line(n).startswith(_NOISE)
    ]
    if any(_STEP.match(text) for _, text in output):
        # Platforms are built side by side: what stands near the step is more likely its own.
        output = output[:_BESIDE]
    kind = kind_of(what)
    if any(log.line(n) == "subprocess exited on killed" for n in range(first, number)):
        kind = FailureKind.CRASH
    cause = reason(output) if kind is FailureKind.EXIT else None
    detail = (
        [what] * bool(cause)
        + [log.line(first)] * (not cause and first < number)
        + [text for _, text in output[-20:]]
    )
    at, message = cause or (number, what)
    kind = kind_with(kind, message)
    return Found(message, at, max(first, number - 40), number, kind, "\n".join(detail))
