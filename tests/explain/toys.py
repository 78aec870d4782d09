"""Backbones that look at one known place, and faces placed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rdface.cohort import Cohort
from rdface.explain.target import Target
from rdface.faces import Crop, FaceTable
from rdface.faces.crop import TEMPLATE
from rdface.faces.table import NUMBERS

if TYPE_CHECKING:
    from rdface.backbones.torch_backbone import TorchBackbone

SIDE = 48
PLANTED = (slice(30, 42), slice(6, 18))
"""Rows and columns that the toys look at, away from the middle."""
TOWARDS = Target("the planted place", np.array([1.0, 0.0]))


class Toy:
    """Two numbers: how bright the planted place is beside a constant; counts its calls."""

    name = "toy"
    dim = 2
    crop = Crop(SIDE, SIDE, "box", 0.2)
    fingerprint = "toy-1"

    def __init__(self) -> None:
        self.calls = 0

    def embed(self, images: np.ndarray) -> np.ndarray:
        self.calls += 1
        bright = images[:, PLANTED[0], PLANTED[1]].astype(float).mean(axis=(1, 2, 3)) / 255
        return np.stack([bright, np.full(len(images), 0.5)], axis=1).astype(np.float32)


def torch_toy() -> TorchBackbone:
    """The same as a torch network."""
    import torch

    from rdface.backbones.torch_backbone import TorchBackbone
    from rdface.backbones.trunk import Normalisation

    class Planted(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(1))

        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            bright = pictures[:, :, PLANTED[0], PLANTED[1]].mean(dim=(1, 2, 3)) * self.scale
            return torch.stack([bright, torch.full_like(bright, 0.5)], dim=1)

    return TorchBackbone("torch-toy", Planted(), Toy.crop, Normalisation())


def picture(seed: int = 0) -> np.ndarray:
    """Grey noise with a bright square at the planted place and another elsewhere."""
    image = np.random.default_rng(seed).integers(40, 90, (SIDE, SIDE, 3)).astype(np.uint8)
    image[PLANTED] = 230
    image[4:16, 30:42] = 230
    return image


def faces_of(cohort: Cohort, without: tuple[str, ...] = ()) -> FaceTable:
    """Every picture has one face in its middle but those named."""
    row = np.concatenate([[0.9], [2.0, 2.0, 20.0, 20.0], (TEMPLATE * 24 / 112).ravel()])
    rows = np.tile(row, (len(cohort), 1))
    blank = np.isin(list(cohort.image_ids), without)
    rows[blank] = np.nan
    frame = pd.DataFrame(rows.astype(np.float32), columns=list(NUMBERS))
    frame.insert(0, "image_id", list(cohort.image_ids))
    frame.insert(1, "status", np.where(blank, "none", "one"))
    return FaceTable(frame)
