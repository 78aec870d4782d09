"""Integrated gradients: how the score grows, pixel by pixel, while the picture fades in.

M. Sundararajan, A. Taly, Q. Yan: Axiomatic attribution for deep networks, ICML 2017, by captum (N.
Kokhlikyan et al., 2020). What all pixels add sums up to the score of the picture less that of the
filled one; the rest is told as ``gap``.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np

from rdface.errors import UsageError
from rdface.explain.fills import Fill, filled
from rdface.explain.saliency import MAPS, SaliencyMap
from rdface.explain.target import Target
from rdface.imaging import Image

if TYPE_CHECKING:
    import torch

    from rdface.backbones import Backbone

STEPS = 24
"""Pictures between the filled one and the whole one."""
TOGETHER = 4
"""Pictures whose gradients are taken at once."""
SMOOTH = 0.04
"""SD of the smoothing of the map, in sides of the picture: single pixels mean nothing."""


@MAPS.register("gradient")
def gradient_map(crop: Image, backbone: Backbone, target: Target, fill: Fill) -> SaliencyMap:
    """Integrated gradients; backbones that are torch networks.

    Raises:
        UsageError: The backbone is none, or captum is not installed.
    """
    from rdface.backbones.torch_backbone import TorchBackbone

    if not isinstance(backbone, TorchBackbone):
        raise UsageError(
            f"The backbone {backbone.name!r} has no gradient that rdface could take.",
            hint="Take --map occlusion, or a torch backbone such as facenet-torch.",
        )
    if importlib.util.find_spec("captum") is None:
        raise UsageError(
            "The map 'gradient' needs captum, which is not installed.",
            hint="Run `pip install rdface[torch]`, or take --map occlusion.",
        )
    import cv2
    import torch
    from captum.attr import IntegratedGradients

    network = backbone.network
    direction = torch.from_numpy(target.direction.astype(np.float32))

    def score(pictures: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(network(pictures), dim=1) @ direction

    whole = torch.from_numpy(crop.astype(np.float32))[None]
    blank = torch.from_numpy(filled(crop, fill).astype(np.float32))[None]
    with torch.enable_grad():
        added = IntegratedGradients(score).attribute(
            whole, baselines=blank, n_steps=STEPS, internal_batch_size=TOGETHER
        )
    with torch.no_grad():
        start, end = float(score(blank)[0]), float(score(whole)[0])
    pixels = added[0].sum(dim=-1).detach().numpy().astype(np.float64)
    gap = float(pixels.sum() - (end - start))
    sigma = SMOOTH * min(crop.shape[:2])
    values = cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    settings = {"steps": float(STEPS), "smooth": SMOOTH, "gap": gap}
    return SaliencyMap(np.asarray(values, np.float64), "gradient", end, fill, settings)
