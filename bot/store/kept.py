"""Logs that signatures are tried on: newest first out, within limits of number and size."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, select, tuple_, update

from bot.model.history import RunRecord
from bot.model.kept import KeptLog, LogOrigin
from bot.model.run import Repository
from bot.store.codec import index_text
from bot.store.kept_tables import kept_logs
from bot.store.upsert import put

# Of each job so many failing and so many passing ones: a share of 1 % can be told of a hundred.
NEWEST = 100
# When a repository has too much, a little more than that goes, so that not every log pushes another out.
ROOM = 0.95
# Keys of one statement.
BATCH = 200


def keep(connection: Connection, repo: Repository, logs: Sequence[KeptLog], most: int) -> None:
    """Keep logs; what is over the limits goes: the oldest of the jobs of which there are most.

    Args:
        connection: a writing transaction.
        repo: whose.
        logs: a job's log that is kept again replaces the one before.
        most: bytes of all of a repository's logs together, as they are packed.
    """
    put(connection, kept_logs, [_row(repo, one) for one in logs])
    for group in {
        (one.workflow_id, index_text(one.origin.job or ""), int(one.origin.passed)) for one in logs
    }:
        _drop_beyond_newest(connection, repo, *group)
    total = int(connection.scalar(select(func.sum(kept_logs.c.size)).where(_mine(repo))) or 0)
    if total > most:
        _drop_size(connection, repo, total - int(most * ROOM))


def enough_passing(
    connection: Connection, repo: Repository, workflow_id: int, enough: int, since: datetime
) -> frozenset[str]:
    """Jobs of a workflow of which so many passing logs are kept, the newest since then."""
    row = kept_logs.c
    asked = select(row.job).where(_mine(repo), row.workflow_id == workflow_id, row.passed == 1)
    busy = asked.group_by(row.job).having(func.count() >= enough, func.max(row.at) >= since)
    return frozenset(connection.scalars(busy))


def complete(connection: Connection, repo: Repository, records: Sequence[RunRecord]) -> None:
    """Add to kept logs whose run it was, which is known once the run is recorded."""
    row = kept_logs.c
    for one in records:
        jobs = sorted(result.job_id for result in one.results)
        facts = {
            "branch": index_text(one.origin.branch),
            "pull_request": one.origin.pull_request,
            "author": index_text(one.origin.author),
            "on_base": int(one.origin.on_base),
        }
        for at in range(0, len(jobs), BATCH):
            mine = and_(_mine(repo), row.attempt == one.origin.attempt, row.job_id.in_(jobs[at : at + BATCH]))
            connection.execute(update(kept_logs).where(mine).values(facts))


def find_kept(connection: Connection, repo: Repository) -> tuple[LogOrigin, ...]:
    """Where all kept logs of a repository come from, the newest first."""
    columns = [column for column in kept_logs.c if column.name != "body"]
    asked = select(*columns).where(_mine(repo))
    newest = asked.order_by(kept_logs.c.at.desc(), kept_logs.c.job_id, kept_logs.c.attempt)
    return tuple(map(_origin, connection.execute(newest)))


def find_body(connection: Connection, repo: Repository, job_id: int, attempt: int) -> bytes | None:
    """The packed text of a kept log; `None` when it is not kept any more."""
    asked = select(kept_logs.c.body).where(
        _mine(repo), kept_logs.c.job_id == job_id, kept_logs.c.attempt == attempt
    )
    body: bytes | None = connection.scalar(asked)
    return body


def drop_kept(connection: Connection, at_most: int) -> int:
    """Remove so many kept logs, at most, and say how many went: nobody wants them any more."""
    keys = list(kept_logs.primary_key.columns)
    some = select(*keys).limit(at_most)
    return connection.execute(delete(kept_logs).where(tuple_(*keys).in_(some))).rowcount


def _drop_beyond_newest(
    connection: Connection, repo: Repository, workflow_id: int, job: str, passed: int
) -> None:
    row = kept_logs.c
    group = and_(_mine(repo), row.workflow_id == workflow_id, row.job == job, row.passed == passed)
    newest = (row.at.desc(), row.job_id.desc(), row.attempt.desc())
    old = select(row.job_id, row.attempt).where(group).order_by(*newest).offset(NEWEST)
    connection.execute(delete(kept_logs).where(_mine(repo), tuple_(row.job_id, row.attempt).in_(old)))


def _drop_size(connection: Connection, repo: Repository, wanted: int) -> None:
    """Make room for so many bytes, so that each job keeps its newest logs the longest."""
    row = kept_logs.c
    place = func.row_number().over(
        partition_by=(row.workflow_id, row.job, row.passed),
        order_by=(row.at.desc(), row.job_id.desc(), row.attempt.desc()),
    )
    asked = select(row.job_id, row.attempt, row.size, place.label("place"), row.at).where(_mine(repo))
    ranked = asked.subquery().c
    oldest = select(ranked.job_id, ranked.attempt, ranked.size).order_by(ranked.place.desc(), ranked.at)
    gone: list[tuple[int, int]] = []
    for job_id, attempt, size in connection.execute(oldest):
        if wanted <= 0:
            break
        wanted -= size
        gone.append((job_id, attempt))
    for at in range(0, len(gone), BATCH):
        some = tuple_(row.job_id, row.attempt).in_(gone[at : at + BATCH])
        connection.execute(delete(kept_logs).where(_mine(repo), some))


def _row(repo: Repository, one: KeptLog) -> dict[str, object]:
    origin = one.origin
    return {
        "installation_id": repo.installation,
        "repository_id": repo.id,
        "job_id": origin.job_id,
        "attempt": origin.attempt,
        "workflow_id": one.workflow_id,
        "workflow": index_text(origin.workflow or ""),
        "job": index_text(origin.job or ""),
        "step": index_text(origin.step or ""),
        "passed": int(origin.passed),
        "run_id": origin.run_id,
        "sha": index_text(origin.sha),
        "at": origin.at,
        "size": len(one.text.body),
        "body": one.text.body,
    }


def _origin(row: "Row[tuple[object, ...]]") -> LogOrigin:
    again = f", attempt {row.attempt}" if row.attempt > 1 else ""
    return LogOrigin(
        name=f"{row.job} of run {row.run_id}{again}",
        passed=bool(row.passed),
        workflow=row.workflow,
        job=row.job,
        step=row.step,
        # A run that was not recorded to its end has none yet.
        branch=row.branch or None,
        run_id=row.run_id,
        attempt=row.attempt,
        job_id=row.job_id,
        sha=row.sha,
        pull_request=row.pull_request,
        author=row.author,
        on_base=bool(row.on_base),
        at=row.at,
    )


def _mine(repo: Repository) -> ColumnElement[bool]:
    return and_(kept_logs.c.installation_id == repo.installation, kept_logs.c.repository_id == repo.id)
