"""Torch weights: tiny networks of the same classes, saved and loaded by the very same code."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from rdface.errors import UsageError, WeightsError
from rdface.restore import load_chain


@pytest.fixture(scope="module")
def small_rrdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """RRDBNet with one block and 8 channels, saved under the names of Real-ESRGAN's makers."""
    import torch
    from torch import nn

    torch.manual_seed(0)

    def conv(inner: int, outer: int) -> nn.Conv2d:
        return nn.Conv2d(inner, outer, 3, padding=1)

    width, grow = 8, 32
    state: dict[str, torch.Tensor] = {}

    def put(name: str, layer: nn.Conv2d) -> None:
        state[f"{name}.weight"] = 0.1 * layer.weight.detach()
        state[f"{name}.bias"] = 0 * layer.bias.detach() + 0.1 * (name == "conv_last")

    put("conv_first", conv(3, width))
    for block in (1, 2, 3):
        for number in range(1, 6):
            inner = width + (number - 1) * grow
            outer = grow if number < 5 else width
            put(f"body.0.rdb{block}.conv{number}", conv(inner, outer))
    for name in ("conv_body", "conv_up1", "conv_up2", "conv_hr"):
        put(name, conv(width, width))
    put("conv_last", conv(width, 3))
    file = tmp_path_factory.mktemp("rrdb") / "RealESRGAN_x4plus.pth"
    torch.save({"params_ema": state}, file)
    return file


@pytest.fixture
def picture() -> np.ndarray:
    """Noise."""
    return np.random.default_rng(0).integers(0, 256, (12, 10, 3), dtype=np.uint8)


def test_torch_weights_of_real_esrgan_enlarge(small_rrdb: Path, picture: np.ndarray) -> None:
    chain = load_chain([f"realesrgan_x4plus_torch:{small_rrdb}"])
    result = chain.run(picture)
    assert result.image.shape == (42, 35, 3)
    assert result.applied == chain.names == ("realesrgan_x4plus_torch",), "no path in the record"
    assert (chain.run(picture).image == result.image).all()


def test_the_fingerprint_follows_the_weights(small_rrdb: Path, tmp_path: Path) -> None:
    import torch

    content = torch.load(small_rrdb, weights_only=True)
    content["params_ema"]["conv_last.bias"] += 1
    torch.save(content, tmp_path / "other.pth")
    one = load_chain([f"realesrgan_x4plus_torch:{small_rrdb}"])
    other = load_chain([f"realesrgan_x4plus_torch:{tmp_path / 'other.pth'}"])
    assert one.fingerprint != other.fingerprint


def test_a_folder_of_weights_is_used(
    small_rrdb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, picture: np.ndarray
) -> None:
    (tmp_path / "realesrgan_x4plus_torch").mkdir()
    (tmp_path / "realesrgan_x4plus_torch" / "x.pth").write_bytes(small_rrdb.read_bytes())
    monkeypatch.setenv("RDFACE_WEIGHTS", str(tmp_path))
    assert load_chain(["realesrgan_x4plus_torch"]).run(picture).image.shape == (42, 35, 3)


@pytest.mark.parametrize("name", ["ddcolor", "gfpgan"])
def test_weights_of_another_network_are_refused(small_rrdb: Path, name: str) -> None:
    with pytest.raises(WeightsError, match=f"does not hold the weights of {name}"):
        load_chain([f"{name}:{small_rrdb}"])


def test_no_code_in_a_weight_file_is_run(tmp_path: Path) -> None:
    import os
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (os.mkdir, (str(tmp_path / "owned"),))

    (tmp_path / "x.pth").write_bytes(pickle.dumps({"a": Evil()}))
    with pytest.raises(WeightsError, match="no weights that can be read"):
        load_chain([f"ddcolor:{tmp_path / 'x.pth'}"])
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("name", ["ddcolor", "gfpgan", "realesrgan_x4plus_torch"])
def test_without_network_both_ways_to_the_weights_are_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(address: str) -> None:
        raise OSError("no network")

    monkeypatch.setattr("rdface.weights.published.knock", nobody)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    with pytest.raises(WeightsError) as caught:
        load_chain([name])
    hint = str(caught.value.hint)
    assert f"{name}:PATH" in hint and "RDFACE_WEIGHTS" in hint and "https://" in hint


def test_without_spandrel_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spandrel", None)
    with pytest.raises(UsageError) as caught:
        load_chain(["ddcolor"])
    assert "rdface[colourise]" in str(caught.value.hint)
