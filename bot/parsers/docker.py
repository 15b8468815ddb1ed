"""Docker, Buildx, Podman, Buildah and Compose: images that did not build, containers that did not start.

A step of a build that failed because a command in it did is of kind `exit`: what the command itself said is
another parser's failure, and wins. A registry's or the network's fault is `infra`.
"""

from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers._docker_build import passed, read_buildkit, read_classic
from bot.parsers._docker_compose import read_compose
from bot.parsers._docker_podman import read_podman
from bot.parsers._docker_words import TOOL, Found
from bot.parsers._steps import Steps

ANCHORS: tuple[str, ...] = (
    "failed to solve", "executor failed running [", "cache key: ", "#1 [internal]",
    "returned a non-zero code: ", "COPY failed: ", "ADD failed: ",
    "Step 1/", "building at STEP", "STEP 1", "podman ", "buildah ", "unable to prepare context",
    "Error response from daemon",
    "Docker daemon", "docker API", "dependency failed to start", "is unhealthy", "didn't complete",
    "exited with code ",
    "validating ", "undefined service", "no configuration file provided", "docker://", "OCI runtime",
    "An image does not exist locally",
    "no FROM statement", "no contents in", "provided Dockerfile", "creating build container",
)  # fmt: skip
KEEP: tuple[str, ...] = (
    r"^Step \d+/\d+ : ",
    r"^(\[[^\]]{1,40}\] )?STEP \d+(/\d+)?: ",
    r"^#\d+ \[",
    r"^#0 building with",
)
TROUBLE: tuple[str, ...] = (
    r"^#\d+ ERROR: ",
    r"failed to solve(: | with frontend)",
    r"^executor failed running \[",
    r"^The command '.*' returned a non-zero code: \d",
    r"^(COPY|ADD) failed: ",
    r"^(Error|error): .{0,60}building at STEP ",
    r"^(docker: |Error: |ERROR: )?Error response from daemon: ",
    r"Cannot connect to the Docker daemon",
    r"^(ERROR: |Error: )?(dependency failed to start: |unable to prepare context)",
    (
        r"^Error: (creating build container|initializing source docker|unable to copy from source docker"
        r"|OCI runtime)"
    ),
    r"^service \"[^\"]*\" didn't complete",
    r"^Aborting on container exit",
)

__all__ = ["ANCHORS", "KEEP", "TOOL", "TROUBLE", "parse"]

# A log with more of them has one cause; each is compared with the others.
_MOST = 200


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    found: list[Found] = [*read_buildkit(log), *read_classic(log), *read_podman(log)]
    for one in read_compose(log):
        if not any(other.first <= one.number <= other.last for other in found):
            found.append(one)
    steps = Steps(log)
    found = [one for one in found if not steps.passed(one.number)][:_MOST]
    found.sort(key=lambda one: one.number)
    claims = [
        (first, last)
        for first, last in passed(log)
        if not any(first <= number <= last for one in found for number in (one.first, one.number, one.last))
    ]
    return Findings(TOOL, tuple(one.as_failure() for one in found), claims=tuple(claims))
