"""Panels of a book: what they are composed from, and which come one after the other."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add what jobs, pictures, lists and attempts tell of a book."""
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(
        "ix_jobs_following",
        "jobs",
        ["batch_id", "before"],
        sqlite_where=sa.text("before IS NOT NULL"),
    )


def _follows() -> sa.Column[Any]:
    return sa.Column("follows", sa.Boolean(), nullable=False, server_default=sa.false())


_ADDED: dict[str, list[sa.Column[Any]]] = {
    "jobs": [
        _follows(),
        sa.Column("before", sa.Text()),
        sa.Column("scene", sa.Text()),
        sa.Column("ingredients", sa.Text()),
    ],
    "images": [_follows(), sa.Column("ingredients", sa.Text())],
    "listed": [
        _follows(),
        sa.Column("ingredients", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("before", sa.Text()),
        sa.Column("scene", sa.Text()),
        sa.Column("file", sa.Text()),
        sa.Column("about", sa.Text()),
    ],
    "batches": [sa.Column("follow_up", sa.Text())],
    "attempts": [sa.Column("followed", sa.String())],
}
