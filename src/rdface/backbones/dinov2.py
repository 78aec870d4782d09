"""DINOv2, ViT-S/14: trained without any label.

M. Oquab et al.: DINOv2: learning robust visual features without supervision. 2023. Trained at 518
pixels; at 224 (16 x 16 patches) the embeddings of places are interpolated, as its makers do.
"""

from __future__ import annotations

from pathlib import Path

from rdface.backbones.backbone import BACKBONES
from rdface.backbones.timm_models import timm_backbone
from rdface.backbones.torch_backbone import TorchBackbone, need_torch
from rdface.weights.store import local_folder

NETWORK = "vit_small_patch14_dinov2.lvd142m"
SIDE = 224


@BACKBONES.register("dinov2")
def dinov2(argument: str | None = None) -> TorchBackbone:
    """The class token, 384-d; ``dinov2:PATH`` takes the weights from a file or folder."""
    need_torch()
    folder = Path(argument).expanduser() if argument else local_folder("dinov2")
    return timm_backbone("dinov2", NETWORK, folder, SIDE)
