"""Words and lines by which Ginkgo's output is found, and what of it is worth keeping of a large log."""

from bot.parsers._ginkgo_lines import LOST

ANCHORS = (
    "Running Suite: ",
    " Specs in ",
    " specs ",
    " seconds]",
    "Ginkgo ran ",
    "Failed to compile ",
    "onsi.github.io/ginkgo",
    LOST,
)
KEEP: tuple[str, ...] = (
    r"^Running Suite: ",
    r"^Random Seed: ",
    r"^Will run \d",
    r"^Running in parallel across",
    r"^={8}",
    r"^Ran \d+ of \d+ Specs in ",
    r"(SUCCESS|FAIL)! ",
    r"\d Passed \| \d+ Failed",
    r"^Ginkgo ran \d+ suite",
    r"^Test Suite (Passed|Failed)",
    r"^\[\d+\] .* \d+/\d+ specs ",
    r"FLAKEY TEST",
)
TROUBLE: tuple[str, ...] = (
    r"\[(FAILED|PANICKED!?|TIMEDOUT|INTERRUPTED|ABORTED)\]",
    r"\[(FAIL|Fail|Panic!|Timeout\.\.\.)\] ",
    r"(Failure|Panic|Timeout)( in (Spec|Suite) (Setup|Teardown) \([A-Za-z]+\))? \[\d+\.\d{3} seconds\]",
    r"^Summarizing \d+ Failure",
    r"^FAIL! ",
    r"^Failed to compile ",
    r"\[Compilation failure\]",
    r"Ginkgo timed out waiting for all parallel procs",
    r"^Ginkgo detected an issue with your spec structure",
    r"onsi\.github\.io/ginkgo/#",
    r"failed to exit in time",
    r"^(Suite Timeout Elapsed|Rerunning Suite)",
    r"^ {0,4}(panic|fatal error): ",
    r"^ {0,4}signal: [a-z]",
)
