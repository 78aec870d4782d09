"""FaceNet as a torch network: the graph's own numbers, and what training does to it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from rdface.backbones import load_backbone
from rdface.backbones.torch_backbone import TorchBackbone
from tests.backbones.test_trunk import check_trunk


def pictures() -> np.ndarray:
    """Noise, smooth colours, one colour, and a real face from scikit-image."""
    import cv2

    from rdface.imaging import read_image

    spec = find_spec("skimage")
    assert spec is not None and spec.origin is not None
    photo = read_image(Path(spec.origin).parent / "data" / "astronaut.png")[40:200, 140:300]
    noise = np.random.default_rng(0).integers(0, 256, (3, 160, 160, 3), dtype=np.uint8)
    smooth = cv2.GaussianBlur(noise[1], (0, 0), 9)
    smooth = cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX)
    return np.stack([noise[0], smooth, np.full_like(smooth, 90), photo, photo[:, ::-1]])


@pytest.mark.weights
@pytest.mark.slow
def test_it_embeds_as_opencv_runs_the_same_graph(own_cache: Path) -> None:
    """Nothing is lost on the way from the graph's constants; both end at length one."""
    wanted = load_backbone("facenet").embed(pictures())
    backbone = load_backbone("facenet-torch")
    got = backbone.embed(pictures())
    assert got.shape == (5, 512)
    np.testing.assert_allclose(got, wanted, atol=1e-5)


@pytest.mark.weights
def test_its_trunk_gives_the_feature_before_the_last_layer_and_keeps_its_scales() -> None:
    """In training mode the folded normalisations stay as they are: the same numbers come out."""
    import torch

    backbone = load_backbone("facenet-torch")
    assert isinstance(backbone, TorchBackbone)
    trunk = backbone.trunk()
    check_trunk(trunk, 160)
    assert (trunk.dim, trunk.head) == (1792, "hidden")
    pixels = backbone.normalisation.apply(torch.from_numpy(pictures()).permute(0, 3, 1, 2))
    with torch.no_grad():
        features = trunk.network(pixels)
        whole = backbone.network.network  # type: ignore[union-attr]
        ending = whole.last_bn(whole.last_linear(features))
        wanted = torch.nn.functional.normalize(ending)
        torch.testing.assert_close(whole(pixels), wanted, atol=1e-6, rtol=0)
    trunk.network.train()
    output = trunk.network(pixels)
    torch.testing.assert_close(output, features, atol=1e-4, rtol=1e-4)
    output.square().mean().backward()
    assert all(parameter.grad is not None for parameter in trunk.network.parameters())


def test_another_graph_is_refused(tmp_path: Path) -> None:
    from rdface.backbones.facenet_graph import read_graph
    from rdface.errors import WeightsError

    path = tmp_path / "graph.pb"
    path.write_bytes(b"no graph at all")
    with pytest.raises(WeightsError):
        read_graph(path)
