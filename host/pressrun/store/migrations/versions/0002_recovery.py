"""What a recovery needs to know: when an attempt was submitted, and when to look after it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns and their indexes."""
    op.add_column(
        "batches", sa.Column("on_doubt", sa.String(), nullable=False, server_default="ask")
    )
    op.add_column("attempts", sa.Column("submitting_at", sa.Float()))
    op.add_column("attempts", sa.Column("looks", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("attempts", sa.Column("look_at", sa.Float()))
    # an attempt in doubt used to be ended; it stays open until it is settled
    op.execute(
        "UPDATE attempts SET ending = NULL, ended_at = NULL, look_at = 0 WHERE ending = 'doubt'"
    )
    op.create_index("ix_attempts_file_id", "attempts", ["file_id"])
    op.create_index(
        "ix_attempts_account_id_conversation", "attempts", ["account_id", "conversation"]
    )
    op.create_index("ix_images_sha256", "images", ["sha256"])
