"""What ties pull requests together, as far as it is remembered."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from bot.model.history import Lineage
from bot.model.run import Repository
from bot.store.asking import mine
from bot.store.codec import index_text
from bot.store.lists import list_of, number_in, table_of, text_in
from bot.store.tables import lineages

# Pull requests that hang together through so many others are no longer told apart.
MOST_KIN = 500
MOST_ROUNDS = 20

_ROW = lineages.c
_OF_TOKENS = _ROW.token.in_(select(text_in(table_of("tokens"), "name")))
_OF_PULLS = _ROW.pull_request.in_(select(number_in(table_of("pulls"), "number")))
_PULLS = select(_ROW.pull_request).where(mine(lineages), _OF_TOKENS)
_TOKENS = select(_ROW.token).where(mine(lineages), _OF_PULLS)
_LINEAGES = select(_ROW.pull_request, _ROW.author, _ROW.token).where(mine(lineages), _OF_PULLS)
_OLDEST = (
    select(_ROW.pull_request, _ROW.author)
    .where(mine(lineages), _ROW.token == bindparam("token"))
    .order_by(_ROW.pull_request)
    .limit(1)
)


def find_kin(connection: Connection, repo: Repository, lineage: Lineage) -> frozenset[int] | None:
    """Pull requests that share a token, and those that share one with them; `None` when they are too many."""
    tenant = {"installation": repo.installation, "repository": repo.id}
    tokens, new = set(lineage.tokens), {index_text(token) for token in lineage.tokens}
    found: set[int] = {lineage.pull_request}
    fresh: set[int] = set(found)
    for _ in range(MOST_ROUNDS):
        asked = {**tenant, "tokens": list_of({"name": token} for token in new)}
        fresh |= set(connection.scalars(_PULLS, asked)) - found
        found |= fresh
        if not fresh or len(found) > MOST_KIN:
            break
        tokens |= new
        asked = {**tenant, "pulls": list_of({"number": pull} for pull in fresh)}
        new = set(connection.scalars(_TOKENS, asked)) - tokens
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
    listed = list_of({"number": pull} for pull in dict.fromkeys(pulls))
    asked = {"installation": repo.installation, "repository": repo.id, "pulls": listed}
    for row in connection.execute(_LINEAGES, asked):
        tokens.setdefault(row.pull_request, set()).add(row.token)
        authors[row.pull_request] = row.author
    return tuple(Lineage(pull, authors[pull], frozenset(own)) for pull, own in sorted(tokens.items()))


def find_pull(connection: Connection, repo: Repository, sha: str) -> Lineage | None:
    """The pull request that is known to hold a commit; of several the oldest, at the stack's bottom."""
    asked = {"installation": repo.installation, "repository": repo.id, "token": index_text(sha)}
    row = connection.execute(_OLDEST, asked).one_or_none()
    return None if row is None else Lineage(row.pull_request, row.author, frozenset())
