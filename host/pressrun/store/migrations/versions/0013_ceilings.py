"""The author's ceilings for accounts that are not known yet."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Keep one row of ceilings that every new account begins with."""
    op.create_table(
        "ceilings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("most_tabs", sa.Integer(), nullable=True),
        sa.Column("most_per_hour", sa.Integer(), nullable=True),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ceilings"),
    )
