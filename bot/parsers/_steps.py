"""Whether the step in which a line stands failed, as far as the log tells."""

from bisect import bisect_right

from bot.model.log import Log


class Steps:
    """A log's steps, asked by line number."""

    def __init__(self, log: Log) -> None:
        """Read where the steps begin and where GitHub's runner marked errors."""
        self._sections = log.sections
        self._starts = [section.first for section in log.sections]
        self._marked = bool(log.errors)
        self._last = len(log.lines)

    def passed(self, number: int) -> bool:
        """Whether the log is a job's and says that this step went well; a bare log never says so."""
        at = bisect_right(self._starts, number) - 1
        if at >= 0:
            return not self._sections[at].failed
        return False

    def key(self, number: int) -> int:
        """Number the step; lines before the first step, and a bare log's, are step 0."""
        return bisect_right(self._starts, number)

    def bounds(self, number: int) -> tuple[int, int]:
        """Give first and last line of the step; without steps, of the log."""
        at = bisect_right(self._starts, number) - 1
        if at >= 0:
            return self._sections[at].first, self._sections[at].last
        return 1, self._starts[0] - 1 if self._starts else self._last
