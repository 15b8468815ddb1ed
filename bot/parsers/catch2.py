"""Catch2 2 and 3, console and compact reporter, alone or inside ctest.

`test` is the test case and its sections. The compact reporter names no test case: its failures have a place
only. Inside ctest the totals are ctest's.
"""

from bot.model.failure import Findings
from bot.model.log import Log
from bot.parsers._catch2_lines import TOOL
from bot.parsers._catch2_runs import judge_catch2
from bot.parsers._ctest_views import read_views

ANCHORS: tuple[str, ...] = ("test cases: ", "All tests passed (", " test case", " host application.")
KEEP: tuple[str, ...] = (
    r"^(?:\d+: )?test cases: +\d+ ",
    r"^(?:\d+: )?assertions: +\d+ ",
    r"^(?:\d+: )?All tests passed \(",
    r"^(?:\d+: )?(?:Passed|Failed) (?:all |both )?\d+ test cases?",
    r" is a Catch2? v[\w.\-]+ host application\.$",
    r"^Test project |^Errors while running CTest|% tests passed, ",
    r"^\s*(?:\d+/\d+ )?\s*Test +#\d+: |^ +Start +\d+: ",
)
TROUBLE: tuple[str, ...] = (
    r": FAILED:$",
    r"^No (?:assertions|tests) in (?:test case|section) '",
    r": failed: ",
    r"\*\*\*(?:Failed|Exception|Timeout)",
)

__all__ = ["ANCHORS", "KEEP", "TOOL", "TROUBLE", "parse"]


def parse(log: Log) -> Findings:
    """Read a log; never raises on purpose."""
    stories = [judge_catch2(view) for view in read_views(log, ANCHORS)]
    return Findings(
        TOOL,
        tuple(sorted((one for story in stories for one in story.failures), key=lambda one: one.log_line)),
        tuple(totals for story in stories for totals in story.totals),
        tuple(claim for story in stories for claim in story.claims),
        any(story.unfinished for story in stories),
    )
