"""Lines that could stand in any failed log: an exit code, "cancelled", "failed".

Such a line says that something failed, never what. No class that excuses a failure may rest on one.
"""

import re

# A longer line says something, whatever it begins with.
MAX_GENERIC = 300

# A line of nothing but these words, numbers and marks says nothing of its own.
_EMPTY_WORDS = frozenset(
    """
    a abort aborted aborting above action actions all also an and any are assert assertion
    assertionerror at bad bazel be been before below build building builds by call calledprocesserror
    cancel canceled canceling cancellation cancelled cancelling cargo case cases check checks child code
    codes collect command commands complete completed completion container containers core crash crashed
    detail details detected did died do due dumped elifecycle ended err errno error errored errors
    exception exceptions execution exit exitcode exited exiting external fail failed failing fails
    failure failures fatal fault finish finished flaked following for generated get ginkgo go got gradle
    had halted happened has have hosted in info information internal interrupt interrupted is it its
    jest job jobs kill killed last ld lifecycle log logs make many maven min minute minutes more most ms
    mvn ninja no non none nonzero not note npm null occurred of ok one operation or other out output
    panic panicked panicking pass passed passing pending pipeline please pnpm previous process processed
    processes processing program pytest ran rc recent recipe result results return returned returning
    run runner running runs runtimeerror script scripts sec second seconds see segfault segmentation
    several shell sigabrt sigint sigkill signal sigsegv sigterm skip skipped some something spec specs
    stage start step steps stop stopped stopping subcommand subprocess success successful successfully
    suite suites summarizing summary target task tasks terminated termination test testing tests
    testsuite that the there this time timed timeout timeouterror timeouts to total totals traceback
    unexpected unexpectedly unfinished unknown unsuccessful unsuccessfully user waiting warn warning
    warnings was went were with workflow wrong yarn you your zero
    """.split()  # noqa: SIM905 - words read best as words
)
# These say something beside other words, and nothing alone.
_EMPTY_ALONE = frozenset(
    ("expected", "false", "true", "context canceled", "context cancelled", "caused by", "nil")
)
# What the runner, then a tool, puts in front.
_MARKS = ("##[error]", "error:", "error:")
_WORD = re.compile(r"[^\W\d_]{2,}")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_EXITS = ("exit", "non-zero", "nonzero", "returned a code", "return code")

# Headings that name a test, a target or a crate, never a reason. Anchored; every repetition is bounded.
_HEADINGS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # https://pkg.go.dev/cmd/test2json and gotestsum
        r"\s{0,40}-{3} fail: \S{1,250}(?: \([\d.]{1,12}s\))?",
        r"fail\s{1,8}\S{1,200}(?:\s{1,8}[\d.]{1,12}s)?(?:\s{1,8}\[(?:build|setup) failed\])?",
        r"=== fail:? \S{1,200}.{0,80}",
        # https://testanything.org/tap-version-14-specification.html
        r"not ok \d{1,6}\b.{0,250}",
        # pytest's summary without a reason
        r"(?:failed|error) \S{1,120}::\S{1,160}",
        # Ginkgo's summary
        r"\[(?:fail|failed|panicked!|timedout|interrupted|aborted)\] .{0,250}\[\w{2,30}\].{0,200}",
        # https://www.gnu.org/software/make/manual/html_node/Error-Messages.html
        r"\w{0,4}make(?:\[\d{1,3}\])?: \*\*\* .{0,250}",
        r"could not compile .{1,100} due to .{0,20}\berrors?.{0,60}",
        r"test failed, to rerun pass .{0,200}",
        r"npm (?:err!|error) a complete log of this run .{0,250}",
        # libtest, GoogleTest, CTest, jest, RSpec's list, ExUnit and PHPUnit, Surefire, prove
        r"test \S{1,250}(?: - should panic)? \.{3} failed",
        r"-{4} \S{1,250} stdout -{4}",
        r"\[  failed  \] .{1,250}",
        r"\s{0,4}\d{1,5}/\d{1,5} test\s{1,4}#\d{1,5}: .{1,200}\*{3}.{0,60}",
        r"fail\s{1,4}(?:.{1,40} )?\S{1,200}\.[cm]?[jt]sx?(?: \(.{1,20}\))?",
        r"rspec '?\./\S{1,200} # .{1,250}",
        r"\s{0,4}\d{1,5}\) (?:test .{1,250} \(\S{1,200}\)|\S{1,120}::\S{1,120})",
        r"\[error\]\s{1,6}\S{1,200}[.:]\w{1,120}:\d{1,6}",
        r"\S{1,200} \.{2,80} (?:dubious, test returned|failed \d).{0,80}",
        # GitHub's own words for a job that was stopped
        r"cancell?ing since a higher priority .{0,250}",
        r"the (?:job|step|operation|run|workflow) (?:was|has been) cancell?ed.{0,200}",
        # Python's subprocess, Docker's build
        r"(?:[\w.]{1,60}: )?(?:the )?command .{1,250} (?:returned|exited) .{0,20}(?:status|code):? \d{1,9}.?",
        # Go's os/exec, behind one word: the command
        r"[\w./-]{1,60}: exit status \d{1,5}",
    )
)


def is_generic(line: str) -> bool:
    """Whether a line could stand in any failed log: an exit code, a count, a bare word of failure.

    An empty line is generic. Give one cleaned line.
    """
    if len(line) > MAX_GENERIC:
        return False
    text = line.strip()
    for mark in _MARKS:
        text = text[len(mark) :].lstrip() if text[: len(mark)].lower() == mark else text
    low = text.lower()
    if any(word in low for word in _EXITS):
        # The command that ended so stands in quotes.
        low = _QUOTED.sub("", low)
        low = low.replace("status", "").replace("value", "")
    words = _WORD.findall(low)
    if all(word in _EMPTY_WORDS for word in words):
        return True
    return " ".join(words) in _EMPTY_ALONE or any(form.fullmatch(text) for form in _HEADINGS)
