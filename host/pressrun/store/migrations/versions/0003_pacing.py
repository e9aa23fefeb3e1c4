"""What pacing needs: limits met, an author's ceilings, fair shares, and counts kept up to date."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ONE_MORE = (
    "INSERT INTO tallies (batch_id, state, jobs) VALUES (new.batch_id, new.state, 1) "
    "ON CONFLICT (batch_id, state) DO UPDATE SET jobs = jobs + 1;"
)
_ONE_LESS = (
    "UPDATE tallies SET jobs = jobs - 1 WHERE batch_id = old.batch_id AND state = old.state;"
)


def upgrade() -> None:
    """Add the tables, the columns, their indexes and the triggers that count."""
    for name in ("most_tabs", "most_per_hour", "quiet_from", "quiet_until"):
        op.add_column("accounts", sa.Column(name, sa.Integer()))
    op.create_table(
        "limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.Column("tabs", sa.Integer(), nullable=False),
        sa.Column("since", sa.Float()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_limits_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limits")),
    )
    op.create_index("ix_limits_account_id_at", "limits", ["account_id", "at"])
    op.add_column("batches", sa.Column("served", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE jobs SET place = ordinal")
    waiting, done = "state = 'waiting'", "state = 'done'"
    op.drop_index("ix_jobs_waiting", "jobs")
    _index("ix_jobs_waiting", "jobs", ["batch_id", "place"], waiting)
    _index("ix_jobs_deferred", "jobs", ["not_before"], f"{waiting} AND not_before > 0")
    _index("ix_jobs_done", "jobs", ["batch_id", "ended_at"], done)
    sent = ["account_id", "submitting_at"]
    _index("ix_attempts_sent", "attempts", sent, "submitting_at IS NOT NULL")
    op.create_table(
        "tallies",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_tallies_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("batch_id", "state", name=op.f("pk_tallies")),
    )
    op.execute(
        "INSERT INTO tallies SELECT batch_id, state, count(*) FROM jobs GROUP BY batch_id, state"
    )
    changed = "AFTER UPDATE OF state ON jobs WHEN old.state <> new.state"
    op.execute(f"CREATE TRIGGER jobs_added AFTER INSERT ON jobs BEGIN {_ONE_MORE} END")
    op.execute(f"CREATE TRIGGER jobs_entered {changed} BEGIN {_ONE_MORE} END")
    op.execute(f"CREATE TRIGGER jobs_left {changed} BEGIN {_ONE_LESS} END")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where))
