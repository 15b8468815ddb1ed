"""What history tells, and whom: every question passes one filter, so that none can see what it must not.

The rules are those of `bot/classify/blind.py`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, literal, or_, select, union_all

from bot.classify.blind import KIN, NEWER, NO_AUTHOR, NO_PULL, SAME_AUTHOR, SAME_PULL
from bot.model.history import Asker, Count, Hits, Lineage, PullFailure, Rate, Sighting, Sightings, Withheld
from bot.model.run import Repository
from bot.store.codec import index_text
from bot.store.tables import job_results, lineages, occurrences

# Values of one IN list.
BATCH = 500
# Pull requests that hang together through so many others are no longer told apart.
MOST_KIN = 500
MOST_ROUNDS = 20
# Of each failure: so many newest sightings are looked at, on so many pull requests, which is enough for two
# that do not hang together.
NEWEST, EXAMPLES = 40, 8
# Parts of one statement: SQLite takes 500.
ENDS = 100

_Item = TypeVar("_Item")


def why_hidden(table: Table, asker: Asker) -> ColumnElement[str]:
    """Why a row is no evidence for the asker; an empty text when it is."""
    row = table.c
    return case(
        (row.pull_request == asker.pull_request, SAME_PULL),
        (row.pull_request <= 0, NO_PULL),
        (or_(row.author == "", literal(asker.author) == ""), NO_AUTHOR),
        (row.author == asker.author, SAME_AUTHOR),
        (row.pull_request.in_(sorted(asker.kin)), KIN),
        (row.pushed_at > asker.pushed_at, NEWER),
        else_="",
    )


def find_kin(connection: Connection, repo: Repository, lineage: Lineage) -> frozenset[int] | None:
    """Pull requests that share a token, and those that share one with them; `None` when they are too many."""
    mine = _mine(lineages, repo)
    tokens, new = set(lineage.tokens), {index_text(token) for token in lineage.tokens}
    found: set[int] = {lineage.pull_request}
    fresh: set[int] = set(found)
    for _ in range(MOST_ROUNDS):
        fresh |= {
            pull
            for some in _batches(sorted(new))
            for pull in connection.scalars(
                select(lineages.c.pull_request).where(mine, lineages.c.token.in_(some))
            )
        } - found
        found |= fresh
        if not fresh or len(found) > MOST_KIN:
            break
        tokens |= new
        new = {
            token
            for some in _batches(sorted(fresh))
            for token in connection.scalars(
                select(lineages.c.token).where(mine, lineages.c.pull_request.in_(some))
            )
        } - tokens
        fresh = set()
        if not new:
            break
    else:
        return None
    return None if len(found) > MOST_KIN else frozenset(found - {lineage.pull_request})


def find_lineages(connection: Connection, repo: Repository, pulls: Sequence[int]) -> tuple[Lineage, ...]:
    """What ties these pull requests to others."""
    tokens: dict[int, set[str]] = {}
    authors: dict[int, str] = {}
    columns = (lineages.c.pull_request, lineages.c.author, lineages.c.token)
    asked = select(*columns).where(_mine(lineages, repo))
    for some in _batches(pulls):
        for row in connection.execute(asked.where(lineages.c.pull_request.in_(some))):
            tokens.setdefault(row.pull_request, set()).add(row.token)
            authors[row.pull_request] = row.author
    return tuple(Lineage(pull, authors[pull], frozenset(own)) for pull, own in sorted(tokens.items()))


def find_pull(connection: Connection, repo: Repository, sha: str) -> Lineage | None:
    """The pull request that is known to hold a commit; of several the oldest, at the stack's bottom."""
    columns = (lineages.c.pull_request, lineages.c.author)
    found = select(*columns).where(_mine(lineages, repo), lineages.c.token == index_text(sha))
    row = connection.execute(found.order_by(lineages.c.pull_request).limit(1)).one_or_none()
    return None if row is None else Lineage(row.pull_request, row.author, frozenset())


