"""Noise in place of faces, and the smallest networks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.synthesis import Portraits
from rdface.synthesis.fastgan import FastGAN

Fit = Callable[..., FastGAN]
TINY: dict[str, Any] = {
    **{"size": 64, "width": 2, "noise": 8, "batch": 4, "steps": 4},
    **{"device": "cpu", "checkpoint_every": 1},
}


def noise_portraits(n: int, size: int = 64, seed: int = 0, prefix: str = "") -> Portraits:
    """Pictures of noise of three conditions in turn."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (n, size, size, 3)).astype(np.uint8)
    ids = tuple(f"{prefix}{k}" for k in range(n))
    return Portraits(images, ids, tuple("XYZ"[k % 3] for k in range(n)))


@pytest.fixture
def portraits() -> Portraits:
    return noise_portraits(5)


@pytest.fixture
def fit(portraits: Portraits, tmp_path: Path) -> Fit:
    """Fit a tiny generator in a folder of that name."""

    def fitted(folder: str = "work", *, seed: int = 1, **options: Any) -> FastGAN:  # noqa: ANN401
        generator = FastGAN(**(TINY | options))
        controls = noise_portraits(7, seed=9, prefix="control-")
        generator.fit(portraits, tmp_path / folder, seed=seed, controls=controls)
        return generator

    return fitted
