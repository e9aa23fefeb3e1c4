"""Each attempt tells by which lane its picture was made; so far there is one, a chat."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Tell of each attempt by which lane it is made."""
    op.add_column("attempts", sa.Column("lane", sa.String(), server_default="chat", nullable=False))
