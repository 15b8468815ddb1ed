"""The tables as they are now; `migrations/` says how they came to be."""

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.types import DateTime

from bot.store.columns import Instant, Serial, metadata, origin, tenant
from bot.store.kept_tables import kept_logs, specimens
from bot.store.upsert import unique_where

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True),
    *tenant(primary=False),
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
    *tenant(primary=False),
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
    Index("ix_work_key", "key", "state", "due_at"),
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
    *tenant(),
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
    *tenant(),
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

# Whatever a question filters by stands in its index, so that rows themselves are never read.
ASKED = ("at", "pull_request", "author", "pushed_at")

job_results = Table(
    "job_results",
    metadata,
    *tenant(),
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    *origin(),
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
    *tenant(),
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    *origin(),
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
    *tenant(),
    Column("pull_request", BigInteger, primary_key=True, autoincrement=False),
    Column("token", Text, primary_key=True),
    Column("author", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Index("ix_lineages_token", "installation_id", "repository_id", "token", "pull_request"),
    Index("ix_lineages_saved_at", "saved_at"),
)

labels = Table(
    "labels",
    metadata,
    *tenant(),
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("subject", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("said_by", Text, primary_key=True),
    Column("run_id", BigInteger, nullable=False),
    Column("workflow_id", BigInteger, nullable=False),
    Column("job", Text, nullable=False),
    Column("sha", Text, nullable=False),
    Column("pull_request", BigInteger, nullable=False),
    Column("test", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("word", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("said_at", Instant, nullable=False),
    Index("ix_labels_pull", "installation_id", "repository_id", "pull_request"),
    Index("ix_labels_tenant_at", "installation_id", "repository_id", "at"),
    Index("ix_labels_at", "at"),
)

# What a repository is called: everything else knows it by its number.
repositories = Table(
    "repositories",
    metadata,
    *tenant(),
    Column("slug", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

pull_states = Table(
    "pull_states",
    metadata,
    *tenant(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # A column of its own, which a later writer cannot lower.
    Column("hold_until", Instant),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    *tenant(),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("started_at", Instant, nullable=False),
)

configs = Table(
    "configs",
    metadata,
    *tenant(),
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
    labels,
    kept_logs,
    specimens,
    repositories,
    pull_states,
    effects,
    configs,
)
