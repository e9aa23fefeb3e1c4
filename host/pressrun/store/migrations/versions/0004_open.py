"""What is open, and what was sent, is found by its account alone, however much was made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Order the index of the open attempts by account; tell in that of the sent what was taken."""
    op.drop_index("ix_attempts_open", "attempts")
    op.create_index(
        "ix_attempts_open", "attempts", ["account_id"], sqlite_where=sa.text("ending IS NULL")
    )
    op.drop_index("ix_attempts_sent", "attempts")
    op.create_index(
        "ix_attempts_sent",
        "attempts",
        ["account_id", "submitting_at", "ending"],
        sqlite_where=sa.text("submitting_at IS NOT NULL"),
    )
