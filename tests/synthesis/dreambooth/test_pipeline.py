"""A base is opened from a folder, named by its weights, and asked for plainly where it is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rdface.errors import UsageError, WeightsError
from rdface.synthesis.dreambooth import DreamBooth, Recipe, pipeline
from rdface.synthesis.dreambooth.pipeline import check_size, open_base

from .tiny import save_tiny_base


def test_a_base_is_named_by_its_weights(tiny_base: Path, tmp_path: Path) -> None:
    """A copy elsewhere has the same hash, other weights in the same place another one."""
    first = open_base(Recipe(base=str(tiny_base), base_licence="CC0"))
    again = open_base(
        Recipe(base=str(shutil.copytree(tiny_base, tmp_path / "b")), base_licence="C")
    )
    assert first.sha256 == again.sha256
    other = save_tiny_base(tmp_path / "c", prediction="v_prediction")
    assert open_base(Recipe(base=str(other), base_licence="CC0")).sha256 != first.sha256


def test_a_base_that_is_replaced_under_its_path_is_another(tiny_base: Path, tmp_path: Path) -> None:
    """In one process, too: of the plan of a pool, its samples and the weights that are taught."""
    folder = shutil.copytree(tiny_base, tmp_path / "base")
    tool = DreamBooth(base=str(folder), base_licence="CC0")
    before = tool.base_sha256
    assert tool.base_sha256 == before and open_base(tool) is open_base(tool)
    shutil.rmtree(folder)
    save_tiny_base(folder, prediction="v_prediction")
    assert tool.base_sha256 != before
    assert open_base(tool).pipe.scheduler.config.prediction_type == "v_prediction"


def test_the_embedded_base_needs_no_licence_and_no_folder(
    tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the default; here a tiny one stands in its place."""
    monkeypatch.setattr("rdface.synthesis.base_model.embedded_folder", lambda: tiny_base)
    pipeline._open.cache_clear()
    try:
        found = open_base(Recipe())
    finally:
        pipeline._open.cache_clear()
    assert found.sha256 == open_base(Recipe(base=str(tiny_base), base_licence="CC0")).sha256


def test_another_autoencoder_replaces_the_bases_own(tiny_base: Path, tmp_path: Path) -> None:
    """As the paper's sd-vae-ft-mse beside a base that has none."""
    import torch
    from diffusers import AutoencoderKL

    vae = AutoencoderKL.from_pretrained(tiny_base, subfolder="vae")
    with torch.no_grad():
        for weight in vae.parameters():
            weight.zero_()
    vae.save_pretrained(tmp_path / "vae")
    shutil.copytree(tiny_base, tmp_path / "no-vae")
    shutil.rmtree(tmp_path / "no-vae" / "vae")
    about = {"base": str(tmp_path / "no-vae"), "base_licence": "CC0"}
    found = open_base(Recipe(**about, vae=str(tmp_path / "vae")))
    assert all(not weight.any() for weight in found.pipe.vae.parameters())
    with pytest.raises(WeightsError, match="cannot be opened"):
        open_base(Recipe(**about))


def test_nothing_there_names_both_ways(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hub and folder; no wait for a hub that does not answer."""

    def closed(address: str) -> None:
        raise OSError("no network in tests")

    monkeypatch.setattr("rdface.weights.published.knock", closed)
    with pytest.raises(WeightsError, match="could not be fetched from the hub") as caught:
        open_base(Recipe(base="nobody/nothing", base_licence="?"))
    assert caught.value.hint is not None
    assert "hub" in caught.value.hint and "base: FOLDER" in caught.value.hint
    with pytest.raises(WeightsError, match="no folder"):
        open_base(Recipe(base=str(tmp_path / "gone"), base_licence="?"))
    with pytest.raises(WeightsError, match="cannot be opened as StableDiffusionPipeline"):
        open_base(Recipe(base=str(tmp_path), base_licence="?"))


def test_a_size_that_the_base_cannot_draw_is_refused(recipe: Callable[..., Recipe]) -> None:
    base = open_base(recipe())
    check_size(base, 16)
    with pytest.raises(UsageError, match="multiple of 4 pixels") as caught:
        check_size(base, 18)
    assert caught.value.hint == "Say `size: 16`."


def test_the_extra_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base install has no torch."""
    monkeypatch.setattr(pipeline.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="needs torch") as caught:
        open_base(Recipe())
    assert "rdface[synthesis]" in str(caught.value.hint)
