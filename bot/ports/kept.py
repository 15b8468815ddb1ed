"""Text of logs that is kept: logs to try signatures on, and specimens of unrecognised failures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.model.inbox import Unrecognised
from bot.model.kept import KeptLog, LogOrigin
from bot.model.run import Repository


class KeptLogs(Protocol):
    """Kept logs, within limits of number and size; whose run each was is told when the run is recorded."""

    async def keep(self, repo: Repository, logs: Sequence[KeptLog], most: int) -> None:
        """Keep logs; the oldest of a repository that has more than `most` bytes of them go."""

    async def enough_passing(
        self, repo: Repository, workflow_id: int, enough: int, since: datetime
    ) -> frozenset[str]:
        """Jobs of a workflow of which so many passing logs are kept, the newest since then."""

    async def kept(self, repo: Repository) -> tuple[LogOrigin, ...]:
        """Where all kept logs of a repository come from, the newest first."""

    async def kept_body(self, repo: Repository, job_id: int, attempt: int) -> bytes | None:
        """The packed text of a kept log; `None` when it is not kept any more."""

    async def unrecognised(self, repo: Repository, since: datetime, most: int) -> tuple[Unrecognised, ...]:
        """Failures since then that no signature matched, at most so many fingerprints, the largest first."""
