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
        sa.Column("takes_back", sa.Boolean(), nullable=False, server_default=sa.false()),
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
    op.create_index(
        "ix_decided_panels_job_id",
        "decided_panels",
        ["job_id"],
        sqlite_where=sa.text("job_id IS NOT NULL"),
    )
    op.create_table(
        "choosing",
        sa.Column("library", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("library", "key", name="pk_choosing"),
    )
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
    op.drop_index("ix_jobs_panels", "jobs")
    op.create_index("ix_jobs_panels", "jobs", ["batch_id", "key"])
    op.create_index("ix_images_library_key", "images", ["library", "key"])
    op.create_index("ix_listed_library_key", "listed", ["library", "key", "source"])
    op.create_index("ix_decided_panels_key", "decided_panels", ["key"])
    op.create_index("ix_journal_told", "journal", ["job_id"], sqlite_where=sa.text(_TOLD))
    op.create_table(
        "chapters",
        sa.Column("library", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("library", "source", "ordinal", name="pk_chapters"),
    )
    op.create_table(
        "touched",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("library", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_touched"),
        sa.UniqueConstraint("library", "key", name="uq_touched_library_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_touched_library", "touched", ["library", "id"])
    for name, (on, touches) in _TOUCHING.items():
        op.execute(f"CREATE TRIGGER {name} AFTER {on} BEGIN {' '.join(touches)} END")
    op.create_index(
        "ix_images_offered",
        "images",
        ["library", "key"],
        sqlite_where=sa.text("offered_at IS NOT NULL"),
    )


_TOLD = (
    "event IN ('image.adopted', 'image.best', 'image.chosen', 'image.found', 'image.gone', "
    "'image.kept', 'image.marked', 'image.offered', 'image.rejected', 'image.renamed', "
    "'image.tidied', 'job.approved', 'job.ordered', 'job.redone', 'job.remade', 'job.repair')"
)

_ADDED: dict[str, list[sa.Column[Any]]] = {
    "images": [
        sa.Column("rejected_note", sa.Text()),
        sa.Column("locked_at", sa.Float()),
        sa.Column("offered_at", sa.Float()),
        sa.Column("decided", sa.Integer(), nullable=False, server_default="0"),
    ],
    "listed": [
        sa.Column("figures", sa.Text()),
        sa.Column("setting", sa.Text()),
        sa.Column("page", sa.Text()),
        sa.Column("chapter", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("layers", sa.JSON()),
        sa.Column("lettering", sa.Text()),
    ],
}


def _touch(key: str, library: str, *tables: str) -> str:
    """Statements of a trigger that give a panel the next number.

    An upsert would leave the choice of what becomes of a row that is there to the statement that
    set the trigger off.
    """
    found = f"SELECT {library}, {key} {' '.join(tables)}"
    gone = f"DELETE FROM touched WHERE (library, key) IN ({found});"  # noqa: S608 - our own words
    return f"{gone} INSERT INTO touched (library, key) {found};"


def _of_job(row: str, key: str = "key") -> str:
    own = f"FROM batches WHERE batches.id = {row}.batch_id AND {row}.{key} IS NOT NULL"
    return _touch(f"{row}.{key}", "batches.library", own)


def _of_image(row: str) -> str:
    # pictures that change places have names in between that are no keys
    return _touch(f"{row}.key", f"{row}.library", f"WHERE substr({row}.key, 1, 1) <> '/'")


_OF_MARK = _touch("images.key", "images.library", "FROM images WHERE images.id = new.image_id")


def _changed(table: str, *names: str) -> str:
    """When a row of a table is another one for whoever looks at its panel."""
    differs = " OR ".join(f"old.{name} IS NOT new.{name}" for name in names)
    return f"UPDATE OF {', '.join(names)} ON {table} WHEN {differs}"


_RECIPE = ("prompt_sha256", "attached", "format", "follows")
_IMAGE = (
    *("key", "library", "place", "kept_for", "locked_at", "approved_at", "rejected_at"),
    *("offered_at", "decided", *_RECIPE),
)

_TOUCHING = {
    "jobs_came": ("INSERT ON jobs", [_of_job("new"), _of_job("new", "after")]),
    "jobs_changed": (
        _changed("jobs", "key", "state", "outdated", "after", "repair", *_RECIPE),
        [_of_job("old"), _of_job("new"), _of_job("old", "after"), _of_job("new", "after")],
    ),
    "images_came": ("INSERT ON images", [_of_image("new")]),
    "images_changed": (_changed("images", *_IMAGE), [_of_image("old"), _of_image("new")]),
    "marks_came": ("INSERT ON marks", [_OF_MARK]),
    "marks_changed": (_changed("marks", "state", "score", '"limit"', "settled_at"), [_OF_MARK]),
    "notes_came": ("INSERT ON notes", [_of_image("new")]),
    "notes_left": ("DELETE ON notes", [_of_image("old")]),
    "listed_changed": (_changed("listed", *_RECIPE), [_of_image("new")]),
}
"""For each trigger, when it is set off, and what it does then."""
