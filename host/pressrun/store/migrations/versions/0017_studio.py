"""Studio: what the author decided, what it takes to undo it, and what views show."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add decisions and notes, and what images and lists tell of them."""
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("library", sa.Text(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("about", sa.Text()),
        sa.Column("undoes", sa.Integer()),
        sa.Column("undone_at", sa.Float()),
        sa.ForeignKeyConstraint(["undoes"], ["decisions.id"], name="fk_decisions_undoes_decisions"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decisions_library", "decisions", ["library", "id"])
    op.create_table(
        "decided_panels",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("image_id", sa.Integer()),
        sa.Column("job_id", sa.Integer()),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_decided_panels_decision_id_decisions"
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name="fk_decided_panels_image_id_images"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_decided_panels_job_id_jobs"),
        sa.PrimaryKeyConstraint("decision_id", "key", name="pk_decided_panels"),
    )
    op.create_index("ix_decided_panels_image_id", "decided_panels", ["image_id"])
    op.create_table(
        "notes",
        sa.Column("library", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("library", "key", name="pk_notes"),
    )
    op.create_table(
        "notices",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("told_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_notices"),
    )
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(
        "ix_images_offered",
        "images",
        ["library", "key"],
        sqlite_where=sa.text("offered_at IS NOT NULL"),
    )


_ADDED: dict[str, list[sa.Column[Any]]] = {
    "images": [
        sa.Column("rejected_note", sa.Text()),
        sa.Column("locked_at", sa.Float()),
        sa.Column("offered_at", sa.Float()),
        sa.Column("decided", sa.Integer(), nullable=False, server_default="0"),
    ],
    "listed": [sa.Column("figures", sa.Text()), sa.Column("setting", sa.Text())],
}
