"""Pictures varied on the device, each by itself, reproducibly.

Written here and not taken from a library: torchvision's transforms of tensors draw once for a
whole batch; kornia draws for each picture, but from torch's global generator and resamples once
for each geometric step, and would be a dependency for these lines. Here flip, turn, shift and
scale are one affine map and one resampling, and the draws come from the generator that the
checkpoint keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import torch

DEGREES = 10.0
SHIFT = 0.05
"""Of the side of the picture."""
SCALE = 0.1
LIGHT = 0.2
"""Largest relative change of brightness, and of contrast."""


def augment(
    images: torch.Tensor, kind: Literal["none", "flip", "standard"], rng: np.random.Generator
) -> torch.Tensor:
    """Vary pictures.

    ``flip`` mirrors half of them. ``standard`` also turns by up to 10 degrees, shifts by up to
    5 % of the side, scales by up to 10 % (beyond the edge is black, as in the crops), and
    multiplies brightness, and contrast about the picture's mean, by 0.8 to 1.2.

    Args:
        images: ``[N, 3, H, W]``, 0 to 255, any type.
        kind: See :class:`~rdface.learners.tuning.recipe.Recipe`.
        rng: Drawn from, equally much for equally many pictures.

    Returns:
        ``[N, 3, H, W]``; ``float32`` under ``standard``, else the type that came.
    """
    import torch

    if kind == "none":
        return images
    n = len(images)
    flipped = rng.random(n) < 0.5
    if kind == "flip":
        mask = torch.from_numpy(flipped).to(images.device).view(n, 1, 1, 1)
        return torch.where(mask, images.flip(3), images)
    turn, across, down, scale, brightness, contrast = rng.uniform(-1, 1, (6, n))
    pixels = _move(
        images.float(),
        angle=np.deg2rad(DEGREES) * turn,
        mirror=np.where(flipped, -1.0, 1.0),
        zoom=1 + SCALE * scale,
        shift=np.stack([across, down], axis=1) * SHIFT,
    )
    pixels = pixels * _per_picture(1 + LIGHT * brightness, pixels)
    mean = pixels.mean(dim=(1, 2, 3), keepdim=True)
    return ((pixels - mean) * _per_picture(1 + LIGHT * contrast, pixels) + mean).clamp(0, 255)


def _move(
    pixels: torch.Tensor,
    *,
    angle: np.ndarray,
    mirror: np.ndarray,
    zoom: np.ndarray,
    shift: np.ndarray,
) -> torch.Tensor:
    """Mirror, turn, scale and shift pictures, each by its own values, about the centre.

    Args:
        pixels: ``float [N, 3, H, W]``.
        angle: ``[N]``, radians.
        mirror: ``[N]``, -1 or 1.
        zoom: ``[N]``; above 1 the picture's content grows.
        shift: ``[N, 2]``, to the right and downwards, parts of the side.
    """
    import torch
    from torch.nn import functional

    height, width = pixels.shape[2:]
    cos, sin = np.cos(angle) / zoom, np.sin(angle) / zoom
    # affine_grid maps places of the result to places in the picture, both from -1 to 1 a side
    theta = np.empty((len(pixels), 2, 3), dtype=np.float32)
    theta[:, 0, 0] = mirror * cos
    theta[:, 0, 1] = mirror * sin * height / width
    theta[:, 1, 0] = -sin * width / height
    theta[:, 1, 1] = cos
    theta[:, :, 2] = -2 * np.einsum("nij,nj->ni", theta[:, :, :2], shift)
    where = torch.from_numpy(theta).to(pixels.device)
    grid = functional.affine_grid(where, list(pixels.shape), align_corners=False)
    return functional.grid_sample(pixels, grid, padding_mode="zeros", align_corners=False)


def _per_picture(values: np.ndarray, like: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.from_numpy(values.astype(np.float32)).to(like.device).view(-1, 1, 1, 1)
