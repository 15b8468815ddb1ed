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
    r"process completed with exit code",
    r"^\s*g?(?:make|nmake|mingw32-make)(?:\[\d+\])?: (?!\*\*\* no rule)",
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
    r"compilation (?:failed|terminated|aborted)|\bcontains? errors?\b",
    r"^(?:error: )?(?:test|build|bench|doctest|tests) failed\b|^build failed",
    r"build failed with an exception|^execution failed for",
    r"^\W{0,20}\d+ (?:\w+ ){0,4}(?:failed|failures?|errors?|problems?)\b",
    r"\b\d{1,6} \w{1,20} failed\.?$|\b[1-9]\d* failed\b.{0,40}\bpassed\b|^found \d+ errors?",
    r"^\[error\]\W*(?:\[help|$)|full stack trace|re-run maven|for more information",
    r"^(?:please )?(?:see|check|look at) |check the \w+ logs?",
    r"^\W{0,4}(?:[a-z]+ )?summary\b",
    r"\bwith \d{1,6} (?:warnings?|errors?|failures?)\b",
    r"warnings? (?:\w+ ){0,3}(?:treated|considered|counted) as errors?",
    r"^job (?:failed|aborted)|^\W{0,4}(?:task|target|goal) \S{1,120} failed$",
    r"^(?:some|one or more) \w+ (?:have |has |were )?fail",
    r"\bexiting(?: now)?\W*$|^stopping (?:at|on|after) (?:the )?first",
    r"^\S+ returned (?:a )?non",
)

# What to do next, said behind the reason.
ADVICE = any_of(
    r"^\W{0,4}(?:to|please|run|see|hint|tip|note|try|use|help|consider|make sure)\b",
    r"^\W{0,4}(?:for more|you can|you may|if you)\b",
    r"^(?:https?://|learn more|more info|get help|docs?:|suggestion|did you mean)",
)
# What a script says while it tidies up or sums up.
PROGRESS = any_of(
    r"^\W{0,4}(?:done|finished|completed|cleaned|stopped|removed|bye|exiting|uploaded|saved|wrote|written)\b",
    r"^\W{0,4}(?:stopping|removing|cleaning|uploading|deleting|shutting down|tearing down|waiting)\b",
    r"^\W{0,4}(?:took|total|elapsed|duration|time|real|user|sys)[ \t:]+\d",
    r"\b(?:in|took|after) \d[\d.,]{0,12} ?(?:s|ms|m|sec|min|seconds?|minutes?)\b",
    r"^\W{0,4}\d[\d,.]{0,12}(?: (?:of|/) \d{1,9})? \w+\b.{0,40}$",
    r"\b(?:written (?:on|to)|saved (?:in|to)|logs? (?:written|saved|in|at)|report(?:s)? (?:in|at|written))\b",
    r"^\W{0,4}(?:(?!missing)[a-z]{2,20}ing|ran|checked|scanned|processed|found)\b(?!.{0,200}(?:fail|error|not\b|n't))",
    r"^[\w ]{1,40}: \d[\d.,]{0,20}%?$|\[ {0,2}\d{1,3} ?%\]|^\S{1,200}:\d{1,7}$|^ {0,8}\d{1,6} ?[|┆]",
    r"^-{3,}|^={2,}.{0,200}={2,}$|^={3,}|^\*{3,}$|^\W{1,80}$",
)

# Nothing is wrong: counts of nothing, passing tests, settings, things that were foreseen.
BENIGN = any_of(
    r"\b(?:0|no|zero|without(?: any)?) (?:\w+ )?"
    r"(?:errors?|failures?|failed|failing|problems?|issues?|warnings?)\b",
    r"\b(?:errors?|failures?|failed|errored|fail|fails)[\"']?[ ]?[:=][ ]?[\"']?0\b",
    r"\b(?:PASS(?:ED)?|XFAIL|xfailed|SKIP(?:PED)?|SUCCESS)\b(?!.{0,80}\bfail)|^(?:ok|skip)\b|\bok$",
    r"[✓✔√•]",
    r"^[\w.\-]{1,40}(?: [\w.\-]{1,20}){0,2}:\s?"
    r"(?:true|false|error|warn|warning|ignore|always|never|[\d.]{1,12}|'[^']{0,40}'|)$",
    r"\bif-no-files-found\b|\bfail-fast\b|\bcontinue-on-error\b|\bfailfast\b|-Werror",
    r"\bon[-_ ]failure\b|\bonerror\b",
    r"^\W{0,4}(?:looking for|searching|detecting|performing|trying|resolving|scanning|found) ",
    r"^(?:checking|installing|downloading|compiling|building|copying|creating) ",
    r"^(?:unpacking|preparing|extracting) ",
    r"^(?:setting up|selecting|collecting|using cached|requirement already) ",
    r"^(?:get:\d+|hit:\d+|fetched|inflating:) ",
    r"\b(?:errors?|failures?|timeouts?|failed)\b[^\w\n]*0(?:[.]0+ ?%?)?$",
    r"^\s*(?:echo|printf|if|elif|then|exit|else|fi|for|while|case)\b.{0,500}[;\\]$|[;&|] ?\\$",
    r"deprecat|\(ignored\)$",
    flags=re.IGNORECASE,
)
NONZERO = any_of(
    r"\b[1-9]\d* (?:\w+ )?(?:errors?|failures?|failed|failing)\b",
    r"\b(?:errors?|failures?|failed)[ ]?[:=][ ]?[1-9]",
)
# A warning is reason enough to fail.
STRICT = any_of(
    r"warnings? (?:\w+ ){0,3}(?:treated|considered|counted) as errors?|-Werror\b|--?max-warnings",
    r"too many warnings|no warnings allowed|warnings? in strict mode",
)
FORESEEN = any_of(
    r"\b(?:ignor(?:ed|ing)|non-?fatal|not fatal|expected(?: error| failure))\b",
    r"\b(?:retry(?:ing)?|retried|back ?off|fall(?:ing)? ?back)\b",
    r"\berror[- ](?:handl|report|detect|pages?\b|messages?\b|codes?\b|logs?\b|track|rates?\b)",
    r"\b(?:skipp?(?:ed|ing)|optional|will be|if you|in case|warn(?:ing)?s?)\b",
)
QUIET_LEVEL = re.compile(r"^\W{0,2}(?:INFO|DEBUG|TRACE|NOTICE|WARN|WARNING|VERBOSE)\b", re.ASCII)
LEVEL = re.compile(r"^\W{0,2}(?:INFO|DEBUG|TRACE|NOTICE|WARN|WARNING|VERBOSE|ERROR|FATAL)\W{1,4}", re.ASCII)

# A whole run that says it went well.
SUCCESS = any_of(
    r"^OK(?: \(.{1,80}\))?$|^PASS$|^ok\s+\S+\s+(?:[\d.]+s|\(cached\))",
    r"BUILD SUCCESS|Build succeeded|Test Suite Passed",
    r"test result: ok",
    r"\b[1-9]\d* pass(?:ed|ing)\b(?!.{0,80}\b[1-9]\d* (?:failed|errors?|failing))",
    r"All (?:\w+ )?(?:checks|tests) passed",
    r"^SUCCESS!|^\[  PASSED  \]|\b0 Failed\b|Tests:\s+\d+ passed, \d+ total|^# fail 0|^Job succeeded",
    flags=0,
)
CHAINED = ("The above exception was the direct cause", "During handling of the above exception")
