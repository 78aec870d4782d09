"""FaceNet's frozen TensorFlow graph as a torch state dict, without TensorFlow.

OpenCV reads the graph (the very file that the backbone ``facenet`` runs) and hands its constants
over. The graph was optimised for inference: each BatchNorm behind a convolution is folded into
the convolution's weights and bias; only the one at the very end is still there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rdface.errors import WeightsError

if TYPE_CHECKING:
    import torch

PLACES = {
    "Conv2d_1a_3x3": "conv2d_1a",
    "Conv2d_2a_3x3": "conv2d_2a",
    "Conv2d_2b_3x3": "conv2d_2b",
    "Conv2d_3b_1x1": "conv2d_3b",
    "Conv2d_4a_3x3": "conv2d_4a",
    "Conv2d_4b_3x3": "conv2d_4b",
    "Repeat": "repeat_1",
    "Mixed_6a": "mixed_6a",
    "Repeat_1": "repeat_2",
    "Mixed_7a": "mixed_7a",
    "Repeat_2": "repeat_3",
    "Block8": "block8",
}
"""The graph's scopes and what the state dict calls them."""

ENDINGS = {
    "InceptionResnetV1/Bottleneck/MatMul": ("last_linear.weight",),
    "InceptionResnetV1/Bottleneck/BatchNorm/cond/FusedBatchNorm_1": (
        "last_bn.running_mean",
        "last_bn.running_var",
        "last_bn.bias",
    ),
}


def read_graph(path: Path) -> dict[str, torch.Tensor]:
    """Every weight of the graph under the published names.

    For a network whose BatchNorms went through
    :func:`rdface.backbones.networks.inception_resnet_v1.fix_batch_norms`: their mean is 0, their
    scale 1, their variance one minus epsilon, and their shift is the folded bias.

    Raises:
        WeightsError: OpenCV cannot read it, or it is another graph.
    """
    import cv2
    import torch

    try:
        net: Any = cv2.dnn.readNetFromTensorflow(str(path), "", cv2.dnn.ENGINE_CLASSIC)
    except cv2.error as error:
        raise WeightsError(f"OpenCV cannot read the graph {path}: {error}.") from error
    state: dict[str, torch.Tensor] = {"last_bn.weight": torch.ones(512)}
    inner: dict[str, list[str]] = {}
    for name in net.getLayerNames():
        blobs = [np.array(blob) for blob in net.getLayer(net.getLayerId(name)).blobs]
        if name in ENDINGS and len(blobs) == len(ENDINGS[name]):
            values = {key: blob for key, blob in zip(ENDINGS[name], blobs, strict=True)}
        elif name.endswith("/Conv2D") and len(blobs) == 2:
            values = _convolution(_place(name, inner), *blobs)
        elif blobs:
            raise WeightsError(f"{path} is not FaceNet's graph: what is its layer {name}?")
        else:
            continue
        state.update({key: torch.from_numpy(value) for key, value in values.items()})
    return state


def _place(name: str, inner: dict[str, list[str]]) -> str:
    """``InceptionResnetV1/Repeat/block35_1/Branch_1/Conv2d_0b_3x3/Conv2D`` to ``repeat_1.0....``.

    Convolutions of a branch are numbered as they come in ``inner``, for their own numbers do not
    say how many there are.
    """
    scope, *rest = name.removeprefix("InceptionResnetV1/").removesuffix("/Conv2D").split("/")
    place = PLACES.get(scope, scope)
    for part in rest:
        block = re.fullmatch(r"block\d+_(\d+)", part)
        branch = re.fullmatch(r"Branch_(\d)", part)
        if block is not None:
            place += f".{int(block.group(1)) - 1}"
        elif branch is not None:
            place += f".branch{branch.group(1)}"
        elif ".branch" not in place:
            place += ".conv2d"
        elif not (place.endswith("branch0") and not place.startswith("mixed_7a")):
            known = inner.setdefault(place, [])
            known.append(part)
            place += f".{len(known) - 1}"
    return place


def _convolution(place: str, weight: Any, bias: Any) -> dict[str, Any]:  # noqa: ANN401 - arrays
    if place.endswith(".conv2d"):  # it has a bias of its own and no BatchNorm
        return {f"{place}.weight": weight, f"{place}.bias": bias.ravel()}
    ones = np.ones(bias.size, np.float32)
    return {
        f"{place}.conv.weight": weight,
        f"{place}.bn.weight": ones,
        f"{place}.bn.bias": bias.ravel(),
        f"{place}.bn.running_mean": 0 * ones,
        f"{place}.bn.running_var": ones - np.float32(1e-3),
    }
