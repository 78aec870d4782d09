"""Pieces for tests of the bench: real ones in all but their size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.backbones import BACKBONES
from rdface.bench import Run
from rdface.bench.run_folder import HISTORY_FILE
from rdface.faces import DETECTORS, Crop, Face


class Whole:
    """The whole picture is the face."""

    name = "whole-test"
    fingerprint = "whole-test-1"

    def detect(self, image: NDArray[np.uint8]) -> list[Face]:
        height, width = image.shape[:2]
        points = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
        return [
            Face(
                box=np.array([0, 0, width, height], np.float32),
                points=(points * [width, height]).astype(np.float32),
                score=1.0,
            )
        ]


class Pixels:
    """Pixels of the picture, shrunk."""

    def __init__(self, name: str, side: int) -> None:
        self.name = name
        self.fingerprint = f"{name}-1"
        self.dim = side * side * 3
        self.crop = Crop(width=side, height=side, alignment="box", margin=0.0)

    def embed(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return images.reshape(len(images), -1).astype(np.float32)


def register() -> None:
    """Put the pieces into the registries, once."""
    if "whole-test" not in DETECTORS.names():
        DETECTORS.register("whole-test")(Whole)
        BACKBONES.register("colour-test")(lambda _: Pixels("colour-test", 1))
        BACKBONES.register("pixels-test")(lambda _: Pixels("pixels-test", 8))


def save_tiny_network(folder: Path) -> str:
    """A real architecture of timm, 0.5 M parameters, with random weights; the backbone's name."""
    import timm
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    path = folder / "model.safetensors"
    path.parent.mkdir()
    save_file(timm.create_model("test_resnet", num_classes=0).state_dict(), path)
    return f"timm:test_resnet@{path}"


def bits(run: Run) -> tuple[bytes, bytes, object]:
    """What must not depend on how often the run was stopped."""
    return (
        (run.folder / "predictions.parquet").read_bytes(),
        (run.folder / "splits.json").read_bytes(),
        (run.result.metrics, run.result.chosen, run.result.key),
    )


def history(run: Run) -> pd.DataFrame:
    """The run's epochs."""
    return pd.read_csv(run.folder / HISTORY_FILE)
