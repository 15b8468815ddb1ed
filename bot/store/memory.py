"""What is remembered between events: `Store`, each method one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete

from bot.model.history import Asker, Hits, Lineage, PullFailure, Rate, RunRecord, Sightings
from bot.model.inbox import Unrecognised
from bot.model.kept import KeptLog, LogOrigin
from bot.model.label import Dispute, Feedback, Label
from bot.model.reading import Reading
from bot.model.run import Repository
from bot.ports import FileAtCommit, PullState, StoredRun
from bot.store import comments, config, history, kept, kin, labels, rates, recording, sightings, specimens
from bot.store.database import Database
from bot.store.tables import TENANT_TABLES


class SqlStore:
    """`Store` on the database. Every method raises `RetryLater` when the database does not take it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reading(self, repo: Repository, job_id: int, attempt: int, patterns: str) -> Reading | None:
        """What was read of a job's log with this set of patterns (its hash)."""
        return await self._database.read(
            lambda connection: history.find_reading(connection, repo, (job_id, attempt, patterns))
        )

    async def save_reading(
        self, repo: Repository, job_id: int, attempt: int, patterns: str, reading: Reading
    ) -> None:
        """Remember a reading."""
        await self._database.write(
            lambda connection: history.save_reading(connection, repo, (job_id, attempt, patterns), reading)
        )

    async def remember_run(self, repo: Repository, stored: StoredRun) -> None:
        """Remember a completed run of the base branch."""
        await self._database.write(lambda connection: history.remember_run(connection, repo, stored))

    async def base_runs(
        self, repo: Repository, workflow_id: int, branch: str, not_after: datetime, not_before: datetime
    ) -> tuple[StoredRun, ...]:
        """Remembered runs of a workflow on a branch within these times, newest first, at most 20."""
        return await self._database.read(
            lambda connection: history.base_runs(
                connection, repo, workflow_id, branch, (not_before, not_after)
            )
        )

    async def run_at(self, repo: Repository, workflow_id: int, branch: str, sha: str) -> StoredRun | None:
        """The newest remembered run of a workflow on a branch at exactly this commit."""
        return await self._database.read(
            lambda connection: history.run_at(connection, repo, workflow_id, branch, sha)
        )

    async def pull_state(self, repo: Repository, number: int) -> PullState:
        """What we remember of our writing; the empty state when nothing."""
        return await self._database.read(
            lambda connection: comments.find_pull_state(connection, repo, number)
        )

    async def save_pull_state(self, repo: Repository, number: int, state: PullState) -> None:
        """Remember it. A hold may be lengthened, or ended with `None`, but never shortened."""
        await self._database.write(
            lambda connection: comments.save_pull_state(connection, repo, number, state)
        )

    async def start_effect(self, repo: Repository, kind: str, key: str, now: datetime) -> bool:
        """Note that an effect is being made once; `False` when it was noted before."""
        return await self._database.write(
            lambda connection: comments.start_effect(connection, repo, kind, key, now)
        )

    async def count_effects(self, repo: Repository, kind: str, prefix: str, since: datetime) -> int:
        """How many effects of a kind whose key begins so were noted since then."""
        return await self._database.read(
            lambda connection: comments.count_effects(connection, repo, kind, prefix, since)
        )

    async def good_config(self, repo: Repository) -> FileAtCommit | None:
        """The last configuration file that was read without a problem."""
        return await self._database.read(lambda connection: config.find_good_config(connection, repo))

    async def save_good_config(self, repo: Repository, file: FileAtCommit) -> None:
        """Remember it."""
        await self._database.write(lambda connection: config.save_good_config(connection, repo, file))

    async def forget(self, installation: int, repository_id: int = 0) -> None:
        """Remove everything of an installation, or of one of its repositories; its leases are lost."""
        await self._database.write(lambda connection: _forget(connection, installation, repository_id))

    async def record(
        self, repo: Repository, records: Sequence[RunRecord], lineages: Sequence[Lineage] = ()
    ) -> None:
        """Remember runs and what ties their pull requests to others; again changes nothing."""
        await self._database.write(lambda connection: recording.record(connection, repo, records, lineages))

    async def pull_of_commit(self, repo: Repository, sha: str) -> Lineage | None:
        """The pull request that is known to hold this commit, without its tokens."""
        return await self._database.read(lambda connection: kin.find_pull(connection, repo, sha))

    async def kin(self, repo: Repository, lineage: Lineage) -> frozenset[int] | None:
        """Pull requests tied to this one, directly or through others; `None` when they are too many."""
        return await self._database.read(lambda connection: kin.find_kin(connection, repo, lineage))

    async def lineages(self, repo: Repository, pulls: Sequence[int]) -> tuple[Lineage, ...]:
        """What ties these pull requests to others."""
        return await self._database.read(lambda connection: kin.find_lineages(connection, repo, pulls))

    async def sightings(
        self, repo: Repository, fingerprints: Sequence[str], asker: Asker, since: datetime
    ) -> Sightings:
        """Where these failures were seen since then, as far as the asker may see."""
        return await self._database.read(
            lambda connection: sightings.find_sightings(connection, repo, fingerprints, asker, since)
        )

    async def hits(
        self, repo: Repository, signatures: Sequence[str], asker: Asker, since: datetime
    ) -> tuple[Hits, ...]:
        """How often these signatures matched since then; `first` is of all that is kept."""
        return await self._database.read(
            lambda connection: rates.find_hits(connection, repo, signatures, asker, since)
        )

    async def rates(
        self, repo: Repository, jobs: Sequence[tuple[int, str, str]], asker: Asker, since: datetime
    ) -> tuple[Rate, ...]:
        """How many of a job's runs a signature matched in, for each `(workflow, job, signature)`."""
        return await self._database.read(
            lambda connection: rates.find_rates(connection, repo, jobs, asker, since)
        )

    async def label(self, repo: Repository, said: Sequence[Label]) -> None:
        """Remember what was said of verdicts; the same word of the same source again changes nothing else."""
        await self._database.write(lambda connection: labels.put_labels(connection, repo, said))

    async def disputes(self, repo: Repository, pull_request: int) -> tuple[Dispute, ...]:
        """What people say of a pull request's failures, the newest word first; what has ended is left out."""
        return await self._database.read(
            lambda connection: labels.find_disputes(connection, repo, pull_request)
        )

    async def disputed(
        self, repo: Repository, fingerprints: Sequence[str], since: datetime
    ) -> frozenset[tuple[str, int]]:
        """Of these failures, on which pull requests somebody disputes each: `(fingerprint, number)`."""
        return await self._database.read(
            lambda connection: labels.find_disputed(connection, repo, fingerprints, since)
        )

    async def feedback(self, repo: Repository, since: datetime, until: datetime) -> Feedback:
        """How often signatures matched within a span, and what labels say of failures within it."""
        return await self._database.read(
            lambda connection: labels.find_feedback(connection, repo, since, until)
        )

    async def last_hits(self, repo: Repository) -> Mapping[str, datetime]:
        """When each signature matched last, by its id, over all that is kept."""
        return await self._database.read(lambda connection: labels.find_last_hits(connection, repo))

    async def repositories(self) -> tuple[Repository, ...]:
        """Every repository of which anything is remembered, by its newest name."""
        return await self._database.read(labels.find_repositories)

    async def pull_failures(
        self, repo: Repository, pulls: Sequence[int], signatures: Sequence[str], since: datetime
    ) -> tuple[PullFailure, ...]:
        """What failed on these pull requests since then, each once, as far as one of these matched it."""
        return await self._database.read(
            lambda connection: sightings.find_pull_failures(connection, repo, pulls, signatures, since)
        )

    async def keep(self, repo: Repository, logs: Sequence[KeptLog], most: int) -> None:
        """Keep logs; the oldest of a repository that has more than `most` bytes of them go."""
        await self._database.write(lambda connection: kept.keep(connection, repo, logs, most))

    async def enough_passing(
        self, repo: Repository, workflow_id: int, enough: int, since: datetime
    ) -> frozenset[str]:
        """Jobs of a workflow of which so many passing logs are kept, the newest since then."""
        return await self._database.read(
            lambda connection: kept.enough_passing(connection, repo, workflow_id, enough, since)
        )

    async def kept(self, repo: Repository) -> tuple[LogOrigin, ...]:
        """Where all kept logs of a repository come from, the newest first."""
        return await self._database.read(lambda connection: kept.find_kept(connection, repo))

    async def kept_body(self, repo: Repository, job_id: int, attempt: int) -> bytes | None:
        """The packed text of a kept log; `None` when it is not kept any more."""
        return await self._database.read(lambda connection: kept.find_body(connection, repo, job_id, attempt))

    async def unrecognised(self, repo: Repository, since: datetime, most: int) -> tuple[Unrecognised, ...]:
        """Failures since then that no signature matched, at most so many fingerprints, the largest first."""
        return await self._database.read(
            lambda connection: specimens.find_unrecognised(connection, repo, since, most)
        )

    async def drop_kept(self, at_most: int) -> int:
        """Remove so many kept logs, at most, of all repositories; 0 when none is left."""
        return await self._database.write(lambda connection: kept.drop_kept(connection, at_most))

    async def drop_history(self, before: datetime, at_most: int) -> int:
        """Remove so many rows of history that are older, at most; 0 when none is left."""
        return await self._database.write(lambda connection: recording.drop_old(connection, before, at_most))

    async def drop_readings(self, before: datetime) -> int:
        """Remove readings saved before then, and say how many."""
        return await self._database.write(lambda connection: history.drop_readings(connection, before))


def _forget(connection: Connection, installation: int, repository_id: int) -> None:
    for table in TENANT_TABLES:
        statement = delete(table).where(table.c.installation_id == installation)
        if repository_id:
            statement = statement.where(table.c.repository_id == repository_id)
        connection.execute(statement)
