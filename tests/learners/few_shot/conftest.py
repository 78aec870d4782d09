"""A tiny problem that a network can learn in seconds, and a network for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest

from rdface.backbones.trunk import Normalisation, Trunk
from rdface.learners.few_shot import Pictures

SIDE = 16


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny networks are faster so, and the bits are those of any machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    """24 conditions of three patients; every second patient has two images."""
    rows = [
        (f"C{c:02d}.p{p}.i{i}", f"C{c:02d}.p{p}", f"C{c:02d}", f"{c}-{p}-{i}", "")
        for c in range(24)
        for p in range(3)
        for i in range(1 + p % 2)
    ]
    columns = ["image_id", "patient_id", "condition", "sha256", "synthetic_of"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="session")
def pictures(table: pd.DataFrame) -> Pictures:
    """Each condition has a green level of its own; red and blue, which are noise, are louder."""
    rng = np.random.default_rng(0)
    level = {name: 10 * place for place, name in enumerate(sorted(set(table["condition"])))}
    images = rng.integers(0, 256, (len(table), 1, 1, 3)) * np.ones((1, SIDE, SIDE, 1))
    images[..., 1] = np.array([level[name] for name in table["condition"]])[:, None, None]
    return Pictures(images.astype(np.uint8), make_trunk(), Normalisation())


def make_trunk(seed: int = 0) -> Callable[[], Trunk]:
    """A mean over the picture, a BatchNorm and a linear layer: it has to learn to see green."""

    def trunk() -> Trunk:
        import torch

        with torch.random.fork_rng():
            torch.manual_seed(seed)
            network = torch.nn.Sequential(
                torch.nn.AdaptiveAvgPool2d(1),
                torch.nn.Flatten(),
                torch.nn.Linear(3, 8),
                torch.nn.BatchNorm1d(8),
                torch.nn.Dropout(0.1),
                torch.nn.Linear(8, 4),
            )
        return Trunk(network, 4, "pooled", (("2", "3", "5"),), ())

    return trunk
