"""Our own perceptual distance: its formula, its bounds, and a name that is not LPIPS."""

from __future__ import annotations

import sys

import cv2
import numpy as np
import pytest
import torch

from rdface.backbones import load_backbone
from rdface.errors import UsageError
from rdface.screening.perceptual.lite0 import PerceptualLite0
from rdface.screening.perceptual.space import squared_distances

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def space() -> PerceptualLite0:
    return PerceptualLite0()


def picture(seed: int, cells: int = 14) -> np.ndarray:
    rough = np.random.default_rng(seed).integers(0, 256, (cells, cells, 3)).astype(np.uint8)
    return cv2.resize(rough, (224, 224), interpolation=cv2.INTER_CUBIC)


def test_the_distance_is_the_documented_formula(space: PerceptualLite0) -> None:
    """By hooks on the network that the backbone runs, one cell of the grid after the other."""
    pictures = np.stack([picture(0), picture(1)])
    network = load_backbone("efficientnet_lite0").network
    maps: list[np.ndarray] = []
    hooks = [
        network.network.blocks[stage].register_forward_hook(
            lambda *given: maps.append(given[2].numpy().astype(float))
        )
        for stage in (1, 2, 4, 6)
    ]
    with torch.inference_mode():
        network(torch.from_numpy(pictures))
    for hook in hooks:
        hook.remove()
    total = 0.0
    for one in maps:
        unit = one / np.linalg.norm(one, axis=1, keepdims=True)
        side = unit.shape[2] // 7
        for i in range(7):
            for j in range(7):
                rows, columns = slice(i * side, (i + 1) * side), slice(j * side, (j + 1) * side)
                cell = unit[:, :, rows, columns].mean(axis=(2, 3))
                total += ((cell[0] - cell[1]) ** 2).sum() / 49 / 4
    rows = space.rows(pictures)
    assert rows.shape == (2, 24304)
    assert squared_distances(rows[:1], rows[1:])[0, 0] == pytest.approx(total, rel=1e-4)


def test_a_small_change_is_near_and_another_picture_is_far(space: PerceptualLite0) -> None:
    one = picture(0)
    brighter = np.clip(one.astype(int) + 10, 0, 255).astype(np.uint8)
    shifted = np.roll(one, 2, axis=1)
    rows = space.rows(np.stack([one, brighter, shifted, picture(1)]))
    itself, light, shift, other = squared_distances(rows[:1], rows)[0]
    assert itself == 0
    assert light < 0.5 * other and shift < 0.5 * other
    assert other <= 4


def test_it_is_never_called_lpips(space: PerceptualLite0) -> None:
    assert space.name == "perceptual_efficientnet_lite0"


def test_without_torch_it_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UsageError) as failed:
        PerceptualLite0()
    assert "torch" in failed.value.message and "rdface[torch]" in str(failed.value.hint)
