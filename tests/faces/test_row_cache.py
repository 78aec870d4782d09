from __future__ import annotations

from pathlib import Path

import numpy as np

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
