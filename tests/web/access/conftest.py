"""Databases and explorers with accounts; passwords are hashed cheaply here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from rdface.web.access import passwords
from rdface.web.access.accounts import add_account
from rdface.web.access.log import Actor
from rdface.web.access.role import Role
from rdface.web.app import create_app
from rdface.web.settings import Settings
from rdface.web.storage.database import Database
from rdface.web.storage.migrate import open_database
from tests.web.access.explorer import NAMES, PASSWORD, Explorer

TESTS = Actor("console:tests")
SHIPPED = passwords._HASHER
"""The one that the explorer hashes with, before :func:`cheap_hashing`."""


@pytest.fixture(scope="session", autouse=True)
def cheap_hashing() -> Iterator[None]:
    """Argon2 with as little work as it takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
        passwords._nobodys.cache_clear()
        yield
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed SQLite file with an account of every role."""
    file = tmp_path_factory.mktemp("accounts") / "explorer.db"
    database = open_database(str(file))
    for role in (Role.ADMIN, Role.CURATOR, Role.VIEWER):
        add_account(database, NAMES[role], PASSWORD, role, TESTS)
    database.engine.dispose()
    return file


@pytest.fixture
def database(peopled: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of it, opened."""
    shutil.copy(peopled, tmp_path / "explorer.db")
    opened = open_database(str(tmp_path / "explorer.db"))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def explorer(settings: Settings, peopled: Path, tmp_path: Path) -> Iterator[Explorer]:
    """On the loopback, with accounts."""
    shutil.copy(peopled, tmp_path / "explorer.db")
    own = replace(settings, database=str(tmp_path / "explorer.db"))
    made = Explorer(create_app(own), own)
    yield made
    made.database.engine.dispose()
