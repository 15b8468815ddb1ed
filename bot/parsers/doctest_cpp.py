"""doctest for C++, console reporter, alone or inside ctest.

`test` is the test case and its subcases; a test case that may or should fail is none. Inside ctest the totals
are ctest's.
"""

from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers._ctest_views import read_views
from bot.parsers._doctest_cpp_runs import ANCHORS, TOOL, judge_doctest

KEEP: tuple[str, ...] = (
    r"^(?:\d+: )?\[doctest\] ",
    r"^Test project |^Errors while running CTest|% tests passed, ",
    r"^\s*(?:\d+/\d+ )?\s*Test +#\d+: |^ +Start +\d+: ",
)
TROUBLE: tuple[str, ...] = (
    r": (?:FATAL )?ERROR: ",
    r"^(?:\d+: )?(?:Should have failed but didn't!|Test case exceeded time limit of |Didn't fail exactly )",
    r"\*\*\*(?:Failed|Exception|Timeout)",
)

__all__ = ["ANCHORS", "KEEP", "TOOL", "TROUBLE", "parse"]


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    stories = [judge_doctest(view) for view in read_views(log, ANCHORS)]
    return Findings(
        TOOL,
        tuple(sorted((one for story in stories for one in story.failures), key=lambda one: one.log_line)),
        tuple(totals for story in stories for totals in story.totals),
        tuple(claim for story in stories for claim in story.claims),
        any(story.unfinished for story in stories),
    )
