"""Unrecognised failures, grouped by fingerprint, and what each of them says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, case, distinct, func, select

from bot.classify.specimen import merge
from bot.model.inbox import Specimen, Unrecognised
from bot.model.run import Repository
from bot.store.codec import decode, encode, index_text
from bot.store.kept_tables import specimens
from bot.store.tables import occurrences
from bot.store.upsert import larger, put

# Grows when the stored shape changes its meaning; rows of another number are as good as absent.
SCHEMA = 1
# Values of one IN list.
BATCH = 200
# Names and numbers that are told of each failure.
MOST_JOBS, MOST_PULLS = 3, 5


def put_specimens(
    connection: Connection, repo: Repository, seen: Iterable[tuple[Specimen, datetime]]
) -> None:
    """Keep what unrecognised failures say; of what is known already what stands in both stays."""
    new: dict[str, tuple[Specimen, datetime]] = {}
    for one, at in seen:
        key = index_text(one.fingerprint)
        before, last = new.get(key, (one, at))
        new[key] = merge(before, one), max(last, at)
    known = find_specimens(connection, repo, list(new))
    rows = [
        {
            "installation_id": repo.installation,
            "repository_id": repo.id,
            "fingerprint": key,
            "at": at,
            "schema": SCHEMA,
            "body": encode(merge(known.get(key, one), one)),
        }
        for key, (one, at) in new.items()
    ]
    put(
        connection,
        specimens,
        rows,
        change=lambda row: {
            "at": larger(specimens.c.at, row("at")),
            "schema": row("schema"),
            "body": row("body"),
        },
    )


def find_specimens(
    connection: Connection, repo: Repository, fingerprints: Sequence[str]
) -> Mapping[str, Specimen]:
    """What is stored of these failures, by fingerprint."""
    row = specimens.c
    found: dict[str, Specimen] = {}
    for some in _batches(fingerprints):
        asked = select(row.fingerprint, row.body).where(
            _mine(specimens, repo), row.fingerprint.in_(some), row.schema == SCHEMA
        )
        for key, body in connection.execute(asked):
            specimen = decode(body, Specimen)
            if specimen is not None:
                found[key] = specimen
    return found


def find_unrecognised(
    connection: Connection, repo: Repository, since: datetime, most: int
) -> tuple[Unrecognised, ...]:
    """Failures since then that no signature matched, by fingerprint, the most frequent first."""
    row = occurrences.c
    asked = (
        select(
            row.fingerprint,
            func.min(row.test).label("test"),
            func.min(row.kind).label("kind"),
            func.count().label("times"),
            func.min(row.at).label("first"),
            func.max(row.at).label("last"),
            func.count(distinct(case((row.pull_request > 0, row.pull_request)))).label("pull_requests"),
            func.count(distinct(case((row.author != "", row.author)))).label("authors"),
            func.max(row.on_base).label("on_base"),
            func.count(distinct(row.job)).label("jobs"),
        )
        .where(_mine(occurrences, repo), row.signature == "", row.at >= since, row.fingerprint != "")
        .group_by(row.fingerprint)
        .order_by(func.count().desc(), func.max(row.at).desc(), row.fingerprint)
        .limit(most)
    )
    groups = connection.execute(asked).all()
    keys = [one.fingerprint for one in groups]
    said = find_specimens(connection, repo, keys)
    jobs = _names(connection, repo, keys, since)
    pulls = _pulls(connection, repo, keys, since)
    return tuple(_group(one, said, jobs, pulls) for one in groups)


def _group(
    row: "Row[tuple[object, ...]]",
    said: Mapping[str, Specimen],
    jobs: Mapping[str, Sequence[str]],
    pulls: Mapping[str, Sequence[int]],
) -> Unrecognised:
    key = row.fingerprint
    return Unrecognised(
        fingerprint=key,
        test=row.test,
        kind=row.kind,
        times=row.times,
        first=row.first,
        last=row.last,
        pull_requests=row.pull_requests,
        authors=row.authors,
        on_base=bool(row.on_base),
        jobs=tuple(jobs.get(key, ())),
        more_jobs=max(0, row.jobs - MOST_JOBS),
        pulls=tuple(pulls.get(key, ())),
        specimen=said.get(key),
    )


def _names(
    connection: Connection, repo: Repository, keys: Sequence[str], since: datetime
) -> dict[str, list[str]]:
    """The jobs that each failure was seen in most often."""
    row, found = occurrences.c, dict[str, list[str]]()
    for some in _batches(keys):
        asked = select(row.fingerprint, row.job).where(_among(repo, some, since))
        often = asked.group_by(row.fingerprint, row.job).order_by(func.count().desc(), row.job)
        for key, job in connection.execute(often):
            known = found.setdefault(key, [])
            if len(known) < MOST_JOBS:
                known.append(job)
    return found


def _pulls(
    connection: Connection, repo: Repository, keys: Sequence[str], since: datetime
) -> dict[str, list[int]]:
    """The pull requests that each failure was seen on last."""
    row, found = occurrences.c, dict[str, list[int]]()
    for some in _batches(keys):
        asked = select(row.fingerprint, row.pull_request).where(
            _among(repo, some, since), row.pull_request > 0
        )
        newest = asked.group_by(row.fingerprint, row.pull_request).order_by(
            func.max(row.at).desc(), row.pull_request.desc()
        )
        for key, number in connection.execute(newest):
            known = found.setdefault(key, [])
            if len(known) < MOST_PULLS:
                known.append(number)
    return found


def _among(repo: Repository, fingerprints: Sequence[str], since: datetime) -> ColumnElement[bool]:
    row = occurrences.c
    return and_(
        _mine(occurrences, repo), row.fingerprint.in_(fingerprints), row.signature == "", row.at >= since
    )


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (values[at : at + BATCH] for at in range(0, len(values), BATCH))


def _mine(table: Table, repo: Repository) -> ColumnElement[bool]:
    return and_(table.c.installation_id == repo.installation, table.c.repository_id == repo.id)
