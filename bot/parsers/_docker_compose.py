"""Docker Compose, v1 and v2: services that did not come up; and what the daemon refused.

https://github.com/docker/compose/blob/main/pkg/compose/convergence.go
"""

import re

from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers._docker_words import Found, ends_step, kind_of

_SETUP = re.compile(
    r"(?:ERROR: |Error: )?(?P<what>dependency failed to start: .+"
    r"|service \"[^\"]{1,120}\" didn't complete(?:d)? successfully: .+"
    r"|container (?:for service )?\"?[\w.\-]{1,160}\"? (?:is unhealthy|exited \(\d{1,3}\))$"
    r"|for [\w.\-]{1,120}  (?!Cannot)Container \"?[\w.\-]{1,160}\"? (?:is unhealthy|exited).*"
    r"|(?:application|container) not healthy.*)$"
)
_CONFIG = re.compile(
    r"(?:ERROR: |Error: )?(?P<what>validating \S{1,300}\.ya?ml: .+|service \"[^\"]{1,120}\" (?:depends on"
    r"|refers to) undefined .+"
    r"|no configuration file provided: not found|(?:parsing|failed to parse) \S{1,300}\.ya?ml: .+"
    r"|no such service: \S.{0,200}"
    r"|The Compose file '[^']{1,300}' is invalid because:.*|env file \S{1,300} not found: .+)$"
)
_DAEMON = re.compile(
    r"(?:docker: |Error: |ERROR: (?:for [\w.\-]{1,120}  )?)?(?P<what>Error response from daemon: .+"
    r"|An image does not exist locally with the tag: .+"
    r"|Cannot connect to the Docker daemon at .+|failed to connect to the docker API .+"
    r"|Cannot start service [\w.\-]{1,120}: .+)$"
)
_ABORTED = re.compile(r"Aborting on container exit|Gracefully stopping\.\.\.")
_EXITED = re.compile(
    r"(?P<what>(?P<name>[\w.\-]{1,160}) exited with code (?P<code>\d{1,3}))\s*(?:\(restarting\))?$"
)
_NEAR = 40
_FEW = 5


def read_compose(log: Log) -> list[Found]:
    """Find what kept services from coming up or ended them."""
    found: list[Found] = []
    for number, text in enumerate(log.lines, 1):
        one = _read(log, number, text) if text else None
        if one and not any(
            one.message in other.message and number - other.number < _NEAR for other in found[-_FEW:]
        ):
            found.append(one)
    return found


def _read(log: Log, number: int, text: str) -> Found | None:
    if (match := _SETUP.match(text)) and ends_step(log, number):
        return Found(match["what"], number, number, number, FailureKind.SETUP)
    if (match := _CONFIG.match(text)) and ends_step(log, number):
        return Found(match["what"], number, number, number, FailureKind.SETUP)
    if (match := _DAEMON.match(text)) and ends_step(log, number):
        image = "ockerfile" in text or "build target" in text
        kind = kind_of(match["what"], FailureKind.BUILD if image else FailureKind.SETUP)
        return Found(match["what"], number, number, number, kind)
    match = _EXITED.match(text)
    if match and match["code"] not in {"0", "143"} and _aborts(log, number):
        return Found(match["what"], number, number, number, kind_of(match["what"], FailureKind.EXIT))
    return None


def _aborts(log: Log, number: int) -> bool:
    """Whether this container's end ended them all: `--abort-on-container-exit`, `--exit-code-from`."""
    after = range(number, min(number + 3, len(log.lines) + 1))
    return any(_ABORTED.match(log.line(n)) for n in after)
