"""VGGFace: VGG-16, trained to tell 2,622 people apart.

O. M. Parkhi, A. Vedaldi, A. Zisserman: Deep face recognition. BMVC 2015. The weights are S.
Albanie's port of the MatConvNet original, which wants RGB: a port of the Caffe release wants BGR
and cannot be told from one by its shapes, so only the names of this port (``conv1_1``) are taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.backbones.anatomy import Anatomy
from rdface.backbones.backbone import BACKBONES
from rdface.backbones.local_state import load_state
from rdface.backbones.published import published_state
from rdface.backbones.recognition import tells_people_apart
from rdface.backbones.torch_backbone import TorchBackbone, need_torch
from rdface.backbones.trunk import Normalisation
from rdface.faces import Crop

if TYPE_CHECKING:
    import torch

MEAN = (129.186279296875 / 255, 104.76238250732422 / 255, 93.59396362304688 / 255)
CROP = Crop(224, 224, "box", 0.3)
"""A square around the box, a third larger: the makers of VGGFace2 state 0.3 for their networks."""


def _map(network: torch.nn.Module) -> torch.nn.Module:
    from rdface.backbones.networks.vgg_face import VGGFace

    assert isinstance(network, VGGFace)  # noqa: S101 - made below
    return network.without_linear()


@BACKBONES.register("vggface")
@tells_people_apart
def vggface(argument: str | None = None) -> TorchBackbone:
    """The features before the classifier, 4096-d; the trunk gives the map of 512 channels.

    ``vggface:PATH`` takes the weights from a file or folder.
    """
    need_torch()
    from rdface.backbones.networks.vgg_face import VGGFace

    state, source = published_state("vggface", argument)
    network = VGGFace()
    load_state(network, state, source, drop=r"fc8\.")
    anatomy = Anatomy(r"conv\d", head="map", cut=_map)
    normalisation = Normalisation(MEAN, (1 / 255,) * 3)
    return TorchBackbone("vggface", network, CROP, normalisation, anatomy)
