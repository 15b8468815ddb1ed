"""Forms of lines that speak of a failure, whatever the words: `error:` in front, `path:line:column:`, marks.

No row names one program's one message.
"""

import re

from bot.model.failure import FailureKind
from bot.parsers._generic_words import Signal, any_of

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
            r"^(?!\[signal ).{0,320}\bSIG(?:SEGV|ABRT|BUS|ILL|FPE|KILL)\b",
            # The C library's own words when memory is broken.
            r"\b(?:stack smashing|buffer overflow|double free) detected\b|\bdouble free or corruption\b",
            r"\bcorrupted (?:size vs|double-linked|top size)|\b(?:free|realloc|munmap_chunk)\(\): invalid ",
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
    r"(?::\d{1,7}(?:[.:\-]\d{1,6}){0,3}|\(\d{1,7}(?:,\d{1,6})?\)) ?:? ?(?:-> )?"
    r"(?:(?:fatal|syntax|runtime) )?error\b",
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
            r"^FAILED? [\w./\\:\-\[]",
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
    # The runner stopped the step: what the program said last is not why.
    Signal(60, any_of(r"^The operation was cancell?ed", flags=0)),
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
    # Ruby's place in front and class behind; others put only the class behind.
    Signal(
        82,
        any_of(
            r"^\S{1,200}:\d{1,7}:in [`'].{1,200}: ",
            r" \((?:\w+::)*[A-Z]\w{0,60}(?:Error|Exception)\)$",
            flags=0,
        ),
    ),
    Signal(86, any_of(r"^E {2,}\S*(?:Error|Exception)\b", r"^E {2,}assert\b", flags=0)),
    Signal(
        85,
        any_of(
            # The level, then a mark, or a rule's or an error's code: `ERROR 1045 (28000)`, `error[E0308]`.
            # Python's loggers write `ERROR:name:`, Spring's `ERROR 4711 --- [main]`, for what a program lives
            # with.
            r"^(?!(?-i:ERROR|CRITICAL):[\w.\-]{1,60}:|(?-i:ERROR|FATAL) \d{1,9} --- \[)"
            r"(?:\[?(?:error|fatal|severe|critical|alert|emerg)\]?)"
            r"(?: ?[:!|\-]|\]| ?[(\[]\w[\w.\-]{0,60}[)\]]| \d)",
            # logrus, zap and others shorten the level.
            r"^(?:ERRO|FATA|EROR|CRIT)\[\d{1,9}\] ",
            r"^[\w.\- /]{1,60}: (?:fatal )?error(?:: |\b)",
            r"^[\w.\-/:]{1,120}: (?:\w{1,20} )?error: ",
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
    Signal(70, any_of(r" at \S{1,200} line \d{1,7}[.,]")),
    Signal(70, any_of(r"^!{1,3} ?[A-Z\[]|^\*{2,3} [A-Z(]", flags=0)),
    Signal(70, any_of(r"^(?:ERROR|FATAL|CRITICAL|SEVERE)\b[ |:\-]{1,4}\S", flags=0)),
)
