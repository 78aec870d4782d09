"""Batches from one array."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rdface.backbones.trunk import IMAGENET
from rdface.learners.tuning.pictures import Pictures


def test_a_batch_is_what_was_asked_for_channels_last(rng: np.random.Generator) -> None:
    """Rows in any order; values as the normalisation says; no copy for the layout."""
    import torch

    images = rng.integers(0, 256, (9, 6, 5, 3)).astype(np.uint8)
    rows = np.array([7, 2, 2])
    pictures = Pictures(images, IMAGENET, torch.device("cpu"), np.arange(5))
    raw = pictures.raw(rows)
    assert raw.dtype == torch.uint8
    assert raw.is_contiguous(memory_format=torch.channels_last)
    assert np.array_equal(raw.permute(0, 2, 3, 1).numpy(), images[rows])
    got = pictures.normalise(raw)
    assert got.is_contiguous(memory_format=torch.channels_last)
    wanted = (images[rows] / 255 - IMAGENET.mean) / IMAGENET.std
    np.testing.assert_allclose(got.permute(0, 2, 3, 1), wanted, atol=1e-5)


def test_pictures_that_lie_on_the_device_are_the_same(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no GPU here: the CPU stands in for its memory. Others come from the array."""
    import torch

    from rdface.learners.tuning import pictures as module

    images = rng.integers(0, 256, (9, 6, 5, 3)).astype(np.uint8)
    monkeypatch.setattr(module, "_free_memory", lambda device: 10**9)
    kept = images.copy()
    pictures = Pictures(kept, IMAGENET, torch.device("cpu"), np.array([5, 3, 1]))
    kept[:5] = 0
    for rows, source in (([3, 5, 3], images), ([3, 0], kept)):
        raw = pictures.raw(np.array(rows))
        assert raw.is_contiguous(memory_format=torch.channels_last)
        assert np.array_equal(raw.permute(0, 2, 3, 1).numpy(), source[rows])
    monkeypatch.setattr(module, "_free_memory", lambda device: 100)
    pictures = Pictures(kept, IMAGENET, torch.device("cpu"), np.arange(9))
    assert pictures._resident is None


def test_the_array_may_lie_on_disk(tmp_path: Path, rng: np.random.Generator) -> None:
    """A memory map that cannot be written to."""
    import torch

    images = rng.integers(0, 256, (4, 6, 5, 3)).astype(np.uint8)
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    pictures = Pictures(mapped, IMAGENET, torch.device("cpu"), np.arange(4))
    raw = pictures.raw(np.array([3]))
    assert np.array_equal(raw.permute(0, 2, 3, 1).numpy(), images[3:])
