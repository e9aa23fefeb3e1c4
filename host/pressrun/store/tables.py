"""The tables. Their history is in `migrations/`; a test holds the two against each other.

Every index says why it exists.
"""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
    text,
)

from pressrun.states import ACTIVE, IN_FLIGHT


def is_one_of(column: ColumnElement[str], *states: StrEnum) -> ColumnElement[bool]:
    """Whether a column holds one of these states, written out.

    A partial index is used only where the query's text proves its condition; a bound value does
    not.
    """
    written: list[ColumnElement[str]] = [literal_column(f"'{state.value}'") for state in states]
    return column == written[0] if len(written) == 1 else column.in_(written)


def is_not(column: ColumnElement[str], state: StrEnum) -> ColumnElement[bool]:
    """Whether a column holds another state than this one, written out as for `is_one_of`."""
    written: ColumnElement[str] = literal_column(f"'{state.value}'")
    return column != written


def _any_of(*states: StrEnum) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String, nullable=False),
    Column("profile", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("rests_until", Float),
    Column("rests_because", Text),
    Column("most_tabs", Integer),
    Column("most_per_hour", Integer),
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("fruitless", Integer, nullable=False, server_default="0"),
    Column("unsent", Integer, nullable=False, server_default="0"),
    UniqueConstraint("site", "profile", "mark"),
)

# The ceilings that an account begins with, in one row: the author's word on all of them.
ceilings = Table(
    "ceilings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("most_tabs", Integer),
    Column("most_per_hour", Integer),
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
)

# The builds of the site's page that have brought an account a picture.
builds = Table(
    "builds",
    metadata,
    Column("account_id", ForeignKey(accounts.c.id), primary_key=True),
    Column("build", Text, primary_key=True),
)

limits = Table(
    "limits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey(accounts.c.id), nullable=False),
    Column("at", Float, nullable=False),
    Column("outcome", String, nullable=False),
    Column("until", Float, nullable=False),
    Column("tabs", Integer, nullable=False),
    Column("since", Float),
    Column("text", Text, nullable=False),
)
# What an account may do follows from the newest limits that it met.
Index("ix_limits_account_id_at", limits.c.account_id, limits.c.at)

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("library", Text, nullable=False),
    Column("site", String, nullable=False),
    Column("tabs", Integer, nullable=False),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("state", String, nullable=False),
    Column("made_before", Integer, nullable=False),
    Column("refused_before", Integer, nullable=False, server_default="0"),
    Column("left_before", Integer, nullable=False, server_default="0"),
    Column("on_doubt", String, nullable=False, server_default="ask"),
    Column("served", Integer, nullable=False, server_default="0"),
    Column("created_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("chats", Integer, nullable=False, server_default="1"),
    Column("project", Text),
    Column("wrong_format", String, nullable=False, server_default="keep"),
    Column("stopped_because", Text),
    Column("follow_up", Text),
    Column("outliers", String, nullable=False, server_default="mark"),
    Column("repairs", Integer, nullable=False, server_default="2"),
    Column("repair_share", Float, nullable=False, server_default="0.05"),
    Column("style_references", Text),
    Column("steering", String, nullable=False, server_default="none"),
    Column("steered_by", Text),
    Column("steered_with", Text),
    Column("steered_to", Text),
    Column("takes", Boolean, nullable=False, server_default=false()),
)
# A prompt list has at most one open batch in a library, so that a panel has at most one open job.
Index(
    "uq_batches_open_list",
    batches.c.library,
    batches.c.source,
    unique=True,
    sqlite_where=text("state IN ('running', 'paused')"),
)

