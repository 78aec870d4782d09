"""DiffAugment: differentiable, and one function for real and made pictures."""

from __future__ import annotations

from typing import Any

import pytest

from rdface.synthesis.fastgan import FastGAN
from tests.synthesis.fastgan.conftest import TINY, noise_portraits

KINDS = ("colour", "translation", "cutout")


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_changes_and_passes_gradients(kind: Any) -> None:  # noqa: ANN401
    """The gradient agrees with finite differences, in double precision."""
    import torch

    from rdface.synthesis.fastgan.augment import augment

    x = torch.rand(2, 3, 8, 8, dtype=torch.float64, requires_grad=True)

    def change(pictures: torch.Tensor) -> torch.Tensor:
        return augment(pictures, (kind,), torch.Generator().manual_seed(3))

    assert change(x).shape == x.shape and not torch.allclose(change(x), x)
    assert torch.autograd.gradcheck(change, (x,))


def test_the_same_draws_change_the_same_way_whatever_is_shown() -> None:
    """Where zeros move in and holes are cut depends on the draws and not on the picture."""
    import torch

    from rdface.synthesis.fastgan.augment import augment

    kinds: Any = ("translation", "cutout")
    dark, light = torch.full((4, 3, 32, 32), 0.2), torch.full((4, 3, 32, 32), 0.9)
    first, second = (augment(x, kinds, torch.Generator().manual_seed(1)) for x in (dark, light))
    torch.testing.assert_close(first == 0, second == 0)
    assert 0 < (first == 0).float().mean() < 1


def test_translation_moves_by_an_eighth_at_most() -> None:
    import torch

    from rdface.synthesis.fastgan.augment import translation

    x = torch.zeros(64, 1, 32, 32)
    x[:, :, 16, 16] = 1
    moved = translation(x, torch.Generator().manual_seed(0)).nonzero()
    away = moved[:, 2:] - 16
    assert len(moved) == 64 and away.abs().max() == 4
    assert len({tuple(row) for row in away.tolist()}) > 30


def test_cutout_takes_at_most_a_quarter() -> None:
    import torch

    from rdface.synthesis.fastgan.augment import cutout

    holes = (cutout(torch.ones(64, 3, 32, 32), torch.Generator().manual_seed(0)) == 0).float()
    shares = holes.mean(dim=(1, 2, 3))
    assert shares.max() <= 0.25 and shares.min() > 0.05
    assert torch.equal(holes[:, 0], holes[:, 2])


def test_colour_keeps_what_it_should() -> None:
    """A grey picture stays grey; the ranges are those of the paper."""
    import torch

    from rdface.synthesis.fastgan.augment import colour

    grey = torch.rand(16, 1, 8, 8).expand(16, 3, 8, 8)
    changed = colour(grey, torch.Generator().manual_seed(0))
    torch.testing.assert_close(changed[:, 0], changed[:, 2])
    brighter = changed.mean(dim=(1, 2, 3)) - grey.mean(dim=(1, 2, 3))
    assert brighter.abs().max() <= 0.5 and brighter.abs().max() > 0.2
    contrast = changed.std(dim=(1, 2, 3)) / grey.std(dim=(1, 2, 3))
    assert 0.5 <= contrast.min() and contrast.max() <= 1.5


def test_the_discriminator_sees_no_picture_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real, made to judge and made to convince: each passes through the one function."""
    import numpy as np
    import torch

    from rdface.synthesis.fastgan import training as module
    from rdface.synthesis.fastgan.reconstruction import reconstruction

    marked: list[int] = []

    def mark(x: torch.Tensor, kinds: object, draws: torch.Generator) -> torch.Tensor:
        assert kinds == KINDS
        marked.append(len(x))
        return x * 0 + 0.25 * len(marked)

    monkeypatch.setattr(module, "augment", mark)
    device, portraits = torch.device("cpu"), noise_portraits(5)
    distance = reconstruction("l1", device)
    training = module.Training(
        FastGAN(**TINY),
        portraits.images,
        np.zeros(5, np.int64),
        0,
        ((5, 4),),
        distance,
        seed=0,
        device=device,
    )
    seen: list[float] = []
    training.discriminator.entry.register_forward_pre_hook(
        lambda _, inputs: seen.append(float(inputs[0].detach().unique()))
    )
    training.advance()
    assert marked == [4, 4]
    assert seen == [0.25, 0.5, 0.5]
