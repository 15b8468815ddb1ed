"""kubectl, kind, minikube and k3d: a cluster that does not start, or that does not get ready or refuses.

A refusal that the step went on after (`|| true`, a loop that waits) is none. Where a step failed and pods
are listed, those that cannot start are the detail; an image that cannot be pulled makes it the registry's
fault.
"""

import re
from bisect import bisect_left

from bot.model.failure import Failure, FailureKind, Findings, Status
from bot.model.log import Log

TOOL = "kubectl"
ANCHORS: tuple[str, ...] = (
    "timed out waiting for", "Error from server", "exceeded its progress deadline",
    "The connection to the server",
    "Unable to connect to the server", "kubectl", "kind ", "failed to create cluster", "Exiting due to ",
    "no matching resources found",
    "resource mapping not found", "error validating ", "error parsing ", "ImagePullBackOff", "ErrImagePull",
    "CrashLoopBackOff",
    "Cluster creation FAILED", "ERROR: failed to ", "is invalid: ", "was refused",
    "nodes found for cluster", "no objects passed to",
    "error: the path ", "error: context ", "OOMKilled", "Error in configuration: ", "have a resource type",
    "not present locally",
)  # fmt: skip
KEEP: tuple[str, ...] = (
    r"^(NAMESPACE +)?NAME +READY +STATUS +RESTARTS",
    r" condition met$",
    r" successfully rolled out$",
)
TROUBLE: tuple[str, ...] = (
    r"^error: timed out waiting for ",
    r"^error: .* exceeded its progress deadline$",
    r"^Error from server",
    r"^The connection to the server .* was refused",
    r"^Unable to connect to the server: ",
    (
        r"^error: (error validating|error parsing|resource mapping not found|unable to recognize"
        r"|no matching resources found)"
    ),
    r"^ERROR: failed to (create cluster|load image|pull image)",
    r"Exiting due to [A-Z_]+: ",
    r" (ImagePullBackOff|ErrImagePull|CrashLoopBackOff|OOMKilled) ",
)

_KUBECTL = re.compile(
    r"(?P<waited>error: timed out waiting for the condition.*|error: (?:deployment|statefulset|daemonset"
    r"|job)[ /.\w\"\-]{1,200} exceeded its progress deadline"
    r"|error: timed out waiting for .+)$"
    r"|(?P<said>Error from server(?: \(\w{1,40}\))?: .+|error: (?:error validating|error parsing"
    r"|unable to recognize|unable to decode) .+"
    r"|error: resource mapping not found for name: .+|error: no matching resources found"
    r"|error: no objects passed to \w+"
    r"|error: the path \".{1,300}\" does not exist|error: context \".{1,200}\" does not exist"
    r"|error: the server doesn't have a resource type .+"
    r"|error: You must be logged in to the server.*|error: current-context (?:is not set|must exist).*"
    r"|error: unable to upgrade connection: .+"
    r"|error: Internal error occurred: .+|Error in configuration: .+"
    r"|error: no configuration has been provided.*|error: unable to forward port .+"
    r"|The [A-Z][A-Za-z]{1,80} \"[^\"]{1,250}\" is invalid: .*"
    r"|The connection to the server \S{1,200} was refused.*"
    r"|Unable to connect to the server: .+|error: accumulating resources: .+"
    r"|error: error converting YAML to JSON: .+)$"
)
_CLUSTER = re.compile(
    r"(?P<kind>ERROR: (?:failed to (?:create cluster|load image|pull image|get cluster|list (?:clusters"
    r"|nodes)|detect containerd|delete cluster|build node image)"
    r"|no nodes found for cluster|image: \"[^\"]{1,300}\" not present locally"
    r"|node\(s\) already exist for a cluster|unknown cluster|could not find|command \").*)$"
    r"|(?:\W{0,4}X|❌) {1,3}(?P<mini>Exiting due to [A-Z0-9_]{2,80}: .+)$"
    r"|FATA\[\d{1,6}\] (?P<k3d>.*(?:[Cc]luster|node|image).*)$"
)
_INFRA = re.compile(
    r"dial tcp|no such host|connection (?:refused|reset)|was refused|i/o timeout|TLS handshake|x509: "
    r"|failed to pull image|ImagePull|ErrImage"
    r"|etcdserver: |\(ServiceUnavailable\)|\(InternalError\)|\(Timeout\)|\(TooManyRequests\)"
    r"|Unable to connect to the server|net/http: "
    r"|Cannot connect to the Docker daemon|connect to the docker API|failed to init node with kubeadm"
    r"|unexpected EOF|K8S_APISERVER|_PULL"
)
_TABLE = re.compile(r"(?:NAMESPACE +)?NAME +READY +STATUS +RESTARTS +AGE")
_POD = re.compile(
    r"(?:(?P<space>[\w.\-]{1,200}) +)?(?P<pod>[\w.\-]{1,250}) +\d{1,4}/\d{1,4} +"
    r"(?P<state>(?:Init:)?(?:ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName"
    r"|CrashLoopBackOff|OOMKilled"
    r"|CreateContainerConfigError|CreateContainerError|RunContainerError|ContainerCannotRun|Error)) "
)
_REFUSED = re.compile(
    r"error when (?:creating|applying|deleting|patching) \"(?P<file>[^\"]{1,300})\"|error (?:validating"
    r"|parsing) \"?(?P<other>[^\s\":]{1,300})"
)
_NEAR = 6
_LOOK = 500
_MOST_FOUND = 50
_PODS = 8
_MOST = 60


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    said: dict[tuple[int, str], tuple[int, FailureKind]] = {}
    for number, text in enumerate(log.lines, 1):
        one = _read(log, number, text) if text else None
        if one:
            said[(_step(log, number)[0], one[0])] = (number, one[1])
    found = [
        _failure(log, number, message, kind)
        for (_, message), (number, kind) in sorted(said.items(), key=lambda item: item[1][0])[:_MOST_FOUND]
    ]
    failures = tuple(found or _listed(log))
    claims = tuple(one.extent for one in failures if one.extent[0] < one.extent[1])
    return Findings(TOOL, failures, claims=claims)


