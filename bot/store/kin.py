"""What ties pull requests together, as far as it is remembered."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, select

from bot.model.history import Lineage
from bot.model.run import Repository
from bot.store.codec import index_text
from bot.store.lists import batches
from bot.store.tables import lineages

# Pull requests that hang together through so many others are no longer told apart.
MOST_KIN = 500
MOST_ROUNDS = 20


def find_kin(connection: Connection, repo: Repository, lineage: Lineage) -> frozenset[int] | None:
    """Pull requests that share a token, and those that share one with them; `None` when they are too many."""
    mine = _mine(repo)
    tokens, new = set(lineage.tokens), {index_text(token) for token in lineage.tokens}
    found: set[int] = {lineage.pull_request}
    fresh: set[int] = set(found)
    for _ in range(MOST_ROUNDS):
        fresh |= {
            pull
            for some in batches(sorted(new))
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
            for some in batches(sorted(fresh))
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
    asked = select(*columns).where(_mine(repo))
    for some in batches(pulls):
        for row in connection.execute(asked.where(lineages.c.pull_request.in_(some))):
            tokens.setdefault(row.pull_request, set()).add(row.token)
            authors[row.pull_request] = row.author
    return tuple(Lineage(pull, authors[pull], frozenset(own)) for pull, own in sorted(tokens.items()))


def find_pull(connection: Connection, repo: Repository, sha: str) -> Lineage | None:
    """The pull request that is known to hold a commit; of several the oldest, at the stack's bottom."""
    columns = (lineages.c.pull_request, lineages.c.author)
    found = select(*columns).where(_mine(repo), lineages.c.token == index_text(sha))
    row = connection.execute(found.order_by(lineages.c.pull_request).limit(1)).one_or_none()
    return None if row is None else Lineage(row.pull_request, row.author, frozenset())


def _mine(repo: Repository) -> ColumnElement[bool]:
    return and_(lineages.c.installation_id == repo.installation, lineages.c.repository_id == repo.id)
