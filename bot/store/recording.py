"""Past runs into the database: again is as good as once, and old rows go in small steps."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, tuple_

from bot.model.history import JobResult, Lineage, Origin, RunRecord
from bot.model.run import Repository
from bot.store.codec import clean_text, index_text
from bot.store.kept import complete
from bot.store.kept_tables import kept_logs, specimens
from bot.store.specimens import put_specimens
from bot.store.tables import job_results, labels, lineages, occurrences, repositories, runs
from bot.store.upsert import put

# A test's name: a longer one is kept by its beginning.
MAX_TEXT = 1_000
# What is purged, and by which time.
AGING = (
    (occurrences, occurrences.c.at),
    (job_results, job_results.c.at),
    (lineages, lineages.c.saved_at),
    (labels, labels.c.at),
    (specimens, specimens.c.at),
    (runs, runs.c.created_at),
    (kept_logs, kept_logs.c.at),
)
# A kept log is as large as so many other rows, and removing it takes as long.
KEPT_WEIGHT = 50

_Row = dict[str, object]


def record(
    connection: Connection, repo: Repository, records: Sequence[RunRecord], ties: Sequence[Lineage]
) -> None:
    """Remember runs. A job that is read again replaces what it said; one that cannot be read keeps it."""
    jobs: list[_Row] = []
    failures: list[_Row] = []
    told: list[_Row] = []
    for one in records:
        for result in one.results:
            row = {**_tenant(repo), **_origin(one.origin, result)}
            jobs.append({**row, "passed": int(result.passed)})
            if result.passed or result.occurrences is not None:
                told.append({"gone_job": result.job_id, "gone_attempt": one.origin.attempt})
            failures += [
                {
                    **row,
                    "number": number,
                    "test": clean_text(failure.test[:MAX_TEXT]),
                    "kind": index_text(failure.kind),
                    "fingerprint": index_text(failure.fingerprint),
                    "signature": index_text(failure.signature),
                }
                for number, failure in enumerate(result.occurrences or ())
            ]
    _drop_jobs(connection, repo, told)
    put(connection, job_results, jobs)
    put(connection, occurrences, failures)
    complete(connection, repo, records)
    results = [result for one in records for result in one.results]
    put_specimens(connection, repo, [(said, one.at) for one in results for said in one.specimens])
    saved_at = max((result.at for one in records for result in one.results), default=None)
    if saved_at is not None:
        put(connection, lineages, [row for one in ties for row in _ties(repo, one, saved_at)])
        put(connection, repositories, [{**_tenant(repo), "slug": index_text(repo.slug), "seen_at": saved_at}])


def drop_old(connection: Connection, before: datetime, at_most: int) -> int:
    """Remove so many rows that are older, at most, and say how many went; 0: there are none left."""
    for table, moment in AGING:
        keys = list(table.primary_key.columns)
        most = at_most if table is not kept_logs else max(1, at_most // KEPT_WEIGHT)
        old = select(*keys).where(moment < before).limit(most)
        gone = connection.execute(delete(table).where(tuple_(*keys).in_(old))).rowcount
        if gone:
            return gone
    return 0


def _drop_jobs(connection: Connection, repo: Repository, told: Sequence[_Row]) -> None:
    if told:
        statement = delete(occurrences).where(
            occurrences.c.installation_id == repo.installation,
            occurrences.c.repository_id == repo.id,
            occurrences.c.job_id == bindparam("gone_job"),
            occurrences.c.attempt == bindparam("gone_attempt"),
        )
        connection.execute(statement, told)


def _tenant(repo: Repository) -> _Row:
    return {"installation_id": repo.installation, "repository_id": repo.id}


def _origin(origin: Origin, result: JobResult) -> _Row:
    return {
        "job_id": result.job_id,
        "attempt": origin.attempt,
        "workflow_id": origin.workflow_id,
        "job": index_text(result.job),
        "run_id": origin.run_id,
        "sha": index_text(origin.sha),
        "pull_request": origin.pull_request,
        "author": index_text(origin.author),
        "on_base": int(origin.on_base),
        "pushed_at": origin.pushed_at,
        "at": result.at,
    }


def _ties(repo: Repository, one: Lineage, saved_at: datetime) -> list[_Row]:
    pull = {**_tenant(repo), "pull_request": one.pull_request, "author": index_text(one.author)}
    return [{**pull, "token": index_text(token), "saved_at": saved_at} for token in sorted(one.tokens)]
