"""Torch networks: weights, preprocessing, and OpenVINO against eager torch."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from rdface.backbones import compiled, load_backbone, torch_backbone
from rdface.errors import UsageError, WeightsError

NAME = "mobilenetv3_small_050"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A folder with random weights, as timm saves them."""
    import timm
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    network = timm.create_model(NAME, pretrained=False)
    folder = tmp_path / "weights"
    folder.mkdir()
    save_file(network.state_dict(), folder / "model.safetensors")
    config = {"pretrained_cfg": {"input_size": [3, 96, 96], "mean": [0.5] * 3, "std": [0.25] * 3}}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def pictures(side: int, count: int = 3) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3)).astype(np.uint8)


def test_a_local_folder_gives_timms_own_features(own_cache: Path, weights: Path) -> None:
    """Preprocessing and weights against timm used by hand, with OpenVINO's tolerance."""
    import timm
    import torch
    from safetensors.torch import load_file

    backbone = load_backbone(f"timm:{NAME}@{weights}")
    images = pictures(96)
    assert (backbone.crop.width, backbone.crop.height) == (96, 96)
    network = timm.create_model(NAME, pretrained=False)
    network.load_state_dict(load_file(weights / "model.safetensors"))
    network.reset_classifier(0)
    x = (torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.25
    with torch.inference_mode():
        wanted = network.eval()(x).numpy()
    got = backbone.embed(images)
    assert got.shape == (3, backbone.dim) and got.dtype == np.float32
    np.testing.assert_allclose(got, wanted, atol=1e-3 * np.abs(wanted).max())


def test_the_converted_network_is_kept_and_gives_the_same_bits(
    own_cache: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = pictures(96, 5)
    first = load_backbone(f"timm:{NAME}@{weights}").embed(images)
    monkeypatch.setattr(compiled, "_convert", None)  # a second conversion would fail
    again = load_backbone(f"timm:{NAME}@{weights}")
    assert again.embed(images).tobytes() == first.tobytes()
    assert again.embed(images[3:4]).tobytes() == first[3:4].tobytes()


@pytest.mark.parametrize("damage", ["cut", "gone", "numbers"])
def test_a_damaged_conversion_is_replaced_once_and_for_all(
    own_cache: Path, weights: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """The second process finds a whole one again; wrong numbers are noticed, too."""
    images = pictures(96)
    first = load_backbone(f"timm:{NAME}@{weights}").embed(images)
    (model,) = (own_cache / "openvino").glob("*/model.xml")
    if damage == "cut":
        model.write_bytes(model.read_bytes()[:500])
    elif damage == "gone":
        model.unlink()
    else:
        numbers = model.with_suffix(".bin")
        numbers.write_bytes(bytes(numbers.stat().st_size))
    assert load_backbone(f"timm:{NAME}@{weights}").embed(images).tobytes() == first.tobytes()
    monkeypatch.setattr(compiled, "_convert", None)  # a third conversion would fail
    again = load_backbone(f"timm:{NAME}@{weights}")
    assert again.embed(images).tobytes() == first.tobytes()
    assert "openvino" in again._engine[1]  # type: ignore[attr-defined]


def test_the_tolerance_is_relative_to_the_output(own_cache: Path) -> None:
    """A network of small numbers is not judged by a larger scale than its own."""
    import torch

    class Tiny(torch.nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return torch.full((1, 2), 1e-4)

    def away(by: float) -> compiled.Run:
        return lambda images: np.full((1, 2), 1e-4 * (1 + by), np.float32)

    compiled._compare(away(5e-4), Tiny(), (4, 4))
    with pytest.raises(RuntimeError, match="differ"):
        compiled._compare(away(2e-3), Tiny(), (4, 4))


def test_without_openvino_eager_torch_is_used_and_the_log_says_so(
    own_cache: Path,
    weights: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fast = load_backbone(f"timm:{NAME}@{weights}")
    images = pictures(96)
    rows = fast.embed(images)

    def missing() -> None:
        raise ImportError("No module named 'openvino'")

    monkeypatch.setattr(compiled, "openvino", missing)
    plain = load_backbone(f"timm:{NAME}@{weights}")
    np.testing.assert_allclose(plain.embed(images), rows, atol=1e-3)
    assert "eager torch" in caplog.text
    assert plain.fingerprint != fast.fingerprint


def test_openvino_never_loads_its_telemetry(own_cache: Path) -> None:
    """Its package reports each import to a third party unless it cannot be imported."""
    compiled.openvino()
    assert sys.modules.get("openvino_telemetry") is None


def test_a_conversion_that_differs_is_not_used(own_cache: Path, weights: Path) -> None:
    network = load_backbone(f"timm:{NAME}@{weights}").network  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="differ"):
        compiled._compare(lambda images: np.full((1, 1), 9.0, np.float32), network, (96, 96))


def test_weights_that_do_not_fit_name_the_tensors(own_cache: Path, weights: Path) -> None:
    with pytest.raises(WeightsError, match="do not fit"):
        load_backbone(f"timm:resnet18@{weights}")


def test_a_missing_tensor_is_never_left_random(own_cache: Path, weights: Path) -> None:
    """A half-fitting file would otherwise give numbers that mean nothing."""
    from safetensors.torch import load_file, save_file

    state = load_file(weights / "model.safetensors")
    name = next(key for key in state if key.endswith("conv_dw.weight"))
    del state[name]
    save_file(state, weights / "model.safetensors")
    with pytest.raises(WeightsError, match="is missing"):
        load_backbone(f"timm:{NAME}@{weights}")


def test_no_code_in_a_weight_file_is_run(own_cache: Path, tmp_path: Path) -> None:
    """A pickle that would write a file when opened the careless way."""
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "owned",))

    (tmp_path / "model.pth").write_bytes(pickle.dumps({"a": Evil()}))
    with pytest.raises(WeightsError):
        load_backbone(f"timm:{NAME}@{tmp_path / 'model.pth'}")
    assert not (tmp_path / "owned").exists()


def test_unknown_networks_and_missing_weights_are_clear_errors(
    own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="resnet81"):
        load_backbone("timm:resnet81")
    with pytest.raises(WeightsError, match="no weights at"):
        load_backbone(f"timm:{NAME}@{tmp_path / 'nowhere'}")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(WeightsError) as caught:
        load_backbone("timm:resnet18.tv_in1k")
    for way in ("huggingface.co", "@PATH", "RDFACE_WEIGHTS"):
        assert way in (caught.value.hint or "")


def test_the_folder_of_local_weights_is_looked_into(
    own_cache: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights.rename(tmp_path / f"timm--{NAME}")
    monkeypatch.setenv("RDFACE_WEIGHTS", str(tmp_path))
    assert load_backbone(f"timm:{NAME}").crop.width == 96


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_backbone.importlib.util, "find_spec", lambda name: None)
    for name in ("efficientnet_lite0", "timm:resnet18"):
        with pytest.raises(UsageError) as caught:
            load_backbone(name)
        assert "pip install rdface[torch]" in (caught.value.hint or "")


@pytest.mark.weights
def test_efficientnet_lite0_knows_a_cup_of_coffee(own_cache: Path) -> None:
    """Weights, order of layers and preprocessing together: the ImageNet class is right."""
    from importlib.util import find_spec

    import cv2
    import timm
    import torch

    from rdface.backbones.local_state import read_state
    from rdface.imaging import read_image
    from rdface.weights import where

    spec = find_spec("skimage")
    assert spec is not None and spec.origin is not None
    photo = read_image(Path(spec.origin).parent / "data" / "coffee.png")[:, 100:500]
    backbone = load_backbone("efficientnet_lite0")
    features = backbone.embed(np.asarray(cv2.resize(photo, (224, 224)), np.uint8)[None])
    assert features.shape == (1, 1280)
    *_, weight, bias = read_state(where("efficientnet_lite0")).values()
    scores = torch.from_numpy(features) @ weight.T + bias
    names = timm.data.ImageNetInfo()
    assert names.index_to_description(int(scores.argmax())) == "espresso"
