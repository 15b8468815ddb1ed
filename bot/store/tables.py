"""The tables as they are now; `migrations/` says how they came to be."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import DateTime

from bot.store.upsert import unique_where

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


def _tenant(*, primary: bool = True) -> tuple[Column[int], Column[int]]:
    return (
        Column("installation_id", BigInteger, primary_key=primary, nullable=False, autoincrement=False),
        Column("repository_id", BigInteger, primary_key=primary, nullable=False, autoincrement=False),
    )


deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True),
    *_tenant(primary=False),
    Column("guid", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("body", LargeBinary),
    # The event's name is not signed: a body replayed under another name must not keep the true one out.
    UniqueConstraint("digest", "event", name="uq_deliveries_digest"),
    Index("ix_deliveries_guid", "guid"),
    Index("ix_deliveries_tenant", "installation_id", "repository_id"),
)

work = Table(
    "work",
    metadata,
    Column("id", Serial, primary_key=True),
    *_tenant(primary=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("dedup", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("waits", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("token", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_work_due", "state", "due_at"),
    Index("ix_work_tenant", "installation_id", "repository_id"),
)
WAITING, RUNNING, BURIED = "waiting", "running", "buried"
is_waiting: ColumnElement[bool] = work.c.state == WAITING
is_running: ColumnElement[bool] = work.c.state == RUNNING
# Literal texts, because an index and a conflict's target take no parameters.
RUNNING_ONLY = text("state = 'running'")
WAITING_ONLY = text("state = 'waiting' AND dedup <> ''")
unique_where("uq_work_running_key", RUNNING_ONLY, work.c.key)
unique_where("uq_work_waiting_dedup", WAITING_ONLY, work.c.key, work.c.dedup)

readings = Table(
    "readings",
    metadata,
    *_tenant(),
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("patterns", Text, primary_key=True),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("saved_at", DateTime, nullable=False, server_default=func.current_timestamp()),
)

runs = Table(
    "runs",
    metadata,
    *_tenant(),
    Column("run_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("workflow_id", BigInteger, nullable=False),
    Column("branch", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("head_sha", Text, nullable=False, server_default=""),
    Index("ix_runs_commit", "installation_id", "repository_id", "workflow_id", "head_sha"),
    Index("ix_runs_branch", "installation_id", "repository_id", "workflow_id", "branch", "created_at"),
)


def _origin() -> tuple[SchemaItem, ...]:
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


# Whatever a question filters by stands in its index, so that rows themselves are never read.
ASKED = ("at", "pull_request", "author", "pushed_at")

job_results = Table(
    "job_results",
    metadata,
    *_tenant(),
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    *_origin(),
    Column("passed", Integer, nullable=False),
    Index(
        "ix_job_results_job",
        "installation_id",
        "repository_id",
        "workflow_id",
        "job",
        *ASKED,
        "on_base",
    ),
    Index("ix_job_results_at", "at"),
)

occurrences = Table(
    "occurrences",
    metadata,
    *_tenant(),
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    *_origin(),
    Column("test", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Index("ix_occurrences_fingerprint", "installation_id", "repository_id", "fingerprint", *ASKED),
    Index(
        "ix_occurrences_signature",
        "installation_id",
        "repository_id",
        "signature",
        *ASKED,
        "workflow_id",
        "job",
        "job_id",
        "on_base",
    ),
    Index("ix_occurrences_at", "at"),
)

lineages = Table(
    "lineages",
    metadata,
    *_tenant(),
    Column("pull_request", BigInteger, primary_key=True, autoincrement=False),
    Column("token", Text, primary_key=True),
    Column("author", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Index("ix_lineages_token", "installation_id", "repository_id", "token", "pull_request"),
    Index("ix_lineages_saved_at", "saved_at"),
)

pull_states = Table(
    "pull_states",
    metadata,
    *_tenant(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # A column of its own, which a later writer cannot lower.
    Column("hold_until", Instant),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    *_tenant(),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("started_at", Instant, nullable=False),
)

configs = Table(
    "configs",
    metadata,
    *_tenant(),
    Column("path", Text, nullable=False),
    Column("commit", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# One row that is written to find out whether anything can be.
probe = Table(
    "probe", metadata, Column("id", Integer, primary_key=True), Column("count", Integer, nullable=False)
)

TENANT_TABLES = (
    deliveries,
    work,
    readings,
    runs,
    job_results,
    occurrences,
    lineages,
    pull_states,
    effects,
    configs,
)
