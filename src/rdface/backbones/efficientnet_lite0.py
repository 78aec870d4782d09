"""EfficientNet-Lite0, trained on ImageNet: a general network that has never learnt faces.

M. Tan, Q. Le: EfficientNet: rethinking model scaling for convolutional neural networks. ICML
2019; the Lite variant has neither squeeze-excite nor swish. The weights were ported from
TensorFlow, so the architecture pads as TensorFlow does.
"""

from __future__ import annotations

from typing import Any

from rdface.backbones.backbone import BACKBONES
from rdface.backbones.local_state import load_state, read_state
from rdface.backbones.torch_backbone import MARGIN, TorchBackbone, need_torch
from rdface.backbones.trunk import Normalisation
from rdface.errors import WeightsError
from rdface.faces import Crop
from rdface.weights import where

MEAN, STD = 127 / 255, 128 / 255
SIDE = 224


@BACKBONES.register("efficientnet_lite0")
def efficientnet_lite0(argument: str | None = None) -> TorchBackbone:
    """Pooled features, 1280-d."""
    BACKBONES.takes_nothing("efficientnet_lite0", argument)
    need_torch()
    import timm

    path = where("efficientnet_lite0")
    full: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    # The port names its layers otherwise and holds them in the same order.
    names, tensors = list(full.state_dict()), list(read_state(path).values())
    if len(names) != len(tensors):
        raise WeightsError(f"{path} holds {len(tensors)} tensors instead of {len(names)}.")
    load_state(full, dict(zip(names, tensors, strict=True)), str(path))
    full.reset_classifier(0)
    crop = Crop(SIDE, SIDE, "points", MARGIN)
    return TorchBackbone("efficientnet_lite0", full, crop, Normalisation((MEAN,) * 3, (STD,) * 3))
