"""Open the database: SQLite in a file, or PostgreSQL by URL; several processes may share it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session as Work

from rdface.errors import RdfaceError, UsageError
from rdface.web.settings import is_loopback

BUSY_SECONDS = 15
"""A writer waits that long for another one."""

_ONE_WRITER = 8_103_000_001
"""Number of PostgreSQL's advisory lock that every writer takes."""


_SETTINGS = frozenset({"user", "password", "unix_sock", "application_name"})
"""What a URL of PostgreSQL may say behind its question mark; TLS is for :func:`_tls` to decide."""


class DatabaseError(RdfaceError):
    """The database cannot be opened, or it belongs to another version of rdface."""


class Database:
    """Accounts, sessions and the log.

    Writers go one after the other, in SQLite by its own lock (``BEGIN IMMEDIATE``), in PostgreSQL
    by an advisory lock: what a writer has read cannot change before it has written.

    Args:
        url: From :func:`database_url`.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self.embedded = url.get_backend_name() == "sqlite"
        self._turn = Lock()  # threads wait for it; SQLite's own lock is polled
        if self.embedded:
            _make_private(Path(url.database or ""))
        options: dict[str, Any] = {"timeout": BUSY_SECONDS} if self.embedded else _tls(url)
        self.engine = create_engine(
            url,
            connect_args=options,
            pool_size=20,
            pool_pre_ping=not self.embedded,
            hide_parameters=True,  # errors in the server's log shall hold no hashes
        )
        if self.embedded:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A transaction that changes nothing.

        Raises:
            DatabaseError: The database does not answer.
        """
        with self._connected() as connection, Work(connection) as work:
            yield work

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A transaction that no other writer runs beside; kept whole, or undone on an exception.

        Raises:
            DatabaseError: The database does not answer, or others have written for too long.
        """
        with self._turn, self._connected() as connection:
            connection = connection.execution_options(rdface_writes=True)
            with connection.begin(), Work(connection) as work:
                if not self.embedded:
                    work.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
                    work.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_WRITER})
                yield work
                work.flush()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise DatabaseError(
                f"The database {shown(self.url)} does not answer: {type(error.orig).__name__}.",
                hint="Is it running, is there room on its disk, and may you write to it?",
            ) from error


def database_url(said: str) -> URL:
    """What somebody said as SQLAlchemy's URL: a file, ``sqlite:///FILE`` or ``postgresql://...``.

    Raises:
        UsageError: It is none of these.
    """
    hint = "Give a file for SQLite, or postgresql://user@host/name."
    try:
        url = make_url(said if "://" in said else f"sqlite:///{Path(said).expanduser()}")
    except (ArgumentError, ValueError) as error:  # the latter of a port that is no number
        raise UsageError("The database's URL cannot be read.", hint=hint) from error
    kind = url.get_backend_name()
    if kind == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite", database=str(Path(url.database).absolute()))
    if kind == "postgresql":
        folder = url.query.get("host")  # as libpq says it: of a Unix socket
        if isinstance(folder, str) and folder.startswith("/"):
            socket = f"{folder}/.s.PGSQL.{url.port or 5432}"
            url = url.difference_update_query(["host"]).update_query_dict({"unix_sock": socket})
        if not (url.username or url.query.get("user")):
            raise UsageError("The database's URL names no user.", hint=hint)
        strange = sorted(url.query.keys() - _SETTINGS)
        if strange:
            raise UsageError(f"The database's URL cannot set {', '.join(strange)}.", hint=hint)
        return url.set(drivername="postgresql+pg8000")
    raise UsageError(f"A database of the kind {kind!r} cannot be used.", hint=hint)


def shown(url: URL) -> str:
    """A URL for people, without its password."""
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string()


def _make_private(file: Path) -> None:
    """Make an empty file that only its owner may read; SQLite's other files follow its mode."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise DatabaseError(
            f"The database {file} cannot be made or opened: {error.strerror}.",
            hint="Say another place with --database or RDFACE_DATABASE.",
        ) from error


def _tls(url: URL) -> dict[str, Any]:
    """PostgreSQL on another machine is spoken to encrypted, and must prove who it is."""
    here = "unix_sock" in url.query or is_loopback(url.host or "localhost")
    return {} if here else {"ssl_context": ssl.create_default_context()}


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - sqlite3's, pooled
    connection.isolation_level = None  # the transactions are ours (_begin_sqlite)
    for pragma in (
        f"busy_timeout = {1000 * BUSY_SECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # an entry of the log survives the loss of power
        "foreign_keys = ON",
        "recursive_triggers = ON",  # REPLACE fires the triggers of DELETE
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("rdface_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
