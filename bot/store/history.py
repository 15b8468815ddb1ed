"""What was read in logs, and the base branch's runs: each a function of one transaction."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.model.reading import Reading
from bot.model.run import Repository
from bot.ports import StoredRun
from bot.store.codec import clean_text, decode, encode
from bot.store.tables import readings, runs
from bot.store.upsert import put

# Grows when the stored shape changes its meaning; rows of another number are as good as absent.
READING_SCHEMA = 1
RUN_SCHEMA = 1
MOST_BASE_RUNS = 20

# Job, attempt, and the hash of the set of patterns.
ReadingKey = tuple[int, int, str]


def find_reading(connection: Connection, repo: Repository, key: ReadingKey) -> Reading | None:
    """What was read of a job's log with this set of patterns."""
    job_id, attempt, patterns = key
    statement = select(readings.c.body).where(
        readings.c.installation_id == repo.installation,
        readings.c.repository_id == repo.id,
        readings.c.job_id == job_id,
        readings.c.attempt == attempt,
        readings.c.patterns == clean_text(patterns),
        readings.c.schema == READING_SCHEMA,
    )
    body = connection.scalar(statement)
    return None if body is None else decode(body, Reading)


def save_reading(connection: Connection, repo: Repository, key: ReadingKey, reading: Reading) -> None:
    """Remember a reading; an earlier one of the same job and patterns is replaced."""
    job_id, attempt, patterns = key
    row = {
        "installation_id": repo.installation,
        "repository_id": repo.id,
        "job_id": job_id,
        "attempt": attempt,
        "patterns": clean_text(patterns),
        "schema": READING_SCHEMA,
        "body": encode(reading),
    }
    put(connection, readings, [row])


def drop_readings(connection: Connection, before: datetime) -> int:
    """Remove readings saved before then; logs that GitHub still has can be read again."""
    old = readings.c.saved_at < before.replace(tzinfo=None)
    return connection.execute(delete(readings).where(old)).rowcount


def remember_run(connection: Connection, repo: Repository, stored: StoredRun) -> None:
    """Remember a completed run; one without a time cannot be compared with and is not kept."""
    run = stored.run
    created_at = run.created_at or run.updated_at
    if created_at is None:
        return
    row = {
        "installation_id": repo.installation,
        "repository_id": repo.id,
        "run_id": run.id,
        "attempt": run.attempt,
        "workflow_id": run.workflow_id,
        "branch": clean_text(run.head_branch),
        "created_at": created_at,
        "head_sha": clean_text(run.head_sha),
        "schema": RUN_SCHEMA,
        "body": encode(stored),
    }
    put(connection, runs, [row])


def base_runs(
    connection: Connection, repo: Repository, workflow_id: int, branch: str, span: tuple[datetime, datetime]
) -> tuple[StoredRun, ...]:
    """Remembered runs of a workflow on a branch within a span of time, newest first, at most 20."""
    statement = (
        select(runs.c.body)
        .where(
            runs.c.installation_id == repo.installation,
            runs.c.repository_id == repo.id,
            runs.c.workflow_id == workflow_id,
            runs.c.branch == clean_text(branch),
            runs.c.created_at.between(*span),
            runs.c.schema == RUN_SCHEMA,
        )
        .order_by(runs.c.created_at.desc(), runs.c.run_id.desc(), runs.c.attempt.desc())
        .limit(MOST_BASE_RUNS)
    )
    found = (decode(body, StoredRun) for body in connection.scalars(statement))
    return tuple(run for run in found if run is not None)


def run_at(
    connection: Connection, repo: Repository, workflow_id: int, branch: str, sha: str
) -> StoredRun | None:
    """The newest remembered run of a workflow on a branch at exactly this commit."""
    statement = (
        select(runs.c.body)
        .where(
            runs.c.installation_id == repo.installation,
            runs.c.repository_id == repo.id,
            runs.c.workflow_id == workflow_id,
            runs.c.head_sha == clean_text(sha),
            runs.c.branch == clean_text(branch),
            runs.c.schema == RUN_SCHEMA,
        )
        .order_by(runs.c.created_at.desc(), runs.c.run_id.desc(), runs.c.attempt.desc())
        .limit(1)
    )
    body = connection.scalar(statement)
    return None if body is None else decode(body, StoredRun)
