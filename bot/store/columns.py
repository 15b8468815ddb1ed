"""What the tables' columns are made of: points in time, serial numbers, the tenant, the run behind a row."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Column, Dialect, Integer, MetaData, Text, TypeDecorator
from sqlalchemy.schema import SchemaItem

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """A point in time as microseconds since 1970 in UTC: compares and adds alike in every dialect."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database; a time without a zone is a mistake and raises `TypeError`."""
        return None if value is None else (value - EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database, in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


# SQLite counts up only what is declared INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")
metadata = MetaData()


def tenant(*, primary: bool = True) -> tuple[Column[int], Column[int]]:
    """Whose a row is: every key and every query begin with it."""
    return (
        Column("installation_id", BigInteger, primary_key=primary, nullable=False, autoincrement=False),
        Column("repository_id", BigInteger, primary_key=primary, nullable=False, autoincrement=False),
    )


def origin() -> tuple[SchemaItem, ...]:
    """The run that something happened in; what a question is answered by stands in every row."""
    return (
        Column("workflow_id", BigInteger, nullable=False),
        Column("job", Text, nullable=False),
        Column("run_id", BigInteger, nullable=False),
        Column("sha", Text, nullable=False),
        Column("pull_request", BigInteger, nullable=False),
        Column("author", Text, nullable=False),
        Column("on_base", Integer, nullable=False),
        Column("pushed_at", Instant, nullable=False),
        Column("at", Instant, nullable=False),
    )
