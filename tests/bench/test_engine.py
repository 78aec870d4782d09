"""Workers that die are told of, at once and in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from rdface.bench.jobs import Materials
from rdface.protocols import FoldRows


def materials(n_rows: int) -> Materials:
    rows = np.arange(n_rows)
    return Materials(
        features={"a+": np.ones((n_rows, 512), np.float32), "timm:b": np.zeros((n_rows, 2), "f4")},
        labels=rows % 3,
        folds=(FoldRows(rows[:2], rows[2:3], rows[3:]), FoldRows(rows[1:], rows[:0], rows[:1])),
        n_conditions=3,
        refit=False,
    )


def test_materials_come_back_as_they_were(tmp_path: Path) -> None:
    sent = materials(5)
    sent.save(tmp_path / "m.npz")
    again = Materials.load(tmp_path / "m.npz")
    assert list(again.features) == list(sent.features)
    assert all(np.array_equal(again.features[name], sent.features[name]) for name in sent.features)
    assert np.array_equal(again.labels, sent.labels)
    for one, other in zip(again.folds, sent.folds, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert (again.n_conditions, again.refit) == (3, False)


def test_a_worker_that_dies_at_the_start_is_told_of(tmp_path: Path) -> None:
    """A script without a guard: its workers import it, and die; it must not hang."""
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import multiprocessing, sys\n"
        "from pathlib import Path\n"
        "if multiprocessing.parent_process() is not None: sys.exit(1)\n"
        "from rdface.bench.engine import run_jobs\n"
        "from rdface.bench.jobs import Job\n"
        "from rdface.errors import RunError\n"
        "from tests.bench.test_engine import materials\n"
        "try: run_jobs([Job('knn', 0, {'a': Path('x')})], materials(2000))\n"
        "except RunError as error: print(error.message, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
    )
    assert "A worker process died" in done.stdout, done.stderr
    assert "__main__" in done.stdout
