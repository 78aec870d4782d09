"""Every named network: random weights of its class through the code that loads real ones."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.backbones import clip_image, load_backbone
from rdface.backbones.torch_backbone import TorchBackbone
from rdface.errors import WeightsError
from rdface.faces import Crop
from rdface.weights import find, published
from tests.backbones.test_trunk import check_trunk

SIDES = {  # small enough for a test, and what the trunk gives: length, blocks, a name of the last
    "resnet152": (64, 2048, 51, "layer4.2"),
    "densenet169": (64, 1664, 83, "features.denseblock4.denselayer32"),
    "swin_t": (64, 768, 13, "features.7.1"),
    "clip-vit-b-32": (64, 512, 13, "transformer.resblocks.11"),
    "facenet-vggface2": (80, 1792, 24, "block8"),
    "vggface": (64, 512, 5, "conv5_3"),
    "dinov2": (56, 384, 13, "blocks.11"),
    "arcface-r50": (112, 512, 25, "fc"),
}
FETCHED = [name for name in SIDES if name != "arcface-r50"]
HEAVY = {"vggface"}  # 580 MB on disk
NAMES = [pytest.param(name, marks=pytest.mark.slow) if name in HEAVY else name for name in SIDES]


def network(name: str) -> Any:  # noqa: ANN401 - a module
    """The bare network, with the classifier that its published file holds."""
    import timm
    import torch
    import torchvision
    from torch import nn

    from rdface.backbones.clip_image import tower
    from rdface.backbones.networks.inception_resnet_v1 import InceptionResnetV1
    from rdface.backbones.networks.iresnet import IResNet
    from rdface.backbones.networks.vgg_face import VGGFace

    torch.manual_seed(0)
    if name == "facenet-vggface2":
        made = InceptionResnetV1()
        made.add_module("logits", nn.Linear(512, 10))
        return made
    if name == "vggface":
        made = VGGFace()
        made.add_module("fc8", nn.Linear(4096, 10))
        return made
    if name == "dinov2":
        return timm.create_model("vit_small_patch14_dinov2.lvd142m", pretrained=False)
    if name == "clip-vit-b-32":
        return nn.ModuleDict({"visual": tower(), "text": nn.Linear(2, 2)})
    return IResNet() if name == "arcface-r50" else torchvision.models.get_model(name, weights=None)


def embedded(name: str, made: Any, pixels: Any) -> Any:  # noqa: ANN401 - as above
    """What the bare network gives, without its classifier."""
    from torch import nn

    if name == "clip-vit-b-32":
        return made["visual"](pixels)
    for head in ("fc", "classifier", "head"):
        if isinstance(getattr(made, head, None), nn.Linear) and name != "arcface-r50":
            setattr(made, head, nn.Identity())
    return made(pixels)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Removed at the end: pytest would keep these hundreds of megabytes for three runs."""
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


def saved(name: str, folder: Path, form: str = "safetensors") -> Path:
    import torch
    from safetensors.torch import save_file

    path = folder / f"{name}.{form}"
    if not path.exists():
        state = {key: value.contiguous() for key, value in network(name).state_dict().items()}
        save_file(state, path) if form == "safetensors" else torch.save(state, path)
    return path


