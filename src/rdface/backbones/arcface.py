"""ArcFace with InsightFace's IResNet-50: from a local file only.

J. Deng, J. Guo, N. Xue, S. Zafeiriou: ArcFace: additive angular margin loss for deep face
recognition. CVPR 2019. InsightFace offers its torch checkpoints (``backbone.pth``, glint360k or
ms1mv3) on a drive without a lasting address.
"""

from __future__ import annotations

from rdface.backbones.anatomy import Anatomy
from rdface.backbones.backbone import BACKBONES
from rdface.backbones.local_state import load_state
from rdface.backbones.published import published_state
from rdface.backbones.recognition import tells_people_apart
from rdface.backbones.torch_backbone import TorchBackbone, need_torch
from rdface.backbones.trunk import Normalisation
from rdface.faces import Crop

CROP = Crop(112, 112, "points")
NORMALISATION = Normalisation((0.5,) * 3, (0.5,) * 3)


@BACKBONES.register("arcface-r50")
@tells_people_apart
def arcface_r50(argument: str | None = None) -> TorchBackbone:
    """ArcFace, 512-d, not scaled to length one; ``arcface-r50:PATH`` for the file."""
    need_torch()
    state, source = published_state("arcface-r50", argument)
    from rdface.backbones.networks.iresnet import IResNet

    network = IResNet()
    load_state(network, state, source)
    anatomy = Anatomy(r"layer\d\.\d+", last=r"bn2|fc|features")
    return TorchBackbone("arcface-r50", network, CROP, NORMALISATION, anatomy)
