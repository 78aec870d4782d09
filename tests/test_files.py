"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import rdface.metrics
from rdface.errors import UsageError
from rdface.files import (
    atomic_path,
    cache_dir,
    code_of,
    code_sha256,
    sha256_bytes,
    sha256_file,
    write_json,
    write_text,
)


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(RuntimeError), atomic_path(path) as part:
        part.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_can_be_moved_into_place(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "folder") as part:
        part.mkdir()
        (part / "x").write_text("1")
    assert (tmp_path / "folder" / "x").read_text() == "1"


def test_json_is_equal_for_equal_content_and_refuses_nan(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"name": "Köhler", "n": 1})
    write_json(tmp_path / "b.json", {"name": "Köhler", "n": 1})
    assert sha256_file(tmp_path / "a.json") == sha256_file(tmp_path / "b.json")
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "c.json", float("nan"))
    assert not (tmp_path / "c.json").exists()


def test_hashes_of_bytes_and_files_agree(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_file(tmp_path / "a") == sha256_bytes(b"abc")


def test_the_code_of_a_package_is_all_below_it(tmp_path: Path) -> None:
    """A change, a move and a new file count wherever they are; what is no code does not."""
    (tmp_path / "below" / "deeper").mkdir(parents=True)
    (tmp_path / "one.py").write_text("1")
    (tmp_path / "below" / "deeper" / "two.py").write_text("2")
    hashes = [code_sha256(tmp_path)]
    (tmp_path / "table.csv").write_text("a")
    assert code_sha256(tmp_path) == hashes[0]
    (tmp_path / "below" / "deeper" / "two.py").write_text("3")
    hashes.append(code_sha256(tmp_path))
    (tmp_path / "below" / "deeper" / "two.py").rename(tmp_path / "below" / "two.py")
    hashes.append(code_sha256(tmp_path))
    (tmp_path / "below" / "__init__.py").touch()
    hashes.append(code_sha256(tmp_path))
    assert len(set(hashes)) == 4
    assert set(code_of(rdface.metrics)) == {"rdface.metrics"}


def test_the_cache_moves_with_its_variable_and_says_where_it_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path / "cache"))
    assert cache_dir("faces") == tmp_path / "cache" / "faces"
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    (tmp_path / "file").touch()
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path / "file"))
    with pytest.raises(UsageError, match="cannot be made") as raised:
        cache_dir("faces")
    assert "RDFACE_CACHE" in str(raised.value.hint)


def test_an_empty_variable_does_not_make_the_working_folder_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or forgetting the faces would delete the user's own folders of that name."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("RDFACE_CACHE", "")
    assert cache_dir("faces").is_relative_to(tmp_path / "home")
    monkeypatch.setenv("RDFACE_CACHE", "~/mine")
    assert cache_dir("faces") == tmp_path / "home" / "mine" / "faces"
    assert not list((tmp_path / "work").iterdir())


def test_a_home_that_is_not_there_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RDFACE_CACHE", "~nobody-of-this-name/cache")
    with pytest.raises(UsageError, match="RDFACE_CACHE is set to ~nobody"):
        cache_dir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    """As ``/dev/null`` and every device must: root would replace it for the whole machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "report")
        assert os.read(reader, 100) == b"report"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path, there: bool) -> None:
    target, link = tmp_path / "far" / "target.txt", tmp_path / "link.txt"
    if there:
        write_text(target, "old")
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert not target.is_symlink()
    with pytest.raises(RuntimeError), atomic_path(link) as part:
        part.write_text("half")
        raise RuntimeError
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("name", ["a" * 255, "ö" * 127, "a" * 246])
def test_the_longest_names_can_be_written(tmp_path: Path, name: str) -> None:
    write_text(tmp_path / name, "whole")
    assert (tmp_path / name).read_text() == "whole"
    assert len(list(tmp_path.iterdir())) == 1
