"""What programs of all kinds write when something fails: data for the ranking of lines.

No row names one program's one message. A row is a form (`error:` at the beginning, `path:line:col:`), an
operating system's or a protocol's fixed phrase, or a plain English word.
"""

import re
from typing import NamedTuple

from bot.model.failure import FailureKind


class Signal(NamedTuple):
    """A form of line that speaks of a failure.

    Attributes:
        score: how much such a line explains, up to 100.
        pattern: searched in the line without its time stamp.
        kind: what sort of thing failed, where the form alone says so.
    """

    score: int
    pattern: re.Pattern[str]
    kind: FailureKind | None = None


def any_of(*alternatives: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{a})" for a in alternatives), flags | re.ASCII)


# A line without any of these is not looked at; lower case.
TRIGGERS = any_of(
    r"error|fail|fatal|panic|exception|abort|kill|denied|refus|timed? ?out|timeout|time-out|exceed",
    r"cannot|can't|could ?n[o']t|unable|not? (?:found|such|matching|space)|undefined|unresolved|missing",
    r"invalid|unexpected|exit|signal|segmentation|dumped|out of|oom|authoriz|forbidden|unreachable",
    r"reset by|reject|conflict|mismatch|crash|lost|shutdown|cancel|unknown|too many|limit|not (?:allowed",
    r"supported|installed|exist|permitted|ok|valid|match|available|equal)|unsupported|return|interrupt",
    r"expire|assert|broken|corrupt|violat|illegal|stop|terminat|does ?n[o']t|did ?n[o']t|must|bad|wrong",
    r"incorrect|diff|differ|deadline|unhealthy|err!|warn",
    r"\b(?:4\d\d|5\d\d)\b",
    r":\d+:\d+: ",
    r"[✗✘✕×❌✖]",
    r"^(?:e |e:|fail|not ok)",
    flags=0,
)

# The runner, the operating system or the network says what happened: nothing behind it says more.
DECISIVE = (
    Signal(
        96,
        any_of(
            r"lost communication with the server",
            r"runner has received a shutdown signal",
            r"hosted runner encountered an error",
            r"runner (?:.{1,80} )?(?:went offline|was (?:lost|evicted|preempted|terminated))",
            r"no hosted runner|no runner matching",
        ),
        FailureKind.INFRA,
    ),
    Signal(
        96,
        any_of(
            r"exceeded the maximum (?:execution|run) ?time",
            r"(?:has|have) timed out after \d",
            r"max(?:imum)? (?:run|execution) ?time (?:was |has been )?exceeded",
            r"timeout:? sending signal",
            r"panic: test timed out after",
        ),
        FailureKind.TIMEOUT,
    ),
    Signal(94, any_of(r"no space left on device", r"disk quota exceeded", r"\bENOSPC\b"), FailureKind.INFRA),
    Signal(
        93,
        any_of(
            r"\bout of memory\b",
            r"\bOutOfMemory",
            r"\bOOM[- ]?kill",
            r"\bcannot allocate memory\b",
            r"\bsegmentation fault\b",
            r"\bcore dumped\b",
            r"\bSIG(?:SEGV|ABRT|BUS|ILL|FPE|KILL)\b",
            r"\bstack overflow\b",
            r"\bterminate called after throwing\b",
            r"(?-i:\bAssertion [`'\"(].{1,300} failed)",
            r"\b(?:bus error|illegal instruction)\b",
            r"(?:Address|Thread|Memory|Leak|UndefinedBehavior)Sanitizer: ",
            r"^\S{0,80}:? ?(?:line \d+: +\d+ )?killed\b",
            r"signal: killed",
        ),
        FailureKind.CRASH,
    ),
)

