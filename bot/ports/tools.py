"""Time, the pattern engine, and the reader of logs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.kept import Found, Keep, KeptText
from bot.model.proposal import Proof, Proposal
from bot.model.reading import Reading
from bot.model.signature import Pattern
from bot.ports.github import FetchedLog, LogFile


@dataclass(frozen=True, slots=True)
class PatternProblem:
    """A pattern that the engine refuses, and why."""

    pattern: Pattern
    message: str


class LogReader(Protocol):
    """Reads in a process that can be killed: logs and patterns are hostile."""

    async def read(self, log: FetchedLog | LogFile, patterns: tuple[Pattern, ...]) -> Reading:
        """Read it; over a limit of time or memory gives an incomplete reading, never an error."""

    async def read_and_keep(
        self, log: FetchedLog | LogFile, patterns: tuple[Pattern, ...], keep: Keep
    ) -> tuple[Reading, KeptText | None]:
        """Read it likewise, and give what is to be kept of it, redacted; nothing of an incomplete one."""

    async def find(self, body: bytes, patterns: tuple[Pattern, ...]) -> Found:
        """Look for patterns in a kept log's body, likewise; why it could not be is its gap."""

    async def read_artifact(self, archive: FetchedLog, globs: tuple[str, ...]) -> Reading:
        """Read the reports in an artifact's zip, likewise; the globs describe their paths in there."""

    async def prove(self, proposal: Proposal) -> Proof:
        """Judge a proposed configuration, likewise; what could not be judged is a problem in it."""


class PatternEngine(Protocol):
    """The grammar of patterns: RE2."""

    def problems(self, patterns: tuple[Pattern, ...]) -> tuple[PatternProblem, ...]:
        """Patterns that do not compile, match everything or cost too much."""

    def found(self, pattern: Pattern, text: str) -> bool:
        """Whether the pattern is found in one cleaned line."""


class Clock(Protocol):
    """Time, injected."""

    def now(self) -> datetime:
        """Now, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
