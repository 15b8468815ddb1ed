"""The coverage that pytest-cov or coverage.py asked for and did not get.

Sources: https://github.com/pytest-dev/pytest-cov/blob/master/src/pytest_cov/plugin.py,
https://coverage.readthedocs.io/en/latest/cmd.html#reporting
"""

import re
from collections.abc import Iterable

from bot.model.failure import Failure, FailureKind, Status
from bot.parsers._pytest_sessions import Session
from bot.parsers._pytest_view import View

TOOL = "pytest"
WORDS = ("Required test coverage of ", "Coverage failure: total of ")

_MISSED = re.compile(
    r"(?:FAIL |ERROR: )?(?P<message>Required test coverage of \S{1,20} not reached\. Total coverage: \S{1,20}"
    r"|Coverage failure: total of \S{1,20} is less than fail-under=\S{1,20})\s*"
)
_RULE = re.compile(r"([-=_])\1{2,300} ")


def find_missed_coverage(view: View, sessions: list[Session]) -> list[Failure]:
    """Give each session's missed coverage once, and those of reports outside every session."""
    found: list[Failure] = []
    lines = range(len(view.texts))
    at = 0
    for session in sessions:
        found += _missed(view, range(at, session.first))
        found += _missed(view, (index for index, _ in session.lines()))
        at = session.last + 1
    return found + _missed(view, lines[at:])


def _missed(view: View, indices: Iterable[int]) -> list[Failure]:
    """Give the first word about it that is no test's captured output."""
    quoted = False
    for index in indices:
        text = view.texts[index]
        if text[:1] in "-=_" and _RULE.match(text):
            quoted = " Captured " in text
        elif not quoted and (said := _MISSED.fullmatch(text)):
            number = view.numbers[index]
            return [
                Failure(
                    tool=TOOL,
                    kind=FailureKind.LINT,
                    status=Status.FAILED,
                    test="",
                    message=said["message"],
                    log_line=number,
                    extent=(number, number),
                )
            ]
    return []
