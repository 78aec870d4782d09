"""What fine-tuning takes from any network: trunk, blocks, places for adapters, other pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rdface.backbones.torch_backbone import TorchBackbone
from rdface.backbones.trunk import IMAGENET, Normalisation, Trunk
from rdface.errors import UsageError
from rdface.faces import Crop

TIMM = {  # what a family must be taken apart into: blocks, and a name of the last one
    "resnet18": (9, "layer4.1"),
    "vit_tiny_patch16_224": (13, "blocks.11"),
    "swin_tiny_patch4_window7_224": (13, "layers.3.blocks.1"),
    "efficientnet_b0": (17, "blocks.6"),
    "tf_efficientnet_lite0": (17, "blocks.6"),
    "convnext_atto": (13, "stages.3.blocks.1"),
    "densenet121": (59, "features.denseblock4.denselayer16"),
    "eva02_tiny_patch14_224": (13, "blocks.11"),
}


def timm_backbone(name: str) -> TorchBackbone:
    import timm
    import torch

    torch.manual_seed(0)
    side = 224 if "224" in name else 64
    network = timm.create_model(name, pretrained=False, num_classes=0)
    return TorchBackbone(name, network, Crop(side, side), IMAGENET)


def check_trunk(trunk: Trunk, side: int) -> None:
    """Blocks hold every parameter once; every adapter's module is called; the output fits."""
    import torch

    network = trunk.network
    held = [part for block in trunk.blocks for part in block]
    for name, _ in network.named_parameters():
        inside = [part for part in held if name == part or name.startswith(f"{part}.")]
        assert len(inside) == 1, (name, inside)
    assert all(trunk.blocks) and len(set(held)) == len(held)
    called: list[str] = []
    modules = dict(network.named_modules())
    for name in trunk.lora:
        modules[name].register_forward_hook(lambda *_, name=name: called.append(name))
    with torch.no_grad():
        output = network(torch.zeros(1, 3, side, side))
    assert trunk.lora and set(called) == set(trunk.lora)
    assert output.shape[:2] == (1, trunk.dim)
    assert output.ndim == (4 if trunk.head == "map" else 2)


@pytest.mark.parametrize("name", TIMM)
def test_every_family_of_timm_comes_apart_from_input_to_output(name: str) -> None:
    backbone = timm_backbone(name)
    trunk = backbone.trunk()
    check_trunk(trunk, backbone.crop.width)
    count, last = TIMM[name]
    assert len(trunk.blocks) == count and last in trunk.blocks[-1]
    assert trunk.head == "pooled" and trunk.dim == backbone.dim


def test_a_network_unknown_to_timm_comes_apart_too() -> None:
    from torch import nn

    network = nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 8, 3, 2), nn.ReLU())
    network.extend([nn.AdaptiveAvgPool2d(1), nn.Flatten()])
    trunk = TorchBackbone("own", network, Crop(32, 32), IMAGENET).trunk()
    assert trunk.blocks == (("0",), ("2",)) and trunk.lora == ("2",)
    check_trunk(trunk, 32)


def test_training_a_trunk_leaves_the_backbone_and_other_trunks_alone() -> None:
    import torch

    backbone = timm_backbone("resnet18")
    one, other = backbone.trunk(), backbone.trunk()
    picture = torch.zeros(1, 3, 64, 64)
    before = other.network(picture)
    one.network.train()
    one.network(torch.randn(4, 3, 64, 64)).square().sum().backward()
    torch.optim.SGD(one.network.parameters(), 0.1).step()
    assert torch.equal(backbone.trunk().network(picture), before)
    assert torch.equal(other.network(picture), before)
    assert not torch.equal(one.network.eval()(picture), before)


@pytest.mark.parametrize("name", ["resnet18", "vit_tiny_patch16_224"])
def test_adapters_of_peft_act_and_learn(name: str) -> None:
    """Each adapter gets a gradient, and nothing else does."""
    import torch
    from peft import LoraConfig, inject_adapter_in_model

    backbone = timm_backbone(name)
    trunk = backbone.trunk()
    config = LoraConfig(r=2, target_modules=list(trunk.lora), init_lora_weights=False)
    network = inject_adapter_in_model(config, trunk.network)
    side = backbone.crop.width
    network(torch.randn(2, 3, side, side)).square().sum().backward()
    for key, parameter in network.named_parameters():
        assert (parameter.grad is not None) == ("lora_" in key), key


def test_the_same_network_sees_the_papers_pictures_under_another_fingerprint(
    own_cache: Path,
) -> None:
    """The quirk: ImageNet's numbers and the whole picture, stretched."""
    import torch

    backbone = timm_backbone("resnet18")
    other = backbone.changed(Crop(96, 96, "picture"), Normalisation((0.5,) * 3, (0.25,) * 3))
    assert other.crop == Crop(96, 96, "picture") and other.name == backbone.name
    assert len({backbone.fingerprint, other.fingerprint, backbone.changed().fingerprint}) == 2
    images = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), dtype=np.uint8)
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2)
    with torch.inference_mode():
        wanted = backbone.trunk().network((pixels / 255 - 0.5) / 0.25).numpy()
    np.testing.assert_allclose(other.embed(images), wanted, atol=1e-3 * np.abs(wanted).max())


def test_transformers_take_other_sizes_and_who_cannot_says_so() -> None:
    from torch import nn

    for name in ("vit_tiny_patch16_224", "swin_tiny_patch4_window7_224"):
        backbone = timm_backbone(name)
        assert backbone.changed(Crop(64, 64)).trunk().dim == backbone.dim
        assert backbone.trunk().dim == backbone.dim  # it still takes its own
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 4))
    fixed = TorchBackbone("fixed", network, Crop(32, 32), IMAGENET)
    with pytest.raises(UsageError, match="'fixed' does not take pictures of 64 x 64"):
        fixed.changed(Crop(64, 64))