# Where pictures drift away from the approved ones, and what waits for the author because of it.
drifts = Table(
    "drifts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey(batches.c.id), nullable=False),
    Column("kind", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("slow", Boolean, nullable=False, server_default=false()),
    Column("since_key", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("weights", Text),
    Column("holds", Boolean, nullable=False, server_default=false()),
    Column("began_at", Float, nullable=False),
    Column("settled_at", Float),
    Column("settled_because", Text),
)
# A drift is noticed once, however many pictures show it, until it is settled.
Index(
    "uq_drifts_open",
    drifts.c.batch_id,
    drifts.c.kind,
    drifts.c.name,
    drifts.c.slow,
    unique=True,
    sqlite_where=text("settled_at IS NULL"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey(batches.c.id), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("place", Integer, nullable=False, server_default="0"),
    Column("key", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("prompt_sha256", String, nullable=False),
    Column("after", Text),
    Column("attached", Text),
    Column("state", String, nullable=False),
    Column("reason", Text),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("unsent", Integer, nullable=False, server_default="0"),
    Column("not_before", Float, nullable=False, server_default="0"),
    Column("account_id", ForeignKey(accounts.c.id)),
    Column("ended_at", Float),
    Column("outdated", Boolean, nullable=False, server_default=false()),
    Column("note", Text),
    Column("format", String),
    Column("says", Text),
    Column("shows", Text),
    Column("in_chat", Text),
    Column("in_account", Integer),
    Column("made_from", String),
    Column("follow_up", Text),
    Column("follow_chat", Text),
    Column("follow_account", Integer),
    Column("remake", Boolean, nullable=False, server_default=false()),
    Column("follows", Boolean, nullable=False, server_default=false()),
    Column("before", Text),
    Column("scene", Text),
    Column("ingredients", Text),
    Column("repair", Integer, nullable=False, server_default="0"),
    Column("drift_id", ForeignKey(drifts.c.id)),
)
ORDERED = (
    jobs.c.batch_id,
    jobs.c.ordinal,
    jobs.c.place,
    jobs.c.key,
    jobs.c.after,
    jobs.c.note,
    jobs.c.prompt,
    jobs.c.prompt_sha256,
    jobs.c.attached,
    jobs.c.format,
    jobs.c.follows,
    jobs.c.before,
    jobs.c.scene,
    jobs.c.ingredients,
)
"""What the job of one more take has of the one before: all that its panel asks for."""

# Claims walk the waiting jobs of a batch in order; done jobs cost them nothing.
Index(
    "ix_jobs_waiting",
    jobs.c.batch_id,
    jobs.c.place,
    sqlite_where=text("state = 'waiting'"),
)
# A tab asks whether another identity of its browser has something to send in a chat of its own.
Index(
    "ix_jobs_bound",
    jobs.c.in_account,
    jobs.c.follow_account,
    sqlite_where=text(
        "state = 'waiting' AND (in_account IS NOT NULL OR follow_account IS NOT NULL)"
    ),
)
# A tab that finds nothing asks when the next job is due; most jobs never have to wait.
Index(
    "ix_jobs_deferred",
    jobs.c.not_before,
    sqlite_where=text("state = 'waiting' AND not_before > 0"),
)
# The pace is that of the last minutes, however many pictures were made before.
Index(
    "ix_jobs_done",
    jobs.c.batch_id,
    jobs.c.ended_at,
    sqlite_where=text("state = 'done'"),
)
# An approval lets go of the jobs that come after its panel; the sentence counts them.
Index(
    "ix_jobs_held",
    jobs.c.batch_id,
    jobs.c.after,
    sqlite_where=text("state = 'held'"),
)
# What becomes of a panel's picture holds the jobs that follow it, or lets go of them.
Index(
    "ix_jobs_following",
    jobs.c.batch_id,
    jobs.c.before,
    sqlite_where=text("before IS NOT NULL"),
)
# A panel has at most one job that may be worked on, and one that waits for the end of that one.
Index(
    "uq_jobs_open_key",
    jobs.c.batch_id,
    jobs.c.key,
    unique=True,
    sqlite_where=text(f"state IN ({_any_of(*ACTIVE)})"),
)
Index(
    "uq_jobs_queued_key",
    jobs.c.batch_id,
    jobs.c.key,
    unique=True,
    sqlite_where=text("state = 'queued'"),
)
# A budget counts what was spent of it.
Index("ix_jobs_repairs", jobs.c.batch_id, sqlite_where=text("repair > 0"))
# A claim asks whether the same words are in flight on an account.
Index(
    "ix_jobs_in_flight",
    jobs.c.account_id,
    jobs.c.prompt_sha256,
    sqlite_where=text(f"state IN ({_any_of(*IN_FLIGHT)})"),
)
# A repair is of all that was made of one panel; the gallery asks for all that became of one.
Index("ix_jobs_panels", jobs.c.batch_id, jobs.c.key)
# The author asks for the jobs of a batch that failed, or wait for a word.
Index("ix_jobs_batch_id_state", jobs.c.batch_id, jobs.c.state)

# How many jobs of a batch are in each state, without those that its list no longer asks for.
# Triggers count, so that no operation can forget it, and progress costs the same with a million
# jobs as with ten.
tallies = Table(
    "tallies",
    metadata,
    Column("batch_id", ForeignKey(batches.c.id), primary_key=True),
    Column("state", String, primary_key=True),
    Column("jobs", Integer, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", ForeignKey(jobs.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("account_id", ForeignKey(accounts.c.id), nullable=False),
    Column("tab", Integer, nullable=False),
    Column("lane", String, nullable=False, server_default="chat"),
    Column("document", String),
    Column("submitting_at", Float),
    Column("step", String, nullable=False),
    Column("conversation", Text),
    Column("turn", Text),
    Column("file_id", Text),
    Column("sha256", String),
    Column("bytes", Integer),
    Column("others", Text),
    Column("damaged", Boolean, nullable=False, server_default=false()),
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("ending", String),
    Column("reason", Text),
    Column("looks", Integer, nullable=False, server_default="0"),
    Column("look_at", Float),
    Column("build", Text),
    Column("told", Text),
    Column("fruitless", Boolean, nullable=False, server_default=false()),
    Column("destination", String, nullable=False, server_default="fresh"),
    Column("said", Text),
    Column("project", Text),
    Column("followed", String),
    Column("shows", Text),
    Column("steering", String, nullable=False, server_default="none"),
    UniqueConstraint("job_id", "number"),
)
# A tab asks what of its account is under way or in doubt, however much the account has behind it;
# a start asks which attempts were cut off.
Index(
    "ix_attempts_open",
    attempts.c.account_id,
    sqlite_where=text("ending IS NULL"),
)
# What an account may send follows from what it sent last, and what was taken of that: hundreds of
# rows for each picture, of which nothing else is read.
Index(
    "ix_attempts_sent",
    attempts.c.account_id,
    attempts.c.submitting_at,
    attempts.c.ending,
    sqlite_where=text("submitting_at IS NOT NULL"),
)
# A claim asks whether an account's chats could be gone on in of late.
Index(
    "ix_attempts_kept",
    attempts.c.account_id,
    sqlite_where=text("destination = 'kept'"),
)
# A picture's name on the site belongs to one attempt; a conversation may have several.
Index("ix_attempts_file_id", attempts.c.file_id)
Index("ix_attempts_account_id_conversation", attempts.c.account_id, attempts.c.conversation)

# Chats of ours that are gone on in for the panels of one scene.
chats = Table(
    "chats",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey(accounts.c.id), nullable=False),
    Column("conversation", Text, nullable=False),
    Column("batch_id", ForeignKey(batches.c.id), nullable=False),
    Column("scene", Text, nullable=False),
    Column("attached", Text),
    Column("began_at", Float, nullable=False),
    Column("left_because", Text),
    UniqueConstraint("account_id", "conversation"),
)
# A claim asks which chats of an account may be gone on in; those that were left cost it nothing.
Index(
    "ix_chats_open",
    chats.c.account_id,
    chats.c.batch_id,
    chats.c.scene,
    sqlite_where=text("left_because IS NULL"),
)

images = Table(
    "images",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("library", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("place", String, nullable=False),
    Column("path", Text, nullable=False),
    Column("attempt_id", ForeignKey(attempts.c.id), nullable=False),
    Column("prompt_sha256", String, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("media", String, nullable=False),
    Column("filed_at", Float, nullable=False),
    Column("approved_at", Float),
    Column("attached", Text),
    Column("kept_for", Text),
    Column("format", String),
    Column("follows", Boolean, nullable=False, server_default=false()),
    Column("ingredients", Text),
    Column("rejected_at", Float),
    Column("rejected_because", String),
    Column("marked_by", String),
    Column("rejected_note", Text),
    Column("locked_at", Float),
    Column("offered_at", Float),
    Column("decided", Integer, nullable=False, server_default="0"),
)
# A panel has one current picture; `run` asks what a library holds.
Index(
    "uq_images_current",
    images.c.library,
    images.c.key,
    unique=True,
    sqlite_where=text("place = 'current'"),
)

# The gauge takes the newest picture that it has not marked; those that it has cost it nothing.
Index(
    "ix_images_marked_by",
    images.c.marked_by,
    images.c.filed_at,
    sqlite_where=text("place = 'current'"),
)
# Before those it takes what others are compared with.
Index(
    "ix_images_marked_by_approved",
    images.c.marked_by,
    images.c.approved_at,
    sqlite_where=text("place = 'current' AND approved_at IS NOT NULL"),
)
# The approved set is the first approvals of a library, and its newest rejections.
Index(
    "ix_images_approved",
    images.c.library,
    images.c.approved_at,
    sqlite_where=text("place = 'current' AND approved_at IS NOT NULL"),
)
Index(
    "ix_images_rejected",
    images.c.library,
    images.c.rejected_at,
    sqlite_where=text("rejected_at IS NOT NULL"),
)
# Takes that wait for the author's yes are few.
Index(
    "ix_images_offered",
    images.c.library,
    images.c.key,
    sqlite_where=text("offered_at IS NOT NULL"),
)
# Whether a run of pictures stands out is seen in the newest of a library.
Index("ix_images_library_filed_at", images.c.library, images.c.filed_at)

# The gallery asks for all pictures of one panel.
Index("ix_images_library_key", images.c.library, images.c.key)

# An attempt may have brought several pictures, of which one stands for its panel.
Index("ix_images_attempt_id", images.c.attempt_id)

# The same bytes for two jobs are a sign of something wrong.
Index("ix_images_sha256", images.c.sha256)

# What is measured of a picture's bytes; the same bytes are measured once, wherever they are.
measures = Table(
    "measures",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("vector", LargeBinary),
    Column("attributes", Text),
    Column("likeness", String),
    Column("blemishes", Text),
    Column("failed", Text),
    Column("measured_at", Float, nullable=False),
)

# What the measure of an image says of it, against the pictures that were approved then.
marks = Table(
    "marks",
    metadata,
    Column("image_id", ForeignKey(images.c.id), primary_key=True),
    Column("state", String, nullable=False),
    Column("version", String, nullable=False),
    Column("against", String),
    Column("score", Float),
    Column("limit", Float),
    Column("why", Text),
    Column("correction", Text),
    Column("blemishes", Text),
    Column("alike", Text),
    Column("marked_at", Float, nullable=False),
    Column("settled_at", Float),
)
# The author looks at those that stand out, and what is being repaired is taken up after a crash.
Index("ix_marks_state", marks.c.state, sqlite_where=text("state != 'in-style'"))

# The libraries that this home knows, each by the mark in its folder.
libraries = Table(
    "libraries",
    metadata,
    Column("path", Text, primary_key=True),
    Column("mark", String, nullable=False),
    Column("seen_at", Float, nullable=False),
)

# What the lists of a library asked for when they were last run, in their order.
listed = Table(
    "listed",
    metadata,
    Column("library", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("prompt_sha256", String, nullable=False),
    Column("attached", Text),
    Column("format", String),
    Column("follows", Boolean, nullable=False, server_default=false()),
    Column("ingredients", Text),
    Column("after", Text),
    Column("before", Text),
    Column("scene", Text),
    Column("file", Text),
    Column("about", Text),
    Column("figures", Text),
    Column("setting", Text),
    Column("page", Text),
    Column("chapter", Text),
    Column("title", Text),
    Column("layers", JSON),
    Column("lettering", Text),
)

# What becomes of a picture depends on what lists ask for now of its panel.
Index("ix_listed_library_key", listed.c.library, listed.c.key, listed.c.source)

# The chapters of the books of a library, in their order, as they were when last run.
chapters = Table(
    "chapters",
    metadata,
    Column("library", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("title", Text, nullable=False),
)

# Which panels changed for whoever looks at them, each with the number of its newest change.
# Triggers write it, so that no operation can forget it. A row without a key tells that the panels
# of a library came or moved.
touched = Table(
    "touched",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("library", Text, nullable=False),
    Column("key", Text, nullable=False),
    UniqueConstraint("library", "key"),
    sqlite_autoincrement=True,  # a view that was away continues from a number
)
# A view asks what changed in a library since the number that it knows.
Index("ix_touched_library", touched.c.library, touched.c.id)

# What the author decided about pictures, and what it takes to undo it. The number of the newest
# decision about an image is in its `decided`: whoever decides says which one was seen.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("library", Text, nullable=False),
    Column("act", String, nullable=False),
    Column("by", String, nullable=False),
    Column("about", Text),
    Column("undoes", ForeignKey("decisions.id")),
    Column("undone_at", Float),
    # Whether it takes another one back: one that takes that back in turn does not.
    Column("takes_back", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,  # a number is never used again
)
# Undo asks for the newest decision of a library.
Index("ix_decisions_library", decisions.c.library, decisions.c.id)

decided_panels = Table(
    "decided_panels",
    metadata,
    Column("decision_id", ForeignKey(decisions.c.id), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("image_id", ForeignKey(images.c.id)),
    Column("job_id", ForeignKey(jobs.c.id)),
    Column("before", JSON, nullable=False),
)
# The history of a panel tells what its author decided.
Index("ix_decided_panels_image_id", decided_panels.c.image_id)
# Also of a panel that has no picture.
Index("ix_decided_panels_key", decided_panels.c.key)
# A picture that comes in asks whether what ordered it was undone.
Index(
    "ix_decided_panels_job_id",
    decided_panels.c.job_id,
    sqlite_where=text("job_id IS NOT NULL"),
)

# Panels whose files another take is about to have, before that is on record.
choosing = Table(
    "choosing",
    metadata,
    Column("library", Text, primary_key=True),
    Column("key", Text, primary_key=True),
)

# What the author noted about panels; it is sent nowhere.
notes = Table(
    "notes",
    metadata,
    Column("library", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Float, nullable=False),
)

# Of what the author was told by a notice, as long as that goes on.
notices = Table(
    "notices",
    metadata,
    Column("name", String, primary_key=True),
    Column("told_at", Float, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("event", String, nullable=False),
    Column("batch_id", ForeignKey(batches.c.id)),
    Column("job_id", ForeignKey(jobs.c.id)),
    Column("attempt_id", ForeignKey(attempts.c.id)),
    Column("account_id", ForeignKey(accounts.c.id)),
    Column("data", JSON, nullable=False),
    sqlite_autoincrement=True,  # history is appended to; a number is never used again
)
# The history of a panel tells these; most rows are none of them.
Index(
    "ix_journal_told",
    journal.c.job_id,
    sqlite_where=text(
        "event IN ('image.adopted', 'image.best', 'image.chosen', 'image.found', 'image.gone', "
        "'image.kept', 'image.marked', 'image.offered', 'image.rejected', 'image.renamed', "
        "'image.tidied', 'job.approved', 'job.ordered', 'job.redone', 'job.remade', 'job.repair')"
    ),
)

TRIGGERS: Mapping[str, tuple[str, ...]] = {
    "jobs": ("jobs_added", "jobs_entered", "jobs_left", "jobs_came", "jobs_changed"),
    "images": ("images_came", "images_changed"),
    "marks": ("marks_came", "marks_changed"),
    "notes": ("notes_came", "notes_left"),
    "listed": ("listed_changed",),
}
"""The triggers of tables, which count jobs and number changes; migrations write them."""
