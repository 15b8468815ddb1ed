"""History: every failure, every job's end, and what ties pull requests together."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TENANT = ["installation_id", "repository_id"]
ASKED = ["at", "pull_request", "author", "pushed_at"]


def upgrade() -> None:
    """Add the tables, and the commit to remembered runs."""
    op.add_column("runs", sa.Column("head_sha", sa.Text, nullable=False, server_default=""))
    op.create_index("ix_runs_commit", "runs", [*TENANT, "workflow_id", "head_sha"])
    _create_job_results()
    _create_occurrences()
    op.create_table(
        "lineages",
        *_key("pull_request"),
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("saved_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_lineages_token", "lineages", [*TENANT, "token", "pull_request"])
    op.create_index("ix_lineages_saved_at", "lineages", ["saved_at"])


def _create_job_results() -> None:
    op.create_table(
        "job_results",
        *_key("job_id"),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        *_origin(),
        sa.Column("passed", sa.Integer, nullable=False),
    )
    op.create_index("ix_job_results_job", "job_results", [*TENANT, "workflow_id", "job", *ASKED, "on_base"])
    op.create_index("ix_job_results_at", "job_results", ["at"])


def _create_occurrences() -> None:
    op.create_table(
        "occurrences",
        *_key("job_id"),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        *_origin(),
        sa.Column("test", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
    )
    op.create_index("ix_occurrences_fingerprint", "occurrences", [*TENANT, "fingerprint", *ASKED])
    rates = ["workflow_id", "job", "job_id", "on_base"]
    op.create_index("ix_occurrences_signature", "occurrences", [*TENANT, "signature", *ASKED, *rates])
    op.create_index("ix_occurrences_at", "occurrences", ["at"])


def _key(name: str) -> list[sa.Column[int]]:
    """The tenant, and what it holds."""
    return [
        sa.Column(column, sa.BigInteger, primary_key=True, autoincrement=False) for column in (*TENANT, name)
    ]


def _origin() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("workflow_id", sa.BigInteger, nullable=False),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("run_id", sa.BigInteger, nullable=False),
        sa.Column("sha", sa.Text, nullable=False),
        sa.Column("pull_request", sa.BigInteger, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("on_base", sa.Integer, nullable=False),
        sa.Column("pushed_at", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    ]