def load(name: str, path: Path) -> TorchBackbone:
    backbone = load_backbone(f"{name}:{path}")
    assert isinstance(backbone, TorchBackbone)
    return backbone


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_network_embeds_as_itself_and_has_a_trunk(name: str, folder: Path) -> None:
    """Through the file and its own normalisation, at a small size."""
    import torch

    from rdface.backbones.compiled import eager

    small, dim, blocks, last = SIDES[name]
    backbone = load(name, saved(name, folder))
    if small != backbone.crop.width:
        backbone = backbone.changed(Crop(small, small))
    image = np.random.default_rng(0).integers(0, 256, (1, small, small, 3), dtype=np.uint8)
    own = backbone.normalisation
    pixels = torch.from_numpy(image).permute(0, 3, 1, 2).float() / 255
    pixels = (pixels - torch.tensor(own.mean).view(3, 1, 1)) / torch.tensor(own.std).view(3, 1, 1)
    made = network(name).eval()
    if name == "dinov2":  # the saved one has places for 518 pixels, the backbone for 224
        made.set_input_size(img_size=224)
        made.set_input_size(img_size=small)
    if name == "clip-vit-b-32":
        clip_image._resize(made["visual"], small, small)
    with torch.inference_mode():
        wanted = embedded(name, made, pixels).flatten(1).numpy()
    got = eager(backbone.network)(image)
    np.testing.assert_allclose(got, wanted, atol=2e-4 * np.abs(wanted).max())
    trunk = backbone.trunk()
    check_trunk(trunk, small)
    assert (trunk.dim, len(trunk.blocks)) == (dim, blocks) and last in trunk.blocks[-1]
    heads = {"vggface": "map", "facenet-vggface2": "hidden"}
    assert trunk.head == heads.get(name, "pooled")
    assert backbone.dim == got.shape[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", SIDES)
def test_a_full_size_network_runs_converted(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenVINO against eager torch, checked by the code itself; bits free of the batch."""
    monkeypatch.setenv("RDFACE_CACHE", str(folder / "cache"))  # removed with the folder
    backbone = load(name, saved(name, folder))
    side = backbone.crop.width
    images = np.random.default_rng(0).integers(0, 256, (3, side, side, 3), dtype=np.uint8)
    rows = backbone.embed(images)
    assert rows.shape == (3, backbone.dim) and np.isfinite(rows).all()
    assert "openvino" in backbone._engine[1]
    assert backbone.embed(images[1:2]).tobytes() == rows[1:2].tobytes()


def test_a_torch_file_and_densenets_old_names_load_too(folder: Path) -> None:
    """The file that torchvision publishes calls ``norm1`` ``norm.1``."""
    import re

    import torch

    path = saved("densenet169", folder)
    old = folder / "old.pth"
    state = {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12]\.)", r"\1.\2", key): value
        for key, value in network("densenet169").state_dict().items()
    }
    assert "features.denseblock1.denselayer1.norm.1.weight" in state
    torch.save(state, old)
    one, other = load("densenet169", path), load("densenet169", old)
    assert one._key == other._key


def test_clips_image_tower_alone_loads_too(folder: Path) -> None:
    import torch

    path = saved("clip-vit-b-32", folder)
    torch.save(network("clip-vit-b-32")["visual"].half().state_dict(), folder / "tower.pt")
    alone = load("clip-vit-b-32", folder / "tower.pt").trunk().network
    whole = load("clip-vit-b-32", path).trunk().network
    assert next(alone.parameters()).dtype == torch.float32
    picture = torch.randn(1, 3, 224, 224)
    with torch.inference_mode():  # the second was rounded to half precision on disk
        torch.testing.assert_close(alone(picture), whole(picture), atol=1e-2, rtol=1e-2)


def test_clip_is_open_clips_own_with_the_activation_of_openais_weights() -> None:
    """The tower against open_clip's ``ViT-B-32-quickgelu``, which is right for these weights."""
    import open_clip
    import torch

    from rdface.backbones.clip_image import tower

    assert open_clip.get_pretrained_cfg("ViT-B-32", "openai")["quick_gelu"]
    torch.manual_seed(0)
    whole = open_clip.create_model("ViT-B-32-quickgelu", pretrained=None, precision="fp32")
    own = tower()
    own.load_state_dict(whole.visual.state_dict())
    picture = torch.randn(1, 3, 224, 224)
    with torch.inference_mode():
        assert torch.equal(own.eval()(picture), whole.eval().encode_image(picture))


def test_a_wrong_shape_names_the_tensor_and_a_stranger_is_refused(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    state = load_file(saved("facenet-vggface2", folder))
    state["last_linear.weight"] = state["last_linear.weight"][:128].contiguous()
    save_file(state, folder / "narrow.safetensors")
    with pytest.raises(WeightsError, match=r"last_linear.weight is \(128, 1792\) instead of"):
        load("facenet-vggface2", folder / "narrow.safetensors")
    with pytest.raises(WeightsError, match="do not fit IResNet"):
        load("arcface-r50", folder / "narrow.safetensors")


@pytest.mark.parametrize("name", SIDES)
def test_no_code_in_a_file_is_run_whichever_network_asks(name: str, tmp_path: Path) -> None:
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "owned",))

    (tmp_path / "model.pth").write_bytes(pickle.dumps({"a": Evil()}))
    with pytest.raises(WeightsError, match="holds no weights that can be read"):
        load(name, tmp_path / "model.pth")
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("name", SIDES)
def test_without_network_the_error_names_every_way(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rdface.backbones import timm_models

    def unreachable(address: str) -> None:
        raise OSError("no route")

    for module in (published, clip_image, timm_models):
        monkeypatch.setattr(module, "knock", unreachable)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: None)
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    with pytest.raises(WeightsError) as caught:
        load_backbone(name)
    assert name in caught.value.message
    for way in (f"{name}:PATH", "RDFACE_WEIGHTS", f"{name}/"):
        assert way in (caught.value.hint or "")
    assert ("could not be fetched" in caught.value.message) == (name in FETCHED)


def test_local_folder_and_torchs_own_downloads_are_used(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any network; a download that was cut short is noticed by its name."""
    import torch

    name = "facenet-vggface2"
    hub = find(name).hub
    assert hub is not None and hub.file is not None
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    downloads = tmp_path / "hub" / "checkpoints"
    downloads.mkdir(parents=True)
    path = saved(name, folder)
    torch.save(network(name).state_dict(), downloads / hub.file)
    wanted = load(name, path)._key
    found = load_backbone(name)
    assert isinstance(found, TorchBackbone) and found._key == wanted
    (downloads / "swin_t-704ceda3.pth").write_bytes(b"cut short")
    with pytest.raises(WeightsError, match="SHA-256 does not begin with 704ceda3"):
        load_backbone("swin_t")
    own = tmp_path / "weights" / "swin_t"
    own.mkdir(parents=True)
    (own / "model.safetensors").symlink_to(saved("swin_t", folder))
    monkeypatch.setenv("RDFACE_WEIGHTS", str(own.parent))
    assert load_backbone("swin_t").dim == 768
