"""From a batch of pictures to a feature each, as a network under training gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def embedding(
    network: torch.nn.Module, batch: torch.Tensor, *, wrong_axes: bool = False
) -> torch.Tensor:
    """Features ``float [N, D]``; a map is averaged over its places.

    With ``wrong_axes`` a torchvision Swin is pooled as in the published notebooks (flaw F10): its
    map is ``[N, H, W, C]``, and ``adaptive_avg_pool2d`` takes the last two axes for the places, so
    that width and channels are averaged and H = 7 numbers are left. Other networks are as always.

    Args:
        network: A trunk's.
        batch: ``float [N, 3, H, W]``, normalised.
        wrong_axes: See above.
    """
    if wrong_axes:
        for module in network.modules():
            if type(module).__name__ == "SwinTransformer" and hasattr(module, "features"):
                maps: torch.Tensor = module.features(batch)  # type: ignore[operator]
                return maps.mean(dim=(2, 3))
    features: torch.Tensor = network(batch)
    return features.mean(dim=(2, 3)) if features.ndim == 4 else features
