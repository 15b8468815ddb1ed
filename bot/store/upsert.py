"""Rows that may be there already, and whatever else SQLite and PostgreSQL say in different words.

All other SQL of the store is written so that both read it alike.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Index, Table, TextClause, case
from sqlalchemy.dialects import postgresql, sqlite

_Value = TypeVar("_Value")
Row = Mapping[str, object]
# Gives, by a column's name, what the new row has there.
New = Callable[[str], ColumnElement[object]]
Change = Callable[[New], Mapping[str, ColumnElement[object]]]


def put(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    *,
    unique: Sequence[Column[object]] = (),
    where: TextClause | None = None,
    change: Change | None = None,
) -> None:
    """Insert rows of one shape; where one with the same key is there, change that one.

    Args:
        connection: a writing transaction.
        table: where to.
        rows: each with the same columns; of several with one primary key the last is taken.
        unique: the columns of the unique index that is meant; the primary key's unless given.
        where: the condition of that index, when it is partial.
        change: what an old row becomes; every column but the key takes its new value unless given.
    """
    if not rows:
        return
    keys = [column.name for column in unique or table.primary_key.columns]
    statement = _insert(connection, table)
    new = statement.excluded
    changes = change(new.__getitem__) if change else {name: new[name] for name in rows[0] if name not in keys}
    # Two transactions that lock the same rows in the same order cannot wait for each other.
    ordered = sorted(
        {tuple(row[key] for key in keys): dict(row) for row in rows}.items(), key=lambda one: repr(one[0])
    )
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, index_where=where, set_=dict(changes)),
        [row for _, row in ordered],
    )


def put_new(connection: Connection, table: Table, row: Row) -> bool:
    """Insert a row unless it breaks a unique key; says whether it was new."""
    statement = _insert(connection, table).values(dict(row)).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key.columns)).first() is not None


def unique_where(name: str, condition: TextClause, *columns: Column[object]) -> Index:
    """A unique index over the rows alone that meet a condition."""
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def smaller(one: ColumnElement[_Value], other: ColumnElement[_Value]) -> ColumnElement[_Value]:
    """The smaller of two values; the other when the first is NULL, NULL when the other is."""
    return case((one < other, one), else_=other)


def larger(one: ColumnElement[_Value], other: ColumnElement[_Value]) -> ColumnElement[_Value]:
    """The larger of two values; the other when the first is NULL, NULL when the other is."""
    return case((one > other, one), else_=other)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
