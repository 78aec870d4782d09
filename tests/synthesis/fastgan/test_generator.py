"""The generator's shapes, its gates and its classes."""

from __future__ import annotations

import pytest

from rdface.synthesis.fastgan.widths import SIZES


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_of_every_size(size: int) -> None:
    """Of the right shape, within -1 .. 1, with gradients down to the noise."""
    import torch

    from rdface.synthesis.fastgan.generator import GeneratorNetwork

    torch.manual_seed(0)
    network = GeneratorNetwork(size, 1, 4)
    noise = torch.randn(2, 4, requires_grad=True)
    made = network(noise)
    assert made.shape == (2, 3, size, size) and made.abs().max() <= 1
    made.square().sum().backward()
    assert noise.grad is not None and noise.grad.abs().sum() > 0
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


def test_excitation_multiplies_each_channel_by_one_factor_between_0_and_1() -> None:
    """The coarse map scales whole channels: the pattern of a channel stays."""
    import torch

    from rdface.synthesis.fastgan.generator import Excitation

    torch.manual_seed(0)
    gate = Excitation(6, 3)
    coarse, fine = torch.randn(2, 6, 8, 8), torch.randn(2, 3, 16, 16)
    ratio = gate(coarse, fine) / fine
    factors = ratio.mean(dim=(2, 3), keepdim=True)
    torch.testing.assert_close(ratio, factors.expand_as(ratio), rtol=1e-4, atol=1e-5)
    assert 0 < factors.min() and factors.max() < 1
    torch.testing.assert_close(factors[:, :, 0, 0], gate.factors(coarse)[:, :, 0, 0])


def test_the_same_noise_of_another_class_is_another_picture() -> None:
    """And with ``known`` 0 all classes are one."""
    import torch

    from rdface.synthesis.fastgan.generator import GeneratorNetwork

    torch.manual_seed(0)
    network = GeneratorNetwork(64, 2, 4, n_classes=3).eval()
    noise = torch.randn(1, 4).expand(3, 4)
    classes = torch.arange(3)
    made = network(noise, classes)
    assert not torch.allclose(made[0], made[1]) and not torch.allclose(made[1], made[2])
    blind = network(noise, classes, 0.0)
    torch.testing.assert_close(blind[0], blind[1], rtol=0, atol=1e-6)


def test_classes_start_from_plain_batch_normalisation() -> None:
    """With an embedding of zero, gain is 1 and bias 0."""
    import torch

    from rdface.synthesis.fastgan.generator import Normalisation

    x = torch.randn(4, 3, 5, 5)
    conditioned, plain = Normalisation(3, 7), Normalisation(3, 0)
    torch.testing.assert_close(conditioned(x, torch.zeros(4, 7)), plain(x, None))
