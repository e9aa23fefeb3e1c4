"""What is open is found by its account: to ask costs the same however much was made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Order the index of the open attempts by account."""
    op.drop_index("ix_attempts_open", "attempts")
    op.create_index(
        "ix_attempts_open", "attempts", ["account_id"], sqlite_where=sa.text("ending IS NULL")
    )