# `path:line:column:` and its relatives: compilers and linters.
PLACE = re.compile(
    r"(?P<file>(?:[A-Za-z]:)?[\w./\\+@\-]{0,200}[\w+\-]\.[A-Za-z]\w{0,9})(?::(?P<line>\d{1,7})(?::\d{1,6})?"
    r"|\((?P<paren>\d{1,7})(?:[,:]\d{1,6})?\))\s?:? ",
    re.ASCII,
)
POINTER = re.compile(r"\s{0,12}--> (?P<file>[^\s:][^:]{0,400}):(?P<line>\d{1,7}):\d{1,6}$", re.ASCII)
COMPILER = any_of(
    r"(?::\d{1,7}|\(\d{1,7}(?:,\d{1,6})?\)) ?:? ?(?:-> )?(?:fatal )?error\b",
    r"\berror [A-Z]{1,5}\d{3,5} ?:",
    r"^error\[[A-Z]\d+\]:",
    r"^(?:\.?/|[A-Za-z]\w*/)?[\w./\-]+\.go:\d+:\d+: ",
    r"\bundefined reference to\b",
    r"\bcannot find -l",
    r"\bundefined symbols?\b(?! \(warn)",
    r"\bmultiple definition of\b",
    r"^CMake Error",
    r"\berror: (?:cannot find symbol|package \S+ does not exist)",
)
LINTER = any_of(
    r"^\S{1,200}:\d+(?::\d+)?:? (?:error |warning )?\[?[A-Z]{1,8}\d{2,5}\]?:? ",
    r"^\s*\d+:\d+\s+error\s",
    flags=0,
)
FORMATTER = any_of(
    r"^Diff in \S",
    r"\bwould (?:be )?reformat",
    r"\bnot (?:properly |correctly )?formatted\b",
    r"^unformatted: ",
)

# Test runners' marks: a runner's logger may call them information.
MARKS = (
    Signal(76, any_of(r"^TEST-UNEXPECTED-", r"^PROCESS-CRASH", flags=0)),
    Signal(
        74,
        any_of(
            r"^FAILED? [\w./\\:\-]",
            r"^FAILED?: ",
            r"^(?:• )?\[(?:FAIL|FAILED|PANICKED!?|TIMEDOUT|INTERRUPTED|ABORTED)\] ",
            r"^--- FAIL: ",
            r"^not ok \d",
            r"^\[ {2}FAILED {2}\] \S",
            r"\.{2,} ?FAILED$",
            r" FAILED(?: \[|$)",
            r"\*\*\*(?:Failed|Timeout|Exception|Not Run)\b",
            r"^[✗✘✕❌✖] ",
            flags=0,
        ),
    ),
)
FORMS = (
    Signal(86, LINTER, FailureKind.LINT),
    Signal(90, COMPILER, FailureKind.BUILD),
    Signal(80, FORMATTER, FailureKind.LINT),
    # Python's faulthandler and pytest-timeout.
    Signal(88, any_of(r"^(?:Failed: )?Timeout (?:\(|>)", r"^\++ Timeout \++$", flags=0), FailureKind.TIMEOUT),
    # The last line of a stack trace: `package.NameError: what`.
    Signal(
        88,
        re.compile(
            r"^(?:Caused by: |Uncaught |Unhandled )?(?:[A-Za-z_]\w*[.:/]{1,2}){0,12}[A-Z]\w{0,80}"
            r"(?:Error|Exception|Failure|Fault|Timeout|Expired|Interrupt|Exit)(?:: |:$|$| \[)",
            re.ASCII,
        ),
    ),
    Signal(
        88,
        any_of(
            r"^panic: ",
            r"^fatal: ",
            r"^fatal error: ",
            r"panicked at ",
            r"^FATAL\b",
            r"^thread '.{1,80}' (?:\(\d{1,9}\) )?panicked",
            r"^Exception in thread \"",
        ),
    ),
    Signal(86, any_of(r"^E {2,}\S*(?:Error|Exception)\b", r"^E {2,}assert\b", flags=0)),
    Signal(
        85,
        any_of(
            r"^(?:\[?(?:error|fatal|severe|critical)\]?)(?: ?[:!|\-]|\]| \()",
            r"^[\w.\- /]{1,60}: (?:fatal )?error(?:: |\b)",
            r"^[\w.\-]{1,40}: \(\d+\) ",
            r"^error response from ",
            r"^(?:error|E): ",
            r"^(?:npm|pnpm) err(?:or|!) ",
            r"^\s?ERR_\w+",
            r"^\[\w+:error\]",
            r"^error (?:in|from|while|when|during|at|reading|loading|running) ",
            r"^an? (?:\w+ )?error (?:has )?occurred",
            r"^[\w./\-]{1,80}: (?:line )?\d+: ",
            r"^[\w.\-]{1,40}:? fatal(?: error)? {0,4}: ",
            r"^CONFLICT \(",
        ),
    ),
)

