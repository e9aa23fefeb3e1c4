"""Style: what is measured of pictures, what it says of them, drifts, and repairs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add measures, marks and drifts, and what batches, jobs, attempts and images tell of them."""
    op.create_table(
        "drifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slow", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("since_key", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("weights", sa.Text()),
        sa.Column("holds", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("began_at", sa.Float(), nullable=False),
        sa.Column("settled_at", sa.Float()),
        sa.Column("settled_because", sa.Text()),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_drifts_batch_id_batches"),
        sa.PrimaryKeyConstraint("id", name="pk_drifts"),
    )
    op.create_index(
        "uq_drifts_open",
        "drifts",
        ["batch_id", "kind", "name", "slow"],
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "measures",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary()),
        sa.Column("attributes", sa.Text()),
        sa.Column("likeness", sa.String()),
        sa.Column("blemishes", sa.Text()),
        sa.Column("failed", sa.Text()),
        sa.Column("measured_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "version", name="pk_measures"),
    )
    op.create_table(
        "marks",
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("against", sa.String()),
        sa.Column("score", sa.Float()),
        sa.Column("limit", sa.Float()),
        sa.Column("why", sa.Text()),
        sa.Column("correction", sa.Text()),
        sa.Column("blemishes", sa.Text()),
        sa.Column("alike", sa.Text()),
        sa.Column("marked_at", sa.Float(), nullable=False),
        sa.Column("settled_at", sa.Float()),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name="fk_marks_image_id_images"),
        sa.PrimaryKeyConstraint("image_id", name="pk_marks"),
    )
    op.create_index(
        "ix_marks_state", "marks", ["state"], sqlite_where=sa.text("state != 'in-style'")
    )
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column)
    # Alembic adds no column with a foreign key on SQLite, which itself can
    op.execute("ALTER TABLE jobs ADD COLUMN drift_id INTEGER REFERENCES drifts (id)")
    for name, table, indexed, condition in _INDEXES:
        where = None if condition is None else sa.text(condition)
        op.create_index(name, table, indexed, sqlite_where=where)


def _text(name: str, default: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


_ADDED: dict[str, list[sa.Column[Any]]] = {
    "batches": [
        _text("outliers", "mark"),
        sa.Column("repairs", sa.Integer(), nullable=False, server_default="2"),
        sa.Column("repair_share", sa.Float(), nullable=False, server_default="0.05"),
        sa.Column("style_references", sa.Text()),
        _text("steering", "none"),
        sa.Column("steered_by", sa.Text()),
        sa.Column("steered_with", sa.Text()),
        sa.Column("steered_to", sa.Text()),
    ],
    "jobs": [
        sa.Column("repair", sa.Integer(), nullable=False, server_default="0"),
    ],
    "attempts": [sa.Column("shows", sa.Text()), _text("steering", "none")],
    "images": [
        sa.Column("rejected_at", sa.Float()),
        sa.Column("rejected_because", sa.String()),
        sa.Column("marked_by", sa.String()),
    ],
}

_APPROVED = "place = 'current' AND approved_at IS NOT NULL"

_INDEXES: list[tuple[str, str, list[str], str | None]] = [
    ("ix_images_marked_by", "images", ["marked_by", "filed_at"], "place = 'current'"),
    ("ix_images_marked_by_approved", "images", ["marked_by", "approved_at"], _APPROVED),
    ("ix_images_approved", "images", ["library", "approved_at"], _APPROVED),
    ("ix_images_rejected", "images", ["library", "rejected_at"], "rejected_at IS NOT NULL"),
    ("ix_images_library_filed_at", "images", ["library", "filed_at"], None),
    ("ix_jobs_panels", "jobs", ["batch_id", "key"], "state != 'cancelled'"),
    ("ix_jobs_repairs", "jobs", ["batch_id"], "repair > 0"),
]
