"""Tables that hold text of logs: logs to try signatures on, a specimen of each unrecognised failure."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from bot.store.columns import Instant, metadata, tenant

kept_logs = Table(
    "kept_logs",
    metadata,
    *tenant(),
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("workflow_id", BigInteger, nullable=False),
    Column("workflow", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("sha", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("size", BigInteger, nullable=False),
    # Whose run it was is known when the run is recorded.
    Column("branch", Text, nullable=False, server_default=""),
    Column("pull_request", BigInteger, nullable=False, server_default="0"),
    Column("author", Text, nullable=False, server_default=""),
    Column("on_base", Integer, nullable=False, server_default="0"),
    # The last column: what stands before it is read without it.
    Column("body", LargeBinary, nullable=False),
    Index("ix_kept_logs_job", "installation_id", "repository_id", "workflow_id", "job", "passed", "at"),
    Index("ix_kept_logs_size", "installation_id", "repository_id", "size"),
    Index("ix_kept_logs_at", "at"),
)

specimens = Table(
    "specimens",
    metadata,
    *tenant(),
    Column("fingerprint", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_specimens_at", "at"),
)
