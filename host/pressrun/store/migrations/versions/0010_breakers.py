"""What came to nothing is counted, and builds of the page that brought a picture are known."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Count, of each account and attempt, what came to nothing; note which builds are proved."""
    for name in ("fruitless", "unsent"):
        op.add_column("accounts", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("attempts", sa.Column("build", sa.Text()))
    op.add_column("attempts", sa.Column("told", sa.Text()))
    op.add_column(
        "attempts", sa.Column("fruitless", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "builds",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("build", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_builds_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("account_id", "build", name="pk_builds"),
    )
