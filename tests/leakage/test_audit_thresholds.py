"""The thresholds for copies are taken from real faces alone: no pool moves them by a bit.

The leaky twin calibrates on the pool as well, and moves.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rdface.metrics.memorisation_copies import nearest, threshold
from rdface.screening.audit import looking, running
from rdface.screening.audit.looking import Looked
from rdface.screening.audit.running import remember
from rdface.screening.audit.settings import Settings
from rdface.screening.audit.sides import Side
from rdface.screening.audit.views import Faces, Known
from tests.screening.audit.world import sides_of

SIDES = sides_of(8, training=5, held_out=4, synthetic=6)


def seen(side: Side, seed: int, spread: float = 1.0) -> Looked:
    """A side's faces made of numbers; the table of faces is not looked at."""
    rng = np.random.default_rng(seed)
    n = len(side)
    identity = spread * rng.normal(size=(n, 16)).astype(np.float32)
    pixels = rng.integers(0, 256, (n, 64, 64, 3)).astype(np.uint8)
    table = type("Table", (), {"frame": pd.DataFrame({"status": ["one"] * n})})()
    every = np.ones(n, bool)
    return Looked(table, every, {}, Faces(identity, pixels), ~every)


@pytest.fixture(autouse=True)
def no_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mirror images and mixtures without pictures."""
    monkeypatch.setattr(
        running,
        "as_known",
        lambda side, looked, identity: Known(looked.faces, looked.faces.identity),
    )
    monkeypatch.setattr(
        running,
        "mixtures_of",
        lambda side, looked, identity, seed: Faces(
            (looked.faces.identity + np.roll(looked.faces.identity, 1, axis=0)) / 2,
            looked.faces.pixels,
        ),
    )
    assert looking.mixtures_of is not running.mixtures_of


def thresholds(pool_seed: int, real_seed: int = 1, spread: float = 1.0) -> tuple[float, float]:
    looked = [
        seen(SIDES.synthetic, pool_seed, spread),
        seen(SIDES.training, real_seed),
        seen(SIDES.held_out, real_seed + 100),
    ]
    found, _, _ = remember(SIDES, looked, Settings())
    return found.near, found.copy


def test_no_pool_moves_a_threshold() -> None:
    """To the bit, however wild the generated faces are; the seed's faces alone decide."""
    first = thresholds(10)
    assert np.isfinite(first).all()
    assert thresholds(11) == first and thresholds(12, spread=50.0) == first


def test_control_a_threshold_of_the_pool_is_caught() -> None:
    """The leaky twin: the pool's own closeness among what calibrates."""

    def leaky(pool_seed: int) -> float:
        taught = seen(SIDES.training, 1).faces
        made = seen(SIDES.synthetic, pool_seed).faces
        apart = Known(taught, taught.identity).identity_distances(made)
        return threshold(nearest(apart, SIDES.training.patients).closeness, 0.05)

    assert leaky(10) != leaky(11)


def test_control_real_faces_do_move_it() -> None:
    """Real people are what the thresholds hang on."""
    apart = {thresholds(10, real_seed=seed) for seed in range(2, 6)}
    assert len(apart) > 1
