"""Run by Alembic: applies the migrations over the connection that ``store.migrations`` hands in."""

from alembic import context
from sqlalchemy import Connection

from store.tables import store_metadata

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=store_metadata(), compare_type=True, render_as_batch=False)
with context.begin_transaction():
    context.run_migrations()
