"""Who asks history, and what they may see: every statement about past failures is made of these parts.

The rules are those of `bot/classify/blind.py`. Whom they are about comes as parameters: a statement is put
together once, and cannot be asked without them.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, FromClause, Text, and_, bindparam, case, or_, select

from bot.classify.blind import KIN, NEWER, NO_AUTHOR, NO_PULL, SAME_AUTHOR, SAME_PULL
from bot.model.history import Asker
from bot.model.run import Repository
from bot.store.columns import Instant
from bot.store.lists import list_of, number_in, table_of

# A statement's parameters, by their names.
Asked = Mapping[str, object]
SINCE = bindparam("since", type_=Instant)
UNTIL = bindparam("until", type_=Instant)
_AUTHOR = bindparam("asker_author", type_=Text)
_PUSHED_AT = bindparam("asker_pushed_at", type_=Instant)


def asked_by(repo: Repository, asker: Asker, since: datetime | None = None) -> Asked:
    """The parameters that stand for the tenant, the asker and the span of time."""
    return {
        "installation": repo.installation,
        "repository": repo.id,
        "asker_pull": asker.pull_request,
        "asker_author": asker.author,
        "asker_kin": list_of({"number": pull} for pull in asker.kin),
        "asker_pushed_at": asker.pushed_at,
        "since": since or asker.at,
        "until": asker.at,
    }


def mine(table: FromClause) -> ColumnElement[bool]:
    """The tenant's own rows."""
    return and_(
        table.c.installation_id == bindparam("installation", type_=BigInteger),
        table.c.repository_id == bindparam("repository", type_=BigInteger),
    )


def why_hidden(table: FromClause) -> ColumnElement[str]:
    """Why a row is no evidence for the asker; an empty text when it is."""
    row, kin = table.c, table_of("asker_kin")
    return case(
        (row.pull_request == bindparam("asker_pull", type_=BigInteger), SAME_PULL),
        (row.pull_request <= 0, NO_PULL),
        (or_(row.author == "", _AUTHOR == ""), NO_AUTHOR),
        (row.author == _AUTHOR, SAME_AUTHOR),
        (row.pull_request.in_(select(number_in(kin, "number"))), KIN),
        (row.pushed_at > _PUSHED_AT, NEWER),
        else_="",
    )


def visible(table: FromClause) -> ColumnElement[bool]:
    """Rows that the asker may see."""
    return why_hidden(table) == ""


def visible_or_base(table: FromClause) -> ColumnElement[bool]:
    """Rows that the asker may see, and the base branch's own, if not newer."""
    return or_(and_(table.c.on_base == 1, table.c.pushed_at <= _PUSHED_AT), visible(table))
