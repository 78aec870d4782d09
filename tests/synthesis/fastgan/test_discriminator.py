"""The discriminator's shapes, its drawings and its classes."""

from __future__ import annotations

import pytest

from rdface.synthesis.fastgan.widths import SIZES


@pytest.mark.parametrize("size", SIZES)
def test_verdicts_and_drawings_of_every_size(size: int) -> None:
    """5 x 5 logits, maps of 16 and 8, drawings of at most 128 pixels, gradients everywhere."""
    import torch

    from rdface.synthesis.fastgan.discriminator import DiscriminatorNetwork, corner_part

    torch.manual_seed(0)
    network = DiscriminatorNetwork(size, 1)
    pictures = torch.rand(2, 3, size, size) * 2 - 1
    verdict = network(pictures)
    assert verdict.logits.shape == (2, 1, 5, 5)
    assert verdict.fine.shape[2:] == (16, 16) and verdict.coarse.shape[2:] == (8, 8)
    part, wanted = corner_part(verdict.fine, pictures, 3, 8)
    drawings = network.draw_whole(verdict.coarse), network.draw_part(part)
    side = min(size, 128)
    assert all(drawn.shape == (2, 3, side, side) for drawn in drawings)
    assert wanted.shape == (2, 3, size // 2, size // 2)
    (verdict.logits.sum() + drawings[0].sum() + drawings[1].sum()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


@pytest.mark.parametrize(("top", "left"), [(0, 0), (8, 8), (3, 5)])
def test_a_part_of_the_map_is_that_part_of_the_picture(top: int, left: int) -> None:
    """A map that holds the picture's own colours yields what the picture yields."""
    import torch
    from torch.nn.functional import avg_pool2d

    from rdface.synthesis.fastgan.discriminator import corner_part

    pictures = torch.randn(2, 3, 64, 64)
    part, wanted = corner_part(avg_pool2d(pictures, 4), pictures, top, left)
    torch.testing.assert_close(part, avg_pool2d(wanted, 4))


@pytest.mark.parametrize("side", [16, 32, 64])
def test_resizing_keeps_a_plain_picture(side: int) -> None:
    import torch

    from rdface.synthesis.fastgan.discriminator import resized

    plain = torch.full((1, 3, 32, 32), 0.3)
    torch.testing.assert_close(resized(plain, side), torch.full((1, 3, side, side), 0.3))


def test_the_verdict_depends_on_the_class_as_far_as_it_is_known() -> None:
    """The projection moves all logits of a picture alike, and ``known`` scales it."""
    import torch

    from rdface.synthesis.fastgan.discriminator import DiscriminatorNetwork

    torch.manual_seed(0)
    network = DiscriminatorNetwork(64, 2, n_classes=3).eval()
    picture = torch.randn(1, 3, 64, 64).expand(3, 3, 64, 64)
    classes = torch.arange(3)
    blind, half, whole = (network(picture, classes, k).logits for k in (0.0, 0.5, 1.0))
    torch.testing.assert_close(blind[0], blind[1])
    moved = whole - blind
    torch.testing.assert_close(moved, moved[:, :, :1, :1].expand_as(moved), rtol=1e-4, atol=1e-5)
    assert not torch.allclose(moved[0], moved[1])
    torch.testing.assert_close(half - blind, moved / 2, rtol=1e-4, atol=1e-5)


def test_convolutions_that_judge_are_spectrally_normalised() -> None:
    """No weight that leads to the logits stretches any direction more than once."""
    import torch

    from rdface.synthesis.fastgan.discriminator import DiscriminatorNetwork

    torch.manual_seed(0)
    network = DiscriminatorNetwork(64, 2)
    for _ in range(30):  # each forward pass is one step of the power iteration
        network(torch.randn(2, 3, 64, 64))
    judging = [network.entry[0], network.logits, *(h.steps[0] for h in network.halvings)]
    for layer in judging:
        weight = layer.weight.detach().flatten(1)
        assert torch.linalg.matrix_norm(weight, 2) == pytest.approx(1, abs=0.02)
