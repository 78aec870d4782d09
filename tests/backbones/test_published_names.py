"""The names and shapes that published weights have, and errors where they are not here."""

from __future__ import annotations

import pytest

from rdface.backbones import load_backbone
from rdface.errors import UsageError
from rdface.weights import find


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("resnet152", "ResNet152_Weights.IMAGENET1K_V2"),
        ("densenet169", "DenseNet169_Weights.IMAGENET1K_V1"),
        ("swin_t", "Swin_T_Weights.IMAGENET1K_V1"),
    ],
)
def test_the_manifest_asks_for_what_torchvision_calls_by_the_papers_names(
    name: str, weights: str
) -> None:
    import torchvision

    hub = find(name).hub
    assert hub is not None and hub.url is not None and hub.file == hub.url.rpartition("/")[2]
    assert hub.url == torchvision.models.get_weight(weights).url
    assert weights in hub.repo


def test_vggface_has_the_published_names_and_shapes() -> None:
    """On the meta device: half a gigabyte is not made for this."""
    import torch

    from rdface.backbones.networks.vgg_face import VGGFace

    with torch.device("meta"):
        shapes = {key: tuple(value.shape) for key, value in VGGFace().state_dict().items()}
    assert shapes["conv1_1.weight"] == (64, 3, 3, 3)
    assert shapes["conv5_3.weight"] == (512, 512, 3, 3)
    assert shapes["fc6.weight"] == (4096, 25088) and shapes["fc7.weight"] == (4096, 4096)
    assert len(shapes) == 2 * (13 + 2)


def test_arcface_has_the_published_names() -> None:
    import torch

    from rdface.backbones.networks.iresnet import IResNet

    with torch.device("meta"):
        state = IResNet().state_dict()
    for key in ("prelu.weight", "layer1.0.downsample.1.running_var", "layer3.13.bn3.bias"):
        assert key in state
    assert state["layer4.0.conv2.weight"].shape == (512, 512, 3, 3)
    assert state["fc.weight"].shape == (512, 25088) and "features.running_mean" in state
    assert "layer3.14.bn1.weight" not in state and "layer4.1.downsample.0.weight" not in state
    assert sum(tensor.numel() for key, tensor in state.items() if "running" not in key) > 43e6


def test_who_needs_another_package_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    from rdface.backbones import torch_backbone

    real = torch_backbone.importlib.util.find_spec
    monkeypatch.setattr(
        torch_backbone.importlib.util,
        "find_spec",
        lambda name: None if name == "open_clip" else real(name),
    )
    with pytest.raises(UsageError) as caught:
        load_backbone("clip-vit-b-32")
    assert "open_clip_torch" in (caught.value.hint or "")
