from __future__ import annotations

import builtins
import errno
import io
import os
from pathlib import Path

import numpy as np
import pytest

from rdface.faces import forget_faces
from rdface.faces.row_cache import RowCache


def test_rows_come_back_to_the_bit(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    rows[0, 0] = np.nan
    RowCache(tmp_path, np.float32).add(list("abc"), rows[:3])
    RowCache(tmp_path, np.float32).add(list("de"), rows[3:])
    known = RowCache(tmp_path, np.float32).load()
    assert np.stack([known[key] for key in "abcde"]).tobytes() == rows.tobytes()


def test_a_damaged_file_is_dropped_and_the_others_stay(tmp_path: Path) -> None:
    """A file cut short by the disk costs its rows, never the run."""
    cache = RowCache(tmp_path, np.float32)
    cache.add(["a"], np.ones((1, 3)))
    cache.add(["b"], np.zeros((1, 3)))
    broken = sorted(tmp_path.glob("*.npz"))[0]
    broken.write_bytes(broken.read_bytes()[:-30])
    assert len(cache.load()) == 1
    assert not broken.exists()


def test_a_file_that_cannot_be_opened_now_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A process without a free file descriptor must not empty the cache; it says so once."""
    cache = RowCache(tmp_path, np.float32)
    for key in "abc":
        cache.add([key], np.full((1, 3), ord(key)))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patch:
        for module in (builtins, io):  # NumPy opens with the one, pathlib with the other
            patch.setattr(module, "open", full)
        assert cache.load() == {}
    assert caplog.text.count("cannot be read") == 1
    assert sorted(cache.load()) == ["a", "b", "c"]


def test_no_changed_byte_is_an_error(tmp_path: Path) -> None:
    """A file in which one byte has changed comes back as it was, or is dropped."""
    cache = RowCache(tmp_path, np.float32)
    cache.add(["a"], np.ones((1, 3)))
    (file,) = tmp_path.glob("*.npz")
    good = file.read_bytes()
    for at in range(len(good)):
        for change in (0x01, 0x08, 0x80, 0xFF):
            file.write_bytes(good[:at] + bytes([good[at] ^ change]) + good[at + 1 :])
            for row in cache.load().values():
                assert row.tolist() == [1, 1, 1]


def test_half_written_files_are_not_read(tmp_path: Path) -> None:
    """What a killed process leaves lies in a hidden folder."""
    cache = RowCache(tmp_path, np.float32)
    cache.add(["a"], np.ones((1, 3)))
    (tmp_path / ".x.npz.1234").mkdir()
    (tmp_path / ".x.npz.1234" / "x.npz").write_bytes(b"half")
    assert list(cache.load()) == ["a"]


def test_forgetting_removes_faces_and_embeddings_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was measured on patients goes; weights, which are public, stay."""
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path))
    forget_faces()  # nothing there yet is no error
    for name in ("faces", "embeddings", "weights"):
        RowCache(tmp_path / name / "x", np.float32).add(["a"], np.ones((1, 3)))
    forget_faces()
    assert [path.name for path in tmp_path.iterdir()] == ["weights"]
