"""What was said of verdicts afterwards, and what follows from it for signatures and rungs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, case, distinct, exists, func, select

from bot.model.label import Dispute, Feedback, Label, Labelled, SignatureUse, Source, Word
from bot.model.run import Repository
from bot.store.codec import clean_text, index_text
from bot.store.recording import MAX_TEXT
from bot.store.tables import job_results, labels, occurrences, repositories
from bot.store.upsert import put

# A sentence or two; the handler cuts it earlier.
MAX_REASON = 1_000
# Several times what a configuration may hold.
MOST_SIGNATURES = 2_000


def put_labels(connection: Connection, repo: Repository, said: Sequence[Label]) -> None:
    """Remember labels. Who says the same of the same failure again changes the reason and the time."""
    put(connection, labels, [{**_tenant(repo), **_row(one)} for one in said])


def find_disputes(connection: Connection, repo: Repository, pull_request: int) -> tuple[Dispute, ...]:
    """What people say of a pull request's failures, the newest word first.

    A dispute is over when its job passed there on another commit that was pushed after it. That it passes
    in another attempt ends nothing: a flake does that, too.
    """
    row, ran = labels.c, job_results.c
    passed = exists().where(
        _mine(job_results, repo),
        ran.workflow_id == row.workflow_id,
        ran.job == row.job,
        ran.pull_request == row.pull_request,
        ran.passed == 1,
        ran.sha != row.sha,
        ran.pushed_at > row.said_at,
        # Follows from the line above, and is what the index knows.
        ran.at > row.said_at,
    )
    asked = select(row.subject, row.said_by, row.reason, row.said_at).where(
        _mine(labels, repo),
        row.pull_request == pull_request,
        row.source == Source.PERSON.value,
        row.word == Word.NOT_FLAKE.value,
        ~passed,
    )
    found = connection.execute(asked.order_by(row.said_at.desc(), row.subject, row.said_by))
    return tuple(dict.fromkeys(Dispute(*one) for one in found))


def find_disputed(
    connection: Connection, repo: Repository, fingerprints: Sequence[str], since: datetime
) -> frozenset[tuple[str, int]]:
    """Of these failures, on which pull requests somebody disputes each of them, over or not."""
    row, asked = labels.c, {index_text(one) for one in fingerprints}
    disputed = select(row.fingerprint, row.pull_request).where(
        _mine(labels, repo), row.at >= since, row.word == Word.NOT_FLAKE.value
    )
    # A week has few of them; reports ask for up to 2,000 failures.
    return frozenset((one[0], one[1]) for one in connection.execute(disputed) if one[0] in asked)


def find_feedback(connection: Connection, repo: Repository, since: datetime, until: datetime) -> Feedback:
    """How often signatures matched within a span, and what labels say of failures within it."""
    return Feedback(_uses(connection, repo, since, until), _labelled(connection, repo, since, until))


def find_last_hits(connection: Connection, repo: Repository) -> dict[str, datetime]:
    """When each signature matched last, over all that is kept: two steps in an index for each of them."""
    row, found = occurrences.c, dict[str, datetime]()
    names = select(func.min(row.signature)).where(_mine(occurrences, repo))
    last = select(func.max(row.at)).where(_mine(occurrences, repo))
    name = connection.scalar(names.where(row.signature > ""))
    while name is not None and len(found) < MOST_SIGNATURES:
        at = connection.scalar(last.where(row.signature == name))
        if at is not None:
            found[name] = at
        name = connection.scalar(names.where(row.signature > name))
    return found


def find_repositories(connection: Connection) -> tuple[Repository, ...]:
    """Every repository of which anything is remembered, by its newest name."""
    row = repositories.c
    asked = select(row.installation_id, row.repository_id, row.slug)
    found = connection.execute(asked.order_by(row.slug, row.installation_id, row.repository_id))
    return tuple(Repository(one[0], one[1], *one.slug.split("/", 1)) for one in found)


def _uses(
    connection: Connection, repo: Repository, since: datetime, until: datetime
) -> tuple[SignatureUse, ...]:
    row = occurrences.c
    lately = row.at.between(since, until)
    pulls = func.count(distinct(case((and_(lately, row.pull_request > 0), row.pull_request))))
    counted = (func.sum(case((lately, 1), else_=0)), pulls, func.min(row.at), func.max(row.at))
    asked = select(row.signature, *counted).where(_mine(occurrences, repo), row.signature != "")
    found = connection.execute(asked.where(row.at <= until).group_by(row.signature).order_by(row.signature))
    return tuple(SignatureUse(one[0], int(one[1]), *one[2:]) for one in found)


def _labelled(
    connection: Connection, repo: Repository, since: datetime, until: datetime
) -> tuple[Labelled, ...]:
    """Each failure counts once: a person's word outweighs that it passed later."""
    row = labels.c
    failure = (row.job_id, row.attempt, row.subject, row.signature, row.rung)
    disputed = func.max(case((row.word == Word.NOT_FLAKE.value, 1), else_=0)).label("disputed")
    retried = func.max(case((row.source == Source.RETRY.value, 1), else_=0)).label("retried")
    each = select(*failure, disputed, retried).where(_mine(labels, repo), row.at.between(since, until))
    one = each.group_by(*failure).subquery().c
    counted = (
        func.sum(1 - one.disputed),
        func.sum(one.disputed),
        func.sum(one.disputed * one.retried),
    )
    asked = select(one.signature, one.rung, *counted).group_by(one.signature, one.rung)
    rows = connection.execute(asked.order_by(one.signature, one.rung))
    return tuple(Labelled(found[0], found[1], *map(int, found[2:])) for found in rows)


def _row(one: Label) -> dict[str, object]:
    numbers = ("job_id", "attempt", "run_id", "workflow_id", "pull_request", "rung", "at", "said_at")
    names = {
        "subject": one.subject,
        "source": one.source.value,
        "said_by": one.by,
        "job": one.job,
        "sha": one.sha,
        "fingerprint": one.fingerprint,
        "signature": one.signature,
        "verdict": one.verdict.value,
        "word": one.word.value,
    }
    texts = {name: clean_text(text[:MAX_TEXT]) for name, text in (("test", one.test), ("reason", one.reason))}
    kept = {name: index_text(text) for name, text in names.items()}
    return {**{name: getattr(one, name) for name in numbers}, **kept, **texts}


def _tenant(repo: Repository) -> dict[str, object]:
    return {"installation_id": repo.installation, "repository_id": repo.id}


def _mine(table: Table, repo: Repository) -> ColumnElement[bool]:
    return and_(table.c.installation_id == repo.installation, table.c.repository_id == repo.id)
