"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create every table."""
    _create_inbox()
    _create_history()
    _create_own_writing()
    probe = op.create_table(
        "probe",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.bulk_insert(probe, [{"id": 1, "count": 0}])


def _create_inbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("installation_id", sa.BigInteger, nullable=False),
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.UniqueConstraint("digest", "event", name="uq_deliveries_digest"),
    )
    op.create_index("ix_deliveries_guid", "deliveries", ["guid"])
    op.create_index("ix_deliveries_tenant", "deliveries", ["installation_id", "repository_id"])
    op.create_table(
        "work",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("installation_id", sa.BigInteger, nullable=False),
        sa.Column("repository_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("dedup", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("waits", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_work_due", "work", ["state", "due_at"])
    op.create_index("ix_work_tenant", "work", ["installation_id", "repository_id"])
    _create_unique_where("uq_work_running_key", ["key"], sa.text("state = 'running'"))
    waiting = sa.text("state = 'waiting' AND dedup <> ''")
    _create_unique_where("uq_work_waiting_dedup", ["key", "dedup"], waiting)


def _create_unique_where(name: str, columns: list[str], condition: sa.TextClause) -> None:
    op.create_index(name, "work", columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def _create_history() -> None:
    op.create_table(
        "readings",
        *_tenant(),
        sa.Column("job_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("patterns", sa.Text, primary_key=True),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False, server_default=sa.func.current_timestamp()),
    )
    op.create_table(
        "runs",
        *_tenant(),
        sa.Column("run_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("workflow_id", sa.BigInteger, nullable=False),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "ix_runs_branch", "runs", ["installation_id", "repository_id", "workflow_id", "branch", "created_at"]
    )


def _create_own_writing() -> None:
    op.create_table(
        "pull_states",
        *_tenant(),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hold_until", sa.BigInteger),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "effects",
        *_tenant(),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("started_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "configs",
        *_tenant(),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("commit", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def _tenant() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("installation_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("repository_id", sa.BigInteger, primary_key=True, autoincrement=False),
    )
