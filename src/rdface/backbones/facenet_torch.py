"""FaceNet as a torch network that may be trained: two sets of weights, each as it was trained.

``facenet-torch`` holds the constants of the graph that ``facenet`` runs, and embeds as that does.
``facenet-vggface2`` loads the state dict that facenet-pytorch publishes (T. Esler, after
D. Sandberg's training on VGGFace2: Q. Cao et al., FG 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.backbones.anatomy import Anatomy
from rdface.backbones.backbone import BACKBONES
from rdface.backbones.facenet import CENTRE, MARGIN, SCALE, SIDE
from rdface.backbones.facenet_graph import read_graph
from rdface.backbones.local_state import load_state
from rdface.backbones.published import published_state
from rdface.backbones.recognition import tells_people_apart
from rdface.backbones.torch_backbone import TorchBackbone, need_torch
from rdface.backbones.trunk import Normalisation
from rdface.faces import Crop
from rdface.weights import where

if TYPE_CHECKING:
    import torch

CROP = Crop(SIDE, SIDE, "stretch", MARGIN)
OWN = Normalisation((CENTRE / 255,) * 3, (SCALE / 255,) * 3)


def _feature(network: torch.nn.Module) -> torch.nn.Module:
    from rdface.backbones.networks.inception_resnet_v1 import InceptionResnetV1

    assert isinstance(network, InceptionResnetV1)  # noqa: S101 - made below
    return network.without_embedding()


ANATOMY = Anatomy(r"repeat_\d\.\d|mixed_\d|block8", head="hidden", cut=_feature)


@BACKBONES.register("facenet-torch")
@tells_people_apart
def facenet_torch(argument: str | None = None) -> TorchBackbone:
    """FaceNet from the graph of ``facenet``, 512-d; its trunk gives 1792 features."""
    BACKBONES.takes_nothing("facenet-torch", argument)
    need_torch()
    path = where("facenet")
    from rdface.backbones.networks.inception_resnet_v1 import InceptionResnetV1, fix_batch_norms

    network = InceptionResnetV1()
    fix_batch_norms(network)
    load_state(network, read_graph(path), str(path))
    return TorchBackbone("facenet-torch", network, CROP, OWN, ANATOMY)


@BACKBONES.register("facenet-vggface2")
@tells_people_apart
def facenet_vggface2(argument: str | None = None) -> TorchBackbone:
    """FaceNet trained on VGGFace2, 512-d; ``facenet-vggface2:PATH`` for a local file."""
    need_torch()
    from rdface.backbones.networks.inception_resnet_v1 import InceptionResnetV1

    state, source = published_state("facenet-vggface2", argument)
    network = InceptionResnetV1()
    load_state(network, state, source, drop=r"logits\.")
    return TorchBackbone("facenet-vggface2", network, CROP, OWN, ANATOMY)
