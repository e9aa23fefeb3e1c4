"""An answer may hold several pictures: one stands for the panel, the others are alternatives."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Let an attempt have several pictures, and name those that it received beside its own."""
    op.add_column("attempts", sa.Column("others", sa.Text(), nullable=True))
    with op.batch_alter_table("images") as images:
        images.drop_constraint("uq_images_attempt_id", type_="unique")
    op.create_index("ix_images_attempt_id", "images", ["attempt_id"])
