"""The secret is made once, for its owner alone."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from rdface.errors import UsageError
from rdface.web.storage.database import database_url
from rdface.web.storage.secret import read_secret, secret_file


def test_of_many_that_make_it_at_once_one_wins(tmp_path: Path) -> None:
    file = tmp_path / "new" / "explorer.secret"
    seen: list[bytes] = []
    threads = [threading.Thread(target=lambda: seen.append(read_secret(file))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 16
    assert len(set(seen)) == 1
    assert len(seen[0]) == 32
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_nobody_else_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        read_secret(tmp_path / "secret")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_one_that_others_may_read_is_refused(tmp_path: Path) -> None:
    read_secret(tmp_path / "secret")
    (tmp_path / "secret").chmod(0o640)
    with pytest.raises(UsageError, match="Others may read"):
        read_secret(tmp_path / "secret")


def test_an_empty_or_foreign_file_is_no_secret(tmp_path: Path) -> None:
    for content in (b"", b"x" * 31, b"x" * 33):
        file = tmp_path / "secret"
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(UsageError, match="not a secret"):
            read_secret(file)


def test_it_lies_beside_sqlite_and_is_asked_for_with_postgresql(tmp_path: Path) -> None:
    url = database_url(str(tmp_path / "a.db"))
    assert secret_file(url, None) == tmp_path / "a.db.secret"
    assert secret_file(url, tmp_path / "b") == tmp_path / "b"
    with pytest.raises(UsageError, match="With PostgreSQL"):
        secret_file(database_url("postgresql://me@host/x"), None)
