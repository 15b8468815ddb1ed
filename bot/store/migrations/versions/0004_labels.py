"""Labels: what was said of verdicts afterwards; and what repositories are called."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TENANT = ["installation_id", "repository_id"]
TEXTS = ["job", "sha", "test", "fingerprint", "signature", "verdict", "word", "reason"]


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "labels",
        *_key(*TENANT, "job_id"),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("subject", "source", "said_by")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("run_id", "workflow_id")),
        sa.Column("pull_request", sa.BigInteger, nullable=False),
        sa.Column("rung", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("at", "said_at")),
    )
    op.create_index("ix_labels_pull", "labels", [*TENANT, "pull_request"])
    op.create_index("ix_labels_tenant_at", "labels", [*TENANT, "at"])
    op.create_index("ix_labels_at", "labels", ["at"])
    op.create_table(
        "repositories",
        *_key(*TENANT),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )


def _key(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False) for name in names]