def find_sightings(
    connection: Connection, repo: Repository, fingerprints: Sequence[str], asker: Asker, since: datetime
) -> Sightings:
    """How often these failures were seen, with a few examples; of what is hidden only how much, and why."""
    row, why = occurrences.c, why_hidden(occurrences, asker).label("why")
    counted = (func.count().label("times"), func.count(row.pull_request.distinct()).label("pulls"))
    counts: list[Count] = []
    withheld: list[Withheld] = []
    for some in _batches(fingerprints):
        found = select(row.fingerprint, why, *counted, func.max(row.at).label("last")).where(
            _mine(occurrences, repo),
            row.fingerprint.in_(some),
            row.at.between(since, asker.at),
            row.pull_request != asker.pull_request,
        )
        for one in connection.execute(found.group_by(row.fingerprint, "why")):
            if one.why:
                withheld.append(Withheld(one.fingerprint, one.why, one.pulls))
            else:
                counts.append(Count(one.fingerprint, one.times, one.pulls, one.last))
    seen = _examples(connection, repo, [one.fingerprint for one in counts], asker, since)
    withheld.sort(key=lambda one: (one.fingerprint, one.reason))
    return Sightings(tuple(sorted(counts, key=lambda one: one.fingerprint)), seen, tuple(withheld))


def _examples(
    connection: Connection, repo: Repository, fingerprints: Sequence[str], asker: Asker, since: datetime
) -> tuple[Sighting, ...]:
    """The newest sightings of each failure, on a few pull requests, of as many authors as there are."""
    row = occurrences.c
    found: dict[str, dict[int, Sighting]] = {}
    for start in range(0, len(fingerprints), ENDS):
        newest = [
            select(
                select(row.fingerprint, row.pull_request, row.author, row.at)
                .where(_mine(occurrences, repo), row.fingerprint == name)
                .where(row.at.between(since, asker.at), _visible(occurrences, asker))
                .order_by(row.at.desc(), row.pull_request)
                .limit(NEWEST)
                .subquery()
            )
            for name in fingerprints[start : start + ENDS]
        ]
        rows = connection.execute(union_all(*newest)).all()
        for one in sorted(rows, key=lambda one: (-one.at.timestamp(), one.pull_request)):
            pulls = found.setdefault(one.fingerprint, {})
            if one.pull_request not in pulls:
                pulls[one.pull_request] = Sighting(*one)
    return tuple(one for name in sorted(found) for one in _varied(list(found[name].values())))


def _varied(newest: Sequence[Sighting]) -> list[Sighting]:
    """A few, each author's newest before anybody's second."""
    first = {one.author: one for one in reversed(newest)}
    order = sorted(newest, key=lambda one: first[one.author] is not one)
    return order[:EXAMPLES]


def find_hits(
    connection: Connection, repo: Repository, signatures: Sequence[str], asker: Asker, since: datetime
) -> tuple[Hits, ...]:
    """How often signatures matched since then, and where last; `first` of all that is kept."""
    names = [index_text(signature) for signature in dict.fromkeys(signatures)]
    if not names:
        return ()
    row = occurrences.c
    lately = and_(row.signature.in_(names), row.at.between(since, asker.at), _visible(occurrences, asker))
    counted = (func.count().label("times"), func.count(row.pull_request.distinct()).label("pulls"))
    grouped = select(row.signature, *counted).where(_mine(occurrences, repo), lately).group_by(row.signature)
    counts = {one.signature: (one.times, one.pulls) for one in connection.execute(grouped)}
    first = _ends(connection, repo, names, asker, newest=False)
    last = _ends(connection, repo, list(first), asker, newest=True)
    return tuple(
        Hits(name, *counts.get(name, (0, 0)), first_at, *last[name])
        for name, (first_at, _) in sorted(first.items())
    )


