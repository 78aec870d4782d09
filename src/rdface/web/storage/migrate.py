"""Bring a database to the tables of this version of rdface."""

from __future__ import annotations

from contextlib import nullcontext
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock

from rdface.web.storage.database import Database, DatabaseError, database_url, shown


def open_database(said: str) -> Database:
    """Open and migrate; processes that start at the same time do so one after the other.

    Args:
        said: A file or a URL, as for :func:`~rdface.web.storage.database.database_url`.

    Raises:
        UsageError: It is no URL that can be used.
        DatabaseError: It cannot be opened, or a newer rdface has made it.
    """
    database = Database(database_url(said))
    lock = FileLock(f"{database.url.database}.lock", mode=0o600) if database.embedded else None
    with lock or nullcontext(), database.writing() as work:
        connection = work.connection()
        config = _config()
        steps = ScriptDirectory.from_config(config)
        known = {step.revision for step in steps.walk_revisions()}
        now = MigrationContext.configure(connection).get_current_revision()
        if now is not None and now not in known:
            raise DatabaseError(
                f"A newer rdface has made the database {shown(database.url)} (step {now}).",
                hint="Use that version of rdface, or another database.",
            )
        if now != steps.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return database


def revision(database: Database) -> str:
    """The last step that a database has taken."""
    with database.reading() as work:
        return MigrationContext.configure(work.connection()).get_current_revision() or "none"


def _config() -> Config:
    config = Config()
    folder = resources.files("rdface.web.storage") / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
