"""Where a prompt is sent, chats that are gone on in, formats, and projects."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table of kept chats, and what attempts, jobs, batches and pictures tell of theirs."""
    op.create_table(
        "chats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("attached", sa.Text()),
        sa.Column("began_at", sa.Float(), nullable=False),
        sa.Column("left_because", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_chats_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_chats_batch_id_batches")
        ),
        sa.UniqueConstraint(
            "account_id", "conversation", name=op.f("uq_chats_account_id_conversation")
        ),
    )
    op.create_index(
        "ix_chats_open",
        "chats",
        ["account_id", "batch_id", "scene"],
        sqlite_where=sa.text("left_because IS NULL"),
    )
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column)
    kept = sa.text("destination = 'kept'")
    op.create_index("ix_attempts_kept", "attempts", ["account_id"], sqlite_where=kept)
    bound = "state = 'waiting' AND (in_account IS NOT NULL OR follow_account IS NOT NULL)"
    op.create_index(
        "ix_jobs_bound", "jobs", ["in_account", "follow_account"], sqlite_where=sa.text(bound)
    )


_ADDED: dict[str, list[sa.Column[Any]]] = {
    "attempts": [
        sa.Column("destination", sa.String(), nullable=False, server_default="fresh"),
        sa.Column("said", sa.Text()),
        sa.Column("project", sa.Text()),
    ],
    "jobs": [
        sa.Column("format", sa.String()),
        sa.Column("says", sa.Text()),
        sa.Column("shows", sa.Text()),
        sa.Column("in_chat", sa.Text()),
        sa.Column("in_account", sa.Integer()),
        sa.Column("made_from", sa.String()),
        sa.Column("follow_up", sa.Text()),
        sa.Column("follow_chat", sa.Text()),
        sa.Column("follow_account", sa.Integer()),
        sa.Column("remake", sa.Boolean(), nullable=False, server_default=sa.false()),
    ],
    "batches": [
        sa.Column("chats", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("project", sa.Text()),
        sa.Column("wrong_format", sa.String(), nullable=False, server_default="keep"),
        sa.Column("stopped_because", sa.Text()),
    ],
    "images": [sa.Column("format", sa.String())],
    "listed": [sa.Column("format", sa.String())],
}
