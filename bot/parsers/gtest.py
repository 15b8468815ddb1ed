"""GoogleTest 1.8 and newer, long and brief, repeated, sharded, alone or inside ctest.

`test` is the name as `--gtest_filter` takes it. Inside ctest the totals are ctest's. A failed check outside
of all tests is a suite's set-up; a program that dies is a crash of the test that it was in.
"""

from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers._ctest_views import read_views
from bot.parsers._gtest_failures import ANCHORS, TOOL, judge_gtest

KEEP: tuple[str, ...] = (
    r"\[==========\] ",
    r"^(?:\d+: )?\[----------\] (?:\d+ tests? from |Global test environment)",
    r"^(?:\d+: )?\[  (?:PASSED|FAILED|SKIPPED)  ?\] \d+ tests?",
    r"^Repeating all tests \(iteration ",
    r"^Test project |^Errors while running CTest|% tests passed, ",
    r"^\s*(?:\d+/\d+ )?\s*Test +#\d+: |^ +Start +\d+: ",
)
TROUBLE: tuple[str, ...] = (
    r"\[  FAILED  \] ",
    r": Failure$",
    r"\(\d+\): error: ",
    r"^(?:\d+: )?unknown file: ",
    r"\*\*\*(?:Failed|Exception|Timeout|Not Run)",
    r"terminate called |Segmentation fault|core dumped|AddressSanitizer",
)

__all__ = ["ANCHORS", "KEEP", "TOOL", "TROUBLE", "parse"]


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    stories = [judge_gtest(view) for view in read_views(log, ANCHORS)]
    return Findings(
        TOOL,
        tuple(sorted((one for story in stories for one in story.failures), key=lambda one: one.log_line)),
        tuple(totals for story in stories for totals in story.totals),
        tuple(claim for story in stories for claim in story.claims),
        any(story.unfinished for story in stories),
    )
