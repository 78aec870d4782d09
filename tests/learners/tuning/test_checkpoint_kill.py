"""Kill -9 in the middle of a training or of a write."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest


@pytest.mark.slow
def test_kill_nine_in_the_middle_of_a_write_or_of_an_epoch(tmp_path: Path) -> None:
    """A process of its own, killed at random moments until it is through; same bits as one run."""
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import sys
            from pathlib import Path
            import numpy as np, torch
            torch.set_num_threads(1)
            sys.path.insert(0, {str(Path(__file__).parent)!r})
            from conftest import tiny_trunk
            from rdface.backbones.trunk import IMAGENET
            from rdface.learners.tuning import TRAINERS, Material, Recipe
            from rdface.protocols import FoldRows
            rng = np.random.default_rng(0)
            material = Material(
                np.arange(48) % 4, np.zeros(48, bool), 4,
                images=rng.integers(0, 256, (48, 64, 64, 3), dtype=np.uint8),
                trunk=tiny_trunk, normalisation=IMAGENET,
            )
            rows = FoldRows(np.arange(25), np.arange(25, 36), np.arange(36, 48))
            recipe = Recipe(epochs=60, batch=8, augmentation="standard", ema=0.9)
            folder = Path(sys.argv[1])
            def done(fold, found):
                np.savez(folder / "done.npz", scores=found.scores, last=found.last,
                         loss=[row["loss"] for row in found.history])
            TRAINERS.get("fine_tune")(
                after_epoch=lambda fold, row: print(row["epoch"], flush=True)
            ).train(material, {{0: rows}}, recipe, folder=folder, done=done)
            """
        )
    )

    def start(folder: str) -> subprocess.Popen[str]:
        (tmp_path / folder).mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, str(script), str(tmp_path / folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )

    assert start("straight").communicate()[0].split()[-1] == "60"
    rng = np.random.default_rng(0)
    kills = 0
    while not (tmp_path / "killed" / "done.npz").is_file():
        process = start("killed")
        epochs = rng.integers(8, 20)
        for _ in range(epochs):
            if process.stdout is None or not process.stdout.readline():
                break
        else:
            try:
                process.wait(timeout=rng.uniform(0, 0.05))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                kills += 1
        process.communicate()
    assert kills >= 2
    one, two = (np.load(tmp_path / name / "done.npz") for name in ("straight", "killed"))
    for name in one.files:
        assert np.array_equal(one[name], two[name])
