"""Bytes that are no picture are fetched once more from where they were shown."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Tell of each attempt whether what it received was no picture."""
    op.add_column(
        "attempts", sa.Column("damaged", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
