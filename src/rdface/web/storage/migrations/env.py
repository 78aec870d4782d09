"""Alembic runs this file; the connection is handed in by :mod:`rdface.web.storage.migrate`."""

from __future__ import annotations

from alembic import context

from rdface.web.storage.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
)
with context.begin_transaction():
    context.run_migrations()
