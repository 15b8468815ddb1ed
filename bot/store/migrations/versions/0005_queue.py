"""The queue finds a key's other pieces of work without reading them all."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_work_key", "work", ["key", "state", "due_at"])
