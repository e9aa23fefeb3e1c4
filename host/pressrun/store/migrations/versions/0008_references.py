"""A prompt may be sent with reference pictures; other references make another picture."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Name, for each job and each picture, the reference pictures that its prompt goes with."""
    for table in ("jobs", "images"):
        op.add_column(table, sa.Column("attached", sa.Text(), nullable=True))
