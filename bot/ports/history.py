"""What is remembered of past runs, for the evidence of verdicts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model.history import Asker, Hits, Lineage, PullFailure, Rate, RunRecord, Sightings
from bot.model.label import Dispute, Feedback, Label
from bot.model.run import Repository


class History(Protocol):
    """Past failures and how jobs ended. What the asker may not see is not told."""

    async def record(
        self, repo: Repository, records: Sequence[RunRecord], lineages: Sequence[Lineage] = ()
    ) -> None:
        """Remember runs and what ties their pull requests to others; again changes nothing."""

    async def pull_of_commit(self, repo: Repository, sha: str) -> Lineage | None:
        """The pull request that is known to hold this commit, without its tokens."""

    async def kin(self, repo: Repository, lineage: Lineage) -> frozenset[int] | None:
        """Pull requests tied to this one, directly or through others; `None` when they are too many."""

    async def lineages(self, repo: Repository, pulls: Sequence[int]) -> tuple[Lineage, ...]:
        """What ties these pull requests to others."""

    async def sightings(
        self, repo: Repository, fingerprints: Sequence[str], asker: Asker, since: datetime
    ) -> Sightings:
        """Where these failures were seen since then, as far as the asker may see."""

    async def hits(
        self, repo: Repository, signatures: Sequence[str], asker: Asker, since: datetime
    ) -> tuple[Hits, ...]:
        """How often these signatures matched since then; `first` is of all that is kept."""

    async def rates(
        self, repo: Repository, jobs: Sequence[tuple[int, str, str]], asker: Asker, since: datetime
    ) -> tuple[Rate, ...]:
        """How many of a job's runs a signature matched in, for each `(workflow, job, signature)`."""

    async def label(self, repo: Repository, said: Sequence[Label]) -> None:
        """Remember what was said of verdicts; the same word of the same source again changes nothing else."""

    async def disputes(self, repo: Repository, pull_request: int) -> tuple[Dispute, ...]:
        """What people say of a pull request's failures, the newest word first; what has ended is left out."""

    async def disputed(
        self, repo: Repository, fingerprints: Sequence[str], since: datetime
    ) -> frozenset[tuple[str, int]]:
        """Of these failures, on which pull requests somebody disputes each: `(fingerprint, number)`."""

    async def feedback(self, repo: Repository, since: datetime, until: datetime) -> Feedback:
        """How often signatures matched within a span, and what labels say of failures within it."""

    async def last_hits(self, repo: Repository) -> Mapping[str, datetime]:
        """When each signature matched last, by its id, over all that is kept."""

    async def repositories(self) -> tuple[Repository, ...]:
        """Every repository of which anything is remembered, by its newest name."""

    async def pull_failures(
        self, repo: Repository, pulls: Sequence[int], signatures: Sequence[str], since: datetime
    ) -> tuple[PullFailure, ...]:
        """What failed on these pull requests since then, each once, as far as one of these matched it.

        An empty signature stands for failures that none matched.
        """
