"""What a handler is given: the ports, and the few settings that change behaviour."""

from dataclasses import dataclass
from typing import Protocol

from bot.model.run import Repository
from bot.ports import Clock, GitHub, JobQueue, LogReader, PatternEngine, Store


class Guard(Protocol):
    """Says whether the piece of work in hand is still ours."""

    async def check(self) -> None:
        """Raise `RetryLater` when the lease was lost. Called right before every write."""


class Journal(Protocol):
    """Notes of what was done, for logs and metrics."""

    def note(self, event: str, **facts: str | float | bool) -> None:
        """One structured line."""


@dataclass(frozen=True, slots=True)
class World:
    """The ports and the settings.

    Attributes:
        web: address of GitHub's web pages.
        dry_run: read everything, write nothing.
        keep_logs: bytes of logs that are kept of each repository, packed; 0: none are.
    """

    github: GitHub
    store: Store
    queue: JobQueue
    reader: LogReader
    engine: PatternEngine
    clock: Clock
    journal: Journal
    web: str = "https://github.com"
    dry_run: bool = False
    keep_logs: int = 0


def pull_key(repo: Repository, number: int) -> str:
    """The key under which all work on one pull request runs, one piece at a time."""
    return f"{repo.installation}/{repo.id}/pull/{number}"
