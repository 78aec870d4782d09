"""What a pool remembers is said at equal numbers of faces that it has and has not seen."""

from __future__ import annotations

import numpy as np

from rdface.bench.augmentation.memory import remember


def test_more_training_faces_are_no_memory() -> None:
    """Thrice as many training faces: half of a pool that knows none lies nearer to them."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(20), 8)
    train = np.flatnonzero(np.arange(160) % 8 < 6)
    held_out = np.flatnonzero(np.arange(160) % 8 >= 6)
    real = rng.normal(size=(160, 16)).astype(np.float32)
    made = rng.normal(size=(400, 16)).astype(np.float32)
    made_labels = np.repeat(np.arange(20), 20)
    found = remember(made, made_labels, real, labels, np.arange(160), train, held_out)
    assert abs(found.nearer - 0.5) < 0.08
    assert found.auc_low < 0.5 < found.auc_high
    copies = real[train] + 0.01 * rng.normal(size=(len(train), 16)).astype(np.float32)
    told = remember(copies, labels[train], real, labels, np.arange(160), train, held_out)
    assert told.auc > 0.95 and told.nearer > 0.6
