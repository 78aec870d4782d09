from __future__ import annotations

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
