"""Libraries by their mark, several lists in one library, and words that change midway."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_OPEN = "state IN ('running', 'paused')"

_ONE_MORE = (
    "INSERT INTO tallies (batch_id, state, jobs) VALUES (new.batch_id, new.state, 1) "
    "ON CONFLICT (batch_id, state) DO UPDATE SET jobs = jobs + 1;"
)
_ONE_LESS = (
    "UPDATE tallies SET jobs = jobs - 1 WHERE batch_id = old.batch_id AND state = old.state;"
)
_CHANGED = (
    "AFTER UPDATE OF state, outdated ON jobs "
    "WHEN (old.state <> new.state OR old.outdated <> new.outdated)"
)


def upgrade() -> None:
    """Add the table, the columns and their indexes, and count what a list asks for alone."""
    op.create_table(
        "libraries",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("seen_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_libraries")),
    )
    op.create_table(
        "listed",
        sa.Column("library", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("prompt_sha256", sa.String(), nullable=False),
        sa.Column("attached", sa.Text()),
        sa.PrimaryKeyConstraint("library", "source", "ordinal", name=op.f("pk_listed")),
    )
    for name in ("refused_before", "left_before"):
        op.add_column("batches", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.drop_index("uq_batches_open_library", "batches")
    op.create_index(
        "uq_batches_open_list",
        "batches",
        ["library", "source"],
        unique=True,
        sqlite_where=sa.text(_OPEN),
    )
    op.add_column(
        "jobs", sa.Column("outdated", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("jobs", sa.Column("note", sa.Text()))
    op.create_index(
        "uq_jobs_queued_key",
        "jobs",
        ["batch_id", "key"],
        unique=True,
        sqlite_where=sa.text("state = 'queued'"),
    )
    op.add_column("images", sa.Column("kept_for", sa.Text()))
    for name in ("jobs_added", "jobs_entered", "jobs_left"):
        op.execute(f"DROP TRIGGER {name}")
    added = "AFTER INSERT ON jobs WHEN NOT new.outdated"
    op.execute(f"CREATE TRIGGER jobs_added {added} BEGIN {_ONE_MORE} END")
    op.execute(f"CREATE TRIGGER jobs_entered {_CHANGED} AND NOT new.outdated BEGIN {_ONE_MORE} END")
    op.execute(f"CREATE TRIGGER jobs_left {_CHANGED} AND NOT old.outdated BEGIN {_ONE_LESS} END")
