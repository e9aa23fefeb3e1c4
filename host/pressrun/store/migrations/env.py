"""How Alembic reaches the database: over the connection that `database.py` hands it."""

from alembic import context

from pressrun.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
