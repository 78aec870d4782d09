"""The paper's ImageNet networks, with torchvision's weights as the paper took them.

``resnet152`` (K. He et al.: Deep residual learning for image recognition, CVPR 2016),
``densenet169`` (G. Huang et al.: Densely connected convolutional networks, CVPR 2017), ``swin_t``
(Z. Liu et al.: Swin transformer, ICCV 2021). ``NAME:PATH`` takes the weights from a file or folder.
"""

from __future__ import annotations

import re
from typing import Any

from rdface.backbones.anatomy import Anatomy
from rdface.backbones.backbone import BACKBONES
from rdface.backbones.local_state import State, load_state
from rdface.backbones.published import published_state
from rdface.backbones.torch_backbone import MARGIN, TorchBackbone, need_torch
from rdface.backbones.trunk import IMAGENET
from rdface.faces import Crop

CROP = Crop(224, 224, "points", MARGIN)


@BACKBONES.register("resnet152")
def resnet152(argument: str | None = None) -> TorchBackbone:
    """Pooled features of ResNet-152 (IMAGENET1K_V2), 2048-d."""
    return _network("resnet152", argument, "fc", Anatomy(r"layer\d\.\d+"))


@BACKBONES.register("densenet169")
def densenet169(argument: str | None = None) -> TorchBackbone:
    """Pooled features of DenseNet-169 (IMAGENET1K_V1), 1664-d."""
    block = r"features\.(denseblock\d\.denselayer\d+)"
    return _network("densenet169", argument, "classifier", Anatomy(block))


@BACKBONES.register("swin_t")
def swin_t(argument: str | None = None) -> TorchBackbone:
    """Pooled features of Swin-T (IMAGENET1K_V1), 768-d."""
    return _network("swin_t", argument, "head", Anatomy(r"features\.[1357]\.\d"))


def _network(name: str, argument: str | None, head: str, anatomy: Anatomy) -> TorchBackbone:
    need_torch("torchvision")
    import torch
    import torchvision

    state, source = published_state(name, argument)
    network: Any = torchvision.models.get_model(name, weights=None)
    setattr(network, head, torch.nn.Identity())
    load_state(network, _renamed(state), source, drop=rf"{head}\.")
    return TorchBackbone(name, network, CROP, IMAGENET, anatomy)


def _renamed(state: State) -> State:
    """Old DenseNet files call ``norm1`` ``norm.1``, and so on; no other file has such names."""
    old = r"(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..*)"
    return {re.sub(old, r"\1\2", key): value for key, value in state.items()}
