"""How often signatures matched, and in how many runs of a job, as far as the asker may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    func,
    select,
)

from bot.model.history import MOST_COUNTED, MOST_RUNS, Asker, Hits, Rate
from bot.model.run import Repository
from bot.store.asking import SINCE, UNTIL, asked_by, mine, visible, visible_or_base
from bot.store.codec import index_text
from bot.store.lists import list_of, table_of, text_in
from bot.store.tables import job_results, occurrences

_Value = TypeVar("_Value")
_WORKFLOW, _JOB = bindparam("workflow", type_=BigInteger), bindparam("job", type_=Text)


def _ends() -> Select[str, datetime, datetime, int]:
    """When each signature in a list matched first and last, and on which pull request: ends of an index."""
    names, one = table_of("names"), occurrences.alias("one")
    name = text_in(names, "name")

    def end(column: ColumnElement[_Value], *order: ColumnElement[object]) -> ScalarSelect[_Value]:
        matched = and_(mine(one), one.c.signature == name, one.c.at <= UNTIL, visible(one))
        return select(column).where(matched).order_by(*order).limit(1).scalar_subquery()

    last = (one.c.at.desc(), one.c.pull_request)
    return select(name, end(one.c.at, one.c.at), end(one.c.at, *last), end(one.c.pull_request, *last))


def _counted() -> Select[int, int]:
    """How many of a signature's newest matches there are that may be seen, and on how many pull requests."""
    row = occurrences.c
    newest = (
        select(row.pull_request)
        .where(mine(occurrences), row.signature == bindparam("name"), row.at.between(SINCE, UNTIL))
        .where(visible(occurrences))
        .order_by(row.at.desc())
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return select(func.count(), func.count(newest.c.pull_request.distinct())).select_from(newest)


def _newest_runs() -> Select[int, datetime | None]:
    """How many of a job's newest runs count, and since when they were."""
    row = job_results.c
    newest = (
        select(row.at)
        .where(mine(job_results), row.workflow_id == _WORKFLOW, row.job == _JOB)
        .where(row.at.between(SINCE, UNTIL), visible_or_base(job_results))
        .order_by(row.at.desc())
        .limit(MOST_RUNS)
        .subquery()
    )
    return select(func.count(), func.min(newest.c.at)).select_from(newest)


def _failed_runs() -> Select[int]:
    """In how many of a job's runs a signature matched."""
    row = occurrences.c
    return select(func.count(row.job_id.distinct())).where(
        mine(occurrences),
        row.signature == bindparam("name"),
        row.at.between(SINCE, UNTIL),
        row.workflow_id == _WORKFLOW,
        row.job == _JOB,
        visible_or_base(occurrences),
    )


_ENDS, _COUNTED, _RUNS, _FAILED = _ends(), _counted(), _newest_runs(), _failed_runs()


def find_hits(
    connection: Connection, repo: Repository, signatures: Sequence[str], asker: Asker, since: datetime
) -> tuple[Hits, ...]:
    """How often signatures matched since then, and where last; `first` of all that is kept."""
    asked = asked_by(repo, asker, since)
    listed = list_of({"name": index_text(name)} for name in dict.fromkeys(signatures))
    hits = []
    for name, first, last, pull in connection.execute(_ENDS, {**asked, "names": listed}).all():
        if first is not None:
            times, pulls = connection.execute(_COUNTED, {**asked, "name": name}).one()
            hits.append(Hits(name, times, pulls, first, last, pull, times > MOST_COUNTED))
    return tuple(sorted(hits, key=lambda one: one.signature))


def find_rates(
    connection: Connection,
    repo: Repository,
    jobs: Sequence[tuple[int, str, str]],
    asker: Asker,
    since: datetime,
) -> tuple[Rate, ...]:
    """How many of a job's newest runs a signature matched in; runs of the base branch count, if not newer."""
    asked = asked_by(repo, asker, since)
    keys = [(workflow, index_text(job), index_text(name)) for workflow, job, name in dict.fromkeys(jobs)]
    ran = {
        (workflow, job): connection.execute(_RUNS, {**asked, "workflow": workflow, "job": job}).one()
        for workflow, job in dict.fromkeys(key[:2] for key in keys)
    }
    rates = []
    for workflow, job, name in keys:
        count, start = ran[workflow, job]
        place = {"workflow": workflow, "job": job, "name": name, "since": start or since}
        rates.append(Rate(workflow, job, name, connection.scalar(_FAILED, {**asked, **place}) or 0, count))
    return tuple(rates)
