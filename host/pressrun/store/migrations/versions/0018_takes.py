"""Whether a batch makes only more takes that were ordered panel by panel."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Tell batches that a list began from those that an order for more takes began."""
    op.add_column(
        "batches", sa.Column("takes", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE batches SET takes = 1"
        " WHERE made_before = 0 AND refused_before = 0 AND left_before = 0 AND id IN"
        " (SELECT batch_id FROM journal"
        " WHERE event = 'batch.started' AND json_extract(data, '$.jobs') = 0)"
    )
