"""Words and fixed phrases that programs of all kinds use when something fails: data for the ranking of lines.

No row names one program's one message: it is an operating system's or a protocol's phrase, or plain English.
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
    r"error|fail|fatal|panic|exception|abort|kill|denied|refus|timed? ?out|time-out|exceed|err!|warn",
    r"cannot|can't|could ?n[o']t|does ?n[o']t|did ?n[o']t|\bnot\b|\bno \w|never|unable|missing|must",
    r"undefined|unresolved|undeclar|unrecogni|unavail|unsupported|unreachable|unknown|unexpected|unhealthy",
    r"invalid|illegal|incorrect|wrong|\bbad\b|broken|corrupt|violat|ambiguous|duplicate|multiple|redefin",
    r"exit|return|signal|segmentation|dumped|crash|lost|shutdown|interrupt|stop|terminat|cancel|expire",
    r"out of|oom|too many|limit|deadline|require|need|already|giv(?:e|en|ing) up|gave up",
    r"authoriz|forbidden|reject|reset by|conflict|mismatch|diff|assert|detected",
    r"\b(?:4\d\d|5\d\d)\b",
    r"[\w)]:\d+: ",
    r"^(?:!|\*\*)",
    r"[✗✘✕×❌✖]",
    r"^(?:e |e:|fail|not ok)",
    flags=0,
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
            r"(?:access|permission) denied|accessdenied|not (?:authorized|permitted|allowed)",
            r"\b40[13] (?:unauthorized|forbidden)",
            r"authentication (?:failed|required)|bad credentials|unauthorized",
            r"no matching (?:distribution|package|version|manifest)|could not find a version",
            r"resolutionimpossible|conflicting dependencies|unable to resolve dependenc|unmet peer",
            r"dependency conflict",
            r"no such file or directory|command not found|module not found|no module named",
            r"cannot open shared object",
            r"merge conflict|would be overwritten|not something we can merge",
            r"is out of date",
        ),
    ),
    Signal(
        62,
        any_of(
            r"\b(?:timed out|time limit exceeded|deadline exceeded|timeout exceeded|hit (?:the )?timeout)",
            r"\btimeout (?:of|after|waiting)\b|\bno output (?:for|in) \d",
            r"\btook (?:(?:more|longer) than|over|>)",
        ),
        FailureKind.TIMEOUT,
    ),
)

WORDS = (
    Signal(
        52,
        any_of(
            r"\b(?:failed|failure|unable|refus(?:ed|es|ing)|aborted|aborting|crashed|denied|rejected)\b",
            r"^(?:fail|failed)\b",
        ),
    ),
    Signal(50, any_of(r"\b(?:error|errors|exception|panic|fatal)\b")),
    Signal(
        48,
        any_of(
            r"\b(?:cannot|can't|could(?: not|n't)|not found|(?:is|are|was|were) not|no such|must|never)\b",
            r"\b(?:giv(?:e|ing)|gave) up\b",
            r"\b(?:does|did)(?: not|n't)\b",
        ),
    ),
    Signal(
        46,
        any_of(r"\breturn(?:ed|s) (?:non-?zero|-?[1-9]\d{0,4}\b)|\bexit(?:ed|ing|s)? (?:with )?-?[1-9]"),
    ),
    Signal(
        46,
        any_of(r"\bno (?:\w+ ){1,4}(?:found|available|given|specified|provided|defined|left|exists?)\b"),
    ),
    # A server's answer.
    Signal(44, any_of(r"(?:^|[\[( ])(?:4\d\d|50\d)(?:[\])]| [a-z])")),
    # `path:line: what`, which loggers print, too.
    Signal(44, any_of(r"^[\w./\\+@\-]{1,200}\.[a-z]\w{0,5}:\d{1,7}: ")),
    Signal(
        42,
        any_of(
            r"\b(?:invalid|unexpected|missing|mismatch|undefined|unknown|unrecognized|undeclared|violat\w+|conflicts?|differs?|expired)\b"
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
