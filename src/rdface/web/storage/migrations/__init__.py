"""Steps from an empty database to today's tables, by Alembic."""
