"""What surrounds the reason and is not it: repetitions, exit codes, counts of nothing, good ends."""

import re

from bot.parsers._generic_words import any_of

# A program ended with another code than 0.
EXIT_CODE = re.compile(
    r"\b(?:exit(?:ed|ing)?|return(?:ed|ing)?)\b.{0,24}?\b(?:code|status|value)\b[ :=(']{1,3}-?[1-9]\d{0,9}\b",
    re.IGNORECASE | re.ASCII,
)
_WHAT = r"^(?:\w{1,80}(?:Error|Exception): )?(?:the )?"
_FAILED = r"(?:has |have |was )?failed(?:[.!]|$)"
# They repeat that something failed; the reason stands elsewhere.
WRAPPERS = any_of(
    r"process completed with exit code|^the operation was cancell?ed",
    r"^\s*g?(?:make|nmake|mingw32-make)(?:\[\d+\])?: ",
    r"^ninja: ",
    r"\b(?:exit(?:ed)?|return(?:ed)?)\b.{0,24}?\b(?:code|status|value)[ :=(']{1,4}-?[1-9]\d{0,9}\b",
    r"\bexit(?:ed)? (?:with )?-?[1-9]\d{0,2}\b|\b(?:exit ?code|errorlevel|rc) ?[=:] ?-?[1-9]",
    r"non-?zero (?:exit )?(?:code|status)|non-?zero exit|\breturned (?:[1-9]|[1-9]\d|1\d\d|2[0-5]\d)\b",
    rf"{_WHAT}(?=\S{{0,200}}[/_.])[\w./\-]{{1,200}}(?: \d+/\d+)? {_FAILED}",
    rf"{_WHAT}(?:\S{{1,100}} )?(?:build|tests?|jobs?|steps?|command|task|process) {_FAILED}",
    rf"{_WHAT}(?:\S{{1,100}} )?(?:script|checks?|run|suite|target|workflow) {_FAILED}",
    rf"{_WHAT}(?:\S{{1,100}} )?(?:lint(?:ing)?|action|hook|stage|pipeline) {_FAILED}",
    r"^\W{0,3}(?:error|failed|failure|fail|aborted|failures|errors|killed)\W{0,4}$",
    r"^FAIL\s+\S+\s+(?:[\d.]+s|\[[\w ]+\])$",
    r"\bCalledProcessError\b|\bSystemExit\b",
    r"^(?:npm|pnpm|yarn) (?:err!|error) (?:code|errno|path|command|cwd|syscall|a complete log)",
    r"^(?:npm|pnpm|yarn) (?:err!|error) (?:exit status|lifecycle|  )",
    r"^(?:npm|pnpm|yarn) (?:err!|error)\W*(?:failed at|this is probably|test failed|\S*\.log)?$",
    r"ELIFECYCLE|complete log of this run",
    r"collect2: |ld returned|linker command failed|aborting due to|could not compile",
    r"compilation (?:failed|terminated)",
    r"^(?:error: )?(?:test|build|bench|doctest|tests) failed\b|^build failed",
    r"build failed with an exception|^execution failed for",
    r"^\W{0,20}\d+ (?:\w+ ){0,2}(?:failed|failures?|errors?|problems?)\b",
    r"\b[1-9]\d* failed\b.{0,40}\bpassed\b|^found \d+ errors?",
    r"^\[error\]\W*(?:\[help|$)|full stack trace|re-run maven|for more information",
    r"^(?:please )?(?:see|check|look at) |check the \w+ logs?",
    r"^job (?:failed|aborted)",
    r"^(?:some|one or more) \w+ (?:have |has |were )?fail",
    r"\bexiting(?: now)?\W*$|^stopping (?:at|on|after) (?:the )?first",
    r"^\S+ returned (?:a )?non",
)

# Nothing is wrong: counts of nothing, passing tests, settings, things that were foreseen.
BENIGN = any_of(
    r"\b(?:0|no|zero|without(?: any)?) (?:\w+ )?"
    r"(?:errors?|failures?|failed|failing|problems?|issues?|warnings?)\b",
    r"\b(?:errors?|failures?|failed|errored|fail|fails)[\"']?[ ]?[:=][ ]?[\"']?0\b",
    r"\b(?:PASS(?:ED)?|XFAIL|xfailed|SKIP(?:PED)?|SUCCESS)\b(?!.{0,80}\bfail)|^(?:ok|skip)\b|\bok$",
    r"[✓✔√•]",
    r"^[\w.\- ]{1,60}:\s?(?:true|false|error|warn|warning|ignore|always|never|[\d.]{1,12}|'[^']{0,40}'|)$",
    r"\bif-no-files-found\b|\bfail-fast\b|\bcontinue-on-error\b|\bfailfast\b|-Werror",
    r"\bon[-_ ]failure\b|\bonerror\b",
    r"^(?:checking|installing|downloading|compiling|building|copying|creating) ",
    r"^(?:unpacking|preparing|extracting) ",
    r"^(?:setting up|selecting|collecting|using cached|requirement already) ",
    r"^(?:get:\d+|hit:\d+|fetched|inflating:) ",
    r"\b(?:errors?|failures?|timeouts?|failed)\b[^\w\n]*0(?:[.]0+ ?%?)?$",
    r"^\s*(?:echo|printf|if|elif|then|exit|else|fi|for|while|case)\b.{0,500}[;\\]$|[;&|] ?\\$",
    r"deprecat",
    flags=re.IGNORECASE,
)
NONZERO = any_of(
    r"\b[1-9]\d* (?:\w+ )?(?:errors?|failures?|failed|failing)\b",
    r"\b(?:errors?|failures?|failed)[ ]?[:=][ ]?[1-9]",
)
FORESEEN = any_of(
    r"\b(?:ignor(?:ed|ing)|non-?fatal|not fatal|expected(?: error| failure))\b",
    r"\b(?:retry(?:ing)?|retried|back ?off|fall(?:ing)? ?back)\b",
    r"\b(?:skipp?(?:ed|ing)|optional|will be|if you|in case|warn(?:ing)?s?)\b",
)
QUIET_LEVEL = re.compile(r"^\W{0,2}(?:INFO|DEBUG|TRACE|NOTICE|WARN|WARNING|VERBOSE)\b", re.ASCII)
LEVEL = re.compile(r"^\W{0,2}(?:INFO|DEBUG|TRACE|NOTICE|WARN|WARNING|VERBOSE|ERROR|FATAL)\W{1,4}", re.ASCII)

# A whole run that says it went well.
SUCCESS = any_of(
    r"^OK\b|^PASS$|^ok\s+\S+\s+(?:[\d.]+s|\(cached\))|BUILD SUCCESS|Build succeeded|Test Suite Passed",
    r"test result: ok",
    r"\b[1-9]\d* pass(?:ed|ing)\b(?!.{0,80}\b[1-9]\d* (?:failed|errors?|failing))",
    r"All (?:\w+ )?(?:checks|tests) passed",
    r"^SUCCESS!|^\[  PASSED  \]|\b0 Failed\b|Tests:\s+\d+ passed, \d+ total|^# fail 0|^Job succeeded",
    flags=0,
)
CHAINED = ("The above exception was the direct cause", "During handling of the above exception")
