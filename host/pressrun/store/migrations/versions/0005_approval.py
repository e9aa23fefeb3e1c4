"""What approval needs: the panel that a job comes after, and when a picture was approved."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns, an index of what is held, and count it among what is open."""
    op.add_column("jobs", sa.Column("after", sa.Text()))
    op.add_column("images", sa.Column("approved_at", sa.Float()))
    held = sa.text("state = 'held'")
    op.create_index("ix_jobs_held", "jobs", ["batch_id", "after"], sqlite_where=held)
    op.drop_index("uq_jobs_open_key", "jobs")
    still_open = sa.text("state IN ('waiting', 'held', 'working', 'doubt')")
    key = ["batch_id", "key"]
    op.create_index("uq_jobs_open_key", "jobs", key, unique=True, sqlite_where=still_open)