# Lines that a logger or a linter calls an error; many programs log errors and pass.
LOGGED = (
    Signal(72, any_of(r"^[\w./\-]{1,200}\.\w{1,5}:\d+:\d+: (?!warning|note)"), FailureKind.LINT),
    Signal(70, any_of(r"\blevel=\"?(?:error|fatal)\b", r"\"level\": ?\"(?:error|fatal)\"")),
    Signal(70, any_of(r"^(?:ERROR|FATAL|CRITICAL|SEVERE)\b[ |:\-]{1,4}\S", flags=0)),
)

# Fixed phrases of networks, registries and permissions.
PHRASES = (
    Signal(
        66,
        any_of(
            r"connection (?:was )?(?:refused|reset|aborted|timed out)|connection closed",
            r"\bE(?:CONNRESET|CONNREFUSED|TIMEDOUT|AI_AGAIN|NOTFOUND)\b",
            r"could(?: not|n't) resolve (?:host|proxy)",
            r"temporary failure (?:in name resolution|resolving)",
            r"name or service not known|no such host|no route to host|network is unreachable",
            r"host is unreachable",
            r"i/o timeout|tls handshake|ssl[_ ](?:error|connect)",
            r"certificate (?:verify failed|has expired)|read timed out",
            r"\b(?:http|status|code|error|error:|returned)[ :/]{1,3}(?:1\.1 |2 )?(?:429|50[0234])\b",
            r"\b50[0234] {1,3}(?:internal server error|bad gateway|gateway time-?out)",
            r"\b503 {1,3}service (?:temporarily )?unavailable",
            r"toomanyrequests|too many requests|rate limit(?:ed)? (?:exceeded|hit|reached)",
            r"rate limit exceeded",
            r"remote end hung up|early eof|unexpected eof|rpc failed|broken pipe|connection timed out",
            r"gateway time-?out",
            r"cannot connect to the docker daemon|manifest (?:unknown|for )|pull access denied",
            r"error pulling image",
        ),
        FailureKind.INFRA,
    ),
    Signal(
        64,
        any_of(
            r"(?:access|permission) denied|accessdenied|is not authorized|not permitted",
            r"\b40[13] (?:unauthorized|forbidden)",
            r"authentication (?:failed|required)|bad credentials|unauthorized",
            r"no matching (?:distribution|package|version|manifest)|could not find a version",
            r"resolutionimpossible|conflicting dependencies|unable to resolve dependenc|unmet peer",
            r"dependency conflict",
            r"no such file or directory|command not found|module not found|no module named",
            r"cannot open shared object",
            r"merge conflict|would be overwritten|not something we can merge|refusing to",
            r"is out of date",
        ),
    ),
    Signal(
        62,
        any_of(
            r"\b(?:timed out|time limit exceeded|deadline exceeded|timeout exceeded|hit (?:the )?timeout)",
            r"\btimeout (?:of|after|waiting)\b|\bno output (?:for|in) \d|\btook (?:more|longer) than\b",
        ),
        FailureKind.TIMEOUT,
    ),
)

WORDS = (
    Signal(
        52,
        any_of(
            r"\b(?:failed|failure|unable|refused|aborted|aborting|crashed|denied|rejected)\b",
            r"^(?:fail|failed)\b",
        ),
    ),
    Signal(50, any_of(r"\b(?:error|errors|exception|panic|fatal)\b")),
    Signal(
        48,
        any_of(
            r"\b(?:cannot|can't|could(?: not|n't)|not found|is not|no such|must)\b",
            r"\b(?:does|did)(?: not|n't)\b",
        ),
    ),
    Signal(
        46,
        any_of(r"\breturn(?:ing|ed|s) (?:non-?zero|-?[1-9]\d{0,4}\b)|\bexit(?:ed|ing|s)? (?:with )?-?[1-9]"),
    ),
    Signal(
        42,
        any_of(
            r"\b(?:invalid|unexpected|missing|mismatch|undefined|unknown|violat\w+|conflicts?|differs?|expired)\b"
        ),
    ),
    Signal(
        40,
        any_of(
            r"\b(?:exceeded|exceeds|too (?:many|large|long|old)|unsupported)\b",
            r"\b(?:incorrect|wrong|illegal|corrupt\w*)\b",
        ),
    ),
)
