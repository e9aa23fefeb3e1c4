"""What came back unsent is counted by itself: it says nothing about what the site would answer."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Count, for each job, the attempts in a row that sent nothing."""
    op.add_column("jobs", sa.Column("unsent", sa.Integer(), server_default="0", nullable=False))
