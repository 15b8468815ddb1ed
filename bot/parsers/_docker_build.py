"""Image builds that failed: BuildKit's plain progress, and the classic builder.

BuildKit ends with `failed to solve: …`, marks the step with `#7 ERROR: …`, and shows the Dockerfile's
lines. A `#5 ERROR` alone is no failure: a cache that is not there is one, too, and the build goes on.
https://github.com/moby/buildkit/blob/master/util/progress/progressui/printer.go
"""

import re

from bot.model.failure import FailureKind
from bot.model.log import Log
from bot.parsers._docker_words import Found, ends_step, kind_of, kind_with, reason

_FINAL = re.compile(
    r"(?:(?:ERROR|[Ee]rror): |target [\w.\-]{1,80}: |failed to build: |buildx (?:bake )?failed with: "
    r"|Service '?[\w.\-]{1,80}'? failed to build ?: ){0,4}"
    r"(?:failed to solve(?: with frontend [\w.\-/:]{1,80})?: |(?=executor failed running \["
    r"|failed to (?:compute|load) cache key: ))"
    r"(?P<what>\S.*)"
)
_PREFIX = re.compile(
    r"(?:rpc error: code = \w{1,30} desc = |failed to solve with frontend [\w.\-/:]{1,80}: "
    r"|failed to create LLB definition: |failed to (?:compute|load) cache key: "
    r"|failed to calculate checksum of ref [^\s\"]{1,200}: |failed to read dockerfile: ){1,6}(?=\S)"
)
_STEP = re.compile(r"#(\d{1,5}) (\[[^\]]{1,120}\] .+|FROM .+)$")
_MARKED = re.compile(r"#(\d{1,5}) ERROR: ")
_OUTPUT = re.compile(r"#(\d{1,5}) \d{1,7}\.\d{1,6} (.*)$")
_SHORT_OUTPUT = re.compile(r"\d{1,7}\.\d{1,6} (.*)$")
_BEGIN = re.compile(r"#0 building with|#[01] \[internal\]|#1 ")
_PLACE = re.compile(r"([^\s:]{1,300}):(\d{1,6})$")
_PARSE_LINE = re.compile(r"dockerfile parse error (?:on )?line (\d{1,6})")
_RULE = "-" * 20
_BACK = 400

_FIRST = re.compile(
    r"#0 building with |#[01] \[internal\]|Step 1/\d{1,4} : |(?:\[1/\d{1,3}\] )?STEP 1(?:/\d{1,4})?: "
)
_BUILT = re.compile(
    r"#\d{1,5} (?:naming to|writing image|exporting manifest) |Successfully built [0-9a-f]{12}"
    r"|Successfully tagged |COMMIT "
)

_CLASSIC_STEP = re.compile(r"Step \d{1,4}/\d{1,4} : (.+)$")
_RETURNED = re.compile(
    r"(?:ERROR: Service '[^']{1,80}' failed to build ?: )?(The command '.*' returned a non-zero code: \d"
    r"{1,3})"
)
_COPIED = re.compile(r"(?:ERROR: Service '[^']{1,80}' failed to build ?: )?((?:COPY|ADD) failed: .+)$")
_CONTEXT = re.compile(
    r"(?:ERROR: )?((?:failed to build: )?(?:unable to prepare context|resolve : lstat"
    r"|failed to read dockerfile): .+)$"
)
_UNPULLED = re.compile(
    r"(Get \"https?://.+|manifest for .+|pull access denied for .+|toomanyrequests: .+"
    r"|received unexpected HTTP status: .+"
    r"|unauthorized: .+|invalid from flag value .+|error pulling image configuration: .+|base name \(.+"
    r"|failed to .+"
    r"|net/http: .+|error creating overlay mount .+|.* not found: manifest unknown.*"
    r"|no matching manifest for .+)$"
)


def read_buildkit(log: Log) -> list[Found]:
    """Find every build of BuildKit that ended with an error; its action repeats it in its own words."""
    found: list[Found] = []
    for number, text in enumerate(log.lines, 1):
        match = _FINAL.match(text) if "fail" in text else None
        if match is None:
            continue
        first = _begin(log, number, found[-1].last if found else 0)
        one = _solve(log, first, number, match["what"])
        if found and _repeats(log, found[-1], one, number):
            found[-1].last = number
        else:
            found.append(one)
    return found


