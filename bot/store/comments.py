"""What we remember of our own writing: the comment's state, and effects that happen once."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.model.run import Repository
from bot.ports import PullState
from bot.store.codec import clean_text, decode, encode
from bot.store.tables import effects, pull_states
from bot.store.upsert import larger, put, put_new

STATE_SCHEMA = 1


def find_pull_state(connection: Connection, repo: Repository, number: int) -> PullState:
    """What we remember of a pull request; the empty state when nothing, or nothing that we can read."""
    statement = select(pull_states.c.schema, pull_states.c.body, pull_states.c.hold_until).where(
        pull_states.c.installation_id == repo.installation,
        pull_states.c.repository_id == repo.id,
        pull_states.c.number == number,
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return PullState()
    state = decode(row.body, PullState) if row.schema == STATE_SCHEMA else None
    return replace(state or PullState(), hold_until=row.hold_until)


def save_pull_state(connection: Connection, repo: Repository, number: int, state: PullState) -> None:
    """Remember it. A hold may be lengthened, or ended with `None`, but never shortened."""
    row = {
        "installation_id": repo.installation,
        "repository_id": repo.id,
        "number": number,
        "hold_until": state.hold_until,
        "schema": STATE_SCHEMA,
        "body": encode(replace(state, hold_until=None)),
    }
    put(
        connection,
        pull_states,
        [row],
        change=lambda new: {
            "schema": new("schema"),
            "body": new("body"),
            # NULL when the new one is, which is what an ended hold asks for.
            "hold_until": larger(pull_states.c.hold_until, new("hold_until")),
        },
    )


def start_effect(connection: Connection, repo: Repository, kind: str, key: str, now: datetime) -> bool:
    """Note that an effect is being made once; `False` when it was noted before."""
    row = {
        "installation_id": repo.installation,
        "repository_id": repo.id,
        "kind": clean_text(kind),
        "key": clean_text(key),
        "started_at": now,
    }
    return put_new(connection, effects, row)


def count_effects(connection: Connection, repo: Repository, kind: str, prefix: str, since: datetime) -> int:
    """How many effects of a kind whose key begins so were noted since then."""
    beginning = clean_text(prefix)
    statement = (
        select(func.count())
        .select_from(effects)
        .where(
            effects.c.installation_id == repo.installation,
            effects.c.repository_id == repo.id,
            effects.c.kind == clean_text(kind),
            func.substr(effects.c.key, 1, len(beginning)) == beginning,
            effects.c.started_at >= since,
        )
    )
    return connection.scalar(statement) or 0
