"""The grammar of patterns, and the search for many of them at once.

A literal is looked for with Python's own search, an expression with RE2 alone; Python's `re` never runs a
pattern that came from a repository.
"""

import functools
from collections.abc import Sequence
from pathlib import Path

import re2

from bot.model.signature import Pattern, PatternHit
from bot.ports import PatternProblem
from bot.scan.candidates import Candidates, FilterCandidates
from bot.scan.factored import FactoredCandidates
from bot.scan.grammar import MAX_PATTERNS, compile_expression, problem
from bot.scan.rewrite import quote, rewrite
from bot.scan.search import MAX_HITS, PatternSearch, Sweeper

__all__ = ["HYPERSCAN", "MAX_HITS", "RE2", "LogSearch", "RegexEngine"]

HYPERSCAN, RE2 = "hyperscan", "re2"
# So many patterns RE2's filter takes at once without growing slow (DEPENDENCIES 1.3).
FEW = 100


class RegexEngine:
    """`bot.ports.PatternEngine`: what a configuration's patterns are judged by."""

    def problems(self, patterns: Sequence[Pattern]) -> tuple[PatternProblem, ...]:
        """Patterns that do not compile, match everything or cost too much, each once."""
        unique = tuple(dict.fromkeys(patterns))
        told = [(pattern, problem(pattern)) for pattern in unique[:MAX_PATTERNS]]
        over = [
            (pattern, f"there are more than {MAX_PATTERNS} patterns") for pattern in unique[MAX_PATTERNS:]
        ]
        return tuple(PatternProblem(pattern, message) for pattern, message in (*told, *over) if message)

    def found(self, pattern: Pattern, text: str) -> bool:
        """Whether the pattern is found in one cleaned line; a pattern with a problem never is."""
        if not pattern.text:
            return False
        if not pattern.is_regex:
            return pattern.text in text
        try:
            return compile_expression(pattern.text).search(text) is not None
        except re2.error:
            return False

    def find(self, patterns: Sequence[Pattern], lines: Sequence[str]) -> tuple[PatternHit, ...]:
        """Find all patterns in all lines, numbered from 1, in the order of the lines.

        Patterns with a problem find nothing. Of a pattern with more than `MAX_HITS` hits the first and
        the last half are given.
        """
        return LogSearch((), tuple(patterns), RE2).find(lines)


class LogSearch:
    """All that is looked for in logs, compiled: marks of our own, and the signatures' patterns.

    Args:
        marks: expressions for lines that are worth keeping of a large log.
        patterns: those with a problem find nothing.
        scanner: `HYPERSCAN`, or `RE2` where its wheel is missing or crashes; both find the same.
        cache: a folder for compiled databases, or `None`.
    """

    def __init__(
        self, marks: tuple[str, ...], patterns: tuple[Pattern, ...], scanner: str, cache: Path | None = None
    ) -> None:
        self._marks = marks
        self.scanner = scanner
        self._cache = cache
        self._wanted = patterns
        # Compiling for Hyperscan takes longer than searching a small log for a few patterns with RE2.
        self._patterns = _prepare(patterns, RE2 if len(patterns) <= FEW else scanner, cache)
        self._swept = self._patterns

    def find(self, lines: Sequence[str]) -> tuple[PatternHit, ...]:
        """Find the patterns in cleaned lines, numbered from 1, in the order of the lines."""
        return self._patterns.find(lines)

    def sweeper(self) -> Sweeper:
        """Begin with a log: it is given block by block."""
        self._swept = _prepare(self._wanted, self.scanner, self._cache)
        return Sweeper(_marks(self._marks, self.scanner, self._cache), len(self._marks), self._swept)

    def take_stopped(self) -> tuple[Pattern, ...]:
        """Patterns that cost too much since the last call, and were no longer looked for."""
        return tuple(dict.fromkeys((*self._patterns.take_stopped(), *self._swept.take_stopped())))


def _candidates(expressions: tuple[str, ...], scanner: str, cache: Path | None, *, once: bool) -> Candidates:
    if scanner == RE2 or not expressions:
        return FilterCandidates(expressions)
    try:
        # There is no wheel of it for every platform.
        from bot.scan.hyper import HyperscanCandidates  # noqa: PLC0415
    except ImportError:
        return FilterCandidates(expressions)
    return HyperscanCandidates(expressions, cache, once=once)


@functools.lru_cache(maxsize=2)
def _marks(expressions: tuple[str, ...], scanner: str, cache: Path | None) -> Candidates:
    rewritten = tuple(map(rewrite, expressions))
    if scanner == RE2:
        return FilterCandidates(rewritten)
    return FactoredCandidates(rewritten, lambda texts: _candidates(texts, scanner, cache, once=False))


@functools.lru_cache(maxsize=8)
def _prepare(patterns: tuple[Pattern, ...], scanner: str, cache: Path | None) -> PatternSearch:
    """Compile what has no problem; the same configuration comes again with every log."""
    good = tuple(pattern for pattern in dict.fromkeys(patterns[:MAX_PATTERNS]) if not problem(pattern))
    expressions = tuple(rewrite(p.text) if p.is_regex else quote(p.text) for p in good)
    return PatternSearch(good, expressions, _candidates(expressions, scanner, cache, once=True))