def _repeats(log: Log, before: Found, one: Found, number: int) -> bool:
    """Whether no build began since the failure before, and its words are the same."""
    between = range(before.last + 1, number)
    begun = any(_BEGIN.match(log.line(n)) for n in between)
    return not begun and (before.message == one.message or one.message in before.detail)


def _begin(log: Log, number: int, after: int) -> int:
    """Find where the build's progress begins."""
    for other in range(number, max(after, number - 5000, 0), -1):
        if log.line(other).startswith(("#0 building with", "#1 [internal]", "#0 [internal]")):
            return other
        if log.line(other).startswith("##[group]Run "):
            return other
    return max(after + 1, number - _BACK)


def _solve(log: Log, first: int, number: int, what: str) -> Found:
    """Put together what the build says in several places about the step that failed."""
    prefix = _PREFIX.match(what)
    message = what[prefix.end() :] if prefix else what
    marked = next((n for n in range(first, number) if _is_cause(log.line(n), message)), number)
    key = log.line(marked)[1:].partition(" ")[0] if marked < number else ""
    step, output, file, line = "", [], "", 0
    for other in range(first, number):
        text = log.line(other)
        if (named := _STEP.match(text)) and named[1] == key:
            step = step or named[2]
        elif (printed := _OUTPUT.match(text)) and printed[1] == key:
            output.append((other, printed[2]))
        elif (place := _PLACE.match(text)) and log.lines[other].startswith(_RULE):
            file, line = place[1], int(place[2])
        elif not output and other > marked and (short := _SHORT_OUTPUT.match(text)):
            output.append((other, short[1]))
    if not line and (parsed := _PARSE_LINE.search(message)):
        line = int(parsed[1])
    kind = kind_of(message)
    cause = reason(output) if kind is FailureKind.EXIT else None
    detail = [message] if cause else []
    detail += [step] * bool(step) + [text for _, text in output[-20:]]
    at, message = cause or (number, message)
    kind = kind_with(kind, message)
    begin = min([n for n, _ in output[-40:]] + [marked, at])
    return Found(message, at, begin, number, kind, "\n".join(detail), file, line)


def _is_cause(text: str, message: str) -> bool:
    """Whether this marks the step that the build's last words are about."""
    match = _MARKED.match(text)
    return match is not None and (message in text or text[match.end() :].strip() in message)


def passed(log: Log) -> list[tuple[int, int]]:
    """Claim what images printed that were built in the end: their steps' own output, whatever it says."""
    claims: list[tuple[int, int]] = []
    first = 0
    for number, text in enumerate(log.lines, 1):
        if (
            text.startswith(("##[group]", "ERROR: ", "Error: "))
            or _FINAL.match(text)
            or _RETURNED.match(text)
        ):
            first = 0
        elif _FIRST.match(text):
            first = first or number
        elif first and _BUILT.match(text):
            claims.append((first, number))
            first = 0
    return claims


def read_classic(log: Log) -> list[Found]:
    """Find every build of the classic builder that ended with an error."""
    found: list[Found] = []
    step = 0
    for number, text in enumerate(log.lines, 1):
        if _CLASSIC_STEP.match(text):
            step = number
        elif match := _CONTEXT.match(text):
            found.append(Found(match[1], number, number, number, FailureKind.BUILD))
        elif step and text:
            one = _classic(log, step, number, text)
            if one:
                found.append(one)
                step = 0
    return found


def _classic(log: Log, step: int, number: int, text: str) -> Found | None:
    """Read one line below a step's; its own output looks like anything."""
    wanted = log.line(step).partition(" : ")[2]
    if match := _RETURNED.match(text) or _COPIED.match(text):
        message = match[1]
    elif wanted.startswith(("FROM ", "COPY ", "ADD ")) and _UNPULLED.match(text) and ends_step(log, number):
        message = text
    else:
        return None
    kind = kind_of(message)
    output = [(n, log.line(n)) for n in range(step + 1, number)]
    cause = reason(output) if kind is FailureKind.EXIT else None
    detail = [message] * bool(cause) + [wanted] + [text for _, text in output[-20:]]
    at, message = cause or (number, message)
    return Found(message, at, max(step, number - 40), number, kind_with(kind, message), "\n".join(detail))