def _step(log: Log, number: int) -> tuple[int, int, bool]:
    """Give first and last line of the step, and whether it failed; without steps, the log."""
    for section in log.sections:
        if section.first <= number <= section.last:
            return section.first, section.last, section.failed
    return 1, len(log.lines), not log.sections


def _read(log: Log, number: int, text: str) -> tuple[str, FailureKind] | None:
    """Read one line; whether it counts depends on what follows in its step."""
    if text.startswith(("Error", "error: ", "The ", "Unable")) and (match := _KUBECTL.match(text)):
        waited = match["waited"]
        if not (_failed_later(log, number) if waited else _ends(log, number)):
            return None
        message = waited or match["said"]
        return message, FailureKind.TIMEOUT if waited else FailureKind.SETUP
    match = _CLUSTER.match(text) if text.startswith(("ERROR: ", "FATA[", "X ", "❌", "* X ")) else None
    if match is None or not _failed_later(log, number):
        return None
    message = match["kind"] or match["mini"] or match["k3d"]
    return message.removeprefix("ERROR: "), FailureKind.SETUP


def _failed_later(log: Log, number: int) -> bool:
    """Whether the step ended badly; a bare log did where nothing went well after this line."""
    _, last, failed = _step(log, number)
    if log.errors:
        return failed and _mark(log, number, last) > 0
    after = range(number + 1, min(number + _LOOK, last) + 1)
    return not any(log.line(n).endswith((" condition met", " successfully rolled out")) for n in after)


def _ends(log: Log, number: int) -> bool:
    """Whether next to nothing follows in the step: a script without `|| true` ends here."""
    _, last, failed = _step(log, number)
    mark = _mark(log, number, last)
    if log.errors and not (failed and mark):
        return False
    end = mark or last + 1
    seen = 0
    for other in range(number + 1, min(end, number + _LOOK)):
        seen += bool(log.line(other).strip())
        if seen > (_NEAR if mark else _NEAR // 2):
            return False
    return end - number < _LOOK


def _mark(log: Log, number: int, last: int) -> int:
    """Number the first error that the runner marked from here to the step's end; 0 without one."""
    at = bisect_left(log.errors, number)
    return log.errors[at] if at < len(log.errors) and log.errors[at] <= last else 0


def _failure(log: Log, number: int, message: str, kind: FailureKind) -> Failure:
    _, last, _ = _step(log, number)
    pods = _pods(log, max(1, number - 200), last)
    end = _quoted_end(log, number)
    whole = "\n".join(log.lines[number - 1 : end])
    if _INFRA.search(whole) or any("Image" in state for _, _, state in pods):
        kind = FailureKind.INFRA
    file = _REFUSED.search(message)
    return Failure(
        tool=TOOL,
        kind=kind,
        status=Status.TIMEDOUT if "timed out waiting" in message or "deadline" in message else Status.ERROR,
        test="",
        message=message.removeprefix("error: "),
        detail="\n".join([*log.lines[number:end], *(f"{pod}: {state}" for _, pod, state in pods[:_PODS])]),
        file=(file["file"] or file["other"]) if file else "",
        log_line=number,
        extent=(number, end),
    )


def _quoted_end(log: Log, number: int) -> int:
    """Find the last line of what kind quotes of the command that failed under it."""
    end = number
    if " failed with error: " not in log.line(number):
        return end
    for other in range(number + 1, min(number + _MOST, len(log.lines)) + 1):
        if other in log.errors or log.line(other).startswith("##["):
            break
        end = other if log.line(other).strip() else end
    return end


def _pods(log: Log, first: int, last: int) -> list[tuple[int, str, str]]:
    """List pods of the last table that cannot start: line, name, state."""
    pods: list[tuple[int, str, str]] = []
    inside = False
    for number in range(first, last + 1):
        text = log.line(number)
        if _TABLE.match(text):
            pods, inside = [], True
        elif inside and (match := _POD.match(text)):
            pods.append((number, match["pod"], match["state"]))
        elif not text.strip():
            inside = False
    return pods


def _listed(log: Log) -> list[Failure]:
    """Read failed steps that only list their pods: the first that cannot start, once a step."""
    found: list[Failure] = []
    for section in log.sections:
        pods = _pods(log, section.first, section.last) if section.failed else []
        found += [
            _failure(log, number, f"{pod}: {state}", FailureKind.SETUP) for number, pod, state in pods[:1]
        ]
    return found
