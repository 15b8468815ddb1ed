"""Text of logs: logs to try signatures on, and a specimen of each unrecognised failure."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TENANT = ["installation_id", "repository_id"]


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "kept_logs",
        *_key(*TENANT, "job_id"),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("workflow_id", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("workflow", "job", "step")),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.Column("run_id", sa.BigInteger, nullable=False),
        sa.Column("sha", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("branch", sa.Text, nullable=False, server_default=""),
        sa.Column("pull_request", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("author", sa.Text, nullable=False, server_default=""),
        sa.Column("on_base", sa.Integer, nullable=False, server_default="0"),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_kept_logs_job", "kept_logs", [*TENANT, "workflow_id", "job", "passed", "at"])
    op.create_index("ix_kept_logs_size", "kept_logs", [*TENANT, "size"])
    op.create_index("ix_kept_logs_at", "kept_logs", ["at"])
    op.create_table(
        "specimens",
        *_key(*TENANT),
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_specimens_at", "specimens", ["at"])


def _key(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False) for name in names]