def _ends(
    connection: Connection, repo: Repository, signatures: Sequence[str], asker: Asker, *, newest: bool
) -> dict[str, tuple[datetime, int]]:
    """When each signature matched first, or last, and on which pull request: the end of an index each."""
    if not signatures:
        return {}
    row = occurrences.c
    order = row.at.desc() if newest else row.at
    found: dict[str, tuple[datetime, int]] = {}
    ends = [
        select(
            select(row.signature, row.at, row.pull_request)
            .where(_mine(occurrences, repo), row.signature == name, row.at <= asker.at)
            .where(_visible(occurrences, asker))
            .order_by(order)
            .limit(1)
            .subquery()
        )
        for name in signatures
    ]
    for start in range(0, len(ends), ENDS):
        for one in connection.execute(union_all(*ends[start : start + ENDS])):
            found[one.signature] = (one.at, one.pull_request)
    return found


def find_rates(
    connection: Connection,
    repo: Repository,
    jobs: Sequence[tuple[int, str, str]],
    asker: Asker,
    since: datetime,
) -> tuple[Rate, ...]:
    """How many of a job's runs a signature matched in; runs of the base branch count, if not newer."""
    keys = [(workflow, index_text(job), index_text(name)) for workflow, job, name in dict.fromkeys(jobs)]
    names = {name for _, _, name in keys}
    row = occurrences.c
    key = (row.workflow_id, row.job, row.signature)
    matched = and_(row.signature.in_(sorted(names)), _in_jobs(occurrences, keys, asker, since))
    failing = select(*key, func.count(row.job_id.distinct()).label("jobs"))
    failing = failing.where(_mine(occurrences, repo), matched).group_by(*key)
    failed = {tuple(one)[:3]: one.jobs for one in connection.execute(failing)}
    ran_in = (job_results.c.workflow_id, job_results.c.job)
    running = select(*ran_in, func.count().label("jobs"))
    running = running.where(_mine(job_results, repo), _in_jobs(job_results, keys, asker, since))
    ran = {tuple(one)[:2]: one.jobs for one in connection.execute(running.group_by(*ran_in))}
    return tuple(Rate(*one, failed.get(one, 0), ran.get(one[:2], 0)) for one in keys)


def find_pull_failures(
    connection: Connection,
    repo: Repository,
    pulls: Sequence[int],
    signatures: Sequence[str],
    since: datetime,
) -> tuple[PullFailure, ...]:
    """What failed on these pull requests, by the signatures that matched it: the index begins with those."""
    row = occurrences.c
    columns = (row.pull_request, row.sha, row.job, row.test, row.kind, row.signature)
    found: set[PullFailure] = set()
    for names in _batches([index_text(one) for one in signatures]):
        for some in _batches(pulls):
            asked = select(*columns).where(
                _mine(occurrences, repo),
                row.signature.in_(names),
                row.at >= since,
                row.pull_request.in_(some),
            )
            found |= {PullFailure(*one) for one in connection.execute(asked.distinct())}
    return tuple(sorted(found, key=lambda one: (one.pull_request, one.sha, one.job, one.test, one.kind)))


def _in_jobs(
    table: Table, keys: Sequence[tuple[int, str, str]], asker: Asker, since: datetime
) -> ColumnElement[bool]:
    """These jobs' rows that the asker may see: other pull requests', and the base branch's own."""
    row = table.c
    on_base = and_(row.on_base == 1, row.pushed_at <= asker.pushed_at)
    return and_(
        row.workflow_id.in_(sorted({workflow for workflow, _, _ in keys})),
        row.job.in_(sorted({job for _, job, _ in keys})),
        row.at.between(since, asker.at),
        or_(on_base, _visible(table, asker)),
    )


def _visible(table: Table, asker: Asker) -> ColumnElement[bool]:
    return why_hidden(table, asker) == ""


def _mine(table: Table, repo: Repository) -> ColumnElement[bool]:
    return and_(table.c.installation_id == repo.installation, table.c.repository_id == repo.id)


def _batches(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    unique = list(dict.fromkeys(items))
    for start in range(0, len(unique), BATCH):
        yield unique[start : start + BATCH]
