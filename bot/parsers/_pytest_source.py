"""The source that pytest shows above the statement that failed: it says what the code could have done."""

from collections.abc import Sequence

from bot.parsers._pytest_trace import Line, without_output


def find_listed(block: Sequence[Line]) -> list[tuple[int, int]]:
    """Give the ranges of indexes that show statements in front of the failing one, call by call.

    pytest indents source by four blanks and marks the failing statement with `>`; without that mark
    (`--tb=short`, `--tb=native`) it shows that statement alone.
    """
    ranges: list[tuple[int, int]] = []
    first = -1
    for index, text in without_output(block):
        if text.startswith("    "):
            first = index if first < 0 else first
        elif text.startswith(">"):
            ranges += [(first, index - 1)] if first >= 0 else []
            first = -1
        elif text.strip():
            first = -1
    return ranges
